"""The report of a period: how many calls, how many answered, how long people waited and talked."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise

from hotline.core.reports.small_cells import SMALL
from hotline.core.times.periods import Period, Slot


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A call in the log. Times in epoch seconds. `answered_at` None: nobody answered. `ended_at` None: not over."""

    hotline: str
    started_at: int
    answered_at: int | None
    ended_at: int | None


WITHIN = (15, 20, 30, 60)
"""Seconds for which the report counts the calls answered within them."""
WAIT_BARS = (15, 30, 60, 120, 300)
TALK_BARS = (60, 300, 600, 1_200, 1_800, 3_600)
"""Seconds: the upper ends of a distribution's bars, inclusive. One more bar has anything longer."""
MOST_LONGEST = 5


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of calls.

    `waits` (start to answer, answered calls), `talks` (answer to end) and `abandoned` (start to end, calls nobody
    answered) map whole seconds to a number of calls.

    If a call ended in the second in which it started or was answered, its end was never reported. It counts in
    `end_not_reported`. It is left out of `talks` and `abandoned`, where it would count as a call of no length.
    `not_answered` counts every call that ended without an answer, whether its end was reported or not.
    """

    calls: int = 0
    answered: int = 0
    in_progress: int = 0
    end_not_reported: int = 0
    not_answered: int = 0
    waits: Mapping[int, int] = field(default_factory=dict)
    talks: Mapping[int, int] = field(default_factory=dict)
    abandoned: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountedSpan:
    """A time whose calls are counted: those that started from `start` until before `end`. No hotlines: all of them."""

    start: int
    end: int
    hotlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotCount:
    """The calls that started in an hour of the wall clock."""

    slot: Slot
    calls: int
    answered: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The calls of a period, counted: all together, and by the slots of the period how many, and how many answered."""

    tally: Tally
    period: Period
    calls: Sequence[int]
    answered: Sequence[int]

    @property
    def slots(self) -> tuple[SlotCount, ...]:
        """The counts of each hour of the period."""
        return tuple(map(SlotCount, self.period.slots, self.calls, self.answered))


@dataclass(frozen=True, slots=True)
class Spread:
    """The spread of some durations, in seconds.

    `median` and `p90` are nearest-rank percentiles: the shortest duration that at least 50 (90) of 100 do not exceed.
    They are durations that occurred, never a value between two of them.
    """

    count: int
    total: int
    mean: float
    median: int
    p90: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """The counts of one day of a report."""

    date: date
    calls: int
    answered: int

    @property
    def share_answered(self) -> float | None:
        return share(self.answered, self.calls)


@dataclass(frozen=True, slots=True)
class WeekCount:
    """The counts of one ISO week, named by its Monday."""

    monday: date
    calls: int
    answered: int

    @property
    def share_answered(self) -> float | None:
        return share(self.answered, self.calls)

    @property
    def name(self) -> str:
        return week_name(self.monday)


@dataclass(frozen=True, slots=True)
class HistogramBar:
    """A bar of a histogram: how many durations were over `over` seconds, and at most `up_to` (None: no limit)."""

    over: int
    up_to: int | None
    count: int


