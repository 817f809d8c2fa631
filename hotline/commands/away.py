"""`hotline away`."""

from __future__ import annotations

import click

from hotline.commands.support.rota_edit import ROTA, WHEN, YES, carry_out, editing, understanding
from hotline.files.edits.entering import enter_away


@click.command()
@click.argument("who")
@WHEN
@ROTA
@YES
def command(who: str, when: tuple[str, ...], rota: str | None, yes: bool) -> None:
    """Mark WHO as away for a time, FROM [TO]: out of every shift and turn.

    \b
    hotline away ben 2026-12-24 2026-12-26
    hotline away ben tomorrow
    hotline away ben fri 18:00 22:00

    A date without a time is the whole day. Without TO, it is the rest of the first day. You see the new line of the
    rota file, and what it changes, before it is written.
    """
    edit = editing(rota, who)
    with understanding():
        entered = enter_away(edit.line, who, when, edit.today)
    carry_out(edit, entered, yes)
