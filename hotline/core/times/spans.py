"""Stretches of time: adding them up, cutting them, taking some out of others.

All are half-open, in order, and apart: no two of one list touch or overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A span of time from `start` to `end` (exclusive), both aware."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """The real length in seconds, clock changes counted."""
        return round(self.end.timestamp() - self.start.timestamp())


def joined(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        elif span.start < span.end:
            found.append(span)
    return found


def within(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """Return the parts of the spans between two instants."""
    cut = (Span(max(span.start, start), min(span.end, end)) for span in spans)
    return [one for one in cut if one.start < one.end]


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """Return the parts of the spans that are not in `taken`. Both as `joined` returns them."""
    found: list[Span] = []
    place = 0
    for span in spans:
        start = span.start
        while place < len(taken) and taken[place].end <= start:
            place += 1
        later = place
        while later < len(taken) and taken[later].start < span.end:
            if start < taken[later].start:
                found.append(Span(start, taken[later].start))
            start = taken[later].end
            later += 1
        if start < span.end:
            found.append(Span(start, span.end))
    return found


def both(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return the parts that are in both lists. Both as `joined` returns them."""
    return without(some, without(some, others))


def seconds(spans: Iterable[Span]) -> int:
    """The real length in seconds, clock changes counted."""
    return sum(span.seconds for span in spans)
