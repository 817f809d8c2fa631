"""Pages in one process: what Tonight costs of server time, and what the first page costs of memory."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.people import Role
from hotline.settings import read_settings
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.people import People
from hotline.store.redis.embedded import EmbeddedServer
from hotline.wiring.parts import Parts
from hotline.wiring.web import build_web

ROOT = Path(__file__).parents[1]
PAGES = ("/", "/volunteers", "/sign-in")
ROUNDS = 200
CALLS_TODAY = 500
PASSWORD = "only for measuring"


def run(console: Console) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        embedded = EmbeddedServer(Path(folder))
        embedded.start()
        try:
            _measure(console, folder)
        finally:
            embedded.stop()


def _measure(console: Console, folder: str) -> None:
    settings = read_settings({"HOTLINE_CONFIG_DIR": str(ROOT), "HOTLINE_DATA_DIR": folder})
    web = build_web(Parts(settings))
    client = web.app.test_client()
    client.get("/health/live")
    before = _resident()
    client.get("/sign-in", buffered=True)
    console.print(f"The first page makes a web process larger by {_resident() - before:.0f} MB")
    People(Database(settings.database_url)).add("Ana", Role.VIEWER, 0, password=PASSWORD)
    now = int(time.time())
    CallLog(settings.database_url).write(
        [LogEntry(str(number), "rise", CallMoment.STARTED, now - number) for number in range(CALLS_TODAY)]
    )
    _sign_in(client)
    table = Table(title=f"Pages, {ROUNDS} times each, {CALLS_TODAY} calls today: milliseconds of server time")
    for heading in ("page", "median", "of the processor"):
        table.add_column(heading, justify="left" if heading == "page" else "right")
    for path in PAGES:
        waits, works = [], []
        for _ in range(ROUNDS):
            started, worked = time.perf_counter(), time.process_time()
            client.get(path, buffered=True)
            waits.append(time.perf_counter() - started)
            works.append(time.process_time() - worked)
        table.add_row(path, f"{median(waits) * 1000:.1f}", f"{median(works) * 1000:.1f}")
    console.print(table)


def _sign_in(client: FlaskClient) -> None:
    page = client.get("/sign-in", buffered=True).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"name": "Ana", "password": PASSWORD, "to": "", "csrf_token": token}
    answer = client.post("/sign-in", data=data, buffered=True)
    assert answer.status_code == 303, answer.status


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    run(Console(width=110))
