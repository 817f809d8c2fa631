"""Checks of this machine: its folders, its keys, its zone rules."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from hotline.core.checkup.machine import judge_file_system, judge_files, judge_private, judge_room, judge_zones
from hotline.core.checkup.result import CheckResult, failed, passed, skipped, warned
from hotline.doctor.site import Site
from hotline.store.database.engine import database_address
from hotline.store.private import open_to_others

_MOUNTS = Path("/proc/mounts")


def folder(site: Site) -> Iterable[CheckResult]:
    """Check that we alone can write the data directory."""
    where = site.settings.data_dir
    try:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=where) as probe:
            probe.write(b"a")
    except OSError as error:
        yield failed(
            f"The data directory {where} cannot be written ({error.strerror}).",
            "Make it writable for Hotline's user, or set HOTLINE_DATA_DIR to another folder.",
        )
        return
    yield judge_private(str(where), where.stat().st_mode)
    if loose := [str(path.relative_to(where)) for path in open_to_others(where) if path != where]:
        yield judge_files(str(where), loose)


def room(site: Site) -> Iterable[CheckResult]:
    """Check that the data directory's disk has room."""
    where = _existing(site.settings.data_dir)
    yield judge_room(str(site.settings.data_dir), shutil.disk_usage(where).free)


def file_system(site: Site) -> Iterable[CheckResult]:
    """Check that SQLite's file is on a file system on which its locks work."""
    url = database_address(site.settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        yield skipped("The database is not a file on this machine.")
        return
    kind = file_system_of(_existing(Path(url.database)), _MOUNTS)
    if kind is None:
        yield skipped("This system does not show the type of a file system.")
    else:
        yield judge_file_system(kind)


def keys(site: Site) -> Iterable[CheckResult]:
    """Check that every machine has the same secret key."""
    settings = site.settings
    if settings.secret_key is not None:
        yield passed("HOTLINE_SECRET_KEY is set. The test call shows whether web has the same key.")
    elif settings.redis_url is None:
        yield passed(f"The secret key is in {settings.data_dir}, for this machine only.")
    else:
        yield warned(
            "HOTLINE_SECRET_KEY is not set. Each machine makes its own key, and calls start over between them.",
            "With several machines, set the same key on all. `openssl rand -hex 32` makes one.",
        )


def zones(site: Site) -> Iterable[CheckResult]:
    """Check that time zone rules are up to date."""
    try:
        yield judge_zones(site.zone_rules(), site.clock().year)
    except PackageNotFoundError:
        yield warned(
            "Time zone rules come from this machine and are not pinned.",
            "Install requirements/run.txt, which includes tzdata.",
        )


def file_system_of(path: Path, mounts: Path) -> str | None:
    """The kind of file system of a path, from a table like /proc/mounts. None if unknown."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return None
    found = [(fields[1].replace("\\040", " "), fields[2]) for line in lines if len(fields := line.split()) > 2]
    real = os.path.realpath(path)
    fitting = [(len(at), kind) for at, kind in found if at == "/" or real == at or real.startswith(f"{at}/")]
    return max(fitting)[1] if fitting else None


def _existing(path: Path) -> Path:
    """The path, or the nearest existing folder above it."""
    return next(one for one in (path, *path.parents) if one.exists())
