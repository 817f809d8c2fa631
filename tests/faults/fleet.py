"""Two machines of `hotline up` that share PostgreSQL and a Valkey with Sentinels, a balancer, and a carrier."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from redis import Redis
from redis.exceptions import RedisError

from hotline.core.calls.position import unseal
from hotline.simulator.line.transport import Answer, NotDelivered, Request, Timeouts
from hotline.simulator.rest_api.server import RestApi
from tests.faults import line
from tests.faults.carrier_side import Recorder
from tests.faults.gate import Gate
from tests.faults.processes import alive, descendants, free_port, wait_until
from tests.faults.system import BIN, HOTLINE, HURRIED, Place, Up, run
from tests.faults.valkeys import Valkeys
from tests.servers import PostgreSQL

SIGNS = ("heartbeat", "carrier")
"""Parts of `/health/ready` that say what was seen some minutes ago, and so nothing of now."""
FALLBACK = "/fallback.xml"
PATIENCE = Timeouts(connect=1.0, read=4.0, total=4.0)
"""How long the balancer waits for a machine before it asks another."""
TRIES = 3
HEALTH_WITHIN = 10.0
"""Seconds after which a machine that does not answer is not well. An answer that takes long still says how it is."""


class Machine:
    """One machine: its place, its processes, and the network before it."""

    def __init__(self, place: Place, program: Sequence[str]) -> None:
        self.place = place
        self.gate = Gate(place.port)
        self.outputs: list[Path] = []
        self._program = program
        self.up: Up

    def start(self, **environment: str) -> None:
        """Start everything, and wait until it answers."""
        up = run(self.place, *self._program, "up", "--logs", kind=Up, **environment)
        assert isinstance(up, Up)
        self.up = up
        self.outputs.append(up.output)
        up.answers()

    def processes(self) -> list[int]:
        """All of its processes, `hotline up` last."""
        return [*descendants(self.up.pid), self.up.pid]

    def die(self) -> None:
        """Kill every process at once, as a power cut does."""
        left = self.processes()
        for pid in reversed(left):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.up.popen.wait(10)
        wait_until(lambda: not any(map(alive, left)), what="no process is left")

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """No file can grow in the block, logs included: of these processes, and of any they start meanwhile."""
        limited: set[int] = set()
        over = threading.Event()

        def limit() -> None:
            while not over.wait(0.1):
                for pid in set(self.processes()) - limited:
                    _most_written(pid, 1)
                    limited.add(pid)

        thread = threading.Thread(target=limit)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            for pid in {*self.processes(), *limited}:
                _most_written(pid, resource.RLIM_INFINITY)

    @contextmanager
    def paused(self, pids: Sequence[int]) -> Iterator[None]:
        """These processes stand still in the block."""
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def ailing(self) -> list[str]:
        """The parts that are not well, by its own health; ["web"] if it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.place.url}/health/ready", timeout=HEALTH_WITHIN) as answer:
                parts = json.load(answer)["parts"]
        except urllib.error.HTTPError as error:
            with error:
                parts = json.load(error)["parts"]
        except OSError:
            return ["web"]
        return [name for name, part in parts.items() if part["status"] != "ok" and name not in SIGNS]


