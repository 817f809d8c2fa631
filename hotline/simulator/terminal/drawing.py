"""A call as a small picture: who heard what, whose phone rang, and who talked when."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from hotline.simulator.line.events import Kind, clock_face
from hotline.simulator.record import CallRecord, RingRecord

WAITING, RINGING, SCREENED, TALKING = "·", "░", "▒", "█"
STYLES = {WAITING: "dim", RINGING: "yellow", SCREENED: "cyan", TALKING: "green"}

ENDINGS = {
    "caller": "the caller hung up",
    "hung up": "the hotline hung up",
    "finished": "the call flow ended",
    "dropped": "the caller was dropped: no key was pressed, and no step follows",
    "rejected": "the call was rejected",
    "error": "the server failed, and the carrier hung up",
    "too long": "the call reached the carrier's longest time",
    "": "still in progress",
}

OUTCOMES = {
    "connected": "talked",
    "declined": "picked up, was not connected",
    "hung up": "picked up, hung up",
    "answered": "picked up",
    "ringing": "ringing",
    "no-answer": "no answer",
    "busy": "busy",
    "failed": "could not be reached",
    "canceled": "stopped ringing",
}

LINES: dict[Kind, tuple[str, str]] = {
    "presses": ("⌨", "bold magenta"),
    "rings": ("☎ phone rings", "yellow"),
    "is busy": ("is busy", "yellow"),
    "cannot be reached": ("cannot be reached", "yellow"),
    "stops ringing": ("phone stops ringing", "dim"),
    "picks up": ("picks up", "cyan"),
    "waits in queue": ("waits in a queue", "dim"),
    "leaves queue": ("leaves the queue:", "dim"),
    "is redirected": ("is redirected", "dim"),
    "is connected": ("connected", "bold green"),
    "hangs up": ("hangs up", "dim"),
    "is hung up on": ("the call ends", "dim"),
    "violation": ("✗", "bold red"),
}


def print_record(console: Console, record: CallRecord) -> None:
    """Draw a finished call: its story, then its picture, then its problems."""
    console.print()
    console.print(Padding(story(record), (0, 2)))
    print_picture(console, record)


def print_picture(console: Console, record: CallRecord) -> None:
    """Draw who rang and who talked when, and any problems."""
    console.print()
    console.print(Padding(Rule(f"{clock_face(record.duration)} · {ENDINGS[record.ended_by]}", style="dim"), (0, 2)))
    console.print(Padding(lanes(record, max(20, min(60, console.width - 50))), (0, 2)))
    for violation in record.violations:
        console.print(Padding(Text(f"✗ {violation}", "bold red"), (0, 2)))
    console.print()


def story(record: CallRecord) -> RenderableType:
    """Return what happened, line by line."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(ratio=1)
    for each in record.timeline:
        if each.what == "is connected" and each.who != "caller":
            continue  # already shown for the caller
        table.add_row(clock_face(each.at), each.who, line(each.what, each.text, each.language))
    return Group(Text(f"Call from {record.caller} to {record.to}, {record.began}", "dim"), Text(), table)


def line(what: Kind, text: str, language: str = "") -> Text:
    """Write one event in words, with its `text`."""
    if what == "hears":
        return Text(f"“{text}”") + Text(f"  {language}" if language else "", "dim")
    words, style = LINES.get(what, (what, ""))
    if what == "waits in queue":
        return Text(words, style)  # its name says nothing to a reader
    return Text(f"{words} {text}".rstrip(), style)


def verdict(ring: RingRecord) -> str:
    """Return what became of a ring, in words."""
    words = OUTCOMES[ring.outcome]
    return f"{words} {clock_face(ring.talked)}" if ring.outcome == "connected" else words


def lanes(record: CallRecord, width: int) -> Table:
    """Draw one bar for the caller and one for each ring, on a common scale `width` characters wide."""
    scale = width / max(record.duration, 1.0)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style="dim")
    talked = [(ring.connected, ring.connected + ring.talked) for ring in record.rings if ring.connected is not None]
    table.add_row("caller", _bar(width, scale, [(WAITING, 0.0, record.duration), *((TALKING, *t) for t in talked)]), "")
    for ring in record.rings:
        end = ring.ended if ring.ended is not None else record.duration
        spans = [(RINGING, ring.at, ring.answered if ring.answered is not None else end)]
        if ring.answered is not None:
            spans.append((SCREENED, ring.answered, ring.connected if ring.connected is not None else end))
        if ring.connected is not None:
            spans.append((TALKING, ring.connected, ring.connected + ring.talked))
        table.add_row(ring.phone, _bar(width, scale, spans), verdict(ring))
    legend = Text("  ").join(
        Text(f"{mark} {word}", STYLES[mark])
        for mark, word in ((WAITING, "on the line"), (RINGING, "ringing"), (SCREENED, "screened"), (TALKING, "talking"))
    )
    table.add_row("", legend, "")
    return table


def _bar(width: int, scale: float, spans: list[tuple[str, float, float]]) -> Text:
    cells = [" "] * width
    for mark, start, end in spans:
        first = min(width - 1, int(start * scale))
        for place in range(first, max(first + 1, min(width, round(end * scale)))):
            cells[place] = mark
    return Text().join(Text(cell, STYLES.get(cell, "")) for cell in cells)
