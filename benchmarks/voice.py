"""Webhooks against a bare Flask view, in turns so that noise falls on all alike.

Two bare views: one under the worker of gunicorn that Hotline uses, and one under gunicorn's own worker with threads,
the floor that other servers are measured against. Requests come from wrk if it is there (Debian has a package), else
from a slower client in Python, which takes more of the processors that the servers share with it.
"""

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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from redis import Redis
from rich.console import Console

from benchmarks.load import Measured, compiled, measure, measure_with_wrk, request_bytes
from benchmarks.results import Held, figures_table, save
from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.embedded import EmbeddedServer, socket_url

TOKEN = "benchmark-token-of-no-account"
ACCOUNT = "AC" + "1" * 32
NUMBER = "+14105550100"
ROUNDS, SECONDS = 5, 2.0
AT_ONCE = (1, 8, 50)
VOLUNTEERS = 12
RINGS = 20
"""Rings of one call. Few callers hear more, and a call remembers whom it has tried."""
CALLS = 200
"""Whole calls whose processor time is measured."""
WEB = "hotline.wiring.web:wsgi_app()"
_BARE = "benchmarks.bare:app"
_THREADS = ("--worker-class", "gthread")

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


def rota(several: str = "", on_call: int = VOLUNTEERS, volunteers: int = 0) -> str:
    """A rota with so many on call at every hour, of so many volunteers. `several`: more rules of ringing."""
    people = "\n".join(f'  v{n}: {{name: V {n}, phone: "+1410{5551000 + n}"}}' for n in range(max(volunteers, on_call)))
    everyone = ", ".join(f"v{n}" for n in range(on_call))
    return (
        f"timezone: America/New_York\nvolunteers:\n{people}\nshifts:\n"
        f"  - {{name: Always, hours: 24h, on_call: [{everyone}]}}\nringing: {{rounds: 10, max_wait: 1h{several}}}\n"
    )


def form(call: str, **more: str) -> dict[str, str]:
    """What a carrier sends with every webhook of a caller's leg."""
    return {
        "AccountSid": ACCOUNT,
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


def webhooks(kind: str, public_url: str) -> Callable[[str], bytes]:
    """Make the next request from the last answer, as benchmarks/webhooks.lua does.

    Of `kind` "entry" each is a new call; "deal" is one ring after another that nobody answers, RINGS in a call; "wait"
    is a caller who waits in the queue while phones ring.
    """
    call, rings = "", 0

    def make(last: str) -> bytes:
        nonlocal call, rings
        rings += "<Dial " in last
        if kind != "entry":
            onward = (_HUNG_UP,) if rings > RINGS else _ONWARD[kind]
            for pattern, more in onward:
                if found := re.search(pattern, last):
                    return request_bytes(public_url, TOKEN, unescape(found[1]), form(call, **more))
        call, rings = "CA" + secrets.token_hex(16), 0
        return request_bytes(public_url, TOKEN, "/voice", form(call, CallStatus="ringing"))

    return make


_PRESSED = (r'<Gather action="([^"]+)"', {"Digits": "1"})
_RUNG = r'<Dial action="([^"]+)"'
_HUNG_UP = (_RUNG, {"CallStatus": "completed", "DialCallStatus": "canceled", "DialBridged": "false"})
"""Without it the last phone of each call would ring on, and soon nobody would be free."""
_QUEUED = {"QueueTime": "3", "QueuePosition": "1"}
_ONWARD: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "deal": ((_RUNG, {"DialCallStatus": "no-answer", "DialBridged": "false"}), _PRESSED),
    "wait": ((r'waitUrl="([^"]+)"', _QUEUED), _PRESSED, (r"<Redirect[^>]*>([^<]+)<", _QUEUED)),
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was started: its port and its first process."""

    port: int
    process: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def processor_time(self) -> float:
        """Return the seconds that its processes have used so far, of which none has ended."""
        ticks = 0
        for pid in _tree(self.process):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def _tree(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    return [pid, *(below for child in children for below in _tree(child))]


@dataclass
class Bench:
    """What the servers share. `stack` stops them; `workdir` has the files of each line, by its name."""

    stack: ExitStack
    workdir: Path
    redis: str
    api: str
    granian: bool = field(default_factory=lambda: find_spec("granian") is not None)

    def serve(
        self, app: str, line: str = "few", options: Sequence[str] = (), *, granian: bool = False, **more: str
    ) -> Server:
        """Start a server of an app. `more` goes into its environment."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        environment = {
            **os.environ,
            "HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_API_BASE_URL": self.api,
            "REDIS_URL": self.redis,
            "HOTLINE_DATA_DIR": str(self.workdir / "var" / str(port)),
            "HOTLINE_CONFIG_DIR": str(self.workdir / line),
            "PYTHONPATH": os.pathsep.join((os.getcwd(), os.environ.get("PYTHONPATH", ""))),
            **more,
        }
        command = ["gunicorn", app, "--config", "python:hotline.processes.gunicorn_conf", "--log-level", "warning"]
        command += ["--workers", "2", "--bind", f"127.0.0.1:{port}", *options]
        if granian:
            factory = ("--factory",) if app.endswith("()") else ()
            command = ["granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "8", "--no-log"]
            command += ["--port", str(port), *factory, app.removesuffix("()")]
        process = subprocess.Popen([sys.executable, "-m", *command], env=environment)
        self.stack.callback(process.wait, 30)
        self.stack.callback(process.terminate)
        server, first = Server(port, process.pid), webhooks("entry", f"http://127.0.0.1:{port}")
        for _ in range(300):
            try:
                for _ in range(20):  # so that each worker has answered
                    _send(server.url, first(""))
                return server
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"{app} did not start")


