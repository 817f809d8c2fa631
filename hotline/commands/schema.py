"""`hotline schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from hotline.files.shapes.schema import FORMATS, as_text, schema, write_schemas


@click.command()
@click.argument("format_", metavar="[rota|call-flow]", required=False, type=click.Choice(list(FORMATS)))
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="Write both schemas into this folder instead."
)
def command(format_: str | None, into: Path | None) -> None:
    """Print the JSON Schema of rotas or of call flows. Without a name, print both under their names.

    Editors use it to complete and check these files as you type. The files that ship name their schema in the first
    line.
    """
    if into is not None:
        for path in write_schemas(into):
            click.echo(f"Written: {path}")
    elif format_ is not None:
        click.echo(as_text(format_), nl=False)
    else:
        click.echo(json.dumps({name: schema(name) for name in FORMATS}, ensure_ascii=False, indent=2))
