"""Times that come round again, said once: "on Saturdays from 18:00 to 08:00 the next day"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from hotline.core.spans import Span

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORTER = {tuple(range(7)): "every day", tuple(range(5)): "on weekdays"}


def on_the_wall(spans: Iterable[Span], zone: tzinfo) -> list[Span]:
    """The same times, as a clock in a zone shows them."""
    return [Span(one.start.astimezone(zone), one.end.astimezone(zone)) for one in spans]


def days_later(span: Span) -> int:
    """How many calendar days after its start a time ends."""
    return (span.end.date() - span.start.date()).days


def alike(spans: Sequence[Span], start: datetime, end: datetime) -> list[list[Span]]:
    """Times on the wall by what they share: the time of day they start, the one they end, and how many days later.

    `start` and `end` are what was looked at. A time that reaches either of them was cut off there: it is left out
    where it continues one that comes round, and stands alone otherwise.
    """
    cut_off = [one for one in spans if one.start <= start or one.end >= end]
    whole = [one for one in spans if one.start > start and one.end < end]
    groups: dict[object, list[Span]] = {}
    for span in whole:
        groups.setdefault((span.start.time(), span.end.time(), days_later(span)), []).append(span)
    alone = [[one] for one in cut_off if not any(_continues(one, other, start, end) for other in whole)]
    return sorted((*groups.values(), *alone))


def named_days(spans: Sequence[Span]) -> list[int]:
    """The weekdays (Monday 0) on which times on the wall start."""
    return sorted({one.start.weekday() for one in spans})


def when(spans: Sequence[Span], start: datetime, end: datetime, weeks: int) -> str:
    """In words, when a group of alike times is, within the `weeks` from `start` to `end`."""
    first = spans[0]
    if first.start <= start and first.end >= end:
        return f"at any time in the next {weeks} weeks"
    if len(spans) == 1:
        return f"from {first.start:%a %Y-%m-%d %H:%M} to {first.end:%a %Y-%m-%d %H:%M}"
    days = named_days(spans)
    named = _SHORTER.get(tuple(days)) or "on " + listed([WEEKDAYS[day] + "s" for day in days])
    later = {0: "", 1: " the next day"}.get(days_later(first), f" {days_later(first)} days later")
    return (
        f"{named} from {first.start:%H:%M} to {first.end:%H:%M}{later}"
        f" ({len(spans)} times in the next {weeks} weeks, first on {first.start:%Y-%m-%d})"
    )


def listed(words: Sequence[str]) -> str:
    """`amy, ben and cho`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""


def _continues(cut_off: Span, whole: Span, start: datetime, end: datetime) -> bool:
    """Whether a time that reaches beyond what was looked at is one more of the same kind as `whole`."""
    same_end = (cut_off.end.time(), cut_off.end.weekday()) == (whole.end.time(), whole.end.weekday())
    same_start = (cut_off.start.time(), cut_off.start.weekday()) == (whole.start.time(), whole.start.weekday())
    return (cut_off.start > start or same_end) and (cut_off.end < end or same_start)
