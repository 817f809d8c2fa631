"""`hotline swap`."""

from __future__ import annotations

import click

from hotline.commands.support.rota_edit import ROTA, WHEN, YES, carry_out, editing, understanding
from hotline.files.edits.entering import enter_swap


@click.command()
@click.argument("one")
@click.argument("other")
@WHEN
@ROTA
@YES
def command(one: str, other: str, when: tuple[str, ...], rota: str | None, yes: bool) -> None:
    """Swap the times on call of ONE and OTHER between FROM and TO.

    \b
    hotline swap amy ben 2026-12-24 2026-12-27
    hotline swap amy ben thu 08:00 fri 08:00

    Without times, whole shifts that start on those days are swapped, so no night is cut off at midnight. You see the
    new lines of the rota file, and what they change, before they are written.
    """
    edit = editing(rota, one, other)
    with understanding():
        entered = enter_swap(edit.line, one, other, when, edit.today)
    carry_out(edit, entered, yes)
