"""Wall-clock time and instants, through clock changes.

A zone's wall clock usually runs as time does. A few times a year it jumps ahead (some wall-clock times never occur) or
back (some occur twice). The rule for rotas: a time that occurs twice means its first occurrence as a start and its last
as an end. A time that does not occur means the instant of the jump.

Everything here counts in whole seconds: instants since 1970-01-01T00:00Z ("epoch seconds"), wall-clock times since
0001-01-01 00:00 on the wall clock ("wall seconds").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from math import ceil, floor

DAY = 24 * 60
WEEK = 7 * DAY
"""Minutes."""
_DAY = 86_400
_YEAR_ONE_TO_1970 = date(1970, 1, 1).toordinal() * _DAY
_REMEMBERED_DAYS = 2_000
_NEAR_DAYS = 3
"""Days after and before a clock change on which a wall-clock time may be unclear."""
_ZONES = 600
"""Somewhat more than there are."""
_LATEST = (date(9999, 12, 31).toordinal() - 1) * _DAY - _YEAR_ONE_TO_1970


WallMinute = int
"""Minutes since the start of 0001-01-01 in the rota's wall-clock time."""


def wall_minute(day: date, minute: int = 0) -> WallMinute:
    """Return the wall-clock minute `minute` (may be 1440 or more) of the date `day`."""
    return day.toordinal() * DAY + minute


def epoch_seconds(instant: datetime) -> int:
    """Whole seconds since 1970 of an aware datetime, rounded down."""
    return floor(instant.timestamp())


def epoch_seconds_up(instant: datetime) -> int:
    """Return whole seconds since 1970 of an aware datetime, rounded up."""
    return ceil(instant.timestamp())


def utc(seconds: int) -> datetime:
    """The aware UTC datetime of epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True)
class _Run:
    """A time during which the wall clock runs evenly: from `start` on (epoch seconds), `offset` ahead of UTC."""

    start: float
    offset: int


class WallClock:
    """The wall clock of a zone. Remembers the clock changes around the requested days. Safe to share between threads.

    `wall_clock` has one for all who ask for the same zone.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._runs: dict[int, tuple[_Run, ...]] = {}

    def span(self, instant: int) -> tuple[int, int]:
        """The earliest wall-clock time still to come (or now), and the latest one reached, at an instant.

        Both are wall seconds, and equal except near a clock change. A stretch from wall-clock time a to b contains the
        instant exactly if `a <= latest` and `earliest < b`: its start was reached, and its end is still to come. For
        that, the times after a clock change count from a second before: the first of them is an end not yet reached.
        """
        runs = self._around(instant // _DAY)
        if len(runs) == 1:
            wall = instant + runs[0].offset + _YEAR_ONE_TO_1970
            return wall, wall
        earliest, latest = None, None
        for run, following in zip(runs, (*runs[1:], None), strict=True):
            end = float("inf") if following is None else following.start
            if run.start <= instant < end:
                now = instant + run.offset
                earliest = now if earliest is None else min(earliest, now)
                latest = now if latest is None else max(latest, now)
            elif end <= instant:
                reached = int(end) + run.offset - 1
                latest = reached if latest is None else max(latest, reached)
            else:
                coming = int(run.start) + run.offset - 1  # its first time, as an end, is not reached yet
                earliest = coming if earliest is None else min(earliest, coming)
        assert earliest is not None
        assert latest is not None
        return earliest + _YEAR_ONE_TO_1970, latest + _YEAR_ONE_TO_1970

    def first(self, wall: WallMinute) -> int:
        """Epoch seconds of a wall-clock minute as a start: its first occurrence, or the jump over it."""
        seconds = wall * 60 - _YEAR_ONE_TO_1970
        runs = self._around(seconds // _DAY)
        if len(runs) == 1:
            return seconds - runs[0].offset
        for run, following in zip(runs, (*runs[1:], None), strict=True):
            if seconds < run.start + run.offset:
                return int(run.start)
            if following is None or seconds < following.start + run.offset:
                return seconds - run.offset
        raise AssertionError("the last run has no end")

    def last(self, wall: WallMinute) -> int:
        """Epoch seconds of a wall-clock minute as an end: its last occurrence, or the jump over it."""
        seconds = wall * 60 - _YEAR_ONE_TO_1970
        runs = self._around(seconds // _DAY)
        if len(runs) == 1:
            return seconds - runs[0].offset
        for run, following in zip(reversed(runs), (None, *reversed(runs[1:])), strict=True):
            if following is not None and seconds >= following.start + run.offset:
                return int(following.start)
            if seconds >= run.start + run.offset:
                return seconds - run.offset
        raise AssertionError("the first run has no start")

    def is_even(self, start: int, end: int) -> bool:
        """Return whether the wall clock runs evenly from an instant to another, and on some days before and after."""
        days = range(start // _DAY - _NEAR_DAYS, end // _DAY + _NEAR_DAYS + 1)
        return not any(_changes_of_day(self._zone, day) for day in days)

    def _around(self, day: int) -> tuple[_Run, ...]:
        """The even runs of the wall clock from two days before to three days after the start of a UTC day."""
        runs = self._runs.get(day)
        if runs is None:
            if len(self._runs) >= _REMEMBERED_DAYS:
                self._runs.clear()
            runs = self._runs[day] = _runs_around(self._zone, day)
        return runs


@lru_cache(maxsize=_ZONES)
def wall_clock(zone: tzinfo) -> WallClock:
    """Return the one wall clock of a zone: a thousand rotas find its clock changes once."""
    return WallClock(zone)


def _runs_around(zone: tzinfo, day: int) -> tuple[_Run, ...]:
    changes = (change for one in range(day - 2, day + 3) for change in _changes_of_day(zone, one))
    return (_Run(float("-inf"), _offset(zone, (day - 2) * _DAY)), *changes)


@lru_cache(maxsize=_REMEMBERED_DAYS)
def _changes_of_day(zone: tzinfo, day: int) -> tuple[_Run, ...]:
    """The runs that begin after the start of a UTC day, and no later than its end."""
    runs: list[_Run] = []
    offset = _offset(zone, day * _DAY)
    for hour in range(day * _DAY + 3600, (day + 1) * _DAY + 1, 3600):
        if _offset(zone, hour) != offset:
            change = _first_differing(zone, hour - 3600, hour, offset)
            offset = _offset(zone, change)
            runs.append(_Run(change, offset))
    return tuple(runs)


def _first_differing(zone: tzinfo, before: int, after: int, offset: int) -> int:
    """The instant after `before`, at or before `after`, at which the offset is no longer `offset`."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return after


def _offset(zone: tzinfo, instant: int) -> int:
    instant = min(instant, _LATEST)  # the clocks of the last supported days continue forever
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
