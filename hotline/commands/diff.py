"""`hotline diff`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC
from pathlib import PurePosixPath

import click
from rich.console import Console

from hotline.clock import now
from hotline.commands.support.edit_waits import with_waits
from hotline.commands.support.instants import INSTANT, INSTANT_HELP, Typed, in_zone
from hotline.commands.support.rotas import WEEKS
from hotline.commands.support.versions import LAST_COMMIT, NamedFiles, version, working
from hotline.core.planning.rota_diff import rota_diff
from hotline.core.rota.days import full_hour_after
from hotline.core.rota.on_call import Schedule
from hotline.files import Finding, as_json, render
from hotline.files.loading.rotas import Rotas, read_rotas
from hotline.output.data.rota_diff import Compared, diff_json
from hotline.output.data.rota_diff_markdown import diff_markdown
from hotline.output.data.words import moment
from hotline.output.terminal.diff import print_diff
from hotline.settings import read_settings


@click.command()
@click.argument("old", default=LAST_COMMIT)
@click.argument("new", required=False)
@click.option("--weeks", default=8, show_default=True, type=WEEKS, help="How far ahead to compare.")
@click.option("--at", type=INSTANT, help=f"Compare from this instant on instead of now. {INSTANT_HELP}")
@click.option("--exit-code", is_flag=True, help="Exit 1 if anything changes, like `git diff --exit-code`.")
@click.option("--markdown", is_flag=True, help="Print Markdown, for a comment on a pull request.")
@click.option("--json", "as_text", is_flag=True, help="Print one JSON object.")
def command(
    old: str, new: str | None, weeks: int, at: Typed | None, exit_code: bool, markdown: bool, as_text: bool
) -> None:
    """Show what an edit to a rota changes, before it is live.

    Shows who gains and loses hours over the next 8 weeks, gaps that open and close, changes to how phones are rung,
    volunteers added or removed, and how long callers would wait (a forecast, with 30 calls a month). OLD and NEW are
    each a rota file, a folder, or a git revision; OLD is the last commit and NEW the working files if left out. Phone
    numbers are never shown, only that one changed.

    Exits 0 whether or not anything changes (see --exit-code), 1 if callers would reach nobody or NEW cannot be
    used, 2 when it could not compare.
    """
    settings = read_settings()
    config_dir = settings.config_dir
    before = version(old, config_dir)
    after = version(new, config_dir) if new else working(before, config_dir)
    was, becomes = read_rotas(before.texts), read_rotas(after.texts)
    for error in was.errors:
        click.echo(f"hotline: {before.label}: {error.file}:{error.line}: {error.message} It is left out.", err=True)
    compared = with_waits(settings, list(_compared(_pairs(before, after, was, becomes), at, weeks)))
    if as_text:
        click.echo(json.dumps(_object(before, after, compared, becomes.errors), ensure_ascii=False))
    elif markdown:
        click.echo(diff_markdown(before.label, after.label, compared, becomes.errors), nl=False)
    else:
        _print(before, after, compared, becomes.errors)
    alarming = bool(becomes.errors) or any(one.diff.left_alone for one in compared)
    sys.exit(1 if alarming or (exit_code and any(one.changed for one in compared)) else 0)


def _pairs(
    before: NamedFiles, after: NamedFiles, was: Rotas, becomes: Rotas
) -> Mapping[str, tuple[Schedule | None, Schedule | None]]:
    """Pair both versions of each rota, by id. Two single files are one rota, even with different names."""
    if before.file and after.file:
        return {id: (next(iter(was.schedules.values()), None), schedule) for id, schedule in becomes.schedules.items()}
    broken = {PurePosixPath(error.file).stem for error in becomes.errors}
    ids = dict.fromkeys((*was.schedules, *becomes.schedules))
    wanted = after.file or before.file
    return {
        id: (was.schedules.get(id), becomes.schedules.get(id))
        for id in ids
        if id not in broken and (wanted is None or id == wanted.stem)
    }


def _compared(
    pairs: Mapping[str, tuple[Schedule | None, Schedule | None]], at: Typed | None, weeks: int
) -> list[Compared]:
    found = []
    for id, (old, new) in pairs.items():
        either = new or old
        assert either
        start = (in_zone(at, either.rota.zone) if at else now()).astimezone(UTC).replace(microsecond=0)
        diff = rota_diff(old, new, start, full_hour_after(either, start, weeks))
        found.append(Compared(id, old.rota if old else None, new.rota if new else None, diff))
    return found


def _object(
    before: NamedFiles, after: NamedFiles, compared: list[Compared], errors: tuple[Finding, ...]
) -> dict[str, object]:
    return {
        "old": before.label,
        "new": after.label,
        "changed": any(one.changed for one in compared),
        "errors": as_json(errors),
        "rotas": [diff_json(one) for one in compared],
    }


def _print(before: NamedFiles, after: NamedFiles, compared: list[Compared], errors: tuple[Finding, ...]) -> None:
    console = Console(highlight=False)
    if errors:
        render(errors, console)
    changed = [one for one in compared if one.changed]
    if changed:
        first = changed[0].diff.start.astimezone(changed[0].rota.zone)
        console.print(f"{before.label} → {after.label}, from {moment(first)} on\n", markup=False, style="dim")
    for one in changed:
        print_diff(console, one)
    if not changed and not errors:
        console.print(f"{before.label} → {after.label}: nothing changes for anyone.", markup=False)
