"""Gaps and thin stretches, each with its remedy, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.style import Style
from rich.text import Text

from hotline.core.times.in_words import hours
from hotline.output.data.gaps import FoundGap, Gaps, kind_of_lack
from hotline.output.data.words import moment, names
from hotline.output.terminal.bar import GAP

_MOST_LINES = 12


def print_gaps(console: Console, gaps: Gaps) -> None:
    """Print the gaps, the earliest first."""
    zone = gaps.rota.zone
    period = f"{moment(gaps.start.astimezone(zone))} to {moment(gaps.end.astimezone(zone))} ({gaps.rota.zone_name})"
    console.print(Text.assemble((gaps.title, "bold"), f"  {period}\n"))
    if not gaps.found:
        people = "Somebody is" if gaps.depth == 1 else f"At least {gaps.depth} people are"
        when = "whenever the line is open" if gaps.closes else "all the time"
        console.print(Text(f"{people} on call {when}.", style="green"))
    for one in gaps.found:
        for line in _lines(one, gaps):
            console.print(line, soft_wrap=True)


def _lines(one: FoundGap, gaps: Gaps) -> Iterator[Text]:
    lack, rota = one.lack, gaps.rota
    label, said, look = {
        "nobody-at-all": (" GAP ", "Nobody, not even a backup,", GAP),
        "gap": (" GAP ", "Only the backup", GAP),
        "thin": (" thin ", f"{lack.people} on call instead of {gaps.depth}", Style(color="yellow", reverse=True)),
    }[kind_of_lack(lack)]
    yield Text.assemble((label, look), f" {said} {lack.said}")
    edit = one.edit
    if not edit.lines:
        yield Text("      Everyone is on call or away then. Find one more volunteer.\n", style="dim")
        return
    if edit.shift:
        yield Text(f"      Make the shift {edit.shift} longer. In its entry under `shifts:`, write:", style="dim")
    else:
        yield Text(f"      Add under `{edit.section}:`", style="dim")
    for line in edit.lines[:_MOST_LINES]:
        yield Text(f"        {line}", style="bold")
    if len(edit.lines) > _MOST_LINES:
        yield Text(f"        and {len(edit.lines) - _MOST_LINES} more; --json shows them all", style="dim")
    load = ", ".join(f"{names(rota, [who])} ({hours(seconds)})" for who, seconds in list(one.load.items())[:6])
    yield Text(f"      {'It is' if edit.shift else 'Least loaded of those free then'}: {load} so far.\n", style="dim")
