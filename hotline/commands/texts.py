"""`hotline texts`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import click
from rich.console import Console

from hotline.carrier.practice_texts import PracticeTexts
from hotline.clock import now
from hotline.commands.support.instants import INSTANT, INSTANT_HELP, Typed, in_zone
from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.texts.overview import counted, seen_reminders
from hotline.core.texts.readers import Channel
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import FilesError
from hotline.files import load
from hotline.output.data.texts import PracticeText, RotaTexts, texts_json
from hotline.output.terminal.texts import texts_text
from hotline.settings import Settings, read_settings
from hotline.wiring.parts import Parts

_COUNTED = timedelta(days=7)
_SHOWN = 10


@click.command()
@click.argument("name", required=False)
@click.option("--days", default=3, show_default=True, type=click.IntRange(1, 60), help="How far to look ahead.")
@click.option("--at", type=INSTANT, help=f"Look from this instant on instead of now. {INSTANT_HELP}")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(name: str | None, days: int, at: Typed | None, as_json: bool) -> None:
    """Show the reminders of the rota NAME, or of all: planned ones, and the results of the last two days.

    Other texts are counted by kind. A text marked "in doubt" is looked up at the carrier before it is sent again. In
    practice mode the last texts are shown in full, because they go nowhere else.
    """
    settings = read_settings()
    found = _rotas(settings, name)
    parts = Parts(settings)
    ledger, optouts, absences = parts.text_ledger, parts.optouts, parts.absences
    rotas = []
    for hotline in found:
        when = (in_zone(at, hotline.rota.zone) if at else now()).replace(microsecond=0)
        schedule = hotline.schedule.with_absences(absences.of(hotline.rota.id))
        wishes = parts.readers.wishes(hotline)
        reminders = seen_reminders(schedule, when, timedelta(days=days), ledger.known, optouts.is_out, wishes=wishes)
        channels = Counter(wishes.channel(who) for who in hotline.rota.volunteers)
        rotas.append(RotaTexts(hotline, channels[Channel.TEXT], reminders, channels[Channel.EMAIL]))
    counts = counted(ledger.since(epoch_seconds(now() - _COUNTED)))
    practice = _practice(parts.text_carrier, found)
    mail = settings.smtp.host if settings.smtp else ""
    if as_json:
        click.echo(json.dumps(texts_json(rotas, counts, practice, mail), ensure_ascii=False, indent=2))
    else:
        texts_text(rotas, counts, practice, Console(highlight=False), mail)


def _rotas(settings: Settings, name: str | None) -> list[Hotline]:
    """A hotline of each rota, or of the named one. Raises FilesError if there is none."""
    lines = by_rota(load(settings.config_dir, settings.countries).hotlines.values()).values()
    found = [one for one in lines if name in (None, one.rota.id, one.id, one.flow.name)]
    if not found:
        named = f" named {name!r}" if name else ""
        raise FilesError(f"There is no usable hotline or rota{named}.", "Run `hotline check`.")
    return found


def _practice(carrier: object, lines: Sequence[Hotline]) -> list[PracticeText] | None:
    """The last texts of practice mode, by recipients' names; None if texts are really sent."""
    if not isinstance(carrier, PracticeTexts):
        return None
    names = {
        coordinator.phone: coordinator.name for hotline in lines for coordinator in hotline.rota.coordinators.values()
    }
    for hotline in lines:
        names |= {one.email: one.name for one in hotline.rota.coordinators.values() if one.email}
        names |= {one.email: one.name for one in hotline.rota.volunteers.values() if one.email}
    names |= {volunteer.phone: volunteer.name for hotline in lines for volunteer in hotline.rota.volunteers.values()}
    sent = [one for one in carrier.lines() if one["to"] in names][-_SHOWN:]
    return [PracticeText(one["at"], names[one["to"]], one["body"]) for one in sent]
