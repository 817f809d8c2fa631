"""`hotline report`."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import timedelta, tzinfo
from pathlib import Path

import click
from rich.console import Console

from hotline.clock import now
from hotline.commands.support.hotlines import hotlines
from hotline.commands.support.instants import DAY, DAY_HELP, Typed
from hotline.core.calls.flow import Hotline
from hotline.core.reports.breakdown import Breakdown, Withheld, full_breakdown
from hotline.core.reports.report import Report
from hotline.core.reports.rounding import WeekBreakdown, breakdown_for, full_weeks
from hotline.core.times.periods import before, period
from hotline.errors import FilesError, HotlineError
from hotline.files.values.zones import load_zone
from hotline.output.data.report_printed import report_csv, report_json
from hotline.output.terminal.report import report_table
from hotline.settings import Settings, read_settings
from hotline.store.database.call_log import CallLog
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.spool import Spool

_WAIT_FOR_SPOOL = 3.0


@click.command()
@click.argument("name", required=False)
@click.option("--from", "first", type=DAY, help=f"First day. {DAY_HELP} [default: 29 days before the last]")
@click.option("--to", "last", type=DAY, help="Last day of the period. [default: today]")
@click.option("--compare", is_flag=True, help="Compare with the previous period of the same length.")
@click.option("--full", is_flag=True, help="Show every day and hour, down to a single call.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: one row a day, then the totals.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write a page to read or print.")
def command(
    name: str | None,
    first: Typed | None,
    last: Typed | None,
    compare: bool,
    full: bool,
    as_csv: bool,
    as_json: bool,
    page: Path | None,
) -> None:
    """Report calls, waits and durations of a period, for the hotline NAME or for all of them.

    Days are those of each hotline's own time zone. The log knows neither callers nor volunteers, so the
    report shows neither.

    Where starts of calls are rounded (HOTLINE_ROUND_AFTER_DAYS), weeks take the place of days.

    --html writes the report of the coordinators' pages. It shows weekdays and hours only for whole quarters that have
    ended. It hides figures of 10 or fewer, and figures that would reveal them.
    """
    settings = read_settings()
    zone, line = _scope(settings, name)
    ids = [line.id] if line and name else None
    until = (last or Typed("today")).day(zone)
    since = first.day(zone) if first else until - timedelta(days=29)
    if since > until:
        raise click.BadParameter(f"{since} is after {until}.", param_hint="--from")
    log = CallLog(settings.database_url)
    waiting = _drained(settings, log)
    zones = _zones(settings)
    report = log.report(period(since, until, zone), ids, zones)
    old = log.report(period(*before(since, until), zone), ids, zones) if compare or page else None
    breakdown = None
    if full:
        breakdown = full_weeks(report.slots) if report.by_week_until else full_breakdown(report.slots)
    if full:
        click.echo(_FULL, err=True)
    if page is not None and old is not None:
        alone = bool(ids) or _alone(settings)
        shown = breakdown_for(report, report.period, alone, int(now().timestamp()), full=full)
        title = line.flow.name if line and alone else "All hotlines"
        _write_page(page, report, old, shown, title, zone)
    elif as_json:
        click.echo(json.dumps(report_json(report, old, breakdown), indent=2))
    elif as_csv:
        click.echo(report_csv(report, breakdown), nl=False)
    else:
        report_table(report, Console(highlight=False), old, breakdown)
    if waiting:
        click.echo(f"{waiting} entries still wait on disk and are not in this report.", err=True)


_FULL = "Full figures: somebody could recognise a call by its hour. Do not share them."


def _write_page(
    path: Path, report: Report, old: Report, shown: Breakdown | WeekBreakdown | Withheld, title: str, zone: tzinfo
) -> None:
    # Imported here, since templates take a tenth of a second to import.
    from hotline.pages.reports.one_file import report_page
    from hotline.pages.reports.page import FoundReport

    try:
        path.write_text(report_page(FoundReport(report, old, shown), title, zone, now()), "utf-8")
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}.", param_hint="--html") from None
    click.echo(f"{path} has the report. Open it in a browser; it prints on one page.")


def _alone(settings: Settings) -> bool:
    """Return whether there is only one hotline, so that "all together" is the same."""
    try:
        return len(hotlines(settings)) == 1
    except FilesError:
        return False


def _zones(settings: Settings) -> dict[str, tzinfo]:
    """The zone of each hotline whose files can be used."""
    with suppress(FilesError):
        return {hotline.id: hotline.rota.zone for hotline in hotlines(settings)}
    return {}


def _scope(settings: Settings, name: str | None) -> tuple[tzinfo, Hotline | None]:
    """The zone whose days count, and its hotline. Without usable files: UTC, and none."""
    try:
        hotline = hotlines(settings, name)[0]
    except FilesError:
        if name is not None:
            raise
        return load_zone("UTC"), None
    return hotline.rota.zone, hotline


def _drained(settings: Settings, log: CallLog) -> int:
    """Write the calls of the last seconds first. Returns how many entries could not be written."""
    spool = Spool(settings.spool_dir)
    deadline = time.monotonic() + _WAIT_FOR_SPOOL
    while True:
        with suppress(HotlineError):
            Drainer(spool, log).drain_once()
        waiting = spool.backlog()[0]
        if not waiting or time.monotonic() > deadline:
            return waiting
        time.sleep(0.1)
