"""A role that only one process of a machine may have at a time: draining its spool."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from hotline.store.after_fork import forget_in_child


class SingleProcess:
    """The process with the flock on `path` has the role. The system releases it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        forget_in_child(self.give_up)

    @property
    def held(self) -> bool:
        """Return whether this process has the role."""
        return self._fd is not None

    def take(self) -> bool:
        """Take the role unless another has it; whether we have it now. Raises OSError if the file cannot be made."""
        if self._fd is not None and os.fstat(self._fd).st_nlink == 0:
            self.give_up()  # the directory was removed: another process may have the role in the new one
        if self._fd is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(fd)
                return False
            self._fd = fd
        return True

    def give_up(self) -> None:
        """Let another take the role. In a forked child this closes its copy only: the parent keeps the role."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
