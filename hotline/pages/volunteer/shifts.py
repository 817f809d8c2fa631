"""A volunteer's times on call, as a list and as a picture of the weeks ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.core.rota.days import start_of_day
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.spells import backup_spells, spells
from hotline.core.times.spans import Span

WEEKS = 8
DRAWN = 4
"""Weeks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a day on call: its start and its length, in per cent of the week's width."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Week:
    """A row of the picture: a week."""

    first: date
    days: tuple[date, ...]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shifts:
    """A volunteer's times on call from now on. `current` is the one under way."""

    current: Span | None
    following: tuple[Span, ...]
    weeks: tuple[Week, ...]
    hours: int


def shifts(schedule: Schedule, who: str, now: datetime) -> Shifts:
    """The times on call of a volunteer in the weeks ahead."""
    today = now.astimezone(schedule.rota.zone).date()
    monday = today - timedelta(days=today.weekday())
    start = start_of_day(schedule, monday)
    mine = spells(schedule.stretches_when_open(start, now + timedelta(weeks=WEEKS))).get(who, [])
    ahead = [one for one in mine if one.end > now]
    current = ahead[0] if ahead and ahead[0].start <= now else None
    following = tuple(ahead[1:] if current else ahead)
    in_weeks = sum(one.seconds for one in ahead if one.start < now + timedelta(weeks=DRAWN))
    return Shifts(current, following, _weeks(schedule, mine, monday), round(in_weeks / 3600))


def with_me(schedule: Schedule, who: str, time: Span) -> list[str]:
    """Return who else is on call at some moment of a time on call, in the order in which they are rung."""
    found = (other for stretch in schedule.stretches(time.start, time.end) for other in stretch.who.on_call)
    return [other for other in dict.fromkeys(found) if other != who]


def backup_times(schedule: Schedule, who: str, now: datetime) -> tuple[Span, ...] | None:
    """A volunteer's times as backup in the weeks ahead, or None if they always are."""
    if not schedule.rota.backup_entries or who in schedule.rota.backup_entries:
        return None
    return tuple(backup_spells(schedule.stretches(now, now + timedelta(weeks=WEEKS))).get(who, ()))


def _weeks(schedule: Schedule, mine: Sequence[Span], monday: date) -> tuple[Week, ...]:
    """Draw weeks with days of equal width, however long they last."""
    found = []
    for number in range(DRAWN):
        first = monday + timedelta(weeks=number)
        pieces = []
        for place in range(7):
            start, end = (start_of_day(schedule, first + timedelta(days=place + later)) for later in (0, 1))
            for one in mine:
                if one.start < end and start < one.end and start < end:
                    left = (max(one.start, start) - start) / (end - start)
                    right = (min(one.end, end) - start) / (end - start)
                    pieces.append(Piece(round((place + left) * 100 / 7, 3), round((right - left) * 100 / 7, 3)))
        days = tuple(first + timedelta(days=place) for place in range(7))
        found.append(Week(first, days, tuple(pieces)))
    return tuple(found)
