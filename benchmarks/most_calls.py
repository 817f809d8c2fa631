"""Complete calls a second: more and more at once, until one webhook in a hundred takes longer than 250 ms.

    make load
    make load ARGS="--rows 1000000 --only 'the usual line'"

`hotline up` answers in practice mode: two web processes, a worker, a clock, Valkey, SQLite. A call is seven webhooks,
and a volunteer takes it. Several lines are up at once and are called in turns, so that noise falls on all alike. wrk
sends the webhooks if it is there, else a slower client in Python.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from benchmarks.lines import Up, always, hotlines_up, write
from benchmarks.load import measure
from benchmarks.reports import fill
from benchmarks.results import Held, report
from benchmarks.whole_calls import Played, one_after_another, whole_call

SLOW = 250.0
"""Milliseconds that the 99th percentile of a webhook may take."""
AT_ONCE = (1, 2, 4, 8, 16, 32, 64, 128)
FIRST = 13_012_000_000
"""The first hotline's number."""
ROWS = 10_000_000
ON_CALL = 200
SCRIPT = Path(__file__).with_name("whole_calls.lua")
PACKAGES = ("gunicorn", "flask", "werkzeug", "jinja2", "redis", "twilio", "sqlalchemy", "hotline")
WAITING = ("_worker (concurrent/futures/thread.py", "wait (threading.py", "select (selectors.py")
"""Where threads wait for work, as py-spy names it: it takes some of them for busy."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A line: how many hotlines, volunteers of each, of whom at most 200 are on call, and calls in the log."""

    name: str
    hotlines: int = 1
    volunteers: int = 10
    rows: int = 0

    def write(self, folder: Path) -> None:
        """Write its files."""
        write(folder, self.hotlines, self.volunteers, always(ON_CALL))


@dataclass(frozen=True, slots=True)
class Step:
    """What came of so many calls at once. `calls`: those a second that a volunteer took. `taken`: their share in %.

    `p50` and `p99`: milliseconds of a webhook.
    """

    at_once: int
    calls: float
    p50: float
    p99: float
    taken: float
    bad: int


USUAL = Variant("the usual line: 1 hotline, 10 volunteers, an empty log")


def variants(rows: int) -> list[Variant]:
    """The lines to measure. The usual one comes twice: the difference is noise."""
    return [
        USUAL,
        Variant("1,000 hotlines of 10 volunteers", hotlines=1_000),
        Variant("1 hotline, 10,000 volunteers, 200 on call", volunteers=10_000),
        Variant(f"a log of {rows:,} calls", rows=rows),
        Variant("the usual line again"),
    ]


@contextmanager
def lines_up(chosen: Sequence[Variant]) -> Iterator[dict[Variant, Up]]:
    """Have these lines up in the block."""
    with ExitStack() as stack:
        lines = {}
        for variant in chosen:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True)))
            variant.write(folder / "config")
            (folder / "data").mkdir(mode=0o700)
            if variant.rows:
                fill(folder / "data" / "hotline.db", variant.rows)
            lines[variant], _ = stack.enter_context(hotlines_up(folder / "config", folder / "data"))
        yield lines


def in_turns(
    lines: Mapping[Variant, Up], seconds: float, tell: Callable[[Variant, Step], None], at_once: Sequence[int] = AT_ONCE
) -> dict[Variant, list[Step]]:
    """Place more and more calls at once at each line in turn, until its answers are slow."""
    found: dict[Variant, list[Step]] = {variant: [] for variant in lines}
    for variant, up in lines.items():
        send(up, variant, 2, seconds / 2)  # so that each process has answered
    for number in at_once:
        for variant, up in lines.items():
            if not found[variant] or found[variant][-1].p99 <= SLOW:
                up.forget_rings()
                found[variant].append(send(up, variant, number, seconds))
                tell(variant, found[variant][-1])
    return found


def send(up: Up, variant: Variant, at_once: int, seconds: float) -> Step:
    """Play calls for so long, so many at once."""
    return (with_wrk if shutil.which("wrk") else with_python)(up, variant, at_once, seconds)


def with_wrk(up: Up, variant: Variant, at_once: int, seconds: float) -> Step:
    """Have wrk play the calls."""
    words = ["-t", str(at_once), "-c", str(at_once), "-d", f"{max(1, round(seconds))}s", "--timeout", "20s"]
    line = [up.url, up.token, str(FIRST), str(variant.hotlines)]
    said = subprocess.run(
        ["wrk", *words, "-s", str(SCRIPT), up.url, "--", *line], capture_output=True, text=True, check=True
    ).stdout
    told = json.loads(said.partition("RESULT ")[2].partition("\n")[0])
    taken = min(100.0, 100 * told["persons"] / max(1, told["calls"]))
    return Step(at_once, told["persons"] / told["seconds"], told["p50"], told["p99"], taken, told["bad"])


