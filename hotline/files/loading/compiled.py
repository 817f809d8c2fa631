"""Families on disk, so that a process that starts need not read and check a thousand hotlines again.

One file for each family without errors. Its name is a digest of the contents of the family's files, of the code that
read them, and of the countries that may be rung. So an entry is right or is never found. It is only a copy: whatever is
wrong with it, the files themselves are read.

The entries are pickles, read by a reader that can make nothing but our own data (docs/adr/0035).
"""

from __future__ import annotations

import fcntl
import os
import platform
import sys
from collections.abc import Collection, Iterable
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from hotline.collector import paused_collector
from hotline.files.loading.families import Family, Outline
from hotline.files.loading.frozen import freeze, thaw

_SUFFIX = ".family"
CHECKED = ".checked"
"""The end of the names of entries that `hotline check` writes."""
_LIBRARIES = ("phonenumbers", "holidays", "pydantic", "PyYAML", "tzdata")
_ROOT = Path(__file__).parents[2]
_DIGEST = 32


class CompiledFamilies:
    """The entries in `directory`, for these `countries`. Raises nothing: without them, starts take longer.

    `locked`: this process has the lock for as long as it lives.
    """

    def __init__(self, directory: Path, countries: Collection[str], *, locked: bool = False) -> None:
        self._directory = directory
        self._countries = sorted(countries)
        self._locked = locked

    @paused_collector()
    def load(self, known: Iterable[Family] = ()) -> list[Family]:
        """Return all families on disk that this code has written, but for those `known`.

        Their files may have changed since.
        """
        found, passed = [], {self._path(family) for family in known}
        for path in entries(self._directory, _SUFFIX):
            family = None if path in passed else read_entry(path, Family, Outline)
            if isinstance(family, Family) and self._path(family) == path:
                found.append(family)
        return found

    def keep(self, new: Iterable[Family], everything: Iterable[Family] | None) -> bool:
        """Write the `new` families, and remove all entries but those of `everything`, unless that is None.

        One process of a machine does: another one that is asked meanwhile leaves it. Returns whether it was done.
        """
        try:
            lock = None if self._locked else take_lock(self._directory)
            if lock is None and not self._locked:
                return False
            try:
                self._keep(new, everything)
            finally:
                if lock is not None:
                    os.close(lock)
        except OSError:
            pass  # a full disk, or one that cannot be written
        return True

    def _keep(self, new: Iterable[Family], everything: Iterable[Family] | None) -> None:
        there = set(entries(self._directory, _SUFFIX))
        for family in new:
            path = self._path(family)
            if path not in there or family.ends:
                write_entry(path, family)
        if everything is not None:
            wanted = {self._path(family).stem for family in everything}
            for path in (*there, *entries(self._directory, CHECKED)):
                if path.stem not in wanted:
                    path.unlink(missing_ok=True)

    def _path(self, family: Family) -> Path:
        return self._directory / f"{entry_name(family, self._countries)}{_SUFFIX}"


def entries(directory: Path, suffix: str) -> list[Path]:
    """Return the paths of the entries of a kind."""
    try:
        return [path for path in directory.iterdir() if path.suffix == suffix]
    except OSError:
        return []


def entry_name(family: Family, countries: Collection[str]) -> str:
    """Return the name of a family's entries: a digest of all that they follow from."""
    about = repr((_this_code(), sorted(countries), sorted(family.digests.items()), sorted(family.sounds)))
    return sha256(about.encode()).hexdigest()[:40]


def take_lock(directory: Path) -> int | None:
    """Take the lock of a directory of entries: a file that has it while it is open. None: another process has it.

    Raises OSError if there can be none.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)  # volunteers' names and numbers are in it
    fd = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        if isinstance(error, BlockingIOError):
            return None
        raise
    return fd


def can_be_kept(family: Family) -> bool:
    """Return whether a family may be written: not one with errors, whose words are for one look only, or with sounds.

    Sounds are megabytes, which many hotlines may share.
    """
    return not family.errors and not family.sounds


def read_entry(path: Path, *kinds: type) -> object:
    """Return what is in an entry, made of our own data and these kinds. None if it cannot be used."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            about = os.fstat(file.fileno())
            if about.st_uid != os.geteuid() or about.st_mode & 0o022:
                return None  # somebody else may have written it
            digest, data = file.read(_DIGEST), file.read()
        return thaw(data, *kinds) if sha256(data).digest() == digest else None
    except Exception:  # noqa: BLE001 - whatever a damaged file makes of itself, the hotline's own files are there
        return None


def write_entry(path: Path, thing: object) -> None:
    """Write an entry. Raises OSError."""
    data = freeze(thing)
    if data is None:
        return
    scratch = path.with_suffix(f".{os.getpid()}.tmp")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(sha256(data).digest() + data)
    scratch.replace(path)


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
