"""`hotline provision`: the account's numbers lead here."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotline.carrier.addresses import objections, same_host
from hotline.commands.support.account import account
from hotline.commands.support.hotlines import hotlines
from hotline.core.checkup.numbers import OVERRIDES, NumbersPlan, Repointing, plan
from hotline.errors import SettingsError
from hotline.settings import read_settings


@click.command()
@click.argument("name", required=False)
@click.option(
    "--fallback",
    metavar="URL",
    help="Address of the document for when this server is down. [default: HOTLINE_FALLBACK_URL]",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, without changing it.")
@click.option("--yes", "-y", is_flag=True, help="Change it without asking.")
@click.option("--force", is_flag=True, help="Continue even if the carrier cannot use the public address.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object; with --dry-run or --yes.")
def command(name: str | None, fallback: str | None, dry_run: bool, yes: bool, force: bool, as_json: bool) -> None:
    """Point the carrier's numbers of the hotline NAME, or of all, at HOTLINE_PUBLIC_URL.

    Shows the carrier's settings now and after the change, then asks. It is safe to run again. Exits 0 when every number
    leads here, 1 when one does not, 2 when the carrier could not be asked.
    """
    settings = read_settings()
    if as_json and not (dry_run or yes):
        raise click.UsageError("--json asks no questions. Add --dry-run or --yes.")
    carrier = account(settings)
    numbers = [number for hotline in hotlines(settings, name) for number in hotline.flow.numbers]
    against = objections(settings.public_url)
    if against and not force:
        raise SettingsError(
            [
                f"HOTLINE_PUBLIC_URL is {settings.public_url}, and {reason}. "
                "Set an address the carrier can call, or use --force."
                for reason in against
            ]
        )
    fallback = (fallback or settings.fallback_url or "").rstrip("/") or None
    found = plan(numbers, carrier.numbers(), settings.public_url, fallback)
    console = Console(highlight=False)
    if not as_json:
        _show(found, console)
        _advise(found, settings.public_url, console)
    done = not found.due
    if found.due and not dry_run and (yes or _agreed(found)):
        for one in found.due:
            carrier.point(one.number, one.then)
        done = True
    if as_json:
        click.echo(json.dumps(_as_json(found, done), indent=2))
    elif not found.due:
        console.print("Nothing to change." if found.numbers else "There are no numbers to change.")
    else:
        console.print("Done. Call each number once." if done else "Nothing was changed.")
    sys.exit(0 if done and not found.missing else 1)


def _agreed(found: NumbersPlan) -> bool:
    """Return whether the answer is yes.

    Settings that override the addresses may be another system's, so the question names them.
    """
    count = len(found.due)
    lost = sorted({change.name.lower() for one in found.due for change in one.changes if change.field in OVERRIDES})
    also = f", and remove the {' and the '.join(lost)}" if lost else ""
    return click.confirm(f"Change {'this number' if count == 1 else f'these {count} numbers'} at the carrier{also}?")


def _show(found: NumbersPlan, console: Console) -> None:
    for one in found.numbers:
        console.print(Text(one.number.number, style="bold"), Text("" if one.changes else "leads here"))
        if one.changes:
            console.print(_table(one))
    for number in found.missing:
        console.print(
            f"{number} is in a call flow, but the account does not have it. "
            "Buy it in the carrier's console, or correct `numbers` in the call flow.",
            style="yellow",
            soft_wrap=True,
        )


def _table(one: Repointing) -> Table:
    table = Table("At the carrier", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Now", "Then"):
        table.add_column(name, overflow="fold")  # nobody can agree to an address that is cut short
    for change in one.changes:
        table.add_row(change.name, Text(change.now or "–", "red"), Text(change.then or "–", "green"))
    return table


def _advise(found: NumbersPlan, public_url: str, console: Console) -> None:
    if any(change.field in OVERRIDES for one in found.due for change in one.changes):
        console.print(
            "The carrier ignores the addresses of a number with an application or a trunk, so those are removed.",
            style="yellow",
            soft_wrap=True,
        )
    fallbacks = {number.then.fallback_url for number in found.numbers}
    if "" in fallbacks:
        console.print(
            "There is no fallback. If this server is down, callers hear an error message. "
            "`hotline fallback` writes a document for it. Give its address with --fallback.",
            style="yellow",
            soft_wrap=True,
        )
    if any(same_host(public_url, fallback) for fallback in fallbacks if fallback):
        console.print(
            "The fallback is on the same host as this server and would be down with it. Put it on another host.",
            style="yellow",
            soft_wrap=True,
        )


def _as_json(found: NumbersPlan, done: bool) -> dict[str, object]:
    return {
        "done": done,
        "missing": list(found.missing),
        "numbers": [
            {
                "number": number.number.number,
                "changes": [
                    {"field": change.field, "now": change.now, "then": change.then} for change in number.changes
                ],
            }
            for number in found.numbers
        ],
    }
