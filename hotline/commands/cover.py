"""`hotline cover`."""

from __future__ import annotations

import click

from hotline.commands.support.rota_edit import ROTA, WHEN, YES, carry_out, editing, understanding
from hotline.files.edits.entering import enter_cover


@click.command()
@click.argument("who")
@WHEN
@click.option("--for", "instead_of", help="Who WHO covers for. Left out: WHO is an extra person.")
@ROTA
@YES
def command(who: str, when: tuple[str, ...], instead_of: str | None, rota: str | None, yes: bool) -> None:
    """Put WHO on call as cover for somebody, or as an extra person, for a time: FROM [TO].

    \b
    hotline cover cho --for dee 2026-12-24 18:00 2026-12-25 08:00
    hotline cover fay 2026-12-31

    A date without a time is the whole day. Without TO, it is the rest of the first day. You see the new line of the
    rota file, and what it changes, before it is written.
    """
    edit = editing(rota, who, *([instead_of] if instead_of else []))
    with understanding():
        entered = enter_cover(edit.line, who, instead_of, when, edit.today)
    carry_out(edit, entered, yes)
