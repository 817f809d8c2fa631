"""Files on local disk with items that wait to be moved, so that no webhook ever touches a database or a queue.

Each process appends to its own file and holds an flock on it while it lives. The drainer of the directory reads all
files, and removes those whose owner has closed them. The lines survive their process, kill -9 included, but not a power
cut in the second after they were written: nothing is fsynced, since a caller would have to wait for it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from hotline.store.after_fork import forget_in_child
from hotline.store.disk.codec import Codec
from hotline.store.disk.own_file import OwnFile
from hotline.store.disk.progress import Progress
from hotline.store.disk.reading import waiting

Entry = TypeVar("Entry")

_BIGGEST_FILE = 1 << 20
_KEPT_AT_MOST = 10_000


class WaitingFiles(Generic[Entry]):
    """A directory of files in which items wait on one machine, as lines of a `codec`.

    Safe for any number of threads; usable after a fork. `clock` gives epoch seconds. Nothing is opened or made before
    the first item.
    """

    def __init__(self, directory: Path, codec: Codec[Entry], clock: Callable[[], float] = time.time) -> None:
        self.directory = directory
        self.codec = codec
        self._clock = clock
        self._kept: deque[bytes] = deque(maxlen=_KEPT_AT_MOST)
        self._lock = Lock()
        self._file: OwnFile | None = None
        forget_in_child(self._forget)

    def take(self, entry: Entry) -> None:
        """Store an item, to be moved soon. Costs one write to local disk.

        Raises OSError if the disk cannot be written. The item then stays in memory, with up to 10,000 others, and is
        written as soon as possible: the caller need do nothing.
        """
        line = self.codec.to_line(entry, self._clock())
        with self._lock:
            self._kept.append(line)
            self._write_kept()

    def tidy(self) -> None:
        """Write the items that are in memory, and remove a drained file. Call it now and then."""
        with self._lock:
            try:
                self._write_kept()
            except OSError:
                return
            self._remove_drained()

    def backlog(self) -> tuple[int, float]:
        """Return how many wait to be moved, and for how many seconds the oldest has.

        Counts what this machine has on disk, and what this process keeps in memory. Counts beyond a few thousand are
        estimates, so that health checks stay cheap when nothing could be moved for long.
        """
        try:
            count, oldest = waiting(self.directory, self.codec, Progress.load(self.directory).drained)
        except OSError:  # the directory cannot be read: waiting items are in memory
            count, oldest = 0, 0.0
        kept = tuple(self._kept)
        if kept:
            first = self.codec.from_line(kept[0])[0]
            oldest = min(oldest, first) if count else first
        count += len(kept)
        return count, max(0.0, self._clock() - oldest) if count else 0.0

    def in_memory(self) -> int:
        """Return how many this process keeps in memory only, since the disk cannot be written."""
        return len(self._kept)

    def progress(self) -> Progress:
        """Return how draining goes: when it last succeeded, and since when it has not."""
        return Progress.load(self.directory)

    def close(self) -> None:
        """Close this process's file, and remove it if all of it has been moved. A later item makes another.

        Otherwise the drainer of the directory removes it, once all has been moved.
        """
        with self._lock:
            self._remove_drained()
            self._let_go()

    def _write_kept(self) -> None:
        while self._kept:
            file = self._own_file()
            file.write(self._kept[0])
            self._kept.popleft()
            if file.size >= _BIGGEST_FILE:
                self._let_go()

    def _own_file(self) -> OwnFile:
        if self._file is not None and self._file.is_gone():
            self._let_go()
        if self._file is None:
            self._file = OwnFile(self.directory)
        return self._file

    def _remove_drained(self) -> None:
        file = self._file
        if file is not None and Progress.load(self.directory).drained.get(file.name, 0) >= file.size:
            with suppress(OSError):
                (self.directory / file.name).unlink()
            self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _forget(self) -> None:
        """In a forked child, forget the items in memory and the file: they are the parent's."""
        self._lock = Lock()
        self._kept.clear()
        self._let_go()
