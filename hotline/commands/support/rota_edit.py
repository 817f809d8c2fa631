"""The common steps of `hotline away`, `hotline cover` and `hotline swap`: find people and times, show, ask, write."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from hotline.clock import now
from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.times.recurring import listed
from hotline.errors import FilesError
from hotline.files import load_texts, read_files
from hotline.files.edits.entering import Entered
from hotline.files.edits.in_words import effects_in_words, swap_in_words, warnings
from hotline.files.edits.proposal import Proposal, propose_entries
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.which_volunteer import find_volunteer
from hotline.files.yaml.replace_file import replace_file
from hotline.settings import read_settings

ROTA = click.option("--rota", "rota", help="The rota to change, if several have the volunteer.")
YES = click.option("--yes", "-y", is_flag=True, help="Write without asking.")
WHEN = click.argument("when", nargs=-1, required=True, metavar="FROM [TO]")
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class RotaEdit:
    """The rota that is edited, as its files are now."""

    config_dir: Path
    texts: dict[str, bytes]
    line: Hotline
    countries: tuple[str, ...] = ()

    def who(self, said: str) -> str:
        """The id of the volunteer meant. Raises BadParameter."""
        with understanding():
            return find_volunteer(self.line.rota, said)

    @property
    def today(self) -> date:
        """The present date in the rota's zone."""
        return now().astimezone(self.line.rota.zone).date()


@contextmanager
def understanding() -> Iterator[None]:
    """Raise input that cannot be understood as BadParameter."""
    try:
        yield
    except Unreadable as problem:
        raise click.BadParameter(f"{problem.message} {problem.help}".strip()) from None


def editing(rota: str | None, *people: str) -> RotaEdit:
    """The rota of that name or, without one, the only one that knows all these people.

    Raises FilesError if there is no such rota, or more than one.
    """
    settings = read_settings()
    config_dir = settings.config_dir
    try:
        texts = read_files(config_dir)
    except OSError as error:
        raise FilesError(f"The files in {config_dir} cannot be read: {error.strerror}.") from None
    lines = by_rota(load_texts(texts, settings.countries).hotlines.values())
    chosen = [hotline for hotline in lines.values() if rota in (None, hotline.rota.id, hotline.id, hotline.flow.name)]
    if not chosen:
        known = ", ".join(lines) or "none"
        asked = f"There is no usable rota {rota!r} (known: {known})." if rota else "No rota can be used."
        raise FilesError(asked, "Run `hotline check`.")
    knowing = [hotline for hotline in chosen if all(_knows(hotline, person) for person in people)]
    if len(knowing) > 1:
        which = f"{listed([one.rota.id for one in knowing])} match."
        raise FilesError(which, "Choose a rota: with --rota, or for `hotline ics` by its name.")
    return RotaEdit(config_dir, texts, (knowing or chosen)[0], settings.countries)


def carry_out(edit: RotaEdit, entered: Entered, yes: bool) -> None:
    """Show the entries' effects, ask, and write them. Raises FilesError if they may not be written."""
    proposal, changes = propose_entries(edit.texts, edit.line.rota.id, entered.entries, edit.countries)
    words = swap_in_words(edit.line, entered.exchange) if entered.exchange else effects_in_words(edit.line, changes)
    console = Console(highlight=False)
    for sentence in words:
        console.print(Text(sentence), soft_wrap=True)
    show_diff(proposal, console)
    for warning in warnings(proposal, changes, now()):
        console.print(Text("warning: ", style="bold yellow").append(warning, style="default not bold"), soft_wrap=True)
    write(edit.config_dir, proposal, yes, console)


def show_diff(proposal: Proposal, console: Console) -> None:
    """The lines that change, in colour on a terminal."""
    console.print()
    for line in proposal.diff:
        console.print(Text(line, style=_COLOURS.get(line[:1], "")), soft_wrap=True)
    console.print()


def write(config_dir: Path, proposal: Proposal, yes: bool, console: Console) -> None:
    """Ask, and write the edit. Exits 1 if the answer is no."""
    if not yes and not click.confirm(f"Write this to {proposal.file}?", default=False, err=console.stderr):
        console.print("Nothing was written.")
        sys.exit(1)
    replace_file(config_dir / proposal.file, proposal.before, proposal.after)
    console.print(Text(f"Written to {proposal.file}. A running hotline uses it within ten seconds."), soft_wrap=True)


def _knows(hotline: Hotline, said: str) -> bool:
    try:
        return bool(find_volunteer(hotline.rota, said))
    except Unreadable:
        return False
