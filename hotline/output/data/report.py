"""A report as rows and as plain values, for spreadsheets and other programs: about calls and times, never callers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from hotline.core.reports.breakdown import PARTS, Breakdown, CallCount, Withheld
from hotline.core.reports.report import HistogramBar, Report, Spread, week_name
from hotline.core.reports.rounding import WeekBreakdown

HEADER = ("table", "row", "column", "calls", "answered", "seconds", "share", "before")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Row = tuple[object, ...]


def report_rows(report: Report, before: Report, breakdown: Breakdown | WeekBreakdown | Withheld) -> str:
    """A report as CSV (RFC 4180), a figure a row.

    Shares are between 0 and 1, durations seconds. `before` is the same figure of the period before. A hidden figure is
    empty, and so is one that does not exist.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADER)
    rows.writerows(_totals(report, before))
    if report.by_week_until:
        rows.writerows(week_rows(report, breakdown))
    if isinstance(breakdown, Breakdown):
        rows.writerows(_broken_down(breakdown))
    return text.getvalue()


def report_values(report: Report, before: Report, breakdown: Breakdown | WeekBreakdown | Withheld) -> dict[str, Any]:
    """Return a report as data for `json.dumps`. A hidden or missing figure is null."""
    return {
        "time_zone": report.period.zone,
        "hotlines": None if report.hotlines is None else list(report.hotlines),
        "period": _period(report),
        "before": _period(before),
        "withheld": breakdown.why if isinstance(breakdown, Withheld) else None,
        "breakdown": None if isinstance(breakdown, Withheld) else _breakdown(breakdown),
        **(week_values(report) if report.by_week_until else {}),
    }


def week_values(report: Report) -> dict[str, Any]:
    """Return the weeks of a report whose calls are rounded, and the day until which they are."""
    weeks = [
        {
            "week": week.name,
            "monday": week.monday.isoformat(),
            "calls": week.calls,
            "answered": week.answered,
            "share_answered": week.share_answered,
        }
        for week in report.weeks
    ]
    return {"by_week_until": f"{report.by_week_until}", "weeks": weeks}


def week_rows(report: Report, breakdown: object) -> Iterator[Row]:
    """Yield the weeks of a report whose calls are rounded, and their parts of the day, as far as they are shown."""
    for week in report.weeks:
        yield "by week", week.name, "", week.calls, week.answered, "", _share(week.share_answered), ""
    if isinstance(breakdown, WeekBreakdown):
        for monday, row in breakdown.weeks.items():
            for part, one in zip(PARTS, row, strict=True):
                yield "by week and part of the day", week_name(monday), part, *_cell(one)
        for part, one in zip(PARTS, breakdown.parts, strict=True):
            yield "by part of the day", part, "", *_cell(one)


def _totals(report: Report, before: Report) -> Iterator[Row]:
    yield "totals", "calls", "", report.calls, "", "", "", before.calls
    yield "totals", "answered", "", report.answered, "", "", _share(report.share_answered), before.answered
    for limit in report.within:
        share = _share(report.share_within(limit))
        yield (
            "totals",
            f"answered within {limit} s",
            "",
            report.within[limit],
            "",
            "",
            share,
            before.within.get(limit, ""),
        )
    yield "totals", "abandoned", "", report.not_answered, "", "", "", before.not_answered
    yield "totals", "going on", "", report.in_progress, "", "", "", before.in_progress
    yield "totals", "end not reported", "", report.end_not_reported, "", "", "", before.end_not_reported
    for name, now, then in _spreads(report, before):
        for figure in ("median", "p90", "mean"):
            yield name, figure, "", "", "", _seconds(now, figure), "", _seconds(then, figure)
    for name, bars, old in (
        ("waits", report.wait_bars, before.wait_bars),
        ("talks", report.talk_bars, before.talk_bars),
    ):
        for bar, other in zip_longest(bars, old[: len(bars)]):
            yield name, _range(bar), "", bar.count, "", "", "", other.count if other else ""
    for place, wait in enumerate(report.longest, 1):
        yield "longest waits", place, "answered" if wait.answered else "abandoned", "", "", wait.seconds, "", ""


