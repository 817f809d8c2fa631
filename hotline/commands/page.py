"""`hotline page`."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import click

from hotline.commands.support.rota_edit import ROTA, editing
from hotline.core.rota.volunteer_page import PAGE_PATH, page_query
from hotline.links import pages_address
from hotline.settings import Pages, read_settings
from hotline.wiring.parts import Parts


@click.command()
@click.argument("who")
@ROTA
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(who: str, rota: str | None, as_json: bool) -> None:
    """Print the secret address of the page of WHO: their shifts, their calendar, a form for times away.

    \b
    hotline page amy
    hotline ics --who amy --revoke     ends it, and that of their calendar

    Anyone who has the address can use it, so give each volunteer their own.
    """
    settings = read_settings()
    edit = editing(rota, who)
    query = page_query(Parts(settings).key, edit.line.rota, edit.who(who))
    address = f"{pages_address(settings)}{PAGE_PATH}?{urlencode(query)}"
    told = {"rota": query["rota"], "who": query["who"], "address": address}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else address)
    if settings.pages is Pages.OFF:
        click.echo("HOTLINE_PAGES is off, so this address does not work.", err=True)
    elif settings.practice:
        click.echo("In practice mode this works only on this machine, while `hotline up` runs.", err=True)
