"""The whole of `hotline up`: memory of every process it runs, and the time from start to the first answered webhook."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.load import request_bytes
from benchmarks.results import figures_table
from benchmarks.voice import form

RUNS = 3
SETTLE = 6.0


def run(console: Console) -> None:
    """Measure and print."""
    starts: list[float] = []
    memory: list[dict[str, tuple[float, float]]] = []
    for _ in range(RUNS):
        started, used = _once()
        starts.append(started)
        memory.append(used)
    console.print(f"From start to the first answered webhook: {median(starts):.2f} s (runs: {_listed(starts)})")
    table = figures_table("Memory of `hotline up` after a few calls, MB", "process", "resident", "proportional")
    last = memory[-1]
    for name, (resident, proportional) in last.items():
        table.add_row(name, f"{resident:.0f}", f"{proportional:.0f}")
    totals = [[sum(one[kind] for one in used.values()) for used in memory] for kind in (0, 1)]
    table.add_row("all (median)", *(f"{median(total):.0f}" for total in totals), style="bold")
    console.print(table)


def _once() -> tuple[float, dict[str, tuple[float, float]]]:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
        probe.close()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
        environment |= {"HOTLINE_DATA_DIR": folder, "PORT": str(port), "WEB_CONCURRENCY": "2"}
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "up"], env=environment, stdout=subprocess.DEVNULL, text=True
        )
        try:
            _first_answer(Path(folder), port)
            took = time.perf_counter() - began
            time.sleep(SETTLE)
            for _ in range(20):
                _first_answer(Path(folder), port)
            time.sleep(2)
            return took, memory_of(process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _first_answer(folder: Path, port: int) -> None:
    """Send the entry webhook until it is answered."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            token = (folder / "practice-token").read_text().strip()
            with socket.create_connection(("127.0.0.1", port), 2) as connection:
                call = "CA" + os.urandom(16).hex()
                connection.sendall(request_bytes(f"http://127.0.0.1:{port}", token, "/voice", form(call)))
                if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError("no webhook was answered")


_WORDS = ("valkey", "redis-server", "gunicorn", "worker", "clock", "helper", "welcome")


def memory_of(parent: int) -> dict[str, tuple[float, float]]:
    """Resident and proportional megabytes of a process and all below it, by what they are."""
    found: dict[str, tuple[float, float]] = {}
    for pid in [parent, *below(parent)]:
        with suppress(OSError):  # it has just ended
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
            figures = dict(line.split(":", 1) for line in rollup if ":" in line)
            name = next((word for word in _WORDS if word in command), "up")
            megabytes = tuple(int(figures[field].split()[0]) / 1024 for field in ("Rss", "Pss"))
            found[f"{name} {pid}"] = (megabytes[0], megabytes[1])
    return found


def below(parent: int) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [pid for child in map(int, children) for pid in (child, *below(child))]


def _listed(figures: list[float]) -> str:
    return ", ".join(f"{figure:.2f}" for figure in figures)
