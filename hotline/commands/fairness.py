"""`hotline fairness`."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import click
from rich.console import Console

from hotline.commands.support.instants import DAY, DAY_HELP, Typed
from hotline.commands.support.rotas import WEEKS, rotas
from hotline.core.planning.fairness import fairness
from hotline.core.rota.days import start_of_day
from hotline.output.data.fairness import fairness_json
from hotline.output.terminal.fairness import print_fairness
from hotline.settings import read_settings


@click.command()
@click.argument("name", required=False)
@click.option("--from", "first", type=DAY, help=f"The first day. {DAY_HELP} [default: today]")
@click.option("--to", "last", type=DAY, help="The last day. [default: --weeks later]")
@click.option("--weeks", default=8, show_default=True, type=WEEKS, help="How many weeks, without --to.")
@click.option("--exit-code", is_flag=True, help="Exit 1 if a limit is exceeded at error level.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rota, one a line.")
def command(
    name: str | None, first: Typed | None, last: Typed | None, weeks: int, exit_code: bool, as_json: bool
) -> None:
    """Show the workload of each volunteer of the hotline or rota NAME, or of all of them, most hours first.

    All figures come from the rota. Hotline does not store who takes which call. A night counts with 3 hours or more
    between 23:00 and 06:00, a weekend with 3 hours or more between Saturday 00:00 and Monday 00:00. More than 2 nights
    running are a warning and more than 3 an error, and less than 11 hours from one time on call to the next is a
    warning: `limits:` in the rota file changes that, and silences it for a volunteer, with a reason.
    """
    grave = False
    for one in rotas(read_settings(), name):
        rota = one.schedule.rota
        start = (first or Typed("today")).day(rota.zone)
        end = last.day(rota.zone) + timedelta(days=1) if last else start + timedelta(weeks=weeks)
        if end <= start:
            raise click.BadParameter(f"{end - timedelta(days=1)} is before {start}.", param_hint="--to")
        if end > start + timedelta(weeks=WEEKS.max or 0):
            raise click.BadParameter(f"More than {WEEKS.max} weeks are too many.", param_hint="--to")
        found = fairness(one.schedule, start_of_day(one.schedule, start), start_of_day(one.schedule, end))
        grave = grave or any(breach.severity == "error" for breach in found.breaches)
        if as_json:
            click.echo(json.dumps(fairness_json(rota, one.title, found), ensure_ascii=False))
        else:
            print_fairness(Console(highlight=False), one.title, rota, found)
    sys.exit(1 if grave and exit_code else 0)
