"""Rotas: what an instant costs as rotas grow, and how long big ones take to read, to compile and to preview."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random
from statistics import median

import yaml
from rich.console import Console

from benchmarks.results import figures_table
from hotline.core.rota.on_call import Schedule
from hotline.files.checks.rota import read_rota
from hotline.files.yaml.document import Document
from hotline.files.yaml.reading import TextLoader, read
from hotline.output.data.preview import preview
from hotline.output.pictures.calendar_html import calendar_page
from hotline.output.terminal.calendar import print_calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
START = datetime(2026, 1, 5, 5, tzinfo=UTC)
WEEKS = 8
ASKED, ROUNDS = 4_000, 15
USUAL = {"volunteers": 100, "shifts": 50, "covers": 100}
CURVES = {
    "volunteers": (10, 100, 1_000, 10_000),
    "shifts": (5, 50, 500, 2_000),
    "covers": (0, 50, 500, 5_000),
}


def rota_text(volunteers: int, shifts: int, covers: int, seed: int = 1) -> str:
    """A rota of so many entries, the same every time: shifts on two days a week, covers of a day within a year."""
    chance = Random(seed)
    lines = ["timezone: America/New_York", "volunteers:"]
    lines += [f'  v{n}: {{name: Volunteer {n}, phone: "+1{4105550000 + n}"}}' for n in range(volunteers)]
    lines.append("shifts:")
    for number in range(shifts):
        start, length = chance.randrange(24), chance.choice((4, 6, 8, 12))
        days = ", ".join(chance.sample(WEEKDAYS, 2))
        who = f"v{chance.randrange(volunteers)}"
        lines.append(
            f"  - {{name: S{number}, days: [{days}], hours: {start:02}:00-{(start + length) % 24:02}:00,"
            f" on_call: [{who}]}}"
        )
    lines.append("cover:" if covers else "")
    for _ in range(covers):
        day = date(2026, 1, 1) + timedelta(days=chance.randrange(365))
        lines.append(f"  - {{who: v{chance.randrange(volunteers)}, from: {day} 08:00, to: {day} 18:00}}")
    return "\n".join(lines) + "\n"


def compiled(text: str) -> Schedule:
    """The schedule of a rota file's text."""
    document = read("rota/bench.yaml", text.encode())
    assert isinstance(document, Document)
    found = read_rota("bench", document)
    assert found.rota, document.findings[:3]
    return Schedule(found.rota)


def instants() -> list[datetime]:
    """Instants all over eight weeks, in no order."""
    chance = Random(2)
    return [START + timedelta(seconds=chance.randrange(WEEKS * 7 * 86_400)) for _ in range(ASKED)]


def resolving(schedules: dict[int, Schedule], asked: list[datetime]) -> dict[int, float]:
    """Microseconds to resolve an instant: for each schedule the median over all instants, of their best rounds.

    In turns, so that noise falls on all alike. Each instant was asked about before, like the one that it is now.
    """
    best: dict[int, list[float]] = {size: [float("inf")] * len(asked) for size in schedules}
    for _ in range(ROUNDS):
        for size, schedule in schedules.items():
            times, at = best[size], schedule.at
            for place, instant in enumerate(asked):
                began = time.perf_counter_ns()
                at(instant)
                times[place] = min(times[place], (time.perf_counter_ns() - began) / 1_000)
    return {size: median(times) for size, times in best.items()}


def _once(schedule: Schedule, asked: list[datetime]) -> list[float]:
    """Microseconds to resolve each of these instants once: the first of a day, and of a stretch, costs more."""
    times = []
    for instant in asked:
        began = time.perf_counter_ns()
        schedule.at(instant)
        times.append((time.perf_counter_ns() - began) / 1_000)
    return times


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The least of some runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def run(console: Console) -> None:
    """Measure and print."""
    _run_curves(console)
    _run_big(console)


def _run_curves(console: Console) -> None:
    asked = instants()
    table = figures_table(
        f"Resolving an instant (median of {ASKED:,} in {WEEKS} weeks, best of {ROUNDS} rounds, in turns)",
        *("", "sizes", "µs at each", "largest ÷ smallest", "µs, never asked before"),
    )
    for what, sizes in CURVES.items():
        schedules = {size: compiled(rota_text(**{**USUAL, what: size})) for size in sizes}
        new = {size: median(_once(schedule, asked)) for size, schedule in schedules.items()}
        found = resolving(schedules, asked)
        table.add_row(
            what,
            ", ".join(f"{size:,}" for size in sizes),
            ", ".join(f"{found[size]:.2f}" for size in sizes),
            f"{found[sizes[-1]] / found[sizes[0]]:.2f}",
            ", ".join(f"{new[size]:.2f}" for size in sizes),
        )
    console.print(table)


def _run_big(console: Console) -> None:
    text = rota_text(1_000, 1_000, 1_000)
    raw = text.encode()
    in_library = seconds(lambda: yaml.compose(text, Loader=TextLoader))
    reading = seconds(lambda: read("rota/bench.yaml", raw))
    whole = seconds(lambda: compiled(text))
    first = START.date()

    def drawn() -> None:
        found = preview("Bench", compiled_once.pop(), first, WEEKS)
        print_calendar(Console(file=StringIO(), width=120, force_terminal=True), found)

    def page() -> None:
        calendar_page([preview("Bench", compiled_once.pop(), first, WEEKS)])

    compiled_once = [compiled(text) for _ in range(9)]  # a new one each time: days are worked out when first asked for
    table = figures_table("A rota of 1,000 volunteers, 1,000 shifts and 1,000 covers", "", "seconds")
    table.add_row("the YAML library alone", f"{in_library:.2f}")
    table.add_row("reading: that, twice over it with a guard, and plain values", f"{reading:.2f}")
    table.add_row("reading and compiling", f"{whole:.2f}")
    table.add_row(f"{WEEKS} weeks of stretches", f"{seconds(lambda: _stretches(compiled_once.pop())):.2f}")
    table.add_row(f"{WEEKS} weeks of preview in the terminal", f"{seconds(drawn):.2f}")
    table.add_row(f"{WEEKS} weeks of preview as a page", f"{seconds(page):.2f}")
    console.print(table)


def _stretches(schedule: Schedule) -> None:
    schedule.stretches(START, START + timedelta(weeks=WEEKS))
