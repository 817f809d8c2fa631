"""Families on disk, so that a process that starts need not read and check a thousand hotlines again.

One file for each family without errors. Its name is a digest of the contents of the family's files, of the code that
read them, and of the countries that may be rung. So an entry is right or is never found. It is only a copy: whatever is
wrong with it, the files themselves are read.

The entries are pickles, read by a reader that can make nothing but our own data (docs/adr/0035).
"""

from __future__ import annotations

import dataclasses
import fcntl
import io
import os
import pickle
import platform
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import date
from enum import Enum
from functools import cache
from hashlib import sha256
from importlib import import_module, metadata
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hotline.collector import paused_collector
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.files.loading.families import Family
from hotline.files.values.public_holidays import OwnHolidays, PublicHolidays, public_holidays
from hotline.files.values.zones import load_zone

_SUFFIX = ".family"
_LIBRARIES = ("phonenumbers", "holidays", "pydantic", "PyYAML", "tzdata")
_ROOT = Path(__file__).parents[2]


class CompiledFamilies:
    """The entries in `directory`, for these `countries`. Raises nothing: without them, starts take longer."""

    def __init__(self, directory: Path, countries: Collection[str]) -> None:
        self._directory = directory
        self._countries = sorted(countries)

    @paused_collector()
    def load(self) -> list[Family]:
        """Return all families on disk that this code has written. Their files may have changed since."""
        found = []
        for path in self._entries():
            family = _read(path)
            if family is not None and self._path(family) == path:
                found.append(family)
        return found

    def keep(self, new: Iterable[Family], everything: Iterable[Family]) -> None:
        """Write the `new` families, and remove all entries but those of `everything`.

        One process of a machine does: another one that is asked meanwhile leaves it.
        """
        with suppress(OSError), self._alone():
            wanted = {self._path(family) for family in everything}
            there = set(self._entries())
            for family in new:
                path = self._path(family)
                if path in wanted and path not in there:
                    _write(path, family)
            for path in there - wanted:
                path.unlink(missing_ok=True)

    def _alone(self) -> _Locked:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)  # volunteers' names and numbers are in it
        return _Locked(self._directory / "lock")

    def _entries(self) -> list[Path]:
        try:
            return [path for path in self._directory.iterdir() if path.suffix == _SUFFIX]
        except OSError:
            return []

    def _path(self, family: Family) -> Path:
        about = repr((_this_code(), self._countries, sorted(family.digests.items()), sorted(family.sounds)))
        return self._directory / f"{sha256(about.encode()).hexdigest()[:40]}{_SUFFIX}"


class _Locked:
    """A lock of a file. Raises BlockingIOError if another process has it."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    def __enter__(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            raise

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


def can_be_kept(family: Family) -> bool:
    """Return whether a family may be written: not one with errors, whose words are for one look only, or with sounds.

    Sounds are megabytes, which many hotlines may share.
    """
    return not family.errors and not family.sounds


def _read(path: Path) -> Family | None:
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            about = os.fstat(file.fileno())
            if about.st_uid != os.geteuid() or about.st_mode & 0o022:
                return None  # somebody else may have written it
            family = _FamilyReader(file).load()
    except Exception:  # noqa: BLE001 - whatever a damaged file makes of itself, the hotline's own files are there
        return None
    return family if isinstance(family, Family) else None


def _write(path: Path, family: Family) -> None:
    data = io.BytesIO()
    try:
        _Writer(data, protocol=5).dump(family)
    except (pickle.PicklingError, TypeError, AttributeError):
        return
    scratch = path.with_suffix(f".{os.getpid()}.tmp")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(data.getvalue())
    scratch.replace(path)


class _Writer(pickle.Pickler):
    """Writes our data as the class and its fields. A schedule is written as its rota."""

    def persistent_id(self, thing: object) -> tuple[str, ...] | None:
        if isinstance(thing, ZoneInfo):
            return ("zone", str(thing.key))
        if isinstance(thing, PublicHolidays):
            return ("holidays", thing.country, thing.region or "")
        return None

    def reducer_override(self, thing: Any) -> Any:
        if type(thing) is Schedule:
            return _schedule, (thing.rota, thing.whole_days, thing.opening)
        if isinstance(thing, OwnHolidays):
            return OwnHolidays, thing.parts
        if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
            return type(thing), tuple(getattr(thing, name) for name in _fields(type(thing)))
        if isinstance(thing, Enum | date | type) or thing is _schedule:
            return NotImplemented
        raise pickle.PicklingError(f"{type(thing).__name__} is not among what is kept")


class _FamilyReader(pickle.Unpickler):
    """Reads what `_Writer` writes. Anything else is refused: it can call nothing but the constructors of our data."""

    def find_class(self, module: str, name: str) -> Any:
        found = _made(module, name)
        if found is None:
            raise pickle.UnpicklingError("not our data")
        return found

    def persistent_load(self, written: Any) -> object:
        kind, *about = written
        if kind == "zone":
            return load_zone(about[0])
        if kind == "holidays":
            return public_holidays(about[0], about[1] or None)
        raise pickle.UnpicklingError("not our data")


def _schedule(rota: Rota, whole_days: bool, opening: tuple[Schedule, ...]) -> Schedule:
    schedule = Schedule(rota, whole_days=whole_days)
    schedule.opening = opening
    return schedule


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in dataclasses.fields(kind))


@cache
def _made(module: str, name: str) -> Callable[..., object] | None:
    """Return what may be made, by its name: the core's data, dates and families. None for anything else."""
    others: tuple[Callable[..., object], ...] = (Family, OwnHolidays, date, _schedule)
    for one in others:
        if (one.__module__, one.__qualname__) == (module, name):
            return one
    if not module.startswith("hotline.core."):
        return None
    found = getattr(import_module(module), name, None)
    if not isinstance(found, type) or found.__module__ != module:
        return None
    return found if dataclasses.is_dataclass(found) or issubclass(found, Enum) else None


@cache
def _this_code() -> str:
    """Return a digest of the code that reads files, and of the libraries it reads them with."""
    found = sha256(repr((sys.version, platform.machine())).encode())
    for room in ("core", "files"):
        for path in sorted((_ROOT / room).rglob("*.py")):
            about = path.stat()
            found.update(f"{path.relative_to(_ROOT)} {about.st_size} {about.st_mtime_ns}\n".encode())
    for library in _LIBRARIES:
        found.update(f"{library} {metadata.version(library)}\n".encode())
    return found.hexdigest()
