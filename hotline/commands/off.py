"""`hotline off`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import datetime

import click

from hotline.clock import now
from hotline.commands.support.absences import absences_known
from hotline.commands.support.hotlines import with_rotas
from hotline.commands.support.rota_edit import ROTA, editing
from hotline.core.calls.flow import Hotline
from hotline.core.rota.absence import Absence
from hotline.core.texts.commands import read_command
from hotline.core.texts.off import Left, Place, ends_of, left_by, too_long
from hotline.core.texts.words import told_short
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import epoch_seconds, utc
from hotline.errors import DatabaseUnavailable
from hotline.settings import Settings, read_settings
from hotline.wiring.parts import Parts

_EXAMPLES = "Write it like 2h, until 22:00 or until sat 08:00."


@click.command()
@click.argument("who", required=False)
@click.argument("when", nargs=-1)
@ROTA
@click.option("--yes", "-y", is_flag=True, help="Do not ask, even if nobody is left on call.")
@click.option("--json", "as_json", is_flag=True, help="List who is off as one JSON object.")
def command(who: str | None, when: tuple[str, ...], rota: str | None, yes: bool, as_json: bool) -> None:
    """Pause the calls of WHO from now on, as if they had texted OFF. Without WHO, list who is off.

    \b
    hotline off amy 2h
    hotline off amy until 22:00
    hotline off amy until sat 08:00
    hotline off

    It starts with the next ring, on every machine, and ends by itself. Nothing is written to the rota. For more than
    14 days, use `hotline away`.
    """
    settings = read_settings()
    if who is None:
        _list(settings, rota, as_json)
        return
    edit = editing(rota, who)
    volunteer, hotline = edit.who(who), edit.line
    start = now().replace(microsecond=0)
    end = _end(when, start, Place(hotline, volunteer))
    known = absences_known(settings)(hotline.rota.id)
    absence = Absence(volunteer, epoch_seconds(start), epoch_seconds(end))
    name, zone = hotline.rota.volunteers[volunteer].name, hotline.rota.zone
    _warn(left_by(hotline.schedule, known, absence), hotline)
    if not yes and not click.confirm(f"Pause the calls of {name} until {end.astimezone(zone):%a %d %b %H:%M}?"):
        click.echo("Nothing has changed.")
        sys.exit(1)
    keep(settings, hotline, absence)
    click.echo(f"{name} is off until {end.astimezone(zone):%a %d %b %H:%M} ({hotline.rota.zone_name}).")


def keep(settings: Settings, hotline: Hotline, absence: Absence) -> None:
    """Keep an absence in Redis, on this machine and in the database. Raises AbsenceNotKept."""
    parts = Parts(settings)
    parts.absences.keep(hotline.rota.id, absence.who, absence.start, absence.end)
    try:
        parts.absence_rounds.go_round()
    except DatabaseUnavailable as error:
        click.echo(f"warning: {error.message} The change is sent when it is back.", err=True)


def _end(when: tuple[str, ...], start: datetime, place: Place) -> datetime:
    asked = read_command(f"off {' '.join(when)}")
    if asked.until is None:
        raise click.BadParameter(f"Until when? {_EXAMPLES}", param_hint="WHEN")
    ends = ends_of(asked.until, [place], start)
    if not ends:
        raise click.BadParameter(f"That time is in the past. {_EXAMPLES}", param_hint="WHEN")
    if too_long(ends, start):
        raise click.BadParameter("That is more than 14 days. Use `hotline away`.", param_hint="WHEN")
    return utc(ends[place.line.rota.id])


def _warn(left: Left, hotline: Hotline) -> None:
    for times, what in ((left.nobody, "nobody at all"), (left.backup, "nobody but the backup")):
        if times:
            click.echo(f"warning: {what} is on call then: {_told(times, hotline)}.", err=True)


def _told(times: Iterable[Span], hotline: Hotline) -> str:
    return ", ".join(told_short(time, hotline.rota.zone, "en") for time in times)


def _list(settings: Settings, rota: str | None, as_json: bool) -> None:
    known, lines = absences_known(settings), {line.rota.id: line for line in reversed(with_rotas(settings, rota))}
    found = [(line, one) for line in reversed(lines.values()) for one in known(line.rota.id)]
    if as_json:
        told = [
            {"rota": line.rota.id, "who": one.who, "until": utc(one.end).astimezone(line.rota.zone).isoformat()}
            for line, one in found
        ]
        click.echo(json.dumps({"off": told}, indent=2))
        return
    for line, one in found:
        named = line.rota.volunteers.get(one.who)
        until = utc(one.end).astimezone(line.rota.zone)
        name = named.name if named else one.who
        click.echo(f"{line.title}: {name} is off until {until:%a %d %b %H:%M} ({line.rota.zone_name}).")
    if not found:
        click.echo("Nobody is off.")
