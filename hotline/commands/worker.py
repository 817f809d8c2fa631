"""`hotline worker`."""

from __future__ import annotations

import click

from hotline.processes.worker import run_worker
from hotline.settings import read_settings
from hotline.store.private import keep_private
from hotline.store.redis.client import refuse_cluster
from hotline.wiring.parts import Parts


@click.command()
def command() -> None:
    """Run a worker. It does queued jobs and moves the call log's spool into the database."""
    settings = read_settings()
    refuse_cluster(settings.redis_url)
    keep_private(settings.data_dir, settings.config_dir)
    run_worker(Parts(settings))
