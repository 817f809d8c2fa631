"""Webhooks against a bare Flask view, under the same gunicorn settings, in turns so that noise falls on all alike."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from html import unescape
from pathlib import Path
from statistics import median

from redis import Redis
from rich.console import Console
from rich.table import Table

from benchmarks.load import Measured, measure, request_bytes
from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.embedded import EmbeddedServer, socket_url

TOKEN = "benchmark-token-of-no-account"
NUMBER = "+14105550100"
ROUNDS, SECONDS = 5, 2.0
VOLUNTEERS = 12

FLOW = f"""
name: Bench
numbers: ["{NUMBER}"]
rota: bench
languages: {{en: {{locale: en-US, voice: Polly.Joanna-Neural}}}}
steps:
  welcome:
    say:
      en: >-
        You've reached the line. A trained peer can talk with you now.
        To be connected, press 1, or just stay on the line.
    menu: {{"1": reach}}
    wait: 4s
    no_key: reach
    wrong_key: reach
  reach:
    say: {{en: "Thank you. We're finding someone for you now."}}
    ring: on_call
    between: {{en: Still trying to reach someone for you.}}
    not_answered: goodbye
  goodbye: {{say: {{en: Goodbye.}}, hang_up: true}}
"""


def rota(several: str = "") -> str:
    """A rota with everyone on call, so that nobody is ever short of a volunteer. `several`: more rules of ringing."""
    people = "\n".join(f'  v{n}: {{name: V {n}, phone: "+1410555{1000 + n}"}}' for n in range(VOLUNTEERS))
    everyone = ", ".join(f"v{n}" for n in range(VOLUNTEERS))
    return (
        f"timezone: America/New_York\nvolunteers:\n{people}\nshifts:\n"
        f"  - {{name: Always, hours: 24h, on_call: [{everyone}]}}\nringing: {{rounds: 10, max_wait: 1h{several}}}\n"
    )


def form(call: str, **more: str) -> dict[str, str]:
    """What a carrier sends with every webhook of a caller's leg."""
    return {
        "AccountSid": "AC" + "1" * 32,
        "ApiVersion": "2010-04-01",
        "CallSid": call,
        "CallStatus": "in-progress",
        "Called": NUMBER,
        "Caller": "+14105550999",
        "Direction": "inbound",
        "From": "+14105550999",
        "To": NUMBER,
        "FromCity": "",
        "FromState": "MD",
        "FromZip": "",
        "FromCountry": "US",
        "ToCountry": "US",
        **more,
    }


def entries(public_url: str) -> Callable[[str], bytes]:
    """Calls coming in, each a new one."""
    return lambda _: request_bytes(
        public_url, TOKEN, "/voice", form("CA" + secrets.token_hex(16), CallStatus="ringing")
    )


def failovers(public_url: str) -> Callable[[str], bytes]:
    """One call after another whose volunteers never answer: every answer is a Dial to the next."""
    call = ""

    def make(last: str) -> bytes:
        nonlocal call
        rung = re.search(r'<Dial action="([^"]+)"', last)
        if rung:
            return request_bytes(
                public_url, TOKEN, unescape(rung[1]), form(call, DialCallStatus="no-answer", DialBridged="false")
            )
        call = "CA" + secrets.token_hex(16)
        first = re.search(r'<Gather action="([^"]+)"', _send(public_url, "/voice", form(call)))
        assert first
        return request_bytes(public_url, TOKEN, unescape(first[1]), form(call, Digits="1"))

    return make


def waits(public_url: str) -> Callable[[str], bytes]:
    """A caller who waits while two phones ring: every answer is the next document of the queue."""
    call = ""

    def make(last: str) -> bytes:
        nonlocal call
        onward = re.search(r"<Redirect[^>]*>([^<]+)<", last)
        if not onward:
            call = "CA" + secrets.token_hex(16)
            first = re.search(r'<Gather action="([^"]+)"', _send(public_url, "/voice", form(call)))
            assert first
            queued = _send(public_url, unescape(first[1]), form(call, Digits="1"))
            onward = re.search(r'waitUrl="([^"]+)"', queued)
        assert onward
        return request_bytes(public_url, TOKEN, unescape(onward[1]), form(call, QueueTime="3", QueuePosition="1"))

    return make


def _send(public_url: str, path: str, sent: dict[str, str]) -> str:
    """One webhook outside the measuring."""
    head, _, body = request_bytes(public_url, TOKEN, path, sent).partition(b"\r\n\r\n")
    signature = re.search(rb"X-Twilio-Signature: (.*)\r\n", head)
    assert signature
    asked = urllib.request.Request(public_url + path, body, {"X-Twilio-Signature": signature[1].decode()})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return str(answer.read().decode())


