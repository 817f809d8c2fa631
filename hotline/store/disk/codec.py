"""Codecs: how something that waits on disk is written as a line, and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Entry = TypeVar("Entry")

_LONGEST_NAME = 200
LATEST = 1 << 40
"""The latest possible time, in epoch seconds."""


@dataclass(frozen=True, slots=True)
class Codec(Generic[Entry]):
    """A way to write items as lines of a file, and to read them back.

    `to_line` returns one line with its newline, and records the time in epoch seconds to the millisecond.

    `from_line` returns that time and the item. It raises ValueError for anything that `to_line` does not write.
    """

    to_line: Callable[[Entry, float], bytes]
    from_line: Callable[[bytes], tuple[float, Entry]]


def recorded_at(value: object) -> float:
    """The time at which a line was written. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST:
        raise ValueError("not a time")
    return value


def is_name(value: object) -> bool:
    """Return whether a field can be a name.

    Refuses names that a database would refuse, so that one line does not hold up the others.
    """
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable()
