"""`hotline clock`."""

from __future__ import annotations

import click

from hotline.processes.clock import run_clock
from hotline.settings import read_settings
from hotline.store.private import keep_private
from hotline.store.redis.client import refuse_cluster


@click.command()
def command() -> None:
    """Run a clock. It queues jobs when they are due. Several can run at once."""
    settings = read_settings()
    refuse_cluster(settings.redis_url)
    keep_private(settings.data_dir, settings.config_dir)
    run_clock(settings)
