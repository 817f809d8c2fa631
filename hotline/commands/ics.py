"""`hotline ics`."""

from __future__ import annotations

import json
from datetime import timedelta

import click
from rich.console import Console

from hotline.clock import now
from hotline.commands.support.rota_edit import YES, RotaEdit, editing, show_diff, write
from hotline.core.rota.calendar import LONGEST_ALARM, calendar_number, calendar_times, events, window
from hotline.files.edits.insert_entries import number_calendar
from hotline.files.edits.proposal import propose
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.times import duration
from hotline.links import pages_address
from hotline.output.data.calendar_ics import address, calendar_ics, calendar_json
from hotline.settings import Settings, read_settings
from hotline.wiring.parts import Parts


class LeadTime(click.ParamType[timedelta]):
    """A length of time before something: `1h`, `30m`; whole minutes, a week at most."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            seconds = duration(value)
        except Unreadable as problem:
            self.fail(f"{problem.message} {problem.help}", param, ctx)
        if seconds % 60 or not 60 <= seconds <= LONGEST_ALARM * 60:
            self.fail(f"{value!r} is not from 1m to {LONGEST_ALARM // 60}h, in whole minutes.", param, ctx)
        return timedelta(seconds=seconds)


@click.command()
@click.argument("name", required=False)
@click.option("--who", "said", help="One volunteer's calendar instead of the whole rota's.")
@click.option("--weeks", default=27, show_default=True, type=click.IntRange(1, 104), help="How far ahead.")
@click.option("--alarm", type=LeadTime(), help="Add an alarm this long before each time on call, such as 1h.")
@click.option("--address", "show_address", is_flag=True, help="Print the secret address for subscribing instead.")
@click.option("--revoke", is_flag=True, help="Replace the address. The old one stops working.")
@click.option("--json", "as_json", is_flag=True, help="Print the times as JSON, or with --address the address.")
@YES
def command(
    name: str | None,
    said: str | None,
    weeks: int,
    alarm: timedelta | None,
    show_address: bool,
    revoke: bool,
    as_json: bool,
    yes: bool,
) -> None:
    """Print a calendar of the rota NAME: who is on call when, after cover and away, and whose turn as backup it is.

    \b
    hotline ics rise > rise.ics
    hotline ics --who ben --alarm 1h > ben.ics
    hotline ics --who ben --address

    A calendar program that subscribes to the address follows every change of the rota. Anyone who has the address can
    read it, so give each volunteer their own. If one leaks, --revoke ends it with a line in the rota file.
    """
    settings = read_settings()
    edit = editing(name, *([said] if said else []))
    who = edit.who(said) if said else None
    if revoke:
        _revoke(edit, who, yes)
        edit = editing(edit.line.rota.id)
    if revoke or show_address:
        _print_address(settings, edit, who, alarm, as_json)
        return
    schedule = edit.line.schedule
    found = events(schedule, calendar_times(schedule, window(schedule, now(), weeks)), who)
    if as_json:
        click.echo(json.dumps(calendar_json(edit.line, found, who), ensure_ascii=False))
        return
    click.echo(calendar_ics(edit.line, found, who, alarm, now()), nl=False)


def _revoke(edit: RotaEdit, who: str | None, yes: bool) -> None:
    """Give the calendar its next number, which changes the key in its address."""
    rota = edit.line.rota
    number = calendar_number(rota, who) + 1
    proposal = propose(edit.texts, rota.id, lambda text: number_calendar(text, who, number), edit.countries)
    console = Console(highlight=False, stderr=True)
    show_diff(proposal, console)
    write(edit.config_dir, proposal, yes, console)


def _print_address(settings: Settings, edit: RotaEdit, who: str | None, alarm: timedelta | None, as_json: bool) -> None:
    rota = edit.line.rota
    found = address(pages_address(settings), Parts(settings).key, rota, who, alarm)
    click.echo(json.dumps({"rota": rota.id, "who": who, "address": found}) if as_json else found)
    if settings.practice:
        click.echo("In practice mode this works only on this machine, while `hotline up` runs.", err=True)
