"""`hotline gaps`."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console

from hotline.clock import now
from hotline.commands.support.instants import INSTANT, INSTANT_HELP, Typed, in_zone
from hotline.commands.support.rotas import WEEKS, rotas_now
from hotline.core.rota.days import full_hour_after
from hotline.output.data.gaps import gaps, gaps_json
from hotline.output.terminal.gaps import print_gaps
from hotline.settings import read_settings


@click.command()
@click.argument("name", required=False)
@click.option("--weeks", default=8, show_default=True, type=WEEKS, help="How far to look.")
@click.option(
    "--depth",
    default=2,
    show_default=True,
    type=click.IntRange(1, 50),
    help="Report times with fewer people on call than this; 1 finds only gaps.",
)
@click.option("--at", type=INSTANT, help=f"Look from this instant on instead of now. {INSTANT_HELP}")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rota, one a line.")
def command(name: str | None, weeks: int, depth: int, at: Typed | None, as_json: bool) -> None:
    """Find gaps and thin stretches ahead, for the hotline or rota NAME, or for all of them.

    A gap is a time with nobody on call except the backup. Recurring gaps are shown once, with a count. Each comes with
    suggested lines for the rota file: a longer shift, or an added shift or cover, with people who are free then and
    have the fewest hours. Exits 1 if there is a gap, 0 otherwise. Thin stretches do not count.
    """
    found = []
    for one in rotas_now(read_settings(), name):
        start = (in_zone(at, one.schedule.rota.zone) if at else now()).replace(microsecond=0)
        found.append(gaps(one.title, one.schedule, start, full_hour_after(one.schedule, start, weeks), depth))
    for each in found:
        if as_json:
            click.echo(json.dumps(gaps_json(each), ensure_ascii=False))
        else:
            print_gaps(Console(highlight=False), each)
    sys.exit(1 if any(one.lack.gap for each in found for one in each.found) else 0)
