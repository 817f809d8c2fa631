"""Recurring times in words: "on Saturdays from 18:00 to 08:00 the next day"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

from hotline.core.times.spans import Span

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BEYOND = timedelta(days=8)
"""The time for which a stretch is followed beyond the given span. The longest stretch of a rota is a week."""
_NAMED_BY_WEEKDAY = 7
_SHORTER = {tuple(range(7)): "every day", tuple(range(5)): "on weekdays"}


def on_the_wall(spans: Iterable[Span], zone: tzinfo) -> list[Span]:
    """Return times on the wall clock of a zone."""
    return [Span(span.start.astimezone(zone), span.end.astimezone(zone)) for span in spans]


def days_later(span: Span) -> int:
    """Return how many calendar days after its start a time ends."""
    return (span.end.date() - span.start.date()).days


def alike(spans: Sequence[Span], start: datetime, end: datetime) -> list[list[Span]]:
    """Group wall-clock times by the time of day they start, the time they end, and the days in between.

    `start` and `end` are the span looked at. Every time is in exactly one group. A time that is under way at `start`
    comes first: in the group it continues, even if its own start is cut off, or else alone.
    """
    groups: dict[object, list[Span]] = {}
    for span in spans:
        if span.start > start:
            groups.setdefault((span.start.time(), span.end.time(), days_later(span)), []).append(span)
    found = sorted(groups.values())
    for span in spans:
        if span.start <= start:
            same = next((group for group in found if _ends_like(span, group)), [])
            found = [[span, *same], *(group for group in found if group is not same)]
    return found


def whole(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """The times that overlap `start` to `end`, of times known for `BEYOND` on both sides.

    Each is followed to its own start and end. A time that continues beyond what is known is cut off at `start` or
    `end`.
    """
    first, last = start - BEYOND, end + BEYOND
    return [
        Span(start if span.start <= first else span.start, end if span.end >= last else span.end)
        for span in spans
        if span.start < end and start < span.end
    ]


def named_days(spans: Sequence[Span]) -> list[int]:
    """The weekdays (Monday 0) on which wall-clock times start."""
    return sorted({span.start.weekday() for span in spans})


def when(spans: Sequence[Span], start: datetime, end: datetime, weeks: int, at_start: str = "now, until") -> str:
    """Say in words when a group of alike times is, within the `weeks` from `start` to `end`."""
    first = spans[0]
    ahead = "the next week" if weeks == 1 else f"the next {weeks} weeks"
    if first.start <= start and first.end >= end:
        return f"at any time in {ahead}"
    if first.start <= start and len(spans) > 1:
        return f"{when(spans[:1], start, end, weeks, at_start)}, and {when(spans[1:], start, end, weeks)}"
    if first.start <= start:
        soon = (first.end.date() - start.astimezone(first.end.tzinfo).date()).days < _NAMED_BY_WEEKDAY
        return f"{at_start} {first.end:%a %H:%M}" if soon else f"{at_start} {first.end:%a %Y-%m-%d %H:%M}"
    if len(spans) == 1 and first.end == end:
        return f"from {first.start:%a %Y-%m-%d %H:%M} on"
    if len(spans) == 1:
        return f"from {first.start:%a %Y-%m-%d %H:%M} to {first.end:%a %Y-%m-%d %H:%M}"
    days = named_days(spans)
    named = _SHORTER.get(tuple(days)) or "on " + listed([WEEKDAYS[day] + "s" for day in days])
    later = {0: "", 1: " the next day"}.get(days_later(first), f" {days_later(first)} days later")
    return (
        f"{named} from {first.start:%H:%M} to {first.end:%H:%M}{later}"
        f" ({len(spans)} times in {ahead}, first on {first.start:%Y-%m-%d})"
    )


def _ends_like(under_way: Span, group: Sequence[Span]) -> bool:
    """Return whether a time that has begun ends like those of a group, and is no longer than they are."""
    ends = {(one.end.time(), one.end.weekday()) for one in group}
    return (under_way.end.time(), under_way.end.weekday()) in ends and under_way.seconds <= max(
        one.seconds for one in group
    )


def listed(words: Sequence[str]) -> str:
    """Names in a row, in English: `amy, ben and cho`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
