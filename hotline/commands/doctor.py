"""`hotline doctor`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from hotline.core.checkup.result import any_failed
from hotline.doctor.checks import CHECKS
from hotline.doctor.output import as_json as as_data
from hotline.doctor.output import print_answers
from hotline.doctor.running import Answered, run
from hotline.doctor.site import Site
from hotline.running import read_address
from hotline.settings import read_settings
from hotline.wiring.parts import Parts


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Check the whole deployment, and explain what is wrong and how to fix it.

    Places test calls that ring nobody. Changes nothing. Each check ends with PASS, WARN or FAIL. Exits 0 when
    nothing failed, 1 when something did.
    """
    settings = read_settings()
    local = read_address(settings.data_dir)
    if local is not None and settings.public_url == f"http://127.0.0.1:{settings.port}":
        settings = replace(settings, public_url=local)  # not set: the server's own address
    answers = _with_progress(Site(Parts(settings)))
    if as_json:
        click.echo(json.dumps(as_data(answers), ensure_ascii=False, indent=2))
    else:
        print_answers(answers, Console(highlight=False))
    sys.stdout.flush()
    sys.exit(1 if any_failed(result for answer in answers for result in answer.results) else 0)


def _with_progress(site: Site) -> list[Answered]:
    """Run every check. On a terminal, show the progress on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("Looking at {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("the deployment", total=len(CHECKS))
        return run(CHECKS, site, done=lambda: progress.advance(task))
