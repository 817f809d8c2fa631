"""A rota as a calendar for the terminal: a row a day, and the hours of each volunteer beneath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.text import Text

from hotline.core.rota.days import Day
from hotline.core.rota.rota import Stretch
from hotline.core.times.in_words import hours
from hotline.output.data.colours import colours
from hotline.output.data.preview import Preview
from hotline.output.data.words import backups, full_day, names
from hotline.output.terminal.bar import GAP, bar, ink, marks, style

_DATE = 11
_REMARKS = 20
_MOST_PER_HOUR = 6
_NAME = 26
_FRIDAY = 4


def print_calendar(console: Console, preview: Preview) -> None:
    """Print a rota's days, its volunteers' hours, and its gaps."""
    rota, days = preview.rota, preview.days
    per_hour = min(_MOST_PER_HOUR, max(1, (console.width - _DATE - _REMARKS - 1) // 24))
    short = marks(preview.load)
    colour = colours(rota.volunteers)
    heading = Text(preview.title, style="bold")
    heading.append(f"  {full_day(days[0].date)} to {full_day(days[-1].date)} ({rota.zone_name})\n", style="not bold")
    console.print(heading)
    every = 3 if per_hour > 1 else 6
    scale = "".join(f"{hour:02}".ljust(every * per_hour) for hour in range(0, 24, every))
    console.print(Text(" " * _DATE + scale, style="dim"))
    for number, day in enumerate(days):
        if number and day.date.weekday() == 0:
            console.print()
        row = Text()
        row.append(f"{day.date:%a %d %b} ", style="bold" if day.date.weekday() > _FRIDAY or day.holiday else "")
        if day.seconds:
            row.append_text(bar(day, rota.zone, 24 * per_hour, short, colour))
        console.print(row.append(" ").append_text(_remarks(day)), no_wrap=True, overflow="ellipsis")
    console.print()
    for line in (*_hours(preview, short, colour, console.width), *_gaps(preview)):
        console.print(line, soft_wrap=True)


def _with_nobody(day: Day) -> list[Stretch]:
    return [stretch for stretch in day.stretches if not stretch.who.on_call and not stretch.who.closed]


def _remarks(day: Day) -> Text:
    if not day.seconds:
        return Text("this date does not exist here", style="dim")
    text = Text()
    if day.clock_change:
        text.append(f"{hours(day.seconds)}, clocks {'+' if day.clock_change > 0 else '−'}", style="bold yellow")
        text.append(hours(abs(day.clock_change)), style="bold yellow")
    gap = sum(round((one.end - one.start).total_seconds()) for one in _with_nobody(day))
    for part, look in ((day.holiday, "cyan"), (f"gap {hours(gap)}" if gap else "", "bold red")):
        if part:
            text.append("; " if text else "").append(part, style=look)
    return text


def _hours(preview: Preview, short: Mapping[str, str], colour: Mapping[str, int], width: int) -> Iterator[Text]:
    rota, load = preview.rota, preview.load
    yield Text("Hours on call", style="bold")
    most = max(load.values(), default=0)
    room = max(10, width - _NAME - 26)
    for who, seconds in sorted(load.items(), key=lambda one: -one[1]):
        line = Text("  ")
        line.append(f"{short[who]:^{max(3, len(short[who]))}}", style(colour[who]))
        name = rota.volunteers[who].name
        line.append(f" {name if len(name) <= _NAME else name[: _NAME - 1] + '…':{_NAME}} {hours(seconds):>10}  ")
        yield line.append("━" * max(1, round(seconds * room / most)), ink(colour[who]))
    never = [who for who in rota.volunteers if who not in load and who not in rota.backup]
    if never:
        yield Text(f"  Not on call in this period: {names(rota, never)}")
    yield Text(f"  Backup: {backups(rota)}\n")


def _gaps(preview: Preview) -> Iterator[Text]:
    for gap in preview.gaps:
        yield (
            Text("").append(" GAP ", GAP).append(f" {'Nobody at all' if gap.nobody else 'Only the backup'} {gap.said}")
        )
    if preview.gaps:
        yield Text("`hotline gaps` suggests cover.")
    else:
        when = "whenever the line is open" if preview.closes else "all the time"
        yield Text(f"No gaps. Somebody is on call {when}.", style="green")
