"""A report as `hotline report --csv` and `--json` print it: about calls and times, never callers or volunteers."""

from __future__ import annotations

import csv
import io
from typing import Any

from hotline.core.reports.breakdown import PARTS, Breakdown, Withheld
from hotline.core.reports.report import Before, Report, Spread, week_name
from hotline.core.reports.rounding import WeekBreakdown
from hotline.output.data.report import report_values, week_values

_CSV_HEADER = (
    "day",
    "calls",
    "answered",
    "share_answered",
    "in_progress",
    "end_not_reported",
    *(f"{what}_{figure}" for what in ("wait", "talk", "abandoned") for figure in ("median", "p90", "mean", "total")),
)


_MORE = ("answered_within", "abandoned_calls", "wait_bars", "talk_bars", "longest_waits")


def report_csv(report: Report, breakdown: Breakdown | WeekBreakdown | None = None) -> str:
    """A report as CSV (RFC 4180): a row for each day of the period, then one called "total".

    Where starts of calls are rounded, there is a row for each week instead (`2026-W40`). With a breakdown by weeks, a
    row for each part of the day of each week (`2026-W40 night`) follows the total.

    Shares are between 0 and 1, with four decimals; durations are seconds. The days have calls, answered and share only:
    the median wait of a day with one call would be that call's wait. A figure that does not exist is empty. The
    durations of the totals are those of calls still in the log.
    """
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_CSV_HEADER)
    for week in report.weeks:
        rows.writerow(_padded(week.name, week.calls, week.answered, _decimal(week.share_answered)))
    for day in report.days:
        rows.writerow(_padded(day.date.isoformat(), day.calls, day.answered, _decimal(day.share_answered)))
    rows.writerow(
        _padded(
            "total",
            report.calls,
            report.answered,
            _decimal(report.share_answered),
            report.in_progress,
            report.end_not_reported,
            *_csv_spread(report.waits),
            *_csv_spread(report.talks),
            *_csv_spread(report.abandoned),
        )
    )
    if isinstance(breakdown, WeekBreakdown):
        for monday, row in breakdown.weeks.items():
            for part, one in zip(PARTS, row, strict=True):
                rows.writerow(_padded(f"{week_name(monday)} {part}", one.calls, one.answered))
    return text.getvalue()


def report_json(
    report: Report, before: Report | None = None, breakdown: Breakdown | WeekBreakdown | None = None
) -> dict[str, Any]:
    """A report as data for `json.dumps`: durations in seconds, shares between 0 and 1, null for a missing figure.

    `totals_only` has the calls up to a day that are no longer in the log, and so in no other durations. `before` is the
    period before, and `breakdown` has days and hours; both exist if they are given. `weeks` take the place of days
    whose calls are rounded.
    """
    more = report_values(report, before or report, breakdown or Withheld("period"))
    return {
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "time_zone": report.period.zone,
        "hotlines": None if report.hotlines is None else list(report.hotlines),
        "calls": report.calls,
        "answered": report.answered,
        "share_answered": report.share_answered,
        "in_progress": report.in_progress,
        "end_not_reported": report.end_not_reported,
        "waits": _json_spread(report.waits),
        "talks": _json_spread(report.talks),
        "abandoned": _json_spread(report.abandoned),
        "totals_only": None if report.before is None else _json_before(report.before),
        "days": [
            {
                "date": day.date.isoformat(),
                "calls": day.calls,
                "answered": day.answered,
                "share_answered": day.share_answered,
            }
            for day in report.days
        ],
        **{name: more["period"][name] for name in _MORE},
        **(week_values(report) if report.by_week_until else {}),
        **({"before": more["before"]} if before else {}),
        **({"breakdown": more["breakdown"]} if breakdown else {}),
    }


def _json_before(before: Before) -> dict[str, Any]:
    timed = {"waits": before.waits, "talks": before.talks, "abandoned": before.abandoned}
    return {
        "until": before.until.isoformat(),
        "calls": before.calls,
        "answered": before.answered,
        **{name: None if one is None else {"calls": one.count, "total": one.total} for name, one in timed.items()},
    }


def _decimal(share: float | None) -> str:
    return "" if share is None else f"{share:.4f}"


def _padded(*cells: object) -> list[object]:
    return [*cells, *[""] * (len(_CSV_HEADER) - len(cells))]


def _csv_spread(spread: Spread | None) -> tuple[object, ...]:
    return ("",) * 4 if spread is None else (spread.median, spread.p90, f"{spread.mean:.1f}", spread.total)


def _json_spread(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    return {
        "calls": spread.count,
        "median": spread.median,
        "p90": spread.p90,
        "mean": round(spread.mean, 1),
        "total": spread.total,
    }