def _send(public_url: str, request: bytes) -> None:
    """Send one webhook outside the measuring."""
    head, _, body = request.partition(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].decode()
    signature = re.search(rb"X-Twilio-Signature: (.*)\r\n", head)
    assert signature
    asked = urllib.request.Request(public_url + path, body, {"X-Twilio-Signature": signature[1].decode()})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        answer.read()


@dataclass(frozen=True, slots=True)
class Kind:
    """What is measured: a name, a server, the webhooks it is sent, and the name of the view it is compared with."""

    name: str
    server: Server
    sends: str
    against: str


OURS, FLOOR = "a  bare Flask view", "A  bare Flask view, gunicorn's own worker"
ENTRY, DEAL, DEAL_OF_MANY = "b  entry", "d  deal after a failed ring, 10 on call", "f  deal, 200 on call of 2,000"
WAITING = "g  waiting document while two phones ring"


@contextmanager
def started(workdir: Path) -> Iterator[Bench]:
    """Write the files of the lines, and start Redis and a stand-in for the carrier's REST API."""
    lines = {
        "few": rota(on_call=10),
        "many": rota(on_call=64),
        "most": rota(on_call=200, volunteers=2_000),
        "several": rota(", at_once: 2"),
    }
    for name, text in lines.items():
        for room, file in (("call_flows", FLOW), ("rota", text)):
            (workdir / name / room).mkdir(parents=True)
            (workdir / name / room / "bench.yaml").write_text(file)
    with ExitStack() as stack:
        redis = EmbeddedServer(workdir / "redis")
        redis.start()
        stack.callback(redis.stop)
        api = stack.enter_context(RestApi(account=ACCOUNT, token=TOKEN))
        api.add_number(NUMBER)
        yield Bench(stack, workdir, socket_url(workdir / "redis"), api.url)


def kinds_of(bench: Bench) -> list[Kind]:
    """Start all servers. Those of granian come last, if it is installed."""
    ours, token = bench.serve(WEB), "a-token-for-benchmarks"
    counting = bench.serve(WEB, HOTLINE_METRICS_TOKEN=token)
    bench.stack.enter_context(scraped(counting.port, token))
    kinds = [
        Kind(FLOOR, bench.serve(_BARE, options=_THREADS), "entry", FLOOR),
        Kind(OURS, bench.serve(_BARE), "entry", OURS),
        Kind(ENTRY, ours, "entry", FLOOR),
        Kind("c  entry, with metrics, read every second", counting, "entry", FLOOR),
        Kind(DEAL, ours, "deal", FLOOR),
        Kind("e  deal, 64 on call", bench.serve(WEB, "many"), "deal", FLOOR),
        Kind(DEAL_OF_MANY, bench.serve(WEB, "most"), "deal", FLOOR),
        Kind(WAITING, bench.serve(WEB, "several"), "wait", OURS),
    ]
    if bench.granian:
        on_granian = bench.serve(WEB, granian=True)
        kinds += [
            Kind("b' entry, under granian", on_granian, "entry", FLOOR),
            Kind("d' deal, 10 on call, under granian", on_granian, "deal", FLOOR),
            Kind("g' waiting document, under granian", bench.serve(WEB, "several", granian=True), "wait", OURS),
        ]
    return kinds


def run(console: Console, rounds: int = ROUNDS, *, kept: bool = True) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as bench:
        kinds = kinds_of(bench)
        if not compiled():
            console.print("wrk is not installed: a slower client in Python takes more of the servers' processors.")
        client = Redis.from_url(bench.redis)
        figures: dict[str, dict[str, dict[str, object]]] = {}
        ratios: dict[tuple[str, int], tuple[float, float]] = {}
        for at_once in AT_ONCE:
            results: dict[str, list[Measured]] = {kind.name: [] for kind in kinds}
            for round_number in range(rounds + 1):
                for kind in kinds:
                    measured = _measured(kind, at_once, SECONDS if round_number else 0.7, client)
                    if round_number:
                        results[kind.name].append(measured)
            for kind in kinds:
                ratios[kind.name, at_once] = _ratios(results[kind.name], results[kind.against])
            figures[f"{at_once} at once"] = _rows(results, ratios, at_once)
            _show(
                console, f"Webhooks, {at_once} at once (median of {rounds} rounds of {SECONDS:g} s, in turns)", figures
            )
        ours = next(kind.server for kind in kinds if kind.name.startswith("b "))
        whole = _whole_calls(ours)
        console.print(f"A whole call, seven webhooks: {whole:.1f} ms of processor time.")
        save("webhooks", figures, _held(ratios, whole), kept=kept)


