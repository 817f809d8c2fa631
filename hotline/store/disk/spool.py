"""The spool: facts for the call log wait here, on local disk. So no webhook ever touches the database."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.wording import Wording
from hotline.errors import CallLogUnavailable
from hotline.store.disk.codec import LATEST, Codec, is_name, recorded_at
from hotline.store.disk.waiting import WaitingFiles

_encode = json.JSONEncoder(separators=(",", ":")).encode
_MOMENTS = {moment.value: moment for moment in CallMoment}


def to_line(entry: LogEntry, recorded: float) -> bytes:
    """Write an entry as one JSON array and a newline.

    `recorded`: when the spool took the entry, epoch seconds, to the millisecond.
    """
    return _encode([round(recorded, 3), entry.id, entry.hotline, entry.moment.value, entry.at]).encode() + b"\n"


def from_line(line: bytes) -> tuple[float, LogEntry]:
    """Return when the spool took an entry, and the entry.

    Raises ValueError for a line that `to_line` does not write.
    """
    fields = json.loads(line)
    if not isinstance(fields, list) or len(fields) != 5:
        raise ValueError("not an entry")
    recorded, name, hotline, moment, at = fields
    if not (is_name(name) and is_name(hotline) and isinstance(moment, str) and moment in _MOMENTS):
        raise ValueError("not an entry")
    taken = recorded_at(recorded)
    if type(at) is not int or not 0 <= at < LATEST:
        raise ValueError("not a time")
    return taken, LogEntry(name, hotline, _MOMENTS[moment], at)


LOG_LINES = Codec(to_line, from_line)


class Spool(WaitingFiles[LogEntry]):
    """The spool of one machine, in `directory`. Implements `hotline.ports.CallFacts`."""

    def __init__(self, directory: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__(directory, LOG_LINES, clock)

    def append(self, entry: LogEntry) -> None:
        """Store an entry, to be moved into the database soon. Costs one write to local disk.

        Raises CallLogUnavailable if the disk cannot be written. The entry then stays in memory for now.
        """
        try:
            self.take(entry)
        except OSError as error:
            raise CallLogUnavailable(
                Wording(
                    "The spool %(folder)s cannot be written (%(why)s).",
                    folder=self.directory,
                    why=error.strerror,
                ),
                Wording("Entries stay in memory for now. Free some disk space, or make the folder writable."),
            ) from error
