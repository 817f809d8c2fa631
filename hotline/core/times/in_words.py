"""Times in words, as coordinators write them: `Thu 24 Dec 18:00 – Fri 25 Dec 08:00`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from hotline.core.times.recurring import WEEKDAYS, days_later, listed, named_days
from hotline.core.times.spans import Span

_MIDNIGHT = timedelta(minutes=1)
_MOST = 6
_NEXT_DAYS = 2
"""Days after its start from which the end of a time needs its weekday."""


def told(span: Span, zone: tzinfo) -> str:
    """A time on the wall clock of a zone; an end at midnight is `24:00` of the day before."""
    return _told(span.start.astimezone(zone), span.end.astimezone(zone))


def _told(start: datetime, end: datetime) -> str:
    last, minute = (end, f"{end:%H:%M}")
    if minute == "00:00" and end.date() > start.date():
        last, minute = (end - _MIDNIGHT, "24:00")
    if start.date() == last.date():
        return f"{day(start)} {start:%H:%M}–{minute}"
    return f"{day(start)} {start:%H:%M} – {day(last)} {minute}"


def told_alike(spans: Sequence[Span], start: datetime, end: datetime) -> str:
    """Wall-clock times that are alike, in a few words: `Mon–Fri 20:00–08:00, 40 times from Mon 5 Jan`.

    `start` and `end` are the span looked at; a time that is under way at `start` comes first.
    """
    first = spans[0]
    if first.start <= start:
        until = "no end set" if first.end >= end else f"until {day(first.end)} {first.end:%H:%M}"
        return f"now, {until}" + (f"; {told_alike(spans[1:], start, end)}" if len(spans) > 1 else "")
    if len(spans) == 1:
        return f"from {day(first.start)} {first.start:%H:%M} on" if first.end == end else _told(first.start, first.end)
    later = days_later(first)
    last = f"–{first.end:%H:%M}" if later < _NEXT_DAYS else f" – {first.end:%a %H:%M}"
    return f"{_days(named_days(spans))} {first.start:%H:%M}{last}, {len(spans)} times from {day(first.start)}"


def _days(days: Sequence[int]) -> str:
    """`daily`, `Mon–Fri`, `Mon, Wed, Sat`."""
    names = [name[:3] for name in WEEKDAYS]
    if len(days) == len(names):
        return "daily"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[days[0]]}–{names[days[-1]]}"
    return ", ".join(names[one] for one in days)


def told_all(spans: Iterable[Span], zone: tzinfo) -> str:
    """Write some times in words, and how many more there are."""
    words = [told(span, zone) for span in spans]
    more = [f"{len(words) - _MOST} times more"] if len(words) > _MOST else []
    return listed([*words[:_MOST], *more])


def hours(seconds: int) -> str:
    """Hours in words, of seconds: `40 h`, `7.5 h`, `0.25 h`. They have two decimals at most."""
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".") + " h"


def day(when: date) -> str:
    """A date in words: `Mon 5 Jan`."""
    return f"{when:%a} {when.day} {when:%b}"
