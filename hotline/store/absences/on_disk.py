"""Volunteers' absences on local disk: one small file, for when both Redis and the database are down.

All processes of a machine share it. Each change merges its words with those in the file, under a lock, and replaces the
file with a new one. So no file is ever half written.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hotline.core.rota.absence import LastWord, Words, laid_together, worth_keeping

ByRota = dict[str, dict[str, LastWord]]


class AbsenceFile:
    """The file of absences, by its path. Methods that write raise OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def stamp(self) -> tuple[int, int]:
        """Return what differs after each change. Costs a microsecond."""
        try:
            about = os.stat(self._path)
        except OSError:
            return (0, 0)
        return (about.st_mtime_ns, about.st_ino)

    def read(self) -> ByRota:
        """Read the whole file. A missing or broken file counts as empty."""
        try:
            raw = json.loads(self._path.read_bytes())
            return {str(rota): {str(who): _word(*word) for who, word in words.items()} for rota, words in raw.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def add(self, words: Mapping[str, Words], now: int) -> None:
        """Add these words of rotas, without useless ones. They are on disk when this returns."""
        with self._alone():
            before = self.read()
            after = {
                rota: kept
                for rota in sorted(before.keys() | words.keys())
                if (kept := worth_keeping(laid_together(before.get(rota, {}), words.get(rota, {})), now))
            }
            if after != before:
                self._write(after)

    def _write(self, words: ByRota) -> None:
        scratch = self._path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}.tmp")
        plain = {
            rota: {
                who: [one.said_at, one.start, one.end, one.kept_until, *([one.phone] if one.phone else [])]
                for who, one in those.items()
            }
            for rota, those in words.items()
        }
        try:
            with open(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                json.dump(plain, file)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self._path)
        finally:
            scratch.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


def _word(said_at: int, start: int, end: int, kept_until: int, phone: str = "") -> LastWord:
    return LastWord(int(said_at), int(start), int(end), int(kept_until), str(phone))
