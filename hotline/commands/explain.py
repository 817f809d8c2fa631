"""`hotline explain`."""

from __future__ import annotations

import difflib
import json
import sys

import click

from hotline.files import CODES, explain


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: what each code means.")
def command(code: str | None, as_json: bool) -> None:
    """Explain a CODE that `hotline check` printed. Without a CODE, list all codes."""
    if as_json and code in {None, *CODES}:
        told = {name: explain(name) for name in sorted(CODES) if code in (None, name)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if code is None:
        width = max(map(len, CODES))
        for name, explanation in sorted(CODES.items()):
            click.echo(f"{name:{width}}  {explanation.title}")
        return
    text = explain(code.strip().lower())
    if text is None:
        near = difflib.get_close_matches(code.lower(), CODES, 1)
        hint = f" Did you mean `{near[0]}`?" if near else " `hotline explain` lists them all."
        click.echo(f"There is no code `{code}`.{hint}", err=True)
        sys.exit(2)
    click.echo(text)