def with_python(up: Up, variant: Variant, at_once: int, seconds: float) -> Step:
    """Play the calls in one thread of Python."""
    played, dice = Played(), random.Random(at_once)

    def call() -> Any:
        return whole_call(played, f"+{FIRST + dice.randrange(variant.hotlines)}", "+14105550999")

    makers: list[Callable[[str], bytes]] = [one_after_another(up.url, up.token, call) for _ in range(at_once)]
    began = time.perf_counter()
    measured = measure(up.port, makers, seconds)
    lasted = time.perf_counter() - began
    taken = min(100.0, 100 * played.persons / max(1, played.over))
    return Step(at_once, played.persons / lasted, measured.p50, measured.p99, taken, 0)


def best(found: list[Step]) -> Step:
    """The most calls a second of those steps that were not slow; the first one if all were."""
    return max((one for one in found if one.p99 <= SLOW), key=lambda one: one.calls, default=found[0])


def layers(pids: list[int], seconds: int) -> dict[str, float]:
    """The share of each layer in the time that these processes work, in percent, by py-spy; {} where it cannot look.

    Time in the standard library counts for who called it. Threads that wait for work do not count.
    """
    counts: Counter[str] = Counter()
    for pid in pids:
        with tempfile.NamedTemporaryFile() as file, suppress(OSError, subprocess.CalledProcessError):
            words = ["record", "-f", "raw", "-o", file.name, "-d", str(seconds), "-p", str(pid)]
            subprocess.run([Path(sys.executable).with_name("py-spy"), *words], capture_output=True, check=True)
            for row in Path(file.name).read_text().splitlines():
                stack, _, times = row.rpartition(" ")
                frames = stack.split(";")
                if not frames[-1].partition(":")[0].endswith(WAITING):
                    counts[_layer(frames)] += int(times)
    total = counts.total() or 1
    return {name: round(100 * times / total, 1) for name, times in counts.most_common()}


def _layer(stack: list[str]) -> str:
    if "read_from_socket (redis/" in stack[-1]:
        return "waiting for Redis"
    for frame in reversed(stack):
        for package in PACKAGES:
            if f"{package}/" in frame.partition("(")[2]:
                return package
    return "other"


def profile(up: Up, variant: Variant, at_once: int) -> dict[str, float]:
    """Look at the web processes while calls are placed."""
    calls = Thread(target=send, args=(up, variant, at_once, 16))
    calls.start()
    found = layers(up.web_processes(), 5)
    calls.join()
    return found


def told(found: Mapping[Variant, list[Step]]) -> dict[str, dict[str, Any]]:
    """The figures of each line. Ratios compare steps with as many calls at once."""
    usual = next(iter(found.values()))
    lines = {}
    for variant, steps in found.items():
        top, last = best(steps), steps[-1]
        ratios = [one.calls / first.calls for one, first in zip(steps, usual, strict=False) if first.calls]
        lines[variant.name] = {
            "calls a second": round(top.calls, 1),
            "at once": top.at_once,
            "p50 ms": round(top.p50, 1),
            "p99 ms": round(top.p99, 1),
            "taken, %": round(top.taken),
            "÷ the first, median": round(median(ratios), 2) if ratios else "",
            "p99 ms at the last step": f"{last.p99:.0f} ({last.at_once} at once)",
        }
    return lines


@click.command()
@click.option("--seconds", default=8.0, show_default=True, help="How long each step takes.")
@click.option("--rows", default=ROWS, show_default=True, help="Calls in the full log.")
@click.option("--only", multiple=True, help="Only lines whose name begins so; repeatable.")
def main(seconds: float, rows: int, only: tuple[str, ...]) -> None:
    """Place calls until answers are slow, and say how many a second were complete."""
    console = Console(width=140, emoji=False)
    chosen = [one for one in variants(rows) if not only or one.name.startswith(only)]
    with Progress(console=console) as progress:
        bar = progress.add_task("lines start", total=len(chosen) * len(AT_ONCE))

        def tell(variant: Variant, step: Step) -> None:
            progress.update(bar, advance=1, description=variant.name)
            shown = ", ".join(f"{name} {value:.0f}" for name, value in asdict(step).items())
            progress.console.print(f"{variant.name}: {shown}")

        with lines_up(chosen) as lines:
            found = in_turns(lines, seconds, tell)
            first = chosen[0]
            shares = profile(lines[first], first, best(found[first]).at_once)
    figures = {
        "sent by": "wrk" if shutil.which("wrk") else "Python",
        "seconds of each step": seconds,
        "share of each layer in the web processes' time, %": shares,
        "line": told(found),
    }
    bad = sum(step.bad for steps in found.values() for step in steps)
    held = [Held("webhooks without a good answer", bad, 0)]
    raise SystemExit(0 if report("load", figures, held, console, kept=not only) else 1)


if __name__ == "__main__":
    main()
