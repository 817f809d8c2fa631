"""A file of waiting lines that belongs to one process."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from hotline.store.disk.reading import SUFFIX


class OwnFile:
    """A spool file that only this process appends to. The flock on it tells the drainer that more may come."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            # Named by its time, so that older rows are drained first.
            self.name = f"{time.time_ns():020d}-{os.getpid()}{SUFFIX}"
            path = directory / self.name
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
            self.size = 0
            if self._is_locked() and not self.is_gone():
                return
            self.close()  # the drainer came first, took the empty file for a dead process's, and removes it

    def write(self, line: bytes) -> None:
        """Append one line, whole or not at all. Raises OSError."""
        written = os.write(self._fd, line)
        if written < len(line):
            os.ftruncate(self._fd, self.size)
            raise OSError(28, "No space left on device")
        self.size += written

    def is_gone(self) -> bool:
        """Return whether someone has removed the file."""
        return os.fstat(self._fd).st_nlink == 0

    def close(self) -> None:
        os.close(self._fd)

    def _is_locked(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
