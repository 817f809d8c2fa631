"""`hotline jobs`."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console

from hotline.clock import now
from hotline.errors import QueueUnavailable
from hotline.jobs.queue import connection
from hotline.jobs.state import JobsState, read_state, retry_failed
from hotline.output.data.jobs import Backlog, jobs_json
from hotline.output.terminal.jobs import jobs_page
from hotline.settings import read_settings
from hotline.wiring.parts import Parts


@click.command()
@click.option("--retry", is_flag=True, help="Queue all failed jobs again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(retry: bool, as_json: bool) -> None:
    """Show background jobs: waiting, running, scheduled and failed.

    Jobs show their task, never people or calls. Exits 1 if Redis cannot be reached.
    """
    parts = Parts(read_settings())
    if retry:
        count = retry_failed(connection(parts.redis_url))
        if not as_json:
            click.echo(
                f"{count} failed job{'' if count == 1 else 's'} queued again." if count else "No job has failed."
            )
    state, away = _state(parts)
    backlog = _backlog(parts)
    if as_json:
        click.echo(json.dumps(jobs_json(state, backlog, away), indent=2))
    else:
        jobs_page(state, backlog, away, now().timestamp(), Console(highlight=False))
    sys.exit(1 if state is None else 0)


def _state(parts: Parts) -> tuple[JobsState | None, str]:
    try:
        return read_state(connection(parts.redis_url)), ""
    except QueueUnavailable as error:
        return None, str(error)


def _backlog(parts: Parts) -> Backlog:
    count, age = parts.outbox.backlog()
    return Backlog(count, age, parts.outbox.progress().failure)
