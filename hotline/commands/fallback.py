"""`hotline fallback`: the document the carrier uses when everything here is down."""

from __future__ import annotations

from pathlib import Path

import click

from hotline.carrier.fallback import fallback_document, screening_documents
from hotline.commands.support.hotlines import hotlines
from hotline.errors import FilesError
from hotline.settings import read_settings

DOCUMENT = "fallback.xml"


@click.command()
@click.argument("name", required=False)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Write it to this file, or with --screened folder."
)
@click.option(
    "--screened",
    is_flag=True,
    help="Write three documents: people must press a key after picking up, so no voicemail takes the call.",
)
def command(name: str | None, output: Path | None, screened: bool) -> None:
    """Write the TwiML document for when the hotline NAME is down: an apology, then the backup's phones.

    Any static file host can serve it, except this machine. Write it again when the backup changes. One
    document alone cannot screen: a voicemail that picks up takes the call until it hangs up, then the next phone
    rings. With --screened it cannot; put all three documents in one folder of the host.
    """
    lines = hotlines(read_settings(), name)
    if len(lines) > 1:
        known = ", ".join(hotline.id for hotline in lines)
        raise FilesError(f"There are several hotlines ({known}).", "Choose one: `hotline fallback NAME`.")
    (hotline,) = lines
    if not hotline.rota.backup:
        raise FilesError(
            f"The rota {hotline.rota.id} has no backup, so nobody can be rung.",
            "Add `backup: [somebody]` to it, with a phone that someone always answers.",
        )
    first = fallback_document(hotline, screened=screened)
    if not screened:
        if output is None:
            click.echo(first, nl=False)
        else:
            _write(output, first)
        return
    if output is None:
        raise click.UsageError("--screened writes three documents. Choose a folder with --output.")
    for file, text in {DOCUMENT: first, **screening_documents(hotline)}.items():
        _write(output / file, text)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise FilesError(f"{path} cannot be written: {error.strerror}.", "Choose another with --output.") from None
    click.echo(f"Written to {path}.", err=True)