def _ratios(measured: Sequence[Measured], bare: Sequence[Measured]) -> tuple[float, float]:
    """Return the ratio to a bare view: by requests a second, and by processor time, which noise disturbs less."""
    pairs = list(zip(measured, bare, strict=True))
    return median(one.rate / other.rate for one, other in pairs), median(other.cost / one.cost for one, other in pairs)


def _held(ratios: Mapping[tuple[str, int], tuple[float, float]], whole: float) -> list[Held]:
    """Return what must hold. Of a bare view's figure ÷ ours, less is better."""
    found = [
        Held(f"bare view ÷ {what}, by {by}, {at_once} at once", round(1 / ratios[name, at_once][way], 2), most)
        for what, name, most in (("entry", ENTRY, 1.18), ("deal", DEAL, 1.67), ("waiting document", WAITING, 2.0))
        for at_once in AT_ONCE
        for way, by in enumerate(("rate", "processor time"))
    ]
    flat = [ratios[DEAL, at_once][1] / ratios[DEAL_OF_MANY, at_once][1] for at_once in AT_ONCE]
    found.append(Held("processor time of a deal, 200 on call ÷ 10 on call", round(median(flat), 2), 1.15))
    return [*found, Held("processor time of a whole call, ms", round(whole, 1), 6.0)]


def _measured(kind: Kind, at_once: int, seconds: float, client: Redis) -> Measured:
    """Measure once. Meanwhile it is forgotten how often phones rang: nobody is rung a thousand times in an hour."""
    server, over = kind.server, threading.Event()
    forgetting = threading.Thread(target=_forget_tallies, args=(client, over))
    forgetting.start()
    try:
        before = server.processor_time()
        if compiled():
            measured = measure_with_wrk(server.url, kind.sends, TOKEN, at_once, seconds)
        else:
            makers = [webhooks(kind.sends, server.url) for _ in range(at_once)]
            measured = measure(server.port, makers, seconds)
        return measured.costing(server.processor_time() - before)
    finally:
        over.set()
        forgetting.join()
        for key in client.scan_iter("hotline:*", 1_000):  # whoever was being rung when the time was up
            if not key.startswith((b"hotline:queued", b"hotline:jobs")):
                client.delete(key)


def _forget_tallies(client: Redis, over: threading.Event) -> None:
    while not over.wait(0.02):
        hour = int(time.time()) // 3600
        client.delete(f"hotline:rung:{hour}", f"hotline:rung:{hour - 1}")


def _whole_calls(server: Server) -> float:
    """Return the milliseconds of processor time that a whole call takes, one after another."""
    from benchmarks.whole_calls import Played, whole_call  # which takes its forms from here

    before = server.processor_time()
    for _ in range(CALLS):
        played = whole_call(Played(), NUMBER, "+14105550999")
        step = next(played)
        try:
            while True:
                request = request_bytes(server.url, TOKEN, step.path, step.form)
                step = played.send(_answer(server, request))
        except StopIteration:
            pass
    time.sleep(2)  # what follows from calls is written down
    return 1e3 * (server.processor_time() - before) / CALLS


def _answer(server: Server, request: bytes) -> str:
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(request)
        connection.settimeout(10)
        answer = b""
        while True:
            answer += connection.recv(65_536)
            head, found, body = answer.partition(b"\r\n\r\n")
            if found and len(body) >= int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]):
                return body.decode()


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


def _rows(
    results: dict[str, list[Measured]], ratios: Mapping[tuple[str, int], tuple[float, float]], at_once: int
) -> dict[str, dict[str, object]]:
    return {
        name: {
            "requests/s": round(median(one.rate for one in rounds)),
            "p50 ms": round(median(one.p50 for one in rounds), 2),
            "p99 ms": round(median(one.p99 for one in rounds), 1),
            "processor ms": round(median(one.cost for one in rounds), 2),
            "ratio": round(ratios[name, at_once][0], 2),
            "by processor": round(ratios[name, at_once][1], 2),
        }
        for name, rounds in results.items()
    }


def _show(console: Console, title: str, figures: dict[str, dict[str, dict[str, object]]]) -> None:
    rows = figures[next(reversed(figures))]
    table = figures_table(f"{title}\nRatios are to A; those of g to a.", "", *next(iter(rows.values())))
    for name, row in rows.items():
        table.add_row(name, *map(str, row.values()))
    console.print(table)


if __name__ == "__main__":
    run(Console(width=120), int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
