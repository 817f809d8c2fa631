"""`hotline migrate`."""

from __future__ import annotations

import click

from hotline.settings import read_settings
from hotline.store.migrate import migrate


@click.command()
def command() -> None:
    """Bring the database to the current shape. Safe to run from several machines at once; `hotline up` does it too."""
    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    click.echo("The database is in the current shape.")
