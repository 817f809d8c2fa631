"""`hotline init`: the files of a new hotline, from a few answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from rich.console import Console

from hotline.clock import now
from hotline.commands.support.machine_zone import machine_zone
from hotline.errors import FilesError
from hotline.files import Finding, check_coverage, load, load_texts, read_files, render
from hotline.files.edits.starter import WORDS, Beginning, FirstPerson, starter_files
from hotline.files.loading.load import ENDINGS, FOLDERS
from hotline.files.shapes.schema import write_schemas
from hotline.files.values.zones import zone_meant, zone_names
from hotline.settings import read_countries, read_settings

_NOBODY_YET = FirstPerson("Somebody", "+1 410 555 0199")
_SHIFTS = ("always", "day-night")
_LANGUAGES = "Which languages do callers choose from? (en, es)"
_WHEN = f"When are volunteers on call? ({' or '.join(_SHIFTS)})"
_BACKUP = "Who is rung when nobody else answers? (a volunteer's name; Enter for nobody)"
_UNSPEAKABLE = "This name has characters that cannot be spoken. Write letters."


@click.command()
@click.option("--name", help="The hotline's name.")
@click.option("--number", help="The number people dial, with + and the country code.")
@click.option("--timezone", help="The time zone of the rota, by its city. [default: this machine's]")
@click.option("--volunteer", "people", multiple=True, metavar="NAME=PHONE", help="A volunteer. Repeat it for each one.")
@click.option("--languages", help="What callers may hear, best first: en, es. [default: en]")
@click.option("--shifts", type=click.Choice(_SHIFTS), help="Everyone always, or half by day and half by night.")
@click.option("--backup", help="The volunteer who is rung when nobody else answers, by name.")
@click.option("--yes", is_flag=True, help="Ask no questions. Use defaults for everything left out.")
def command(
    name: str | None,
    number: str | None,
    timezone: str | None,
    people: tuple[str, ...],
    languages: str | None,
    shifts: str | None,
    backup: str | None,
    yes: bool,
) -> None:
    """Write the call flow and the rota of a new hotline, after a few questions, and check them.

    Each answer is checked at once. Nothing is written before the last one, and no file is ever overwritten.
    """
    folder = read_settings().config_dir
    if yes and not (name and number and people):
        raise click.UsageError("With --yes, give --name, --number and at least one --volunteer.")
    asking = _Asking(folder, yes)
    draft = Beginning("", "", timezone or machine_zone(), ())
    draft = asking.until_right(name, "What is the hotline called?", draft, _with_name)
    draft = asking.until_right(number, "Which number do callers dial?", draft, _with_number)
    draft = asking.until_right(timezone or (draft.timezone if yes else None), "In which time zone?", draft, _with_zone)
    for written in people:
        draft = asking.until_right(written, "", draft, _with_volunteer)
    if not people:
        draft = asking.volunteers(draft)
    draft = asking.until_right(languages or ("en" if yes else None), _LANGUAGES, draft, _with_languages)
    shifts = shifts or (_SHIFTS[0] if yes or len(draft.volunteers) < 2 else None)
    draft = asking.until_right(shifts, _WHEN, draft, _with_shifts)
    draft = asking.until_right("" if yes and backup is None else backup, _BACKUP, draft, _with_backup)
    _write(folder, draft)
    sys.exit(_finish(folder, draft))


class _Asking:
    """Asks for missing answers, until they are valid. An answer given as an option must be valid at once."""

    def __init__(self, folder: Path, silent: bool) -> None:
        self._folder = folder
        self._silent = silent

    def until_right(
        self, given: str | None, question: str, draft: Beginning, put: Callable[[Beginning, str], Beginning]
    ) -> Beginning:
        """The draft with the answer in it."""
        defaults: list[tuple[Callable[[Beginning, str], Beginning], str]] = [
            (_with_zone, draft.timezone),
            (_with_languages, "en"),
            (_with_shifts, _SHIFTS[0]),
            (_with_backup, ""),
        ]
        default = next((text for known, text in defaults if known is put), None)
        while True:
            answer = given
            if answer is None:
                answer = click.prompt(question, default=default, show_default=bool(default))
            try:
                candidate = put(draft, answer.strip())
            except FilesError as error:
                if given is not None:
                    raise click.UsageError(f"{answer!r}: {error}") from None
                click.echo(f"  {error}", err=True)
                continue
            wrong = list(self._problems(candidate))
            if not wrong:
                return candidate
            if given is not None:
                raise click.UsageError(f"{answer!r}: {' '.join(wrong)}")
            click.echo("\n".join(f"  {one}" for one in wrong), err=True)

    def volunteers(self, draft: Beginning) -> Beginning:
        """Return the draft with the named volunteers, at least one."""
        while True:
            more = "The next volunteer's name? (Enter to finish)"
            question = more if draft.volunteers else "The first volunteer's name?"
            name = click.prompt(question, default="" if draft.volunteers else None, show_default=False).strip()
            if not name:
                return draft
            if not name.isprintable():
                click.echo(f"  {_UNSPEAKABLE}", err=True)
                continue
            draft = self.until_right(None, f"{name}'s phone?", draft, partial(_add, name))

    def _problems(self, draft: Beginning) -> Iterator[str]:
        """Return the problems of the answers so far, as `hotline check` words them."""
        if not draft.name or not draft.name.isprintable():
            yield _UNSPEAKABLE if draft.name else "A hotline needs a name."
            return
        for path in (f"{folder}/{draft.id}{ending}" for folder in FOLDERS for ending in ENDINGS):
            if (self._folder / path).exists():
                yield f"The file {path} already exists. Choose another name."
                return
        if draft.number:
            yield from dict.fromkeys(f"{error.message} {error.help}" for error in _errors(self._folder, draft))


def _errors(folder: Path, draft: Beginning) -> list[Finding]:
    whole = draft if draft.volunteers else replace(draft, volunteers=(_NOBODY_YET,))
    new = {path: text.encode() for path, text in starter_files(whole).items()}
    loaded = load_texts({**read_files(folder), **new}, read_countries())
    return [finding for finding in loaded.findings if finding.severity == "error" and finding.file in new]


def _with_name(draft: Beginning, name: str) -> Beginning:
    return replace(draft, name=name)


def _with_number(draft: Beginning, number: str) -> Beginning:
    return replace(draft, number=number or "nothing")


def _with_zone(draft: Beginning, zone: str) -> Beginning:
    """The zone, also by a city in it or by what people call it."""
    return replace(draft, timezone=zone if zone in zone_names() else zone_meant(zone) or zone)


def _with_languages(draft: Beginning, written: str) -> Beginning:
    codes = tuple(dict.fromkeys(written.replace(",", " ").lower().split()))
    unknown = [code for code in codes if code not in WORDS]
    if unknown or not codes:
        raise FilesError(f"There are no words in {' '.join(unknown) or 'no language'}.", f"Write {', '.join(WORDS)}.")
    return replace(draft, languages=codes)


def _with_shifts(draft: Beginning, written: str) -> Beginning:
    if written not in _SHIFTS:
        raise FilesError(f"{written!r} is not an answer.", f"Write {' or '.join(_SHIFTS)}.")
    return replace(draft, by_day_and_night=written == _SHIFTS[1])


def _with_backup(draft: Beginning, name: str) -> Beginning:
    """The backup, by the whole name or the first one."""
    if not name:
        return draft
    for person in draft.volunteers:
        if name.casefold() in (person.name.casefold(), person.name.split()[0].casefold()):
            return replace(draft, backup=person.name)
    names = ", ".join(person.name for person in draft.volunteers)
    raise FilesError(f"There is no volunteer {name!r}.", f"Write one of these: {names}.")


def _with_volunteer(draft: Beginning, written: str) -> Beginning:
    name, separator, phone = written.rpartition("=")
    if not separator or not name.strip() or not name.isprintable():
        raise click.UsageError(f"{written!r} is not a volunteer. Write --volunteer 'Amy Okafor=+1 410 555 0111'.")
    return _add(name.strip(), draft, phone.strip())


def _add(name: str, draft: Beginning, phone: str) -> Beginning:
    return replace(draft, volunteers=(*draft.volunteers, FirstPerson(name, phone)))


def _write(folder: Path, draft: Beginning) -> None:
    """Write the files. Raises FilesError if one exists by now, or cannot be written."""
    try:
        for name, text in starter_files(draft).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            click.echo(f"Written: {name}")
        for path in write_schemas(folder / "schemas"):
            click.echo(f"Written: {path.relative_to(folder)}")
    except OSError as error:
        raise FilesError(f"{error.filename} cannot be written: {error.strerror}.", "Nothing was overwritten.") from None


def _finish(folder: Path, draft: Beginning) -> int:
    """Check all files, and print the next step. Returns the exit code."""
    loaded = load(folder, read_countries())
    findings = [*loaded.findings, *check_coverage(loaded, now())]
    console = Console(highlight=False)
    click.echo()
    render(findings, console)
    if draft.id not in loaded.hotlines:
        return 1
    click.echo(
        "Next: `hotline who` shows who is on call now. Start the hotline with `hotline up`, and place a call in another"
    )
    click.echo(f"terminal with `hotline call {draft.id}`. Then make rota/{draft.id}.yaml your own.")
    return 0
