"""The load of a rota, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotline.core.planning.fairness import DEFINITION, Breach, Fairness
from hotline.core.rota.rota import Rota
from hotline.core.times.in_words import hours
from hotline.output.data.colours import colours
from hotline.output.data.words import full_day, moment
from hotline.output.terminal.bar import ink

_BAR = 16
_LOOKS = {"error": "bold red", "warning": "bold yellow"}


def print_fairness(console: Console, title: str, rota: Rota, found: Fairness) -> None:
    """Print everyone's load, most first, and the broken limits."""
    first, last = (one.astimezone(rota.zone).date() for one in (found.start, found.end - timedelta(seconds=1)))
    console.print(Text.assemble((title, "bold"), f"  {full_day(first)} to {full_day(last)} ({rota.zone_name})\n"))
    console.print(_table(rota, found))
    console.print()
    console.print(Text(DEFINITION, style="dim"))
    console.print()
    for line in (*_breaches(rota, found), *_silenced(rota, found)):
        console.print(line, soft_wrap=True)


def _table(rota: Rota, found: Fairness) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Volunteer", max_width=24, no_wrap=True)
    for heading in ("Hours", "Nights", "Weekends", "Longest"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    colour = colours(rota.volunteers)
    most = max((load.on_call for load in found.loads), default=0)
    for load in found.loads:
        name = rota.volunteers[load.volunteer].name
        if not load.on_call:
            role = f"backup for {hours(load.backup)}" if load.backup else "not on call"
            table.add_row(name, "–", "–", "–", "–", Text(role, style="dim"))
            continue
        bar = Text("━" * max(1, round(_BAR * load.on_call / most)), ink(colour[load.volunteer]))
        longest = hours(load.longest)
        table.add_row(name, hours(load.on_call).removesuffix(" h"), str(load.nights), str(load.weekends), longest, bar)
    return table


def _breaches(rota: Rota, found: Fairness) -> Iterator[Text]:
    groups: dict[tuple[str, str, str, int], list[Breach]] = {}
    for one in found.breaches:
        groups.setdefault((one.volunteer, one.kind, one.severity, one.size), []).append(one)
    ordered = sorted(groups.values(), key=lambda some: (some[0].severity, some[0].kind, -some[0].size))
    for some in ordered:
        one = some[0]
        start, end = one.span.start.astimezone(rota.zone), one.span.end.astimezone(rota.zone)
        what = f"{one.size} nights running" if one.kind == "nights-running" else f"{hours(one.size)} of rest"
        what += " or more" if one.at_least else ""
        times = f", {len(some)} times, first" if len(some) > 1 else ""
        name = rota.volunteers[one.volunteer].name
        text = Text.assemble((one.severity, _LOOKS[one.severity]), f": {name} has {what}{times}")
        yield text.append(f" from {moment(start)} to {moment(end)}.")
    if not groups:
        yield Text("Nobody is over the limits.", style="green")
    else:
        limits = rota.limits
        yield Text(
            f"The limits: {limits.nights_running} nights running (an error from {limits.most_nights_running + 1}),"
            f" {hours(limits.rest_between)} between two times on call. `limits:` in the rota file sets them.",
            style="dim",
        )


def _silenced(rota: Rota, found: Fairness) -> Iterator[Text]:
    for who, reason in found.silenced.items():
        yield Text(f"Not counted: {rota.volunteers[who].name}, who {reason}.", style="dim")
