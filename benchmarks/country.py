"""Processor time that a whole call takes, part by part, and what all hospitals of a large country would need.

    python -m benchmarks.country

`hotline up` answers in practice mode, with the usual line of `make load`: a call is seven webhooks, and a volunteer
takes it. Processor time hardly depends on what else the machine does, so this can be measured on a busy one.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from rich.console import Console

from benchmarks.load import measure
from benchmarks.most_calls import FIRST, USUAL, lines_up
from benchmarks.results import figures_table
from benchmarks.whole import memory_of
from benchmarks.whole_calls import Played, one_after_another, whole_call
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.store.database.call_log import CallLog
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.spool import Spool

HOSPITALS, CALLS_A_DAY, PEAK = 6_000, 20, 10
"""How many hospitals, the calls of each a day, and how many times the average the busiest minute has."""
SECONDS, FEWEST = 10.0, 1_000
SETTLE = 8.0
LOGGED = 3_000
_PARTS = {"gunicorn": "web", "redis-server": "valkey"}
_TICKS = os.sysconf("SC_CLK_TCK")


def run(console: Console) -> None:
    """Measure and print."""
    with lines_up([USUAL]) as lines:
        (up,) = lines.values()
        played = Played()

        def calls(at_once: int, seconds: float) -> None:
            make = [
                one_after_another(up.url, up.token, lambda: whole_call(played, f"+{FIRST}", "+14105550999"))
                for _ in range(at_once)
            ]
            measure(up.port, make, seconds)

        calls(2, 3.0)  # so that each process has answered
        time.sleep(SETTLE)
        up.forget_rings()  # of calls that were broken off
        before, begun, began = processor_time(up.pid), played.over, time.monotonic()
        while played.over - begun < FEWEST:
            calls(2, SECONDS)
            up.forget_rings()
        time.sleep(SETTLE)  # what waits on disk is written, and jobs are done
        used = less(processor_time(up.pid), before)
        idle = _idle(up.pid, time.monotonic() - began)
    number = played.over - begun
    title = f"Processor time of a whole call, milliseconds ({number} calls)"
    table = figures_table(title, "part", "for each call", "calls a second for one core of it")
    milliseconds = {name: max(0.0, 1_000 * (spent - idle.get(name, 0.0)) / number) for name, spent in used.items()}
    for name, spent in sorted(milliseconds.items(), key=lambda pair: -pair[1]):
        table.add_row(name, f"{spent:.2f}", f"{1_000 / spent:,.0f}" if spent > 0.005 else "")
    console.print(table)
    spent = log_time()
    console.print(f"Moving one call from disk into SQLite: {1_000 * spent:.2f} ms, so {1 / spent:,.0f} calls a second")
    average = HOSPITALS * CALLS_A_DAY / 86_400
    cores = average * PEAK * sum(milliseconds.values()) / 1_000
    console.print(
        f"{HOSPITALS:,} hospitals x {CALLS_A_DAY} calls a day = {average:.1f} calls a second; the busiest minute, "
        f"{PEAK} times that, is {average * PEAK:.0f}. It takes {cores:.2f} cores."
    )


def log_time() -> float:
    """Seconds of processor in which one call's three entries are moved from disk into SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        spool, log = Spool(Path(folder, "spool")), CallLog(f"sqlite:///{folder}/hotline.db")
        log.write([LogEntry("0" * 32, "rise", CallMoment.STARTED, 1)])  # the tables are there
        for number in range(LOGGED):
            for moment in (CallMoment.STARTED, CallMoment.ANSWERED, CallMoment.ENDED):
                spool.append(LogEntry(f"{number + 1:032x}", "rise", moment, 1_700_000_000 + number))
        began = time.process_time()
        moved = Drainer(spool, log).drain_once()
        spent = time.process_time() - began
        assert moved == 3 * LOGGED
        log.close()
        return spent / LOGGED


def processor_time(parent: int) -> dict[str, float]:
    """Seconds of processor that `hotline up` and all below it have used, by what they are."""
    found: defaultdict[str, float] = defaultdict(float)
    for name in memory_of(parent):
        kind, _, pid = name.partition(" ")
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found[{"gunicorn": "web", "redis-server": "valkey"}.get(kind, kind)] += (
            int(fields[11]) + int(fields[12])
        ) / _TICKS
    return found


def less(used: dict[str, float], before: dict[str, float]) -> dict[str, float]:
    """What was used since then."""
    return {name: spent - before.get(name, 0.0) for name, spent in used.items()}


def _idle(parent: int, seconds: float) -> dict[str, float]:
    """What the same processes use in so many seconds without a call, from a sample."""
    before, began = processor_time(parent), time.monotonic()
    time.sleep(SETTLE)
    used = less(processor_time(parent), before)
    share = seconds / (time.monotonic() - began)
    return {name: spent * share for name, spent in used.items()}


if __name__ == "__main__":
    run(Console(width=110))
