"""A report over a million calls against bare scans of the same rows, and a rehearsed call on the phone."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

from rich.console import Console

from benchmarks.results import figures_table
from hotline.core.calls.rehearsed import Act, RehearsalPlan, Script
from hotline.core.reports.breakdown import safe_breakdown
from hotline.core.times.periods import Period, period
from hotline.files import load
from hotline.practice.softphone import Softphone
from hotline.store.database.call_log import CallLog
from hotline.store.database.migrate import migrate
from hotline.store.redis.embedded import EmbeddedServer, socket_url

CALLS, RUNS = 1_000_000, 5
ZONE = ZoneInfo("America/New_York")
YEAR = period(date(2025, 1, 1), date(2025, 12, 31), ZONE)
HALVES = period(date(2025, 7, 1), date(2025, 12, 31), ZONE), period(date(2025, 1, 1), date(2025, 6, 30), ZONE)
_WANTED = f"FROM calls WHERE hotline IN ('rise') AND started_at >= {YEAR.days[0].start} AND started_at < {YEAR.end}"
BARE = f"SELECT count(*), count(answered_at), sum(answered_at - started_at), sum(ended_at - answered_at) {_WANTED}"


def run(console: Console) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        _run_report(console, Path(folder))
        _run_phone(console, Path(folder))


def made_calls(number: int) -> Iterator[tuple[str, str, int, int | None, int]]:
    """Calls of a year, the same every time: id, hotline, start, answer and end."""
    chance = Random(1)
    start, length = YEAR.days[0].start, YEAR.end - YEAR.days[0].start
    for place in range(number):
        at = start + place * length // number
        answered = at + 4 + int(chance.expovariate(1 / 20)) if chance.random() < 0.9 else None
        ended = (answered or at) + 1 + int(chance.expovariate(1 / (900 if answered else 40)))
        yield f"{chance.getrandbits(128):032x}", "rise", at, answered, ended


def fill(file: Path, number: int) -> None:
    """Write a call log of a year, the same every time."""
    migrate(f"sqlite:///{file}")
    names = "id, hotline, started_at, answered_at, ended_at"
    with sqlite3.connect(file) as connection:
        # All for speed: in memory, without a journal, and triggers and indices only once the calls are there.
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000"):
            connection.execute(f"PRAGMA {setting}")
        made = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'calls' AND type != 'table' AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in made:
            connection.execute(f"DROP {kind} {name}")
        connection.executemany(f"INSERT INTO calls ({names}) VALUES (?, ?, ?, ?, ?)", made_calls(number))
        for _, _, statement in made:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def _run_report(console: Console, folder: Path) -> None:
    file = folder / "hotline.db"
    fill(file, CALLS)
    log = CallLog(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    # In turns, so that noise falls on all alike.
    reading = [(_bare(connection), _seconds(lambda: log.report(YEAR, ["rise"]))) for _ in range(RUNS)]
    read = log.report(YEAR, ["rise"])
    counting = _seconds(lambda: log.count_months(YEAR.end, {"rise": ZONE}))
    counted, opening = [], []
    for _ in range(RUNS):
        counted.append((_bare(connection), _seconds(lambda: log.report(YEAR, ["rise"]))))
        opening.append((_bare(connection), _seconds(lambda: _show(log, HALVES))))
    assert log.report(YEAR, ["rise"]) == read
    connection.close()
    log.close()
    title = f"A report over {CALLS:,} calls of a year in SQLite (medians of {RUNS}, in turns)"
    table = figures_table(title, "", "seconds", "÷ the bare scan beside it")
    table.add_row("a bare scan: four sums over the same rows", f"{median(bare for bare, _ in reading):.2f}", "")
    for what, each in (
        ("the report, with months that the worker has counted", counted),
        ("half a year beside the one before, small figures hidden", opening),
        ("the report, with every call read: nothing is counted yet", reading),
    ):
        ratio = median(took / bare for bare, took in each)
        table.add_row(what, f"{median(took for _, took in each):.2f}", f"{ratio:.2f}")
    table.add_row("counting twelve months once for all, in the worker", f"{counting:.2f}", "")
    console.print(table)


def _bare(connection: sqlite3.Connection) -> float:
    return _seconds(lambda: connection.execute(BARE).fetchall())


def _show(log: CallLog, periods: Iterable[Period]) -> None:
    for one in periods:
        safe_breakdown(log.report(one, ["rise"]).slots)


def _run_phone(console: Console, folder: Path) -> None:
    line = next(iter(load(Path()).hotlines.values()))
    start = datetime(2026, 1, 10, 8, tzinfo=UTC)
    with_server = folder / "redis"
    with_server.mkdir()
    server = EmbeddedServer(with_server)
    server.start()
    try:
        phone = Softphone(socket_url(with_server))
        pressed = Script(start, (Act(2.0, 0, "press", "1"),))
        table = figures_table("A rehearsed call on the phone, milliseconds", "", "median")
        for what, play in (
            ("a key, and three minutes ahead", lambda: phone.play(line, pressed)),
            (
                "a whole call that somebody takes",
                lambda: phone.play_through(line, RehearsalPlan(start, "1", {}, "accept")),
            ),
        ):
            table.add_row(what, f"{1_000 * median(_seconds(play) for _ in range(15)):.0f}")
        console.print(table)
    finally:
        server.stop()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    run(Console(width=110))
