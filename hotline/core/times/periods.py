"""Periods that people report on: whole days of a time zone, and whole months and quarters of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby

from hotline.core.times.wall_clock import wall_clock, wall_minute

HOUR = 3600
_QUARTER = 3
_YEAR = 12


@dataclass(frozen=True, slots=True)
class ZoneDay:
    """A day of a zone: from `start` until before `end`, epoch seconds. Not always 24 hours."""

    date: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of the wall clock, on one date. `start` in epoch seconds. Clock changes may make it shorter."""

    start: int
    date: date
    hour: int


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a time zone, both `first` and `last` included. `zone` is its name.

    `slots` are its hours as the wall clock shows them. An hour that occurs twice is there twice.
    """

    first: date
    last: date
    zone: str
    days: tuple[ZoneDay, ...] = field(hash=False)
    slots: tuple[Slot, ...] = field(hash=False)

    @property
    def starts(self) -> list[int]:
        """The starts of its slots, in epoch seconds."""
        return [slot.start for slot in self.slots]

    @property
    def end(self) -> int:
        """The end of the period, in epoch seconds; 0 if it has no days."""
        return self.days[-1].end if self.days else 0

    @property
    def months(self) -> int:
        """The number of whole months, from the first of one to the last of another; 0 for anything else."""
        if self.first.day != 1 or (self.last + timedelta(days=1)).day != 1:
            return 0
        return _month_number(self.last) - _month_number(self.first) + 1

    @property
    def is_quarter(self) -> bool:
        """Return whether the period is a quarter of a calendar year."""
        return self.months == _QUARTER and self.first.month % _QUARTER == 1

    def is_over(self, now: int) -> bool:
        """Return whether its last day has ended, at an instant in epoch seconds."""
        return self.end <= now


@lru_cache(maxsize=16)
def period(first: date, last: date, zone: tzinfo) -> Period:
    """The days from `first` to `last` in a time zone. A day that the zone skipped is left out."""
    clock = wall_clock(zone)
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        start, end = clock.first(wall_minute(day)), clock.first(wall_minute(day + timedelta(days=1)))
        if start < end:
            days.append(ZoneDay(day, start, end))
    return Period(first, last, str(zone), tuple(days), tuple(_slots(days, zone)))


def before(first: date, last: date) -> tuple[date, date]:
    """The period before another, of the same length: as many months for whole months, else as many days."""
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        months = _month_number(last) - _month_number(first) + 1
        return month_start(first, -months), first - timedelta(days=1)
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)


def month_start(day: date, later: int = 0) -> date:
    """The first day of a date's month, or of the month so many months later."""
    year, month = divmod(_month_number(day) + later, _YEAR)
    return date(year, month + 1, 1)


def months(first: date, count: int) -> tuple[date, date]:
    """The number of whole months, from the first of one month to the last of another. 0 for anything else."""
    return month_start(first), month_start(first, count) - timedelta(days=1)


def months_over(since: int, until: int, zone: tzinfo) -> Iterator[Period]:
    """The months of a zone from that of an instant on that end by another instant; both in epoch seconds."""
    first = month_start(datetime.fromtimestamp(since, zone).date())
    while (month := period(*months(first, 1), zone)).end <= until:
        yield month
        first = month_start(first, 1)


def last_month(today: date) -> tuple[date, date]:
    """The calendar month before that of a day."""
    return months(month_start(today, -1), 1)


def last_quarter(today: date) -> tuple[date, date]:
    """The quarter of the year before that of a day."""
    return months(month_start(today, -_QUARTER - (today.month - 1) % _QUARTER), _QUARTER)


def this_year(today: date) -> tuple[date, date]:
    """Return the period from New Year's Day to today."""
    return date(today.year, 1, 1), today


@lru_cache(maxsize=16)
def by_month(period: Period) -> tuple[Period, ...]:
    """A period as calendar months, each cut to the days that are in the period."""
    days = [tuple(some) for _, some in groupby(period.days, lambda day: (day.date.year, day.date.month))]
    slots = [tuple(some) for _, some in groupby(period.slots, lambda slot: (slot.date.year, slot.date.month))]
    return tuple(
        Period(of[0].date, of[-1].date, period.zone, of, their_slots)
        for of, their_slots in zip(days, slots, strict=True)
    )


@dataclass(frozen=True, slots=True)
class RunOfSlots:
    """Consecutive slots of an hour each, from `start` until before `end`. The last may be shorter."""

    start: int
    end: int


def _slots(days: Iterable[ZoneDay], zone: tzinfo) -> Iterator[Slot]:
    for day in days:
        at = day.start
        while at < day.end:
            local = datetime.fromtimestamp(at, zone)
            yield Slot(at, day.date, local.hour)
            at = min(at + HOUR - (local.minute * 60 + local.second), day.end)


def runs(period: Period) -> list[RunOfSlots]:
    """Group the slots of a period into few runs: mostly one, and more in zones that change clocks by half an hour."""
    found: list[RunOfSlots] = []
    start = 0
    for place, slot in enumerate(period.slots):
        is_last = place + 1 == len(period.slots)
        follows = period.end if is_last else period.slots[place + 1].start
        if is_last or follows - slot.start != HOUR:
            found.append(RunOfSlots(period.slots[start].start, follows))
            start = place + 1
    return found


def _month_number(day: date) -> int:
    return day.year * _YEAR + day.month - 1
