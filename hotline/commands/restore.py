"""`hotline restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hotline.clock import now
from hotline.commands.support.backups import (
    Backup,
    in_the_way,
    make_backup,
    new_name,
    opened,
    other_key,
    password_in,
    put_back,
)
from hotline.settings import Settings, read_settings
from hotline.store.disk.archive import BackupError, is_encrypted
from hotline.store.disk.single_process import SingleProcess


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Replace what is there, without asking. A backup of it is made first.")
@click.option("--check", is_flag=True, help="Only check that the file is whole, and show what it has.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The password of an encrypted file is in the first line of this one.",
)
def command(file: Path, replace: bool, check: bool, password_file: Path | None) -> None:
    """Put a backup back: into HOTLINE_CONFIG_DIR, HOTLINE_DATA_DIR and DATABASE_URL.

    Stop Hotline first, on all machines that use the database. A backup of SQLite can be restored into PostgreSQL, and
    the other way round. Backups of earlier releases are brought up to date.
    """
    settings = read_settings()
    password = password_in(password_file)
    if password is None and is_encrypted(file) and sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, err=True)
    with opened(settings, file, password) as backup:
        click.echo(_described(file, backup))
        if check:
            return
        alone = SingleProcess(settings.data_dir / "up.lock")
        if not alone.take():
            raise BackupError(
                f"Hotline is running with the data directory {settings.data_dir}.",
                "Stop it first. Nothing was changed.",
            )
        try:
            _make_room(settings, replace)
            put_back(settings, backup, lambda words: click.echo(words, err=True))
        finally:
            alone.give_up()
        _say_what_is_next(settings, backup)


def _described(file: Path, backup: Backup) -> str:
    about = backup.about
    return (
        f"{file} is whole. It was made at {about['made']} by release {about['release']}, and has "
        f"{sum(about['rows'].values())} rows ({about['rows'].get('calls', 0)} calls)."
    )


def _make_room(settings: Settings, replace: bool) -> None:
    found = in_the_way(settings)
    if not found:
        return
    listed = "".join(f"\n  {one}" for one in found)
    if not replace and sys.stdin.isatty():
        replace = click.confirm(f"This would be replaced:{listed}\nReplace it?", default=False)
    if not replace:
        raise BackupError(
            f"This would be replaced:{listed}",
            "\nNothing was changed. Use --replace, or name new folders in HOTLINE_CONFIG_DIR and HOTLINE_DATA_DIR.",
        )
    before = new_name(settings.data_dir, now(), encrypted=False)
    before = before.with_name(f"before-restore-{before.name}")
    make_backup(settings, before, None, lambda words: None)
    click.echo(f"What was there is in {before}. Delete it when you no longer need it.")


def _say_what_is_next(settings: Settings, backup: Backup) -> None:
    if other_key(settings, backup):
        click.echo(
            "HOTLINE_SECRET_KEY differs from the key in the backup: addresses of calendars and of pages change. "
            "To use the backup's key, remove the variable."
        )
    click.echo("Restored. Set the carrier's variables as before, then start Hotline and run `hotline doctor`.")
