"""An edit of a rota, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from hotline.core.times.in_words import hours
from hotline.output.data.forecast import waits_words
from hotline.output.data.rota_diff import Compared, headline, said, shares

_MORE, _LESS, _ALARM = "green", "magenta", "bold red"


def print_diff(console: Console, one: Compared) -> None:
    """Print the difference of one rota."""
    console.print(Text.assemble((f"rota/{one.id}", "bold"), f": {headline(one)}"), soft_wrap=True)
    for line in _lines(one):
        console.print(line, soft_wrap=True)
    console.print()


def _lines(one: Compared) -> Iterator[Text]:
    diff = one.diff
    for words in said(one, diff.left_alone):
        yield Text.assemble(("error", _ALARM), f": callers would reach nobody {words}")
    for label, look, times in (("new gap", _ALARM, diff.new_gaps), ("gap closed", _MORE, diff.closed_gaps)):
        for words in said(one, times):
            yield Text.assemble((label, look), f" {words}")
    for share in shares(one):
        yield Text.assemble(f"  {share.name:26} ", (f"{share.hours:>10}", _LESS if share.hours[0] == "−" else _MORE))
        for sign, look, times_said in (("+", _MORE, share.gained), ("−", _LESS, share.lost)):
            for words in times_said:
                yield Text.assemble("      ", (sign, look), f" {words}", style="dim")
    if diff.reordered:
        total = sum(span.seconds for span in diff.reordered)
        yield Text(f"  For {hours(total)} the same people are on call in another order:")
        yield from (Text(f"      {words}", style="dim") for words in said(one, diff.reordered))
    for label, look, people in (("added", _MORE, diff.added), ("removed", _LESS, diff.removed)):
        for who, name in people.items():
            yield Text.assemble("  ", (label, look), f" {name} ({who})")
    for altered in diff.altered:
        yield Text.assemble(f"  {altered.what}  ", (altered.old, _LESS), " → ", (altered.new, _MORE))
    if one.waits is not None:
        yield Text(f"  {waits_words(one.waits)}")
