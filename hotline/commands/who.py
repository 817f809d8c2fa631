"""`hotline who`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import click
from rich.console import Console
from rich.text import Text

from hotline.clock import now
from hotline.collector import paused_collector
from hotline.commands.support.absences import absences_known
from hotline.commands.support.hotlines import with_rotas
from hotline.commands.support.instants import INSTANT, INSTANT_HELP, Typed, in_zone
from hotline.core.calls.flow import Hotline
from hotline.core.rota.rota import OnCall
from hotline.settings import read_settings

_NAMED_BY_WEEKDAY = 7


@click.command()
@click.argument("name", required=False)
@click.option("--at", "instants", multiple=True, type=INSTANT, help=INSTANT_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print one object a line, in the order asked.")
@paused_collector()
def command(name: str | None, instants: tuple[Typed, ...], as_json: bool) -> None:
    """Show who is on call now or at given instants, until when, who is next, and the backup.

    NAME is a hotline or its rota. Without NAME, show all. If nobody is on call, the lists are empty; that is no error.
    """
    console = Console(highlight=False)
    settings = read_settings()
    known = absences_known(settings)
    lines = [
        replace(hotline, schedule=hotline.schedule.with_absences(known(hotline.rota.id)))
        for hotline in with_rotas(settings, name)
    ]
    for instant in instants or (None,):
        for hotline in lines:
            at = (in_zone(instant, hotline.rota.zone) if instant else now()).replace(microsecond=0)
            if as_json:
                click.echo(json.dumps(as_object(hotline, at), ensure_ascii=False))
            else:
                console.print(as_text(hotline, at))


def as_object(hotline: Hotline, at: datetime) -> dict[str, object]:
    """Return who is on call at an instant: ids in ringing order, and instants in the rota's zone."""
    who, change = hotline.schedule.at(at), hotline.schedule.next_change(at)
    hours = {} if hotline.opening is None else {"open": hotline.is_open(at)}
    return {
        "at": at.astimezone(hotline.rota.zone).isoformat(),
        "hotline": hotline.id,
        **({} if hotline.whole is None else {"rota": hotline.rota.id}),
        **hours,
        "on_call": list(who.on_call),
        **({"tiers": [tier for tier, _ in who.in_tiers()]} if who.tiers else {}),
        "backup": list(who.backup),
        "until": change.astimezone(hotline.rota.zone).isoformat() if change else None,
        "next": list(hotline.schedule.at(change).on_call) if change else None,
    }


def as_text(hotline: Hotline, at: datetime) -> Text:
    """Print who is on call and until when, and the backup if it changes before."""
    who, change, backup_change = (
        hotline.schedule.at(at),
        hotline.schedule.next_handover(at),
        hotline.schedule.next_change(at),
    )
    text = Text()
    text.append(hotline.title, style="bold")
    text.append(f"  {at.astimezone(hotline.rota.zone):%a %d %b %Y %H:%M} ({hotline.rota.zone_name})\n")
    if not hotline.is_open(at):
        opens, zone = hotline.opens(at), hotline.rota.zone
        text.append("  closed", style="yellow")
        text.append(f"   until {_until(at.astimezone(zone), opens.astimezone(zone))}\n" if opens else "\n")
    text.append("  on call  ").append(_in_tiers(hotline, who) or "nobody", style="green" if who.on_call else "red")
    if change:
        text.append(
            f"  until {_until(at.astimezone(hotline.rota.zone), change.astimezone(hotline.rota.zone))}\n  then     "
        )
        text.append(_in_tiers(hotline, hotline.schedule.at(change)) or "nobody")
    else:
        text.append("  no end set")
    text.append("\n  backup   ").append(_names(hotline, who.backup) or "nobody")
    if backup_change and backup_change != change:
        text.append(f"  until {_until(at.astimezone(hotline.rota.zone), backup_change.astimezone(hotline.rota.zone))}")
    return text


def _until(at: datetime, change: datetime) -> str:
    """The time of a handover, with as much of the date as needed."""
    soon = (change.date() - at.date()).days < _NAMED_BY_WEEKDAY
    return f"{change:%a %H:%M}" if soon else f"{change:%a %d %b %Y %H:%M}"


def _in_tiers(hotline: Hotline, who: OnCall) -> str:
    """Names in the order of their tiers: `Amy Okafor; tier 2: Fay Moreau`."""
    parts = []
    for tier, members in groupby(who.in_tiers(), lambda one: one[0]):
        named = _names(hotline, (one for _, one in members))
        parts.append(named if tier == 1 else f"tier {tier}: {named}")
    return "; ".join(parts)


def _names(hotline: Hotline, ids: Iterable[str]) -> str:
    return ", ".join(hotline.rota.volunteers[id].name for id in ids)
