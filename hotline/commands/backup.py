"""`hotline backup`."""

from __future__ import annotations

from pathlib import Path

import click

from hotline.clock import now
from hotline.commands.support.backups import make_backup, new_name, password_in
from hotline.settings import read_settings


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--encrypt", is_flag=True, help="Ask for a password, and encrypt the file with it.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Encrypt with the password in the first line of this file.",
)
def command(file: Path | None, encrypt: bool, password_file: Path | None) -> None:
    """Write everything this hotline needs into one FILE, while it runs.

    It has the rotas and call flows with their sounds, the database, the secret key, and who is off. It leaves out the
    settings in the environment, such as the carrier's token, and unfinished jobs. FILE may be a folder.
    [default: hotline-DATE.tar.gz here]

    `hotline restore FILE` puts it back. An encrypted file can also be opened with the program age.
    """
    settings = read_settings()
    password = password_in(password_file)
    if encrypt and password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt="Repeat password", err=True)
    path = file or Path()
    if path.is_dir():
        path = new_name(path, now(), encrypted=password is not None)
    contents = make_backup(settings, path, password, lambda words: click.echo(words, err=True))
    rows = contents.about["rows"]
    click.echo(f"{path} has the files, the key and {sum(rows.values())} rows. Calls: {rows.get('calls', 0)}.")
    if password is None:
        click.echo(
            "It is not encrypted, and has volunteers' numbers and the secret key: store it where nobody else can read "
            "it, or use --encrypt."
        )
