"""`hotline swap`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hotline.commands.rota_edit import ROTA, WHEN, YES, Editing, carry_out, editing
from hotline.core.exchange import Exchange, exchange
from hotline.core.told import told
from hotline.errors import FilesError


@click.command()
@click.argument("one")
@click.argument("other")
@WHEN
@ROTA
@YES
def command(one: str, other: str, when: tuple[str, ...], rota: str | None, yes: bool) -> None:
    """Have ONE and OTHER exchange their times on call between FROM and TO.

    \b
    hotline swap amy ben 2026-12-24 2026-12-27
    hotline swap amy ben thu 08:00 fri 08:00

    With dates alone, what starts on those days is exchanged whole, so that no night is cut off at midnight. The new
    lines of the rota file, and what they mean, are shown before they are written.
    """
    edit = editing(rota, one, other)
    time, first, second = edit.when(when), edit.who(one), edit.who(other)
    if first == second:
        raise click.BadParameter(f"{edit.name(first)} cannot swap with themselves.")
    found = exchange(edit.line.schedule, first, second, time.start, time.end, time.whole_days)
    entries = found.entries(edit.line.rota.zone)
    if not entries:
        raise FilesError(
            f"{edit.name(first)} and {edit.name(second)} have nothing to exchange then.",
            "Either neither is on call, or both are all the time. `hotline preview` shows when they are.",
        )
    carry_out(edit, entries, yes, list(_in_words(edit, found)))


def _in_words(edit: Editing, found: Exchange) -> Iterator[str]:
    handed = [(span, found.other, found.one) for span in found.from_one]
    handed += [(span, found.one, found.other) for span in found.from_other]
    for span, taker, giver in sorted(handed):
        yield f"{edit.name(taker)} takes {edit.name(giver)}'s {told(span, edit.line.rota.zone)}."
    for spans, giver in ((found.from_one, found.one), (found.from_other, found.other)):
        if not spans:
            yield f"{edit.name(giver)} is not on call alone then, and so hands nothing over in return."
