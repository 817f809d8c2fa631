"""`hotline check` finds problems before anyone is hurt by them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from hotline.clock import now
from hotline.collector import paused_collector
from hotline.commands.support.instants import INSTANT, INSTANT_HELP, Typed, in_zone
from hotline.errors import FilesError
from hotline.files import as_json, load, render
from hotline.files.loading.checked import WEEKS, check_folder, findings_of
from hotline.settings import read_countries, read_settings


@click.command()
@click.argument("config_dir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_text", is_flag=True, help="Print an array of findings for other programs.")
@click.option("--at", type=INSTANT, help=f"Look for gaps from this instant on instead of now. {INSTANT_HELP}")
@click.option(
    "--weeks", default=WEEKS, show_default=True, type=click.IntRange(1, 104), help="How far to look for gaps."
)
@paused_collector()
def command(config_dir: Path | None, as_text: bool, at: Typed | None, weeks: int) -> None:
    """Check every call flow and rota below CONFIG_DIR (by default the one in use).

    Exits 0 when there are no errors or warnings, 1 when there are, 2 when the check could not run.
    """
    settings = None if config_dir else read_settings()
    folder = config_dir or (settings or read_settings()).config_dir
    if not folder.is_dir():
        raise FilesError(f"There is no folder {folder}.", "Create it, or set HOTLINE_CONFIG_DIR to another folder.")
    if settings and at is None and weeks == WEEKS:
        loaded, findings = check_folder(folder, read_countries(), settings.data_dir / "compiled", now(), _shown)
    else:
        loaded = load(folder, read_countries())
        zones = [line.rota.zone for line in loaded.hotlines.values()]
        findings = findings_of(loaded, in_zone(at, zones[0] if zones else UTC) if at else now(), weeks)
    if as_text:
        click.echo(json.dumps(as_json(findings), ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False)
        render(findings, console)
        if not any(finding.severity == "error" for finding in findings):
            names = ", ".join(hotline.flow.name for hotline in loaded.hotlines.values())
            console.print(f"Call flows that can answer calls: {names}.")
    sys.exit(1 if any(finding.severity != "note" for finding in findings) else 0)


def _shown(steps: Iterator[list[bytes]], count: int) -> Iterable[list[bytes]]:
    """Show a bar while a long check goes on, on a terminal."""
    shown = Console(stderr=True)
    return track(steps, "Checking", count, console=shown, transient=True, disable=not shown.is_terminal)
