"""A steady load of whole calls on a whole system, for as long as asked: what has grown at the end?

    make soak                                       # an hour, 20 calls a second
    make soak ARGS="--minutes 20 --rate 10 --postgresql"

`hotline up` runs web processes, worker, clock and Valkey, with SQLite or PostgreSQL. A volunteer takes each call, and
the carrier's REST API keeps records of it that the worker deletes. Every few seconds each process is looked at.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from xml.etree import ElementTree

import click
from rich.console import Console
from rich.progress import Progress

from benchmarks.load import request_bytes
from benchmarks.results import Held, report
from benchmarks.whole import memory_of
from benchmarks.whole_calls import Played, Webhook, whole_call
from hotline.store.database.lazy import Database
from tests.faults import line
from tests.faults.canaries import found
from tests.faults.kill_run import System, everything, system, undone
from tests.servers import PostgreSQL

Way = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Advance = Callable[[float, str], None]
CALLER = "+1443773{:04}"
AREAS, EACH = (410, 443, 301, 240), 60
"""Of the numbers that are reserved for fiction, each area has so many here."""
LOOKED_FOR = 10_000
"""Calls whose names are looked for in all that was written: the last ones, of which most may be left."""
KEPT_FROM = 15.0
"""Minutes of a run whose figures are kept for the page."""
REMEMBERED = "hotline:call"
AT_FIRST = 64
"""Calls that begin at the same time: each of two processes gets more than its eight threads can take at once."""
MOST_IDLE = 8
"""Connections that are kept open between webhooks."""
DESCRIPTORS = 8
"""How many a process may have more at one time than at another: connections come and go. A leak in one call of a
thousand would show."""
GROWTH = 5.0
"""Percent by which memory may differ between two times: allocators and page caches breathe."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`rate`: calls a second. `talks`: seconds of each call. `warm`: minutes before the first look that counts: Redis
    knows for ten that a call is over.

    `every`: seconds from look to look. `within`: seconds in which all must be done after the last call.
    """

    minutes: float = 60.0
    rate: float = 20.0
    talks: float = 2.0
    warm: float = 12.0
    every: float = 10.0
    within: float = 600.0
    postgresql: bool = False
    hurried: bool = False


LONG = Plan()
SHORT = Plan(minutes=0.2, rate=7.0, talks=0.2, warm=0.05, every=1.0, within=120.0, hurried=True)


@dataclass(frozen=True, slots=True)
class Look:
    """What a system takes at one moment. By process: proportional MB, open descriptors, and threads."""

    at: float
    calls: int
    memory: dict[str, float]
    descriptors: dict[str, int]
    threads: dict[str, int]
    keys: Counter[str]
    redis_bytes: int
    disk: dict[str, int]


@dataclass
class Outcome:
    """What came of a run. Lists name what should not be there."""

    plan: Plan
    played: Played = field(default_factory=lambda: Played(kept=True))
    looks: list[Look] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    rows: int = 0
    rows_lost: int = 0
    rows_doubled: int = 0
    at_carrier: int = 0
    left: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def between(self, of: Callable[[Look], float]) -> tuple[float, float]:
        """The medians of the first and of the last quarter of the looks after warming up."""
        warm = [one for one in self.looks if one.at >= self.plan.warm * 60] or self.looks
        share = max(1, len(warm) // 4)
        return median(map(of, warm[:share])), median(map(of, warm[-share:]))

    def grown(self, of: Callable[[Look], dict[str, Any]]) -> dict[str, tuple[float, float]]:
        """By process, how much of something it had at first, and in the end."""
        return {name: self.between(lambda look, name=name: of(look).get(name, 0)) for name in of(self.looks[-1])}

    @property
    def held(self) -> list[Held]:
        """What must hold, and what came of it."""
        memory = [sum(each) for each in zip(*self.grown(lambda look: look.memory).values(), strict=True)] or [0.0, 0.0]
        more = [after - before for before, after in self.grown(lambda look: look.descriptors).values()]
        threads = [after - before for before, after in self.grown(lambda look: look.threads).values()]
        keys = self.between(lambda look: look.keys.total() - look.keys[REMEMBERED])
        return [
            Held("webhooks without a good answer", len(self.failed), 0),
            Held("calls that reached nobody", self.played.begun - self.played.persons, 0),
            Held("rows of the call log lost", self.rows_lost, 0),
            Held("rows of the call log doubled", self.rows_doubled, 0),
            Held("records of calls left at the carrier", self.at_carrier, 0),
            Held("jobs, and files of jobs and of the log, left on the way", len(self.left), 0),
            Held("percent by which all processes together have grown", _percent(*memory), GROWTH),
            Held("most descriptors that a process has more", max(more, default=0), DESCRIPTORS),
            Held("most threads that a process has more", max(threads, default=0), 0),
            Held(
                "percent of Redis keys more, but those that know for six hours that a call is over",
                _percent(*keys),
                GROWTH,
            ),
            Held("places that tell who called", len(self.told), 0),
        ]


def _percent(before: float, after: float) -> float:
    return round(100 * (after - before) / before, 1) if before else 0.0


class Callers:
    """Plays calls over kept-alive connections. Each call keeps its own pace."""

    def __init__(self, on: System, outcome: Outcome) -> None:
        self._place, self._recorder, self._outcome = on.place, on.recorder, outcome
        self._idle: list[Way] = []

    async def call(self, number: int) -> None:
        """Play one call to its end."""
        playing = whole_call(
            self._outcome.played, line.NUMBER, CALLER.format(number % 10_000), self._outcome.plan.talks
        )
        with suppress(StopIteration):
            step = next(playing)
            while True:
                await asyncio.sleep(step.after)
                try:
                    heard = await self._send(step)
                except (OSError, EOFError, ValueError, TimeoutError) as error:
                    self._outcome.failed.append(f"{step.path[:20]}: {error!r}")
                    heard = ""
                step = playing.send(heard)

    async def _send(self, step: Webhook) -> str:
        self._recorder.note(step.form)
        if step.path == "/voice/ended":
            self._recorder.over(step.form["CallSid"])
        began = time.perf_counter()
        raw = request_bytes(self._place.url, self._place.token, step.path, step.form)
        try:
            head, body = await self._exchange(raw, self._idle.pop() if self._idle else None)
        except (EOFError, ConnectionError):  # it had been idle for too long, and was closed meanwhile
            head, body = await self._exchange(raw, None)
        self._outcome.took.append(time.perf_counter() - began)
        if not head.startswith(b"http/1.1 200") or ElementTree.fromstring(body).tag != "Response":
            raise ValueError(head[:40])
        return body.decode()

    async def _exchange(self, raw: bytes, way: Way | None) -> tuple[bytes, bytes]:
        async with asyncio.timeout(15):
            reader, writer = way or await asyncio.open_connection("127.0.0.1", self._place.port)
            writer.write(raw)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            body = await reader.readexactly(int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
        if b"connection: close" in head or len(self._idle) >= MOST_IDLE:
            writer.close()
        else:
            self._idle.append((reader, writer))
        return head, body

    def close(self) -> None:
        """Close the connections."""
        for _, writer in self._idle:
            writer.close()


async def _load(outcome: Outcome, callers: Callers, look: Callable[[], None], advance: Advance) -> None:
    """Begin a call whenever one is due, look at the system now and then, and wait for the last calls.

    The first calls come all at once, so that every thread of a pool has been started before the looks that count.
    """
    await asyncio.gather(*(callers.call(number) for number in range(AT_FIRST)))
    plan, began, looked = outcome.plan, time.monotonic(), 0.0
    playing: set[asyncio.Task[None]] = set()
    while (since := time.monotonic() - began) < plan.minutes * 60:
        for _ in range(int(since * plan.rate) + 1 + AT_FIRST - outcome.played.begun):
            task = asyncio.create_task(callers.call(outcome.played.begun))
            playing.add(task)
            task.add_done_callback(playing.discard)
            await asyncio.sleep(0)
        if since - looked >= plan.every:
            looked = since
            await asyncio.to_thread(look)
            advance(since, f"{outcome.played.over} calls")
        await asyncio.sleep(0.5 / plan.rate)
    await asyncio.gather(*playing)
    callers.close()


def _look(on: System, outcome: Outcome, began: float) -> Look:
    """Look at the whole system."""
    memory = {name: proportional for name, (_, proportional) in memory_of(on.up.pid).items()}
    proc = {name: Path("/proc") / name.rpartition(" ")[2] for name in memory}
    with on.place.redis() as redis:
        keys = Counter(re.sub(r"^(\w+:\w+):.*", r"\1", key) for key in redis.scan_iter(count=1_000))
        used = int(redis.info("memory")["used_memory"])
    return Look(
        time.monotonic() - began,
        outcome.played.over,
        memory,
        {name: _entries(one / "fd") for name, one in proc.items()},
        {name: _entries(one / "task") for name, one in proc.items()},
        keys,
        used,
        {**_sizes(on), "Redis memory": used},
    )


def _entries(folder: Path) -> int:
    with suppress(OSError):  # a process may end at this moment
        return len(list(folder.iterdir()))
    return 0


def _sizes(on: System) -> dict[str, int]:
    """Bytes on disk, by what they are for."""
    data, sizes = on.place.data_dir, dict[str, int]()
    for name, pattern in (("log", "hotline.log*"), ("spool", "spool/**/*"), ("outbox", "outbox/**/*")):
        sizes[name] = sum(_size(one) for one in data.glob(pattern))
    sizes["log"] += _size(on.up.output)
    if on.place.database_url.startswith("sqlite"):
        return {**sizes, "database": sum(_size(one) for one in data.glob("hotline.db*"))}
    database = Database(on.place.database_url)
    try:
        with database.transaction() as connection:
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    finally:
        database.close()
    return {**sizes, "database": int(size)}


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size if path.is_file() else 0
    return 0


def rota() -> str:
    """So many who are always on call that nobody waits, and the backup."""
    names = [f"v{number}" for number in range(len(AREAS) * EACH)]
    people = "".join(
        f'  {name}: {{name: {name}, phone: "+1 {AREAS[number // EACH]} 555 01{20 + number % EACH}"}}\n'
        for number, name in enumerate(names)
    )
    before, after = line.ROTA.split("  amy:")[0], line.ROTA[line.ROTA.index("  chaplain:") :]
    return f"{before}{people}{after}".replace("[amy, ben, cho]", f"[{', '.join(names)}]")


def soak(plan: Plan, advance: Advance = lambda _, __: None) -> Outcome:
    """Do it. `advance` is told for how many seconds it has run, and how far it is."""
    outcome = Outcome(plan)
    with ExitStack() as stack:
        database = None
        if plan.postgresql:
            server = PostgreSQL()
            stack.callback(server.remove)
            database = server.new_database("soak")
        ours = stack.enter_context(system(rota(), hurried=plan.hurried, database_url=database))
        began = time.monotonic()

        def look() -> None:
            outcome.looks.append(_look(ours, outcome, began))

        with ThreadPoolExecutor(1) as own_thread:  # a browser's tests leave a loop of their own in the main one
            own_thread.submit(lambda: asyncio.run(_load(outcome, Callers(ours, outcome), look, advance))).result()
        outcome.seconds = time.monotonic() - began
        advance(plan.minutes * 60, "the last jobs are done")
        _settle(outcome, ours)
    return outcome


def _settle(outcome: Outcome, ours: System) -> None:
    """Wait until all is done, and take down what is left."""
    deadline = time.monotonic() + outcome.plan.within
    while time.monotonic() < deadline and (ours.api.calls or _left(ours)):
        time.sleep(0.5)
    outcome.at_carrier, outcome.left = len(ours.api.calls), _left(ours)
    calls = {ours.place.log_id(sid) for sid in outcome.played.sids[::2]}
    database = Database(ours.place.database_url)
    try:
        with database.transaction() as connection:
            rows = connection.exec_driver_sql("SELECT id, ended_at FROM calls").all()
    finally:
        database.close()
    ended = {id for id, at in rows if at is not None}
    outcome.rows, outcome.rows_lost, outcome.rows_doubled = (
        len(rows),
        len(calls - ended),
        len(rows) - len(calls & ended),
    )
    secrets = [CALLER.format(number) for number in range(min(10_000, outcome.played.begun))]
    outcome.told = found([*secrets, *outcome.played.sids[-2 * LOOKED_FOR :]], everything(ours)[0])


def _left(ours: System) -> list[str]:
    files = [path for folder in ("spool", "outbox") for path in (ours.place.data_dir / folder).glob("*.spool")]
    return undone(ours) + [f"{path.name} is on disk" for path in files]


def figures(outcome: Outcome) -> dict[str, Any]:
    """What the report shows."""
    played, took = outcome.played, sorted(outcome.took) or [0.0]
    first, last = outcome.between(lambda look: look.calls)
    per_call = {
        name: round((after - before) / max(1.0, last - first))
        for name, (before, after) in outcome.grown(lambda look: look.disk).items()
    }
    return {
        "minutes": outcome.plan.minutes,
        "calls": played.over,
        "calls a second": round(played.over / outcome.seconds, 1),
        "webhooks answered": len(outcome.took),
        "webhook, median ms": round(1e3 * median(took), 1),
        "webhook, p99 ms": round(1e3 * took[int(len(took) * 0.99)], 1),
        "database": "PostgreSQL" if outcome.plan.postgresql else "SQLite",
        "bytes more for each call": per_call,
        "Redis keys in the end": dict(outcome.looks[-1].keys.most_common()) if outcome.looks else {},
        "growth": {
            name: {"MB at first": round(memory[0], 1), "MB in the end": round(memory[1], 1)}
            | {"descriptors": f"{files[0]:g} to {files[1]:g}", "threads": f"{threads[0]:g} to {threads[1]:g}"}
            for (name, memory), files, threads in zip(
                outcome.grown(lambda look: look.memory).items(),
                outcome.grown(lambda look: look.descriptors).values(),
                outcome.grown(lambda look: look.threads).values(),
                strict=True,
            )
        },
    }


@click.command()
@click.option("--minutes", default=LONG.minutes, show_default=True)
@click.option("--rate", default=LONG.rate, show_default=True, help="Calls a second.")
@click.option("--postgresql", is_flag=True, help="Keep the log in a PostgreSQL, not in SQLite.")
@click.option("--short", is_flag=True, help="What the test does.")
def main(minutes: float, rate: float, postgresql: bool, short: bool) -> None:
    """Place calls at a steady rate, and say what has grown."""
    console = Console(width=140)
    warm = min(LONG.warm, minutes * 0.6)
    plan = SHORT if short else Plan(minutes=minutes, rate=rate, warm=warm, postgresql=postgresql)
    with Progress(console=console) as progress:
        bar = progress.add_task("soak", total=plan.minutes * 60)
        outcome = soak(plan, lambda done, what: progress.update(bar, completed=done, description=what))
    for problem in [*outcome.failed, *outcome.left, *outcome.told][:200]:
        console.print(problem[:1_500], style="red", markup=False, soft_wrap=True)
    held = report("soak", figures(outcome), outcome.held, console, kept=not short and minutes >= KEPT_FROM)
    raise SystemExit(0 if held else 1)


if __name__ == "__main__":
    main()
