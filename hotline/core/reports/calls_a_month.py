"""The number of calls in a month, as the call log has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hotline.core.reports.report import Report
from hotline.core.reports.small_cells import SMALL

YEAR_OF_CALLS = timedelta(days=365)
"""The time before today whose report says how many calls come."""
_DAYS_A_MONTH = 365 / 12


def calls_a_month(report: Report, today: date) -> float | None:
    """Return how many calls came in a month since the first one in a report. None: too few to tell."""
    if report.calls <= SMALL:
        return None
    first = next(day for day, calls in _calls(report) if calls)
    return report.calls / max(1.0, ((today - first).days + 1) / _DAYS_A_MONTH)


def _calls(report: Report) -> Iterator[tuple[date, int]]:
    yield from ((week.monday, week.calls) for week in report.weeks)
    yield from ((day.date, day.calls) for day in report.days)
