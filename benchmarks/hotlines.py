"""Many hotlines on one machine: starts, an edit, memory, commands and pages.

`python -m benchmarks.hotlines` measures. `python -m benchmarks.hotlines FOLDER 1000 10` writes a folder of so many
hotlines with so many volunteers each, the same every time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from benchmarks.lines import DEADLINE, EVERY, Up, environment, hotlines_up, write
from benchmarks.results import figures_table
from benchmarks.whole import below, memory_of

HOTLINES, VOLUNTEERS = 1_000, 10
_QUIET_WITHIN = 60.0
_JOBS_WITHIN = 65.0
"""Seconds in which every job of each minute has run."""


def run(console: Console, hotlines: int = HOTLINES, volunteers: int = VOLUNTEERS) -> None:
    """Measure and print."""
    table = figures_table(f"{hotlines} hotlines of {volunteers} volunteers", "", "figure")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        config, data = Path(folder, "config"), Path(folder, "data")
        write(config, hotlines, volunteers)
        for what, arguments in (("check, cold", ["check"]), ("who line7", ["who", "line7"]), ("who", ["who"])):
            table.add_row(f"hotline {what}", _command(config, data, arguments))
        for edited, start in enumerate(("first start", "later start"), 7):
            with hotlines_up(config, data) as (line, took):
                used, spent = _memory(line), processor_time(line.pid)
                table.add_row(f"{start}, to the first answered webhook", f"{took:.2f} s")
                table.add_row("processor time of all processes until then", f"{spent:.1f} s")
                table.add_row("proportional memory of all processes then", used)
                _settle(line, data)
                table.add_row("the same once all is quiet", _memory(line))
                for number in range(hotlines):
                    line.call(number)
                table.add_row("the same after a call to each hotline, as a heartbeat places", _memory(line))
                live, slowest, usual = _edit(config, line, edited)
                table.add_row("an edit is live after", f"{live:.2f} s")
                table.add_row("slowest call meanwhile", f"{1000 * slowest:.0f} ms")
                table.add_row("slowest call in as long without an edit", f"{1000 * usual:.0f} ms")
                time.sleep(_JOBS_WITHIN)
                table.add_row("proportional memory once the worker has seen it, too", _memory(line))
                if start == "later start":
                    for _ in range(2):
                        warm = _command(config, data, ["check"])
                    table.add_row("hotline check, warm", warm)
    console.print(table)


def _command(config: Path, data: Path, arguments: list[str]) -> str:
    began, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "hotline", *arguments]
    subprocess.run(command, env=environment(config, data), stdout=subprocess.DEVNULL, check=False)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return f"{time.perf_counter() - began:.2f} s ({spent:.2f} s of a processor)"


def processor_time(parent: int) -> float:
    """Return the seconds of a processor that a process and all below it took, those that have ended included."""
    ticks = 0
    for pid in [parent, *below(parent)]:
        with suppress(OSError):
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _memory(line: Up) -> str:
    used = {name: figures[1] for name, figures in memory_of(line.pid).items()}
    most = max(used, key=lambda name: used[name])
    return f"{sum(used.values()):.0f} MB (most: {most.split()[0]}, {used[most]:.0f} MB)"


def _settle(line: Up, data: Path) -> None:
    """Wait until all files are read: five seconds in which nothing is written, and little is done."""
    began = time.perf_counter()
    while time.perf_counter() - began < _QUIET_WITHIN:
        before = len(list(data.glob("compiled/*"))), processor_time(line.pid)
        time.sleep(5)
        if len(list(data.glob("compiled/*"))) == before[0] and processor_time(line.pid) - before[1] < 1.0:
            return


def _edit(config: Path, line: Up, number: int) -> tuple[float, float, float]:
    """Edit a call flow. Returns seconds until it is live in every process, and the slowest call: meanwhile, before.

    Live: twenty calls in a row hear the new words.
    """
    calm = max(line.call(number)[1] for _ in _paced(5.0))
    path = config / "call_flows" / f"line{number}.yaml"
    path.write_text(path.read_text().replace("You've reached hotline", "You have reached the new hotline"))
    slowest, heard, live = 0.0, 0, 0.0
    for since in _paced(DEADLINE):
        answer, took = line.call(number)
        slowest = max(slowest, took)
        heard = heard + 1 if "the new hotline" in answer else 0
        live = live if heard > 1 else since
        if heard == 20:
            break
    return live, slowest, calm


def _paced(seconds: float) -> Iterator[float]:
    began = time.perf_counter()
    while (since := time.perf_counter() - began) < seconds:
        yield since
        time.sleep(EVERY)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    else:
        run(Console(width=110))
