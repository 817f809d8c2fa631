"""The number of calls in a month, as the call log has it."""

from __future__ import annotations

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
    first = next(day.date for day in report.days if day.calls)
    return report.calls / max(1.0, ((today - first).days + 1) / _DAYS_A_MONTH)
