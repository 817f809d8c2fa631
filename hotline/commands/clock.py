"""`hotline clock`."""

from __future__ import annotations

import click

from hotline.settings import read_settings
from hotline.worker import run_clock


@click.command()
def command() -> None:
    """Run a clock: it queues what is due. Any number may run."""
    run_clock(read_settings())
