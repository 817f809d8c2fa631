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
    """Have WHO rung again, who had said that they are off.

    What the rota says of them, `away` and all, stays as it is.
    """
    settings = read_settings()
    edit = editing(rota, who)
    volunteer, hotline = edit.who(who), edit.line
    name = hotline.rota.volunteers[volunteer].name
    if not any(one.who == volunteer for one in absences_known(settings)(hotline.rota.id)):
        click.echo(f"{name} has not said that they are off.")
        return
    at = epoch_seconds(now())
    keep(settings, hotline, Absence(volunteer, at, at))
    click.echo(f"{name} is rung again when on call.")
