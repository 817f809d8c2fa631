"""Another process that reads many new files, at low priority, and leaves what it makes of them on disk.

So calls are answered meanwhile, and the memory that reading takes is given back.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from hotline.files.loading.compiled import take_lock

_LOW = 5
"""The priority: calls come first. With the lowest, a busy machine would never be done."""
_started: list[subprocess.Popen[bytes]] = []
"""The helpers of this process that may still run."""


class Helper:
    """At most one process of a machine reads for others: the one with the lock of `compiled`."""

    def __init__(self, config_dir: Path, keep_in: Path, countries: Collection[str]) -> None:
        self._lock_in = keep_in.with_name("compiled")
        self._reads = (str(config_dir.absolute()), str(keep_in.absolute()), *countries)

    def start(self) -> bool:
        """Start it, unless one reads already. Returns whether one does now."""
        try:
            lock = take_lock(self._lock_in)
            if lock is None:
                return True
            try:  # it has the lock for as long as it lives
                process = subprocess.Popen(
                    (sys.executable, "-m", "hotline.files.loading.helper", str(os.getpid()), *self._reads),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(lock,),
                )
            finally:
                os.close(lock)
        except OSError:
            return False
        _started.append(process)
        return True

    def reads(self) -> bool:
        """Return whether a helper reads now."""
        for process in list(_started):
            if process.poll() is not None:  # it would stay in the table of processes
                _started.remove(process)
        with suppress(OSError):
            lock = take_lock(self._lock_in)
            if lock is None:
                return True
            os.close(lock)
        return False


def main(parent: str, config_dir: str, keep_in: str, *countries: str) -> None:
    """Read all files of a directory, and write what was made of them. Ends with the process that started it."""
    from hotline.files.loading.watch import WatchedDirectory  # which starts helpers

    os.nice(_LOW)
    directory = WatchedDirectory(
        Path(config_dir), Path(keep_in), lambda: datetime.now(UTC), lambda *_, **__: None, countries, helps=True
    )
    while directory.reading and os.getppid() == int(parent):
        directory.refresh()
    if not directory.reading:
        directory.lines()


if __name__ == "__main__":
    main(*sys.argv[1:])
