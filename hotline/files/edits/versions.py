"""Versions of the files: each saved text, its time, and who saved it.

They are stored beside the last good files, in the data directory. They contain volunteers' names and numbers, so only
the server's own user may read them. One version is one file: a line of JSON, then the saved bytes.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from hotline.core.wording import Wording
from hotline.errors import FilesError
from hotline.files.loading.load import FOLDERS

MOST_KEPT, MOST_OWN = 200, 100
OWN = "own-"
"""The start of `how` for versions that volunteers save on their own page."""
"""Versions of one file. The oldest go first."""

_OWN = ".version"
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Version:
    """A saved version of a file.

    `at` in UTC. `who` is empty if a file was changed outside the pages, by an editor or a command. `how` is `edit`,
    `away`, `cover`, `swap`, `restore`, `undo`, `new`, `import`, `form-` with the kind of a form, or `outside`.
    """

    number: int
    at: datetime
    who: str
    how: str
    digest: str

    @property
    def outside(self) -> bool:
        return self.how == "outside"


def digest(raw: bytes) -> str:
    """Return the digest that identifies a text of a file."""
    return sha256(raw).hexdigest()


class Versions:
    """The versions of all files, in a folder. Several processes may use it at once.

    Every method raises FilesError if the folder cannot be used, and ValueError for a path that is no call flow's or
    rota's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, file: str) -> list[Version]:
        """The versions of a file, the newest first."""
        with self._usable():
            found = (self._about(path) for path in self._paths(file))
            return [one for one in found if one is not None]

    def get(self, file: str, number: int) -> Version | None:
        """Return one version, or None if it does not exist (any more)."""
        with self._usable():
            path = self._path(file, number)
            return self._about(path) if path.is_file() else None

    def text(self, file: str, number: int) -> bytes | None:
        """Return the text of a version, or None if it does not exist (any more)."""
        with self._usable():
            path = self._path(file, number)
            return path.read_bytes().partition(b"\n")[2] if path.is_file() else None

    def keep(self, file: str, raw: bytes, who: str, how: str, at: datetime) -> Version:
        """Store one more version. The caller must hold the lock."""
        with self._usable():
            known = self._paths(file)
            number = int(known[0].stem) + 1 if known else 1
            made = Version(number, at.astimezone(UTC).replace(microsecond=0), who, how, digest(raw))
            about = {"at": made.at.isoformat(), "who": who, "how": how, "digest": made.digest}
            path = self._path(file, number)
            path.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
            scratch = path.with_suffix(".new")
            with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(json.dumps(about).encode() + b"\n" + raw)
                out.flush()
                os.fsync(out.fileno())
            scratch.replace(path)
            if len(known) >= MOST_KEPT:
                self._let_go([path, *known])
            return made

    def _let_go(self, known: Sequence[Path]) -> None:
        """Remove the oldest. A version saved on a volunteer's own page only replaces other such versions."""
        own, others = list[Path](), list[Path]()
        for path in known:
            about = self._about(path)
            (own if about is not None and about.how.startswith(OWN) else others).append(path)
        for old in (*others[MOST_KEPT:], *own[MOST_OWN:]):
            with suppress(OSError):
                old.unlink()

    def forget(self, file: str, number: int) -> None:
        """Delete a version that was stored for a save that then failed."""
        with self._usable():
            self._path(file, number).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Prevent other saves meanwhile, in this process and in others of this machine."""
        with self._usable():
            self._folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
            lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FilesError(
                Wording("The versions in %(folder)s cannot be used: %(why)s.", folder=self._folder, why=error.strerror),
                Wording("Check that the disk has space and that the server's user may write there."),
            ) from None

    def _paths(self, file: str) -> list[Path]:
        folder = self._path(file, 0).parent
        found = folder.glob(f"*{_OWN}") if folder.is_dir() else ()
        return sorted((one for one in found if one.stem.isdigit()), reverse=True)

    def _path(self, file: str, number: int) -> Path:
        folder, _, name = file.partition("/")
        if folder not in FOLDERS or not name or "/" in name or name.startswith(".") or "\0" in name:
            raise ValueError(file)
        return self._folder / folder / name / f"{number:08}{_OWN}"

    def _about(self, path: Path) -> Version | None:
        with path.open("rb") as file:
            about = file.readline()
        try:
            told = json.loads(about)
            at = datetime.fromisoformat(told["at"])
            return Version(int(path.stem), at, told["who"], told["how"], told["digest"])
        except (ValueError, KeyError, TypeError):
            return None  # not one of ours, or cut off by a full disk: the others still load
