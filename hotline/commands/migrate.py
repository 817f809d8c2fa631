"""`hotline migrate`."""

from __future__ import annotations

import click

from hotline.settings import read_settings
from hotline.store.database.migrate import migrate
from hotline.store.private import keep_private


@click.command()
def command() -> None:
    """Update the database to the current schema. Several machines can run it at once. `hotline up` runs it too."""
    settings = read_settings()
    keep_private(settings.data_dir, settings.config_dir)
    migrate(settings.database_url)
    click.echo("The database has the current schema.")