def _broken_down(breakdown: Breakdown) -> Iterator[Row]:
    for day, one in breakdown.days.items():
        yield "by day", day.isoformat(), "", *_cell(one)
    for name, one in zip(WEEKDAYS, breakdown.weekdays, strict=True):
        yield "by weekday", name, "", *_cell(one)
    for hour, one in enumerate(breakdown.hours):
        yield "by hour", f"{hour:02}:00", "", *_cell(one)
    yield "day and night", "day", "", *_cell(breakdown.day)
    yield "day and night", "night", "", *_cell(breakdown.night)
    for name, parts in zip(WEEKDAYS, breakdown.cells_by_part, strict=True):
        for part, one in zip(PARTS, parts, strict=True):
            yield "by weekday and part of the day", name, part, *_cell(one)
    for name, hours in zip(WEEKDAYS, breakdown.cells, strict=True):
        for hour, one in enumerate(hours):
            yield "by weekday and hour", name, f"{hour:02}:00", *_cell(one)


def _cell(one: CallCount) -> Row:
    return _blank(one.calls), _blank(one.answered), "", "", ""


def _blank(value: object) -> object:
    return "" if value is None else value


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"


def _seconds(spread: Spread | None, figure: str) -> object:
    value = None if spread is None else getattr(spread, figure)
    return "" if value is None else round(value, 1)


def _spreads(report: Report, before: Report) -> Iterator[tuple[str, Spread | None, Spread | None]]:
    yield "waits", report.waits, before.waits
    yield "talks", report.talks, before.talks
    yield "abandoned", report.abandoned, before.abandoned


def _range(bar: HistogramBar) -> str:
    return f"over {bar.over} s" if bar.up_to is None else f"up to {bar.up_to} s"


def _period(report: Report) -> dict[str, Any]:
    return {
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "calls": report.calls,
        "answered": report.answered,
        "share_answered": report.share_answered,
        "answered_within": {str(limit): number for limit, number in report.within.items()},
        "abandoned_calls": report.not_answered,
        "in_progress": report.in_progress,
        "end_not_reported": report.end_not_reported,
        "waits": _spread(report.waits),
        "talks": _spread(report.talks),
        "waits_in_vain": _spread(report.abandoned),
        "wait_bars": [
            {"over": wait_bar.over, "up_to": wait_bar.up_to, "calls": wait_bar.count} for wait_bar in report.wait_bars
        ],
        "talk_bars": [
            {"over": talk_bar.over, "up_to": talk_bar.up_to, "calls": talk_bar.count} for talk_bar in report.talk_bars
        ],
        "longest_waits": [{"seconds": one.seconds, "answered": one.answered} for one in report.longest],
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    return {"calls": spread.count, "median": spread.median, "p90": spread.p90, "mean": round(spread.mean, 1)}


def _breakdown(breakdown: Breakdown | WeekBreakdown) -> dict[str, Any]:
    if isinstance(breakdown, WeekBreakdown):
        return {
            "full": breakdown.whole,
            "parts_of_day": list(PARTS),
            "by_week_and_part_of_day": {
                week_name(monday): [_counted(one) for one in row] for monday, row in breakdown.weeks.items()
            },
            "by_part_of_day": [_counted(one) for one in breakdown.parts],
        }
    return {
        "full": breakdown.whole,
        "by_day": {day.isoformat(): _counted(one) for day, one in breakdown.days.items()},
        "by_weekday": [_counted(weekday) for weekday in breakdown.weekdays],
        "by_hour": [_counted(hour) for hour in breakdown.hours],
        "day": _counted(breakdown.day),
        "night": _counted(breakdown.night),
        "by_weekday_and_part_of_day": [[_counted(one) for one in row] for row in breakdown.cells_by_part],
        "by_weekday_and_hour": [[_counted(one) for one in row] for row in breakdown.cells],
    }


def _counted(one: CallCount) -> dict[str, int | None]:
    return {"calls": one.calls, "answered": one.answered}