def _most_written(pid: int, size: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class Balanced:
    """Sends each webhook to a machine that is well, and to another if that one fails: what docs/many-machines.md has
    HAProxy do. Also serves the carrier's fallback document, as another host does.
    """

    def __init__(self, fleet: Fleet) -> None:
        self.public_url = fleet.public_url
        self._ways = [
            fleet.recorder.transport(f"http://127.0.0.1:{one.gate.port}", self.public_url) for one in fleet.machines
        ]
        self._fleet = fleet
        self._next = 0
        self.tried_again = 0
        self.fallbacks = 0
        self.answers: Counter[int] = Counter()
        self.bad: list[str] = []
        self.rings: dict[str, str] = {}
        """By phone, what Redis calls the last ring that an answer asked for."""

    def send(self, request: Request) -> Answer:
        """Deliver; raises NotDelivered."""
        if urlsplit(request.url).path == FALLBACK:
            self.fallbacks += 1
            return Answer(200, (("content-type", "text/xml"),), self._fleet.fallback)
        self._next += 1
        places = [(self._next + place) % len(self._ways) for place in range(len(self._ways))]
        order = sorted(places, key=lambda place: not self._fleet.well[place])
        last: NotDelivered | None = None
        for place in (order * TRIES)[:TRIES]:
            try:
                answer = self._ways[place].send(replace(request, limits=PATIENCE))
            except NotDelivered as error:
                last, self.tried_again = error, self.tried_again + 1
                self._ways[place].close()
                continue
            self._look(request, answer)
            return answer
        raise last or NotDelivered("ct", "no machine")

    def _look(self, request: Request, answer: Answer) -> None:
        self.answers[answer.status] += 1
        path = urlsplit(request.url).path
        try:
            good = answer.status == 200 and ElementTree.fromstring(answer.body).tag == "Response"
        except ElementTree.ParseError:
            good = False
        if not good:
            self.bad.append(f"{path}: {answer.status} {answer.body[:200]!r}")
            return
        for number in ElementTree.fromstring(answer.body).iter("Number"):
            if "url" not in number.attrib:  # the number that the flow's last step calls
                continue
            [sealed] = parse_qs(urlsplit(number.get("url", "")).query)["at"]
            [call] = parse_qs(request.body.decode())["CallSid"]
            if position := unseal(sealed, call, self._fleet.machines[0].place.secret_key):
                self.rings[number.text or ""] = f"hotline:ring:{position.token}.{position.rings}"

    def chosen_by_redis(self, phone: str) -> bool:
        """Whether Redis chose the last ring of a phone, and not a process that did not reach it in time."""
        for server in self._fleet.valkeys.both:
            with suppress(RedisError), Redis(port=server.port, socket_timeout=2) as redis:
                if redis.exists(self.rings.get(phone, "")):
                    return True
        return False

    def close(self) -> None:
        """Close the connections."""
        for way in self._ways:
            way.close()


class Fleet:
    """Everything, from the beginning of a block to its end. `well`: which machines the balancer sends calls to."""

    def __init__(self, rota: str, *, machines: int = 2, hurried: bool = False) -> None:
        self._rota, self._hurried, self._count = rota, hurried, machines
        self._stack = ExitStack()
        self._over = threading.Event()
        self.machines: list[Machine] = []
        self.well: list[bool] = [True] * machines

    def __enter__(self) -> Fleet:
        stack = self._stack
        self.postgresql = PostgreSQL()
        stack.callback(self.postgresql.remove)
        self.postgresql.new_database("hotline")
        self.database_gate = stack.enter_context(Gate(self.postgresql.socket))
        self.database_url = f"postgresql://hotline@127.0.0.1:{self.database_gate.port}/hotline"
        self.valkeys = stack.enter_context(Valkeys())
        self.api = stack.enter_context(
            RestApi(account="AC" + "1" * 32, token="a-token-of-no-account", port=free_port())
        )
        self.api.add_number(line.NUMBER)
        self.recorder = Recorder(self.api)
        front = free_port()
        self.public_url = f"http://127.0.0.1:{front}"
        self.machines = [Machine(self._place(), HURRIED if self._hurried else HOTLINE) for _ in range(self._count)]
        for machine in self.machines:
            stack.enter_context(machine.gate)
        stack.enter_context(Gate(*(one.gate.port for one in self.machines), port=front))
        for machine in self.machines:
            machine.start()
            stack.callback(self._end, machine)
        made = subprocess.run(
            [str(BIN / "hotline"), "fallback"], env=self.machines[0].place.env, capture_output=True, check=True
        )
        self.fallback = made.stdout
        threading.Thread(target=self._watch, daemon=True).start()
        stack.callback(self._over.set)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _place(self) -> Place:
        directory = Path(self._stack.enter_context(TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True)))
        place = Place(directory)
        line.write(place.config_dir, rota=self._rota)
        place.environment |= {
            "TWILIO_ACCOUNT_SID": self.api.account,
            "TWILIO_AUTH_TOKEN": self.api.token,
            "TWILIO_API_BASE_URL": self.api.url,
            "HOTLINE_PUBLIC_URL": self.public_url,
            "HOTLINE_SECRET_KEY": "a secret key of no system",
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.valkeys.url,
            "GUNICORN_CMD_ARGS": "--access-logfile -",
        }
        return place

    @staticmethod
    def _end(machine: Machine) -> None:
        for pid in machine.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        machine.up.popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            machine.up.popen.wait(20)
        if machine.up.popen.poll() is None:
            machine.die()

    def _watch(self) -> None:
        """What a balancer's health checks do."""
        while not self._over.wait(0.5):
            for place, machine in enumerate(self.machines):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{machine.gate.port}/health/ready", timeout=1):
                        self.well[place] = True
                except (OSError, ValueError):
                    self.well[place] = False

    def ailing(self) -> list[str]:
        """The parts of any machine that are not well."""
        return sorted({part for machine in self.machines for part in machine.ailing()})

    def recovered(self, within: float = 90.0) -> tuple[float, str]:
        """Seconds until everything is well again, and the part that was last; `within` if it is not by then."""
        began, last = time.monotonic(), ""
        while (ailing := self.ailing()) and time.monotonic() - began < within:
            last = ailing[0]
            time.sleep(0.1)
        return time.monotonic() - began, last
