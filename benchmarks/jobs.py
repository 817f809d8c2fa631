"""What a job costs: the webhook that puts one, beside the same without; moving jobs into the queue; doing them."""

from __future__ import annotations

import secrets
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.load import Measured, measure, request_bytes
from benchmarks.results import figures_table
from benchmarks.voice import ACCOUNT, FLOW, ROUNDS, SECONDS, TOKEN, WEB, Bench, form, rota
from hotline.core.jobs import Job
from hotline.jobs.queue import JobQueue, connection
from hotline.jobs.work import JobWorker
from hotline.simulator.rest_api.server import RestApi
from hotline.store.disk.outbox import Outbox
from hotline.store.disk.outbox_drainer import OutboxDrainer
from hotline.store.redis.embedded import EmbeddedServer, socket_url

JOBS = 5_000
DONE = 1_000


def ends(public_url: str) -> Callable[[str], bytes]:
    """Calls that end, each another: one entry for the call log, and, with a carrier account, one job."""
    return lambda _: request_bytes(
        public_url, TOKEN, "/voice/ended", form("CA" + secrets.token_hex(16), CallStatus="completed")
    )


def run(console: Console) -> None:
    """Measure and print."""
    with ExitStack() as stack:
        workdir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for folder, text in (("call_flows", FLOW), ("rota", rota())):
            (workdir / "few" / folder).mkdir(parents=True)
            (workdir / "few" / folder / "bench.yaml").write_text(text)
        redis = EmbeddedServer(workdir / "redis")
        redis.start()
        stack.callback(redis.stop)
        url = socket_url(workdir / "redis")
        api = stack.enter_context(RestApi(account=ACCOUNT, token=TOKEN))
        _webhooks(console, Bench(stack, workdir, url, api.url), workdir)
        _moving_and_doing(console, workdir, url)


def _webhooks(console: Console, bench: Bench, workdir: Path) -> None:
    practice = workdir / "practice"
    practice.mkdir()
    (practice / "practice-token").write_text(TOKEN)
    without = bench.serve(WEB, TWILIO_ACCOUNT_SID="", TWILIO_AUTH_TOKEN="", HOTLINE_DATA_DIR=str(practice))
    ports = {
        "the end of a call, no job": without.port,
        "the end of a call, with its job": bench.serve(WEB).port,
    }
    results: dict[str, list[Measured]] = {name: [] for name in ports}
    for round_number in range(ROUNDS + 1):
        for name, port in ports.items():
            measured = measure(port, [ends(f"http://127.0.0.1:{port}")], SECONDS if round_number else 0.7)
            if round_number:
                results[name].append(measured)
    title = "A webhook that puts a job"
    table = figures_table(title, "One connection, in turns", "requests/s", "p50 ms", "p99 ms")
    for name, each in results.items():
        figures = (median(one.rate for one in each), median(one.p50 for one in each), median(one.p99 for one in each))
        table.add_row(name, f"{figures[0]:.0f}", f"{figures[1]:.2f}", f"{figures[2]:.2f}")
    bare, putting = (median(one.rate for one in each) for each in results.values())
    table.add_row("ratio", f"{putting / bare:.2f}", "", "")
    console.print(table)


def _moving_and_doing(console: Console, workdir: Path, url: str) -> None:
    outbox, queue = Outbox(workdir / "outbox", secrets.token_bytes(32)), JobQueue(url)

    def put_all() -> None:
        for number in range(JOBS):
            outbox.put(Job("nothing", (f"CA{number:032}",), name=str(number)))

    put = _timed(put_all)
    outbox.close()
    moved = _timed(lambda: OutboxDrainer(outbox, queue).drain_once())
    worker = JobWorker(threading.Event(), connection(url), lambda event, /, **facts: None)
    done = _timed(lambda: worker.work(burst=True, max_jobs=DONE, logging_level="CRITICAL"))
    table = figures_table("Putting, moving and doing jobs", "Jobs", "a second", "microseconds each")
    for name, seconds, number in (
        ("put into the outbox", put, JOBS),
        ("moved into the queue", moved, JOBS),
        ("done by one worker (of nothing)", done, DONE),
    ):
        table.add_row(name, f"{number / seconds:,.0f}", f"{seconds / number * 1e6:,.0f}")
    console.print(table)


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started
