"""Calls whose start is rounded to an ISO week and a part of the day, and the reports on them.

A line with four calls a month tells whose call it was by the hour alone. So starts can be rounded after some days: to
the Thursday of their ISO week, at the first hour of their part of the day. A week counts in the month and the quarter
of its Thursday, as ISO weeks count in years. All times of a call move together, so waits and talks stay exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from hotline.core.reports.breakdown import (
    PARTS,
    Breakdown,
    CallCount,
    Part,
    Withheld,
    full_breakdown,
    may_break_down,
    part_of_day,
    safe_breakdown,
)
from hotline.core.reports.report import Report, SlotCount, WeekCount
from hotline.core.reports.small_cells import Arc, hidden
from hotline.core.times.periods import Period
from hotline.core.times.wall_clock import WallClock, wall_minute

_THURSDAY = 3
_DAYS = 7
_FIRST_HOUR: dict[Part, int] = {"night": 0, "morning": 6, "afternoon": 12, "evening": 18}


@dataclass(frozen=True, slots=True)
class WeekBreakdown:
    """Calls by ISO week (named by its Monday) and part of the day, as in PARTS. `whole`: nothing is hidden."""

    whole: bool
    weeks: Mapping[date, tuple[CallCount, ...]]
    parts: tuple[CallCount, ...]

    @property
    def hides_all(self) -> bool:
        """Return whether nothing at all can be shown."""
        return all(one.calls is None for row in (self.parts, *self.weeks.values()) for one in row)


def monday(day: date) -> date:
    """The Monday of a date's ISO week."""
    return day - timedelta(days=day.weekday())


def counted_on(day: date) -> date:
    """The Thursday of a date's ISO week, on which the week's rounded calls count."""
    return monday(day) + timedelta(days=_THURSDAY)


def rounded_up_to(now: datetime, zone: tzinfo, days: int) -> date:
    """The last date of a zone whose calls are rounded at an instant: so many days ago."""
    return now.astimezone(zone).date() - timedelta(days=days)


def rounded_start(start: int, zone: tzinfo) -> int:
    """The rounded start of a call, in epoch seconds. Rounding it again changes nothing."""
    local = datetime.fromtimestamp(start, zone)
    return _instant(counted_on(local.date()), part_of_day(local.hour), zone)


def rounded_starts(week: date, zone: tzinfo) -> list[int]:
    """The instants to which the calls of a date's week are rounded, in epoch seconds, in order."""
    return sorted(_instant(counted_on(week), part, zone) for part in PARTS)


def _instant(day: date, part: Part, zone: tzinfo) -> int:
    return WallClock(zone).first(wall_minute(day, _FIRST_HOUR[part] * 60))


def by_weeks(report: Report, last: date | None) -> Report:
    """The report with weeks in place of days, where `last` is the last date whose calls are rounded. None: nowhere."""
    if last is None or last < report.period.first:
        return report
    sunday = monday(last) + timedelta(days=_DAYS - 1)
    calls: Counter[date] = Counter()
    answered: Counter[date] = Counter()
    for day in report.days:
        if day.date <= sunday:
            calls[monday(day.date)] += day.calls
            answered[monday(day.date)] += day.answered
    weeks = (
        WeekCount(week, number, answered[week])
        for week, number in calls.items()
        if number or report.period.first <= counted_on(week) <= report.period.last
    )
    days = tuple(day for day in report.days if day.date > sunday)
    return replace(report, days=days, weeks=tuple(weeks), by_week_until=sunday)


def full_weeks(slots: Sequence[SlotCount]) -> WeekBreakdown:
    """Every figure as it is, for those who asked for it on purpose."""
    calls, answered = _figures(slots)
    return _breakdown(slots, lambda name: CallCount(calls[name], answered[name]), whole=True)


def safe_weeks(slots: Sequence[SlotCount]) -> WeekBreakdown:
    """The figures without those of 0 to 10 calls, and without those from which one could be worked out.

    The calls of each week are known to all readers, since totals of any period are whole.
    """
    calls, _ = _figures(slots)
    arcs = [Arc(name, *_ends(name), calls[name], _price(name)) for name in _names(slots)]
    unseen = hidden(arcs)
    return _breakdown(slots, lambda name: CallCount(None if name in unseen else calls[name]), whole=False)


def breakdown_for(
    report: Report, days: Period, alone: bool, now: int, *, full: bool
) -> Breakdown | WeekBreakdown | Withheld:
    """The breakdown of a report, as far as it may be shown. By weeks, if any of its calls are rounded."""
    if full:
        return full_weeks(report.slots) if report.by_week_until else full_breakdown(report.slots)
    if (withheld := may_break_down(days, alone, now, report.before is not None)) is not None:
        return withheld
    return safe_weeks(report.slots) if report.by_week_until else safe_breakdown(report.slots)


def _breakdown(slots: Sequence[SlotCount], count: Callable[[Hashable], CallCount], *, whole: bool) -> WeekBreakdown:
    weeks = dict.fromkeys(monday(slot.slot.date) for slot in slots)
    return WeekBreakdown(
        whole,
        {week: tuple(count(("cell", week, part)) for part in PARTS) for week in weeks},
        tuple(count(("part", part)) for part in PARTS),
    )


def _figures(slots: Sequence[SlotCount]) -> tuple[Counter[Hashable], Counter[Hashable]]:
    calls: Counter[Hashable] = Counter()
    answered: Counter[Hashable] = Counter()
    for slot in slots:
        week, part = monday(slot.slot.date), part_of_day(slot.slot.hour)
        for name in (("week", week), ("cell", week, part), ("part", part)):
            calls[name] += slot.calls
            answered[name] += slot.answered
    return calls, answered


# The network: the start > weeks > parts of weeks > parts > the end.


def _names(slots: Sequence[SlotCount]) -> dict[Hashable, None]:
    weeks = dict.fromkeys(monday(slot.slot.date) for slot in slots)
    names: dict[Hashable, None] = {("week", week): None for week in weeks}
    names.update({("cell", week, part): None for week in weeks for part in PARTS})
    names.update({("part", part): None for part in PARTS})
    return names


def _ends(name: Hashable) -> tuple[Hashable, Hashable]:
    match name:
        case ("week", week):
            return "start", ("of", week)
        case ("cell", week, part):
            return ("of", week), ("in", part)
        case ("part", part):
            return ("in", part), "start"
        case _:
            raise ValueError(name)


def _price(name: Hashable) -> int | None:
    match name:
        case ("week", _):
            return None
        case ("part", _):
            return 100
        case _:
            return 1