@dataclass(frozen=True, slots=True)
class LongWait:
    """A long wait, in seconds, and whether a person answered at its end. Its time is left out on purpose."""

    seconds: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Timed:
    """A number of calls, and how many seconds they took together."""

    count: int
    total: int

    @property
    def mean(self) -> float | None:
        return self.total / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Before:
    """The part of a period, up to the day `until`, whose calls were deleted from the log. Only their totals remain.

    `waits`, `talks`, `abandoned`: as in a report. None where the period cuts through a month, since totals are monthly.
    """

    until: date
    calls: int
    answered: int
    waits: Timed | None
    talks: Timed | None
    abandoned: Timed | None


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a period. `hotlines` None: all of them. A spread is None where there are no durations.

    `waits`: from the start of an answered call to its answer. `talks`: from there to its end. `abandoned`: from the
    start of a call that nobody answered to its end. `not_answered` counts the calls that have ended, and `within` the
    calls answered in at most so many seconds. `slot_calls` and `slot_answered` are the counts of each slot.

    `before` covers calls that are in the counts and the days, but no longer in the log. No other figure includes them.
    """

    period: Period
    hotlines: tuple[str, ...] | None
    calls: int
    answered: int
    in_progress: int
    end_not_reported: int
    not_answered: int
    waits: Spread | None
    talks: Spread | None
    abandoned: Spread | None
    within: Mapping[int, int]
    wait_bars: tuple[HistogramBar, ...]
    talk_bars: tuple[HistogramBar, ...]
    longest: tuple[LongWait, ...]
    days: tuple[DayCount, ...]
    slot_calls: Sequence[int]
    slot_answered: Sequence[int]
    before: Before | None = None
    zones: int = 1
    """The number of time zones of the hotlines. With several, each call counts on its own hotline's day."""
    weeks: tuple[WeekCount, ...] = ()
    by_week_until: date | None = None
    """A Sunday: until then starts of calls are rounded, so `weeks` take the place of `days`. None: every day is known.

    The hours of such `slots` tell the part of the day only, and their dates the week.
    """

    @property
    def slots(self) -> tuple[SlotCount, ...]:
        """The calls of each hour of the period. A year has thousands, so they are made only where they are shown."""
        return tuple(map(SlotCount, self.period.slots, self.slot_calls, self.slot_answered))

    @property
    def share_answered(self) -> float | None:
        """Between 0 and 1; None without calls. Ongoing calls count by their state so far."""
        return share(self.answered, self.calls)

    @property
    def times_withheld(self) -> bool:
        """Return whether calls were answered, but waiting and talking times are hidden."""
        told = (self.waits, self.talks, self.within, self.wait_bars, self.talk_bars, self.longest)
        return self.answered > 0 and not any(told)

    def share_within(self, seconds: int) -> float | None:
        """The share of all calls in the log that were answered within each limit of WITHIN."""
        if seconds not in self.within:
            return None
        return share(self.within[seconds], self.calls - (self.before.calls if self.before else 0))


def counts_alone(report: Report) -> Report:
    """A report without waits, lengths and ongoing calls. With few calls, those reveal the times of a single call."""
    return replace(
        report,
        in_progress=0,
        end_not_reported=0,
        waits=None,
        talks=None,
        abandoned=None,
        within={},
        wait_bars=(),
        talk_bars=(),
        longest=(),
        before=replace(report.before, waits=None, talks=None, abandoned=None) if report.before else None,
    )


def times_of_many(report: Report) -> Report:
    """A report whose times are those of more than `SMALL` calls each, and of no single call."""
    steps = [*(report.within[limit] for limit in sorted(report.within)), report.answered]
    return replace(
        counts_alone(report),
        waits=_of_many(report.waits),
        talks=_of_many(report.talks),
        abandoned=_of_many(report.abandoned),
        within=report.within if _are_many(more - less for less, more in pairwise((0, *steps))) else {},
        wait_bars=report.wait_bars if _are_many(wait_bar.count for wait_bar in report.wait_bars) else (),
        talk_bars=report.talk_bars if _are_many(talk_bar.count for talk_bar in report.talk_bars) else (),
    )


def _of_many(spread: Spread | None) -> Spread | None:
    return spread if spread is not None and spread.count > SMALL else None


def _are_many(counts: Iterable[int]) -> bool:
    return all(count == 0 or count > SMALL for count in counts)


def tally(calls: Iterable[LoggedCall]) -> Tally:
    """Count some calls. The database counts its own by the same rules."""
    number = answered = in_progress = unreported = not_answered = 0
    waits: Counter[int] = Counter()
    talks: Counter[int] = Counter()
    abandoned: Counter[int] = Counter()
    for call in calls:
        number += 1
        shortest = call.started_at
        if call.answered_at is not None:
            answered += 1
            waits[call.answered_at - call.started_at] += 1
            shortest = call.answered_at
        elif call.ended_at is not None:
            not_answered += 1
        if call.ended_at is None:
            in_progress += 1
        elif call.ended_at <= shortest:
            unreported += 1
        elif call.answered_at is None:
            abandoned[call.ended_at - shortest] += 1
        else:
            talks[call.ended_at - shortest] += 1
    return Tally(number, answered, in_progress, unreported, not_answered, waits, talks, abandoned)


def count(period: Period, calls: Sequence[LoggedCall]) -> Counts:
    """Count the calls of a period. The database counts its own by the same rules."""
    starts = [slot.start for slot in period.slots]
    number: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    for call in calls:
        place = bisect_right(starts, call.started_at) - 1
        number[place] += 1
        answered[place] += call.answered_at is not None
    places = range(len(starts))
    return Counts(tally(calls), period, [number[place] for place in places], [answered[place] for place in places])


