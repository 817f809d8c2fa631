"""Codecs: how something that waits on disk is written as a line, and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Entry = TypeVar("Entry")

_LONGEST_NAME = 200
LATEST = 1 << 40
"""No time is later, in epoch seconds."""


@dataclass(frozen=True, slots=True)
class Codec(Generic[Entry]):
    """`to_line` gives one line with its newline, and notes when it was taken, in epoch seconds to the millisecond.

    `from_line` gives that time and what was taken; raises ValueError for anything that `to_line` does not write.
    """

    to_line: Callable[[Entry, float], bytes]
    from_line: Callable[[bytes], tuple[float, Entry]]


def recorded_at(value: object) -> float:
    """The time at which a line was taken. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST:
        raise ValueError("not a time")
    return value


def is_name(value: object) -> bool:
    """Return whether a field can be a name. Refuses what a database would refuse: one line must not hold up
    the others."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable()