def serve(stack: ExitStack, app: str, workdir: Path, redis: str, **more: str) -> int:
    """Start gunicorn on an app; returns its port once it listens. `more` goes into its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_AUTH_TOKEN": TOKEN,
        "REDIS_URL": redis,
        "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
        "HOTLINE_DATA_DIR": str(workdir / "var"),
        "PYTHONPATH": os.getcwd(),
        "HOTLINE_CONFIG_DIR": str(workdir),
        **more,
    }
    settings = ["--config", "python:hotline.processes.gunicorn_conf", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", app, *settings, "--log-level", "warning"], env=environment
    )
    stack.callback(lambda: (process.terminate(), process.wait(20)))
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            for _ in range(20):  # so that each worker has answered
                _send(url, "/voice", form("CA" + secrets.token_hex(16)))
            return port
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{app} did not start")


def run(console: Console) -> None:
    """Measure and print."""
    with ExitStack() as stack:
        workdir = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _write(workdir, rota())
        _write(workdir / "several", rota(", at_once: 2"))
        redis = EmbeddedServer(workdir / "redis")
        redis.start()
        stack.callback(redis.stop)
        bare = serve(stack, "benchmarks.bare:app", workdir, socket_url(workdir / "redis"))
        ours = serve(stack, "hotline.wiring.web:wsgi_app()", workdir, socket_url(workdir / "redis"))
        token = "a-token-for-benchmarks"
        counting = serve(
            stack, "hotline.wiring.web:wsgi_app()", workdir, socket_url(workdir / "redis"), HOTLINE_METRICS_TOKEN=token
        )
        stack.enter_context(scraped(counting, token))
        api = stack.enter_context(RestApi(account="AC" + "1" * 32, token=TOKEN))
        api.add_number(NUMBER)
        several = serve(
            stack,
            "hotline.wiring.web:wsgi_app()",
            workdir / "several",
            socket_url(workdir / "redis"),
            TWILIO_API_BASE_URL=api.url,
        )
        client = Redis.from_url(socket_url(workdir / "redis"))
        kinds: list[tuple[str, int, Callable[[str], Callable[[str], bytes]]]] = [
            ("a  bare Flask view, signature checked", bare, entries),
            ("b  entry webhook", ours, entries),
            ("c  webhook that picks a volunteer and dials", ours, failovers),
            ("d  as b, with metrics, read every second", counting, entries),
            ("e  as c, with metrics, read every second", counting, failovers),
            ("f  waiting document while two phones ring", several, waits),
        ]
        for concurrency in (1, 8):
            results: dict[str, list[Measured]] = {kind[0]: [] for kind in kinds}
            for round_number in range(ROUNDS + 1):
                for name, port, maker in kinds:
                    url = f"http://127.0.0.1:{port}"
                    measured = measure(port, [maker(url) for _ in range(concurrency)], SECONDS if round_number else 0.7)
                    client.flushall()  # whoever was being rung when the time was up
                    if round_number:
                        results[name].append(measured)
            _show(console, concurrency, results)


def _write(folder: Path, rota_text: str) -> None:
    for room, text in (("call_flows", FLOW), ("rota", rota_text)):
        (folder / room).mkdir(parents=True)
        (folder / room / "bench.yaml").write_text(text)


@contextmanager
def scraped(port: int, token: str) -> Iterator[None]:
    """Have metrics read once a second, fifteen times as often as Prometheus does."""
    over = threading.Event()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"Bearer {token}"})

    def read() -> None:
        while not over.wait(1.0):
            urllib.request.urlopen(asked, timeout=10).read()

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _show(console: Console, concurrency: int, results: dict[str, list[Measured]]) -> None:
    table = Table(title=f"Webhooks, {concurrency} at a time (median of {ROUNDS} rounds of {SECONDS:g} s, in turns)")
    for heading in ("", "requests/s", "p50 ms", "p99 ms", "ratio to a"):
        table.add_column(heading, justify="left" if not heading else "right")
    base = next(iter(results.values()))
    for name, rounds in results.items():
        ratio = median(one.rate / bare.rate for one, bare in zip(rounds, base, strict=True))
        table.add_row(
            name,
            f"{median(one.rate for one in rounds):,.0f}",
            f"{median(one.p50 for one in rounds):.2f}",
            f"{median(one.p99 for one in rounds):.2f}",
            f"{ratio:.2f}",
        )
    console.print(table)
