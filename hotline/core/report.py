"""What a period's calls come to: how many, how many answered, how long people waited and talked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo

from hotline.core.rota import wall_minute
from hotline.core.wall import WallClock


@dataclass(frozen=True, slots=True)
class Call:
    """What is kept of one call: epoch seconds. `answered_at` None: nobody answered. `ended_at` None: going on."""

    hotline: str
    started_at: int
    answered_at: int | None
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a zone: from `start` until before `end`, epoch seconds. Not always 24 hours."""

    date: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a time zone, both `first` and `last` included. `zone` is its name."""

    first: date
    last: date
    zone: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls, counted.

    `waits` (start to answer, answered calls), `talks` (answer to end) and `abandoned` (start to end, calls nobody
    answered) say how many calls took how many whole seconds. A call that ended in the very second in which it was
    answered, or else started, has an end that was never reported: it counts in `end_not_reported`, and is left out of
    `talks` and `abandoned`, for it would pass for one of no length.
    """

    calls: int = 0
    answered: int = 0
    in_progress: int = 0
    end_not_reported: int = 0
    waits: Mapping[int, int] = field(default_factory=dict)
    talks: Mapping[int, int] = field(default_factory=dict)
    abandoned: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spread:
    """How some durations are spread, in seconds.

    `median` and `p90` are nearest-rank percentiles: the shortest of the durations that at least 50 (90) of 100 do not
    exceed. They are durations that occurred, never something between two of them.
    """

    count: int
    total: int
    mean: float
    median: int
    p90: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """One day of a report."""

    date: date
    calls: int
    answered: int

    @property
    def share_answered(self) -> float | None:
        return share(self.answered, self.calls)


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported on a period. `hotlines` None: all of them. A spread is None where there is nothing to spread.

    `waits`: from the start of an answered call to its answer. `talks`: from there to its end. `abandoned`: from the
    start of a call that nobody answered to its end.
    """

    period: Period
    hotlines: tuple[str, ...] | None
    calls: int
    answered: int
    in_progress: int
    end_not_reported: int
    waits: Spread | None
    talks: Spread | None
    abandoned: Spread | None
    days: tuple[DayCount, ...]

    @property
    def share_answered(self) -> float | None:
        """Between 0 and 1; None without calls. Calls going on count as what they are so far."""
        return share(self.answered, self.calls)


def period(first: date, last: date, zone: tzinfo) -> Period:
    """The days from `first` to `last` in a time zone. A day that the zone skipped is left out."""
    clock = WallClock(zone)
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        start, end = clock.first(wall_minute(day)), clock.first(wall_minute(day + timedelta(days=1)))
        if start < end:
            days.append(Day(day, start, end))
    return Period(first, last, str(zone), tuple(days))


def tally(calls: Iterable[Call]) -> Tally:
    """Count some calls. The database counts its own by the same rules."""
    number = answered = in_progress = unreported = 0
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
        if call.ended_at is None:
            in_progress += 1
        elif call.ended_at <= shortest:
            unreported += 1
        elif call.answered_at is None:
            abandoned[call.ended_at - shortest] += 1
        else:
            talks[call.ended_at - shortest] += 1
    return Tally(number, answered, in_progress, unreported, waits, talks, abandoned)


def report_of(period: Period, tallies: Sequence[Tally], hotlines: tuple[str, ...] | None = None) -> Report:
    """The report on a period from the tallies of its days, in their order."""
    days = zip(period.days, tallies, strict=True)
    return Report(
        period,
        hotlines,
        calls=sum(each.calls for each in tallies),
        answered=sum(each.answered for each in tallies),
        in_progress=sum(each.in_progress for each in tallies),
        end_not_reported=sum(each.end_not_reported for each in tallies),
        waits=spread(each.waits for each in tallies),
        talks=spread(each.talks for each in tallies),
        abandoned=spread(each.abandoned for each in tallies),
        days=tuple(DayCount(day.date, each.calls, each.answered) for day, each in days),
    )


def spread(counted: Iterable[Mapping[int, int]]) -> Spread | None:
    """The spread of durations counted by their length in seconds, taken together; None if there are none."""
    together: Counter[int] = Counter()
    for each in counted:
        together.update(each)
    count = together.total()
    if not count:
        return None
    total = sum(seconds * number for seconds, number in together.items())
    return Spread(count, total, total / count, percentile(together, 50), percentile(together, 90))


def percentile(counted: Mapping[int, int], percent: int) -> int:
    """The nearest-rank percentile of durations counted by length: the shortest that `percent` of 100 do not exceed."""
    rank = -(-sum(counted.values()) * percent // 100)
    for seconds in sorted(counted):
        rank -= counted[seconds]
        if rank <= 0:
            return seconds
    raise ValueError("no durations")


def share(part: int, whole: int) -> float | None:
    """A part of a whole, between 0 and 1; None of nothing."""
    return part / whole if whole else None
