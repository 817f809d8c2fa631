"""`hotline on`."""

from __future__ import annotations

import click

from hotline.clock import now
from hotline.commands.off import keep
from hotline.commands.support.absences import absences_known
from hotline.commands.support.rota_edit import ROTA, editing
from hotline.core.rota.absence import Absence
from hotline.core.times.wall_clock import epoch_seconds
from hotline.settings import read_settings


@click.command()
@click.argument("who")
@ROTA
def command(who: str, rota: str | None) -> None:
    """End the pause of WHO, so that they are rung again.

    The rota stays as it is, `away` included.
    """
    settings = read_settings()
    edit = editing(rota, who)
    volunteer, hotline = edit.who(who), edit.line
    name = hotline.rota.volunteers[volunteer].name
    if not any(one.who == volunteer for one in absences_known(settings)(hotline.rota.id)):
        click.echo(f"{name} is not off.")
        return
    at = epoch_seconds(now())
    keep(settings, hotline, Absence(volunteer, at, at))
    click.echo(f"{name} will be rung again when on call.")
