"""The spool: where facts for the call log wait on local disk, so that no webhook ever touches the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from hotline.core.calls.log_entry import LogEntry
from hotline.errors import CallLogUnavailable
from hotline.store.disk.log_lines import LOG_LINES
from hotline.store.disk.waiting import Waiting


class Spool(Waiting[LogEntry]):
    """The spool of one machine, in `directory`. Fits `hotline.ports.CallLog`."""

    def __init__(self, directory: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__(directory, LOG_LINES, clock)

    def append(self, entry: LogEntry) -> None:
        """Take an entry, to be moved into the database soon. Costs one write to local disk.

        Raises CallLogUnavailable if the disk cannot be written; the entry is then kept in memory meanwhile.
        """
        try:
            self.take(entry)
        except OSError as error:
            raise CallLogUnavailable(
                f"The spool {self.directory} cannot be written ({error.strerror}).",
                "Entries are kept in memory meanwhile: free some disk space, or make the directory writable.",
            ) from error
