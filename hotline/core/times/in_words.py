"""Times in words, as coordinators write them: `Thu 24 Dec 18:00 – Fri 25 Dec 08:00`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo

from hotline.core.times.recurring import listed
from hotline.core.times.spans import Span

_MIDNIGHT = timedelta(minutes=1)
_MOST = 6


def told(span: Span, zone: tzinfo) -> str:
    """A time on the wall clock of a zone; an end at midnight is `24:00` of the day before."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    last, minute = (end, f"{end:%H:%M}")
    if minute == "00:00" and end.date() > start.date():
        last, minute = (end - _MIDNIGHT, "24:00")
    if start.date() == last.date():
        return f"{day(start)} {start:%H:%M}–{minute}"
    return f"{day(start)} {start:%H:%M} – {day(last)} {minute}"


def told_all(spans: Iterable[Span], zone: tzinfo) -> str:
    """Write some times in words, and how many more there are."""
    words = [told(span, zone) for span in spans]
    more = [f"{len(words) - _MOST} times more"] if len(words) > _MOST else []
    return listed([*words[:_MOST], *more])


def hours(seconds: int) -> str:
    """`40 h`, `7.5 h`, `0.25 h`: hours with as many decimals as they need, two at most."""
    return f"{seconds / 3600:.2f}".rstrip("0").rstrip(".") + " h"


def day(when: date) -> str:
    """`Mon 5 Jan`."""
    return f"{when:%a} {when.day} {when:%b}"
