"""`hotline report`."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo

import click
from rich.console import Console

from hotline.commands.files import hotlines
from hotline.core.periods import period
from hotline.deployment import now, spool_dir
from hotline.errors import FilesError, HotlineError
from hotline.files.zones import load_zone
from hotline.report_output import report_csv, report_json, report_table
from hotline.settings import Settings, read_settings
from hotline.store.calllog import CallLog
from hotline.store.drainer import Drainer
from hotline.store.spool import Spool

_WAIT_FOR_SPOOL = 3.0
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("name", required=False)
@click.option("--from", "first", type=DAY, help="First day of the period. [default: 29 days before the last]")
@click.option("--to", "last", type=DAY, help="Last day of the period. [default: today]")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: a row for each day, then the totals.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(name: str | None, first: datetime | None, last: datetime | None, as_csv: bool, as_json: bool) -> None:
    """Report calls, waits and durations of a period, for the hotline NAME or for all of them.

    Days are those of the hotline's time zone. The log knows neither callers nor volunteers, and so does the report.
    """
    settings = read_settings()
    zone, ids = _scope(settings, name)
    until = last.date() if last else now().astimezone(zone).date()
    since = first.date() if first else until - timedelta(days=29)
    if since > until:
        raise click.BadParameter(f"{since} is after {until}.", param_hint="--from")
    log = CallLog(settings.database_url)
    waiting = _drained(settings, log)
    report = log.report(period(since, until, zone), ids)
    if as_json:
        click.echo(json.dumps(report_json(report), indent=2))
    elif as_csv:
        click.echo(report_csv(report), nl=False)
    else:
        report_table(report, Console(highlight=False))
    if waiting:
        click.echo(f"{waiting} entries still wait on disk to be written and are not in this report.", err=True)


def _scope(settings: Settings, name: str | None) -> tuple[tzinfo, list[str] | None]:
    """The zone whose days count, and which hotlines. Without files that can be used: UTC, and all of them."""
    try:
        lines = hotlines(settings, name)
    except FilesError:
        if name is not None:
            raise
        return load_zone("UTC"), None
    return lines[0].rota.zone, [lines[0].id] if name else None


def _drained(settings: Settings, log: CallLog) -> int:
    """Have the calls of the last seconds written first; how many entries could not be."""
    spool = Spool(spool_dir(settings))
    deadline = time.monotonic() + _WAIT_FOR_SPOOL
    while True:
        with suppress(HotlineError):
            Drainer(spool, log).drain_once()
        waiting = spool.backlog()[0]
        if not waiting or time.monotonic() > deadline:
            return waiting
        time.sleep(0.1)
