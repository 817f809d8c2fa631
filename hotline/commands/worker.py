"""`hotline worker`."""

from __future__ import annotations

import click

from hotline.settings import read_settings
from hotline.worker import run_worker


@click.command()
def command() -> None:
    """Run a worker: it does queued jobs and moves the call log's spool into the database."""
    run_worker(read_settings())
