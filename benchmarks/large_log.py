"""The page of reports over ten million calls in SQLite, and beside it in PostgreSQL: `large-log` on docs/proof.md.

`python -m benchmarks.large_log` makes the calls, measures, and leaves its result. `--calls` and `--postgresql-calls`
say how many calls of one year there are. It takes some ten minutes and three gigabytes of disk.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.reports import YEAR, ZONE, fill, made_calls
from benchmarks.results import Held, save
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.breakdown import safe_breakdown
from hotline.core.times.periods import Period, period
from hotline.store.database.call_log import CallLog
from hotline.store.database.migrate import migrate

CALLS, POSTGRESQL_CALLS = 10_000_000, 1_000_000
GOAL = 1.0
"""Seconds for the page of reports."""
QUARTERS = period(date(2025, 7, 1), date(2025, 9, 30), ZONE), period(date(2025, 4, 1), date(2025, 6, 30), ZONE)
YEARS = YEAR, period(date(2024, 1, 1), date(2024, 12, 31), ZONE)
_DRAINED, _AT_ONCE = 20_000, 500
_FIRST, _COUNTED = "the page of a quarter, at first", "the page of a quarter, counted"
_YEAR_COUNTED, _OF_US = "a year, counted", "(CPU s)"
NEEDED = 4 * 2**30
"""Bytes of free disk."""


def measure(url: str, calls: int, bytes_on_disk: Callable[[], int]) -> dict[str, Any]:
    """Measure a call log of so many calls, none of whose months are counted yet."""
    log = CallLog(url)
    log.ping()
    figures: dict[str, Any] = {"calls": calls}
    for what, times, work in (
        (_FIRST, 1, lambda: _show(log, QUARTERS)),
        ("a year, at first", 1, lambda: _show(log, YEARS)),
        ("counting twelve months once, in the worker", 1, lambda: log.count_months(YEAR.end, {"rise": ZONE})),
        (_COUNTED, 3, lambda: _show(log, QUARTERS)),
        (_YEAR_COUNTED, 3, lambda: _show(log, YEARS)),
    ):
        taken = [_seconds(work) for _ in range(times)]
        figures[f"{what} (s)"], figures[f"{what} {_OF_US}"] = map(min, zip(*taken, strict=True))
    figures["calls drained from the spool a second"] = round(_DRAINED / _seconds(lambda: _drain(log))[0])
    log.close()
    figures["megabytes on disk"] = round(bytes_on_disk() / 1e6)
    return figures


def _show(log: CallLog, periods: tuple[Period, Period]) -> None:
    """Do what the page of reports does: a period beside the one before, with a breakdown."""
    now, _ = (log.report(one, ["rise"], {"rise": ZONE}) for one in periods)
    safe_breakdown(now.slots)


def _drain(log: CallLog) -> None:
    """Write calls as the worker does, each in three entries, after the year that the reports are about."""
    entries = []
    for number in range(_DRAINED):
        for moment, at in ((CallMoment.STARTED, 0), (CallMoment.ANSWERED, 20), (CallMoment.ENDED, 900)):
            entries.append(LogEntry(f"{number:032x}", "rise", moment, YEAR.end + 7 * 86_400 + number + at))
    for start in range(0, len(entries), _AT_ONCE):
        log.write(entries[start : start + _AT_ONCE])


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that something took, and seconds of the processor in this process, SQLite's among them."""
    began, worked = time.perf_counter(), time.process_time()
    work()
    return round(time.perf_counter() - began, 2), round(time.process_time() - worked, 2)


def _sqlite(folder: Path, calls: int) -> dict[str, Any]:
    file = folder / "hotline.db"
    fill(file, calls)
    return measure(f"sqlite:///{file}", calls, lambda: sum(one.stat().st_size for one in folder.glob("hotline.db*")))


def _postgresql(calls: int) -> dict[str, Any]:
    """Measure a PostgreSQL with its default settings, less fsync, as the tests start it."""
    from tests.servers import PostgreSQL

    server = PostgreSQL()
    try:
        url = server.new_database("large")
        migrate(url)
        with (
            psycopg.connect(url) as connection,
            connection.cursor().copy("COPY calls (id, hotline, started_at, answered_at, ended_at) FROM STDIN") as copy,
        ):
            for row in made_calls(calls):
                copy.write_row(row)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE calls")
        return measure(url, calls, lambda: _size(url))
    finally:
        server.remove()


def _size(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row
    return int(row[0])


def _databases(calls: int, postgresql_calls: int) -> Iterator[tuple[str, dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < NEEDED:
            raise SystemExit(f"{folder} has too little room: {NEEDED / 1e9:.0f} GB are needed.")
        yield "SQLite", _sqlite(Path(folder), calls)
    yield "PostgreSQL", _postgresql(postgresql_calls)


def main() -> None:
    """Measure, and leave the result."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calls", type=int, default=CALLS)
    asked.add_argument("--postgresql-calls", type=int, default=POSTGRESQL_CALLS)
    asked.add_argument("--not-kept", action="store_true", help="leave no result")
    chosen = asked.parse_args()
    found: dict[str, dict[str, Any]] = {}
    for name, figures in _databases(chosen.calls, chosen.postgresql_calls):
        found[name] = figures
        print(name, figures, flush=True)
    sqlite = found["SQLite"]
    held = [
        Held(
            f"CPU seconds of the page of reports in SQLite, {sqlite['calls']:,} calls: {what}",
            sqlite[f"{what} {_OF_US}"],
            GOAL,
        )
        for what in (_COUNTED, _YEAR_COUNTED, _FIRST)
    ]
    save("large-log", {"database": found}, held, kept=not chosen.not_kept)


if __name__ == "__main__":
    main()
