"""A log entry as a line of the spool, and back."""

from __future__ import annotations

import json

from hotline.core.log import LogEntry, Moment

_encode = json.JSONEncoder(separators=(",", ":")).encode
_MOMENTS = {moment.value: moment for moment in Moment}
_LONGEST_NAME = 200
_LATEST = 1 << 40


def to_line(entry: LogEntry, recorded: float) -> bytes:
    """One JSON array and a newline. `recorded`: when the spool took the entry, epoch seconds, to the millisecond."""
    return _encode([round(recorded, 3), entry.id, entry.hotline, entry.moment.value, entry.at]).encode() + b"\n"


def from_line(line: bytes) -> tuple[float, LogEntry]:
    """When the spool took an entry, and the entry. Raises ValueError for anything that `to_line` does not write.

    Also refuses names that a database would refuse: one such line must not hold up the others for ever.
    """
    fields = json.loads(line)
    if not isinstance(fields, list) or len(fields) != 5:
        raise ValueError("not an entry")
    recorded, name, hotline, moment, at = fields
    if not (_is_name(name) and _is_name(hotline) and isinstance(moment, str) and moment in _MOMENTS):
        raise ValueError("not an entry")
    if isinstance(recorded, bool) or not isinstance(recorded, int | float) or not 0 <= recorded < _LATEST:
        raise ValueError("not a time")
    if type(at) is not int or not 0 <= at < _LATEST:
        raise ValueError("not a time")
    return recorded, LogEntry(name, hotline, _MOMENTS[moment], at)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable()
