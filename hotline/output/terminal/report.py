"""A report as a table in the terminal: about calls and times, never callers or volunteers."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from hotline.core.reports.breakdown import PARTS, Breakdown, CallCount
from hotline.core.reports.report import Before, Report
from hotline.core.reports.rounding import WeekBreakdown
from hotline.output.data.report import WEEKDAYS

_UNKNOWN = "–"


def report_table(
    report: Report,
    console: Console,
    before: Report | None = None,
    breakdown: Breakdown | WeekBreakdown | None = None,
) -> None:
    """Print a report: the totals, beside those of the period before, then each day that had calls.

    With a breakdown, weekdays and hours too.
    """
    console.print(_heading(report), style="bold", markup=False)
    if not report.calls:
        console.print("No calls in this period. The line was there for anyone who needed it.")
        return
    console.print(_totals(report, before))
    console.print(_durations(report))
    if report.before:
        console.print(_kept_totals(report.before))
    if report.by_week_until:
        console.print(
            f"Until {report.by_week_until} calls are known by week and part of the day only, in the month of the "
            "week's Thursday."
        )
        console.print(_by_week(report, breakdown if isinstance(breakdown, WeekBreakdown) else None))
    if any(day.calls for day in report.days) or not report.weeks:
        console.print(_by_day(report))
    if isinstance(breakdown, Breakdown):
        console.print(_by_hour(breakdown))
    console.print(
        "Waits run from the start of a call to its answer, talks from there to its end. A call is abandoned if it "
        "ended before anybody answered; its wait runs until then. Medians and 90th percentiles are durations that "
        "occurred (nearest rank).",
        style="dim",
    )


def duration(seconds: float) -> str:
    """A duration as m:ss, or h:mm:ss from an hour on, rounded to whole seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _heading(report: Report) -> str:
    hotlines = "all hotlines" if report.hotlines is None else ", ".join(report.hotlines)
    period = report.period
    days = f"{period.first}" if period.first == period.last else f"{period.first} to {period.last}"
    zone = period.zone if report.zones == 1 else "each hotline's own time zone"
    return f"Calls to {hotlines}, {days} (days in {zone})"


def _totals(report: Report, before: Report | None) -> Table:
    table = Table(show_header=before is not None)
    table.add_column()
    table.add_column(f"{report.period.first} to {report.period.last}" if before else "", justify="right")
    figures = [_figures(report)]
    if before:
        table.add_column(f"{before.period.first} to {before.period.last}", justify="right")
        figures.append(_figures(before))
    for what in figures[0]:
        table.add_row(what, *(one.get(what, "0") for one in figures))
    return table


def _figures(report: Report) -> dict[str, str]:
    figures = {
        "Calls": f"{report.calls}",
        "Answered": f"{report.answered} ({_percent(report.share_answered)})",
        **{
            f"within {limit} s": f"{number} ({_percent(report.share_within(limit))})"
            for limit, number in report.within.items()
        },
        "Abandoned": f"{report.not_answered}",
    }
    if report.in_progress:
        figures["In progress"] = f"{report.in_progress}"
    if report.end_not_reported:
        figures["End not reported"] = f"{report.end_not_reported}"
    return figures


def _by_hour(breakdown: Breakdown) -> Table:
    table = Table("Hour", *WEEKDAYS, "All", title="Calls by weekday and hour", title_justify="left")
    for hour, total in enumerate(breakdown.hours):
        table.add_row(f"{hour:02}", *(_count(row[hour]) for row in breakdown.cells), _count(total))
    table.add_row("all", *(_count(weekday) for weekday in breakdown.weekdays), "", style="bold")
    return table


def _count(one: CallCount) -> str:
    return f"{one.calls or ''}"


def _durations(report: Report) -> Table:
    table = Table("Minutes")
    for heading in ("Calls", "Median", "90th percentile", "Mean", "Total"):
        table.add_column(heading, justify="right")
    for name, spread in (("Waits", report.waits), ("Talks", report.talks), ("Abandoned", report.abandoned)):
        if spread is None:
            table.add_row(name, "0", *[_UNKNOWN] * 4)
        else:
            figures = (spread.median, spread.p90, spread.mean, spread.total)
            table.add_row(name, str(spread.count), *map(duration, figures))
    return table


def _by_day(report: Report) -> Table:
    table = Table("Day")
    for heading in ("Calls", "Answered", "Share"):
        table.add_column(heading, justify="right")
    for day in report.days:
        if day.calls:
            table.add_row(f"{day.date:%a} {day.date}", str(day.calls), str(day.answered), _percent(day.share_answered))
    return table


def _by_week(report: Report, breakdown: WeekBreakdown | None) -> Table:
    table = Table("Week", "from")
    for heading in ("Calls", "Answered", *(PARTS if breakdown else ("Share",))):
        table.add_column(heading, justify="right")
    for week in report.weeks:
        if week.calls:
            last = [_count(part) for part in breakdown.weeks.get(week.monday, ())] if breakdown else []
            cells = (week.name, f"{week.monday:%d %b}", f"{week.calls}", f"{week.answered}")
            table.add_row(*cells, *(last or [_percent(week.share_answered)]))
    return table


def _kept_totals(before: Before) -> str:
    """Describe the calls that are no longer in the log."""
    said = [
        f"Until {before.until} only totals are kept: of {before.calls} calls {before.answered} were answered. "
        "Their medians and 90th percentiles are no longer known. The table above shows the calls since then."
    ]
    means = [
        f"{name} {duration(timed.mean)}"
        for name, timed in (("waits", before.waits), ("talks", before.talks), ("abandoned", before.abandoned))
        if timed is not None and timed.mean is not None
    ]
    if means:
        said.append(f"Their means: {', '.join(means)}.")
    if before.waits is None:
        said.append("Durations are stored only for whole months, and this period includes part of one.")
    return " ".join(said)


def _percent(share: float | None) -> str:
    return _UNKNOWN if share is None else f"{share:.0%}"
