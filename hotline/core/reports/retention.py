"""Daily and monthly totals that replace deleted calls.

Waits are totalled by month: the wait of a day's only call would be that call's wait. They are of whole months only,
since a total cannot be split later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta, tzinfo

from hotline.core.reports.report import Before, DayCount, LoggedCall, Report, Timed, tally
from hotline.core.times.periods import Period
from hotline.core.times.wall_clock import wall_clock, wall_minute

_YEAR = 12


@dataclass(frozen=True, slots=True)
class DayTotal:
    """The calls that started on a day of their hotline's zone."""

    date: date
    calls: int = 0
    answered: int = 0
    not_answered: int = 0
    end_not_reported: int = 0


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """The totals of a month: how many calls had a wait, a talk, or a wait in vain, and their total seconds."""

    month: date
    waits: int = 0
    wait_seconds: int = 0
    talks: int = 0
    talk_seconds: int = 0
    abandoned: int = 0
    abandoned_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of some calls. No day and no month comes twice."""

    days: tuple[DayTotal, ...] = ()
    months: tuple[MonthTotal, ...] = ()


def kept_from(now: datetime, zone: tzinfo, months: int) -> int:
    """The instant (epoch seconds) before which calls are deleted: the start of a month, so many whole months ago."""
    today = now.astimezone(zone)
    number = today.year * _YEAR + today.month - 1 - months
    return wall_clock(zone).first(wall_minute(date(number // _YEAR, number % _YEAR + 1, 1)))


def totals_of(calls: Iterable[LoggedCall], zone: tzinfo) -> Totals:
    """Return the totals that remain of some calls of a hotline in a zone."""
    by_day: dict[date, list[LoggedCall]] = {}
    for call in calls:
        by_day.setdefault(datetime.fromtimestamp(call.started_at, zone).date(), []).append(call)
    days, months = [], dict[date, MonthTotal]()
    for day, some in sorted(by_day.items()):
        counted = tally(some)
        days.append(DayTotal(day, counted.calls, counted.answered, counted.not_answered, counted.end_not_reported))
        timed = MonthTotal(
            day.replace(day=1), *_timed(counted.waits), *_timed(counted.talks), *_timed(counted.abandoned)
        )
        months[timed.month] = _together(months.get(timed.month, MonthTotal(timed.month)), timed)
    return Totals(tuple(days), tuple(months.values()))


def reported(report: Report, totals: Totals) -> Report:
    """The report, with the totals of calls that are no longer in the log. `totals` are those of its period's days.

    For a month that the period only partly covers, call durations are unknown.
    """
    if not totals.days:
        return report
    of_days = {day.date: day for day in totals.days}
    sums = [sum(getattr(day, name) for day in totals.days) for name in ("calls", "answered", "not_answered")]
    return replace(
        report,
        calls=report.calls + sums[0],
        answered=report.answered + sums[1],
        not_answered=report.not_answered + sums[2],
        end_not_reported=report.end_not_reported + sum(day.end_not_reported for day in totals.days),
        days=tuple(_with(day, of_days.get(day.date)) for day in report.days),
        before=Before(max(of_days), sums[0], sums[1], *_durations(report.period, totals)),
    )


def months_of(period: Period) -> tuple[date, ...]:
    """The first days of the months that a period has any day of."""
    return tuple(sorted({day.date.replace(day=1) for day in period.days}))


def _durations(period: Period, totals: Totals) -> tuple[Timed | None, Timed | None, Timed | None]:
    touched = {day.date.replace(day=1) for day in totals.days}
    if any(month < period.first or _end(month) > period.last for month in touched):
        return None, None, None
    months = [month for month in totals.months if month.month in touched]
    return (
        Timed(sum(month.waits for month in months), sum(month.wait_seconds for month in months)),
        Timed(sum(month.talks for month in months), sum(month.talk_seconds for month in months)),
        Timed(sum(month.abandoned for month in months), sum(month.abandoned_seconds for month in months)),
    )


def _end(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _with(day: DayCount, total: DayTotal | None) -> DayCount:
    return day if total is None else DayCount(day.date, day.calls + total.calls, day.answered + total.answered)


def _timed(counted: Mapping[int, int]) -> tuple[int, int]:
    return sum(counted.values()), sum(seconds * number for seconds, number in counted.items())


def _together(one: MonthTotal, other: MonthTotal) -> MonthTotal:
    names = [field.name for field in fields(MonthTotal) if field.name != "month"]
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in names})