def together(period: Period, counts: Sequence[Counts]) -> Counts:
    """Counts of one period's days in several zones, merged by the wall clock of each hotline.

    An hour missing from the wall clock of `period` counts with the hour before it.
    """
    if len(counts) == 1:
        return counts[0]
    calls, answered = [0] * len(period.slots), [0] * len(period.slots)
    for one in counts:
        for place, number, with_answer in zip(_places(period, one.period), one.calls, one.answered, strict=True):
            if number:
                calls[place] += number
                answered[place] += with_answer
    tallies = [one.tally for one in counts]
    numbers = ("calls", "answered", "in_progress", "end_not_reported", "not_answered")
    sums = {name: sum(getattr(one, name) for one in tallies) for name in numbers}
    waits, talks, abandoned = Counter[int](), Counter[int](), Counter[int]()
    for each in tallies:
        for counter, counted in ((waits, each.waits), (talks, each.talks), (abandoned, each.abandoned)):
            counter.update(counted)
    return Counts(Tally(**sums, waits=waits, talks=talks, abandoned=abandoned), period, calls, answered)


def _hours(period: Period) -> list[tuple[date, int]]:
    return [(slot.date, slot.hour) for slot in period.slots]


@lru_cache(maxsize=32)
def _places(period: Period, other: Period) -> Sequence[int]:
    """Return where each hour of another wall clock is on that of a period."""
    names, others = _hours(period), _hours(other)
    if names == others:
        return range(len(names))
    return [max(bisect_left(names, (day, hour + 1)) - 1, 0) for day, hour in others]


def report_of(period: Period, counts: Counts, hotlines: tuple[str, ...] | None = None) -> Report:
    """The report on a period, from its counted calls."""
    tally = counts.tally
    return Report(
        period,
        hotlines,
        calls=tally.calls,
        answered=tally.answered,
        in_progress=tally.in_progress,
        end_not_reported=tally.end_not_reported,
        not_answered=tally.not_answered,
        waits=spread(tally.waits),
        talks=spread(tally.talks),
        abandoned=spread(tally.abandoned),
        within={limit: sum(n for wait, n in tally.waits.items() if wait <= limit) for limit in WITHIN},
        wait_bars=bars(tally.waits, WAIT_BARS),
        talk_bars=bars(tally.talks, TALK_BARS),
        longest=longest(tally),
        days=_days(counts),
        slot_calls=counts.calls,
        slot_answered=counts.answered,
    )


def _days(counts: Counts) -> tuple[DayCount, ...]:
    calls: Counter[date] = Counter()
    answered: Counter[date] = Counter()
    for slot, number, with_answer in zip(counts.period.slots, counts.calls, counts.answered, strict=True):
        if number:
            calls[slot.date] += number
            answered[slot.date] += with_answer
    return tuple(DayCount(day.date, calls[day.date], answered[day.date]) for day in counts.period.days)


def bars(counted: Mapping[int, int], ends: Sequence[int]) -> tuple[HistogramBar, ...]:
    """Durations counted by length, sorted into bars."""
    numbers = [0] * (len(ends) + 1)
    for seconds, number in counted.items():
        numbers[bisect_left(ends, seconds)] += number
    edges = (0, *ends, None)
    return tuple(HistogramBar(edges[place] or 0, edges[place + 1], number) for place, number in enumerate(numbers))


def longest(tally: Tally) -> tuple[LongWait, ...]:
    """The longest waits, longest first: of answered callers, and of callers whom nobody answered."""
    found: list[LongWait] = []
    for counted, answered in ((tally.waits, True), (tally.abandoned, False)):
        for seconds in heapq.nlargest(MOST_LONGEST, counted):
            found += [LongWait(seconds, answered)] * min(counted[seconds], MOST_LONGEST)
    found.sort(key=lambda one: (-one.seconds, one.answered))
    return tuple(found[:MOST_LONGEST])


def spread(counted: Mapping[int, int]) -> Spread | None:
    """The spread of durations counted by their length in seconds; None if there are none."""
    count = sum(counted.values())
    if not count:
        return None
    total = sum(seconds * number for seconds, number in counted.items())
    return Spread(count, total, total / count, percentile(counted, 50), percentile(counted, 90))


def percentile(counted: Mapping[int, int], percent: int) -> int:
    """The nearest-rank percentile of durations counted by length: the shortest that `percent` of 100 do not exceed."""
    rank = -(-sum(counted.values()) * percent // 100)
    for seconds in sorted(counted):
        rank -= counted[seconds]
        if rank <= 0:
            return seconds
    raise ValueError("no durations")


def week_name(monday: date) -> str:
    """The ISO week of a date: `2026-W40`."""
    return f"{monday:%G-W%V}"


def share(part: int, whole: int) -> float | None:
    """A part of a whole, between 0 and 1; None of nothing."""
    return part / whole if whole else None
