"""The start screen of `hotline up`. It is its own command, so that the process that stays need not load all of it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from hotline.clock import now
from hotline.commands.who import as_text
from hotline.core.calls.flow import with_every_rota
from hotline.core.people import Role
from hotline.errors import DatabaseUnavailable
from hotline.files import check_coverage, load, render
from hotline.files.loading.load import yaml_files
from hotline.links import address_of_link, expires, pages_address
from hotline.running import read_address
from hotline.settings import Pages, Settings, read_settings
from hotline.store.database.lazy import Database
from hotline.store.database.people import PeopleTables

_MOST_SHOWN = 20
"""How many call flows the start screen reads and lists."""


@click.command(hidden=True)
@click.option("--log-file", type=click.Path(path_type=Path))
def command(log_file: Path | None) -> None:
    """Print who is on call now, how to place a call, and which mode this is."""
    settings, console = read_settings(), Console(highlight=False)
    if (count := len(list(yaml_files(settings.config_dir, "call_flows")))) > _MOST_SHOWN:
        _show(settings, console, [_many(count), Text(), _what_this_is(settings)], log_file)
        return
    loaded = load(settings.config_dir, settings.countries)
    findings = [one for one in (*loaded.findings, *check_coverage(loaded, now())) if one.severity != "note"]
    nothing_yet = settings.pages is not Pages.OFF and [one.code for one in findings] == ["no-call-flows"]
    if findings and not nothing_yet:
        render(findings, console)
    parts = [as_text(line, now()) for line in with_every_rota(loaded.hotlines.values())]
    _show(settings, console, [*parts, Text(), _what_this_is(settings)], log_file, nothing_yet)


def _show(
    settings: Settings, console: Console, parts: list[Text], log_file: Path | None, nothing_yet: bool = False
) -> None:
    parts += [
        *_how_to_look(settings),
        *([_how_to_begin(settings)] if nothing_yet else _how_to_call(settings)),
        _where(settings, log_file),
    ]
    title = "Hotline · practice mode" if settings.practice else "Hotline · live"
    console.print(Panel(Group(*parts), title=title, border_style="yellow" if settings.practice else "green"))


def _many(count: int) -> Text:
    """The words for many call flows. To read them here would take the time and memory that calls need."""
    text = Text(f"{count} call flows", style="bold").append(". See who is on call with ", style="not bold")
    text.append(f"{_command()} who NAME").append(", and check the files with ", style="not bold")
    return text.append(f"{_command()} check").append(".", style="not bold")


def _what_this_is(settings: Settings) -> Text:
    if not settings.practice:
        return Text(f"The carrier calls {settings.public_url}/voice")
    return Text("No carrier account is set. This is practice mode: no real phone rings.")


def _how_to_begin(settings: Settings) -> Text:
    return Text("\nThen make your first hotline: ").append(f"{pages_address(settings)}/new", style="bold")


def _how_to_call(settings: Settings) -> list[Text]:
    if not settings.practice:
        return []
    text = Text("\nOr place a call from another terminal:\n\n")
    text.append(f"    {_command()} call\n\n", style="bold")
    return [text.append(f"and see it in the log afterwards with `{_command()} report`.")]


def _how_to_look(settings: Settings) -> list[Text]:
    """The pages, with a link for the first coordinator while nobody could sign in.

    A live line's link makes its holder a coordinator of it: it is for a terminal, not for the log of a service.
    """
    if settings.pages is Pages.OFF:
        return []
    people, at = PeopleTables(Database(settings.database_url)), int(now().timestamp())
    try:
        nobody_yet = not people.any()
        if nobody_yet and not settings.practice and not sys.stdout.isatty():
            return [Text(f"\nNobody can sign in to the pages yet: `{_command()} people add NAME` prints a link.")]
        key = people.make_link(None, Role.COORDINATOR, expires(at, first_run=True)) if nobody_yet else None
    except DatabaseUnavailable as error:
        return [Text(f"\nNobody can sign in to the pages right now. {error}", style="yellow")]
    if key is None:
        return [Text("\nThe pages: ").append(f"{pages_address(settings)}/", style="bold"), *_phone(settings)]
    text = Text("\nOpen this link to choose your name and password. It works once, within a day:\n\n")
    return [text.append(f"    {address_of_link(settings, key)}", style="bold"), *_phone(settings)]


def _phone(settings: Settings) -> list[Text]:
    """The practice phone, which people who try this out need first."""
    if not settings.practice:
        return []
    return [Text("\nThen call the hotline from the browser: ").append(f"{pages_address(settings)}/phone", style="bold")]


def _where(settings: Settings, log_file: Path | None) -> Text:
    local = read_address(settings.data_dir)
    text = Text(f"\nWebhooks {local}/voice · health {local}/health/ready", style="dim")
    if log_file:
        text.append(f" · logs {log_file}")
    return text.append(" · Ctrl-C stops")


def _command() -> str:
    """Return the command as typed on this machine."""
    return ".venv/bin/hotline" if Path(".venv/bin/hotline").exists() else "hotline"
