"""`hotline preview`."""

from __future__ import annotations

import json

import click
from rich.console import Console

from hotline.commands.support.instants import DAY, DAY_HELP, Typed
from hotline.commands.support.rotas import WEEKS, rotas_now
from hotline.output.data.preview import preview, preview_json
from hotline.output.pictures.calendar_html import calendar_page
from hotline.output.terminal.calendar import print_calendar
from hotline.settings import read_settings


@click.command()
@click.argument("name", required=False)
@click.option("--weeks", default=4, show_default=True, type=WEEKS, help="How many weeks to show.")
@click.option("--from", "first", type=DAY, help=f"The first day. {DAY_HELP} [default: today]")
@click.option("--html", "as_html", is_flag=True, help="Print one self-contained web page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rota, one a line.")
def command(name: str | None, weeks: int, first: Typed | None, as_html: bool, as_json: bool) -> None:
    """Show who is on call, one row a day, for the hotline or rota NAME, or for all of them.

    Each volunteer has one colour. A stroke is a handover. Hours are local times. Days with a clock change show their
    length. Hours per volunteer are below. Phone numbers are never shown.
    """
    found = [
        preview(one.title, one.schedule, (first or Typed("today")).day(one.schedule.rota.zone), weeks)
        for one in rotas_now(read_settings(), name)
    ]
    if as_html:
        click.echo(calendar_page(found))
    elif as_json:
        for one in found:
            click.echo(json.dumps(preview_json(one), ensure_ascii=False))
    else:
        for one in found:
            print_calendar(Console(highlight=False), one)
