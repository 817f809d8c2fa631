"""Fairness: how the load of a rota is spread, and where it is too much for one volunteer. From the rota alone.

A night: on call for 3 hours or more between 23:00 and 06:00; it is named by the date it begins on.
A weekend: on call for 3 hours or more between Saturday 00:00 and Monday 00:00.
A rest: the time from one unbroken time on call to the next. Being a backup is not being on call. While every line
with the rota is closed, nobody is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Literal

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Limits
from hotline.core.rota.spells import backup_spells, spells
from hotline.core.times.spans import Span, seconds, within
from hotline.core.times.wall_clock import DAY, WallClock, utc, wall_minute

DEFINITION = (
    "A night is 3 hours or more on call between 23:00 and 06:00; a weekend is 3 hours or more between Saturday 00:00"
    " and Monday 00:00; longest is the longest time on call without a break."
)
_COUNTS_FROM = 3 * 3600
_NIGHT = (23 * 60, DAY + 6 * 60)
_WEEKEND = (0, 2 * DAY)
_SATURDAY = 5
_ON_EITHER_SIDE = timedelta(days=14)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Load:
    """The load of one volunteer over a period. `longest` and `backup` in seconds, like `on_call`."""

    volunteer: str
    on_call: int
    nights: int
    weekends: int
    longest: int
    backup: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that is exceeded. `span` is the run of nights, or the rest that is too short.

    `size`: how many nights, or how many seconds of rest. `at_least`: the run continues beyond the period looked at.
    """

    volunteer: str
    kind: Literal["nights-running", "short-rest"]
    severity: Literal["warning", "error"]
    size: int
    span: Span
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Fairness:
    """The loads of all volunteers, most loaded first, and their breaches.

    `silenced`: the reasons for breaches that are not reported.
    """

    start: datetime
    end: datetime
    loads: tuple[Load, ...]
    breaches: tuple[Breach, ...]
    silenced: Mapping[str, str]


def fairness(schedule: Schedule, start: datetime, end: datetime) -> Fairness:
    """Return the load of each volunteer from `start` to `end`."""
    stretches = schedule.stretches_when_open(start, end)
    on_call, backup = spells(stretches), backup_spells(stretches)
    nights, weekends = _Windows(schedule.clock, _NIGHT, range(7)), _Windows(schedule.clock, _WEEKEND, (_SATURDAY,))
    loads = []
    for who in schedule.rota.volunteers:
        times = on_call.get(who, [])
        loads.append(
            Load(
                who,
                seconds(times),
                len(nights.counted(times)),
                len(weekends.counted(times)),
                max((time.seconds for time in times), default=0),
                seconds(backup.get(who, ())),
            )
        )
    loads.sort(key=lambda one: (-one.on_call, -one.nights, -one.weekends))
    everyone = breaches(schedule, start, end)
    silenced = schedule.rota.limits.silenced
    return Fairness(
        start,
        end,
        tuple(loads),
        tuple(one for one in everyone if one.volunteer not in silenced),
        {one.volunteer: silenced[one.volunteer] for one in everyone if one.volunteer in silenced},
    )


def breaches(schedule: Schedule, start: datetime, end: datetime) -> list[Breach]:
    """Find everything that exceeds the rota's limits in a period, silenced or not, by volunteer and time.

    A run of nights that reaches beyond the period is followed for two weeks on either side. Default limits do not count
    where everyone is on call without a break, as on a rota's first day: nobody is left to share with.
    """
    first, last = start - _ON_EITHER_SIDE, end + _ON_EITHER_SIDE
    times = spells(schedule.stretches_when_open(first, last))
    nights = _Windows(schedule.clock, _NIGHT, range(7))
    limits = schedule.rota.limits
    if limits == Limits() and _nobody_else(schedule, times, first, last):
        return []
    return [
        replace(one, at_least=one.span.start < first + _A_DAY or one.span.end > last - _A_DAY)
        for who in schedule.rota.volunteers
        for one in (*_runs(who, times.get(who, ()), nights, limits), *_rests(who, times.get(who, ()), limits))
        if one.span.start < end and start < one.span.end
    ]


def _nobody_else(schedule: Schedule, times: Mapping[str, Sequence[Span]], first: datetime, last: datetime) -> bool:
    """Return whether all volunteers, other than the backup, are on call whenever the line is open."""
    everyone = (set(schedule.rota.volunteers) - set(schedule.rota.backup)) | times.keys()
    needed = schedule.open_times(first, last)
    return all(list(times.get(who, ())) == needed for who in everyone)


def exceeded(schedule: Schedule, who: str, times: Sequence[Span]) -> frozenset[Breach]:
    """Return what would exceed the rota's limits if a volunteer were on call at just these times (in order, apart)."""
    limits = schedule.rota.limits
    if who in limits.silenced:
        return frozenset()
    nights = _Windows(schedule.clock, _NIGHT, range(7))
    counted = schedule.while_open(list(times))
    return frozenset((*_runs(who, counted, nights, limits), *_rests(who, counted, limits)))


class _Windows:
    """A part of certain weekdays, on a zone's wall clock: minutes from midnight, maybe past the next."""

    def __init__(self, clock: WallClock, minutes: tuple[int, int], weekdays: Iterable[int]) -> None:
        self._clock = clock
        self._minutes = minutes
        self._weekdays = frozenset(weekdays)
        self._found: dict[int, Span] = {}

    def on(self, ordinal: int) -> Span:
        """The window of a date, in UTC."""
        if ordinal not in self._found:
            start, end = (wall_minute(date.fromordinal(ordinal), minute) for minute in self._minutes)
            self._found[ordinal] = Span(utc(self._clock.first(start)), utc(self._clock.last(end)))
        return self._found[ordinal]

    def counted(self, times: Iterable[Span]) -> list[int]:
        """The dates (proleptic ordinals) whose window contains 3 hours or more of these times, in order."""
        held: dict[int, int] = {}
        for time in times:
            for ordinal in range(time.start.toordinal() - 3, time.end.toordinal() + 2):
                if (ordinal + 6) % 7 in self._weekdays:
                    window = self.on(ordinal)
                    if time.start < window.end and window.start < time.end:
                        held[ordinal] = held.get(ordinal, 0) + seconds(within([time], window.start, window.end))
        return sorted(ordinal for ordinal, lasts in held.items() if lasts >= _COUNTS_FROM)


def _runs(who: str, times: Sequence[Span], nights: _Windows, limits: Limits) -> Iterable[Breach]:
    counted = nights.counted(times)
    for _, group in groupby(enumerate(counted), lambda numbered: numbered[1] - numbered[0]):
        run = [ordinal for _, ordinal in group]
        if len(run) > limits.nights_running:
            severity: Literal["warning", "error"] = "error" if len(run) > limits.most_nights_running else "warning"
            yield Breach(
                who, "nights-running", severity, len(run), Span(nights.on(run[0]).start, nights.on(run[-1]).end)
            )


def _rests(who: str, times: Sequence[Span], limits: Limits) -> Iterable[Breach]:
    for before, after in pairwise(times):
        rest = Span(before.end.astimezone(UTC), after.start.astimezone(UTC))
        if rest.seconds < limits.rest_between:
            yield Breach(who, "short-rest", "warning", rest.seconds, rest)
