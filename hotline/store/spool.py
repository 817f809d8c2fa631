"""Where facts for the call log wait on local disk, so that no webhook ever touches the database.

Each process appends to a file of its own and holds an flock on it while it lives; whoever drains the directory reads
all files, and removes those whose owner has let go. The rows outlive their process, kill -9 included, but not a power
cut in the second after they were written: nothing is fsynced, for a caller would have to wait for it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from hotline.core.log import LogEntry
from hotline.errors import CallLogUnavailable
from hotline.store.forking import forget_in_child
from hotline.store.intake import SUFFIX, waiting
from hotline.store.lines import from_line, to_line
from hotline.store.progress import Progress

_BIGGEST_FILE = 1 << 20
_KEPT_AT_MOST = 10_000


class Spool:
    """The spool of one machine, in `directory`. For any number of threads, and usable after a fork.

    `clock` gives epoch seconds. Nothing is opened or made before the first `append`.
    """

    def __init__(self, directory: Path, clock: Callable[[], float] = time.time) -> None:
        self.directory = directory
        self._clock = clock
        self._kept: deque[bytes] = deque(maxlen=_KEPT_AT_MOST)
        self._lock = Lock()
        self._file: _OwnFile | None = None
        forget_in_child(self._forget)

    def append(self, entry: LogEntry) -> None:
        """Take an entry, to be moved into the database soon. Costs one write to local disk.

        Raises CallLogUnavailable if the disk cannot be written. The entry is then kept in memory, with up to 10,000
        others, and written as soon as the disk can be: there is nothing for the caller to do.
        """
        line = to_line(entry, self._clock())
        with self._lock:
            self._kept.append(line)
            try:
                self._write_kept()
            except OSError as error:
                raise CallLogUnavailable(
                    f"The spool {self.directory} cannot be written ({error.strerror}).",
                    "Entries are kept in memory meanwhile: free some disk space, or make the directory writable.",
                ) from error

    def tidy(self) -> None:
        """Write what is kept in memory, and let go of a file that has been drained. To be called now and then."""
        with self._lock:
            try:
                self._write_kept()
            except OSError:
                return
            file = self._file
            if file is not None and Progress.load(self.directory).drained.get(file.name, 0) >= file.size:
                self._let_go()

    def backlog(self) -> tuple[int, float]:
        """How many entries wait for the database, and for how many seconds the oldest one has.

        Counts this machine's spool and what this process keeps in memory. Counts beyond a few thousand are estimates,
        so that health checks stay cheap when the database has been away for long.
        """
        try:
            count, oldest = waiting(self.directory, Progress.load(self.directory).drained)
        except OSError:  # no directory that can be read: what waits is in memory
            count, oldest = 0, 0.0
        kept = tuple(self._kept)
        if kept:
            first = from_line(kept[0])[0]
            oldest = min(oldest, first) if count else first
        count += len(kept)
        return count, max(0.0, self._clock() - oldest) if count else 0.0

    def in_memory(self) -> int:
        """How many entries this process keeps in memory only, since the disk cannot be written."""
        return len(self._kept)

    def progress(self) -> Progress:
        """How draining goes: when the database last answered, and since when it has not."""
        return Progress.load(self.directory)

    def close(self) -> None:
        """Let go of this process's file; the drainer then removes it. A later `append` makes another."""
        with self._lock:
            self._let_go()

    def _write_kept(self) -> None:
        while self._kept:
            file = self._own_file()
            file.write(self._kept[0])
            self._kept.popleft()
            if file.size >= _BIGGEST_FILE:
                self._let_go()

    def _own_file(self) -> _OwnFile:
        if self._file is not None and self._file.is_gone():
            self._let_go()
        if self._file is None:
            self._file = _OwnFile(self.directory)
        return self._file

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _forget(self) -> None:
        """In a forked child: what is kept, and the file, are the parent's."""
        self._lock = Lock()
        self._kept.clear()
        self._let_go()


class _OwnFile:
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
        """Whether someone has removed the file."""
        return os.fstat(self._fd).st_nlink == 0

    def close(self) -> None:
        os.close(self._fd)

    def _is_locked(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
