"""Whole systems of real processes, in a directory of their own, and calls placed to them."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from redis import Redis

from hotline.core.reports.report import LoggedCall as Row
from hotline.files import load
from hotline.practice.rehearsal import furnish
from hotline.settings import PRACTICE_ACCOUNT
from hotline.simulator import Call, HttpTransport, Ring, RoundRobinTransport, World
from hotline.simulator.line.clock import Pace
from hotline.simulator.line.signature import sign
from hotline.store.database.call_log import CallLog
from hotline.store.disk.spool import Spool
from hotline.store.redis.embedded import die_with_parent, socket_path
from tests.faults import line
from tests.faults.processes import alive, children, command_of, descendants, free_port, wait_until

SIGNATURE = "X-Twilio-Signature"
ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
HOTLINE = (str(BIN / "hotline"),)
HURRIED = (sys.executable, "-m", "tests.faults.hurried")
"""In place of `hotline`: its workers and clocks wait seconds where others wait minutes."""
SOON = 120.0
"""Seconds within which a system starts, stops, or says something, however little of the machine it is given.

Ten times what a busy machine with two cores was seen to need: whoever waits longer hangs.
"""
MakeTransport = Callable[[str, str | None], HttpTransport]
# What the tests' own environment may set, and no system of theirs may be given by chance.
OURS = {
    *("HOTLINE_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_BASE_URL", "REDIS_URL"),
    *("DATABASE_URL", "HOTLINE_SECRET_KEY", "HOTLINE_DATA_DIR", "HOTLINE_CONFIG_DIR", "PORT", "WEB_CONCURRENCY"),
    *("HOTLINE_FALLBACK_URL", "HOTLINE_DELETE_RECORDS", "HOTLINE_KEEP_MONTHS", "GUNICORN_CMD_ARGS"),
    "HOTLINE_ROUND_AFTER_DAYS",
    *("HOTLINE_HEARTBEAT_SECONDS", "HOTLINE_HEARTBEAT_PING_URL", "HOTLINE_METRICS_TOKEN"),
}


@dataclass
class Place:
    """A directory with a line's files and its data, and the environment that names them."""

    directory: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if not self.config_dir.exists():
            line.write(self.config_dir)

    @property
    def data_dir(self) -> Path:
        return self.directory / "data"

    @property
    def config_dir(self) -> Path:
        return self.directory / "config"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return self.environment.get("DATABASE_URL") or f"sqlite:///{self.data_dir / 'hotline.db'}"

    @property
    def env(self) -> dict[str, str]:
        """The environment of this place's processes."""
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        return inherited | {
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "HOTLINE_DATA_DIR": str(self.data_dir),
            "HOTLINE_CONFIG_DIR": str(self.config_dir),
            "PORT": str(self.port),
            "PYTHONFAULTHANDLER": "1",  # so that `Process.where` is told
            **self.environment,
        }

    @property
    def token(self) -> str:
        """What the carrier signs with."""
        return self.environment.get("TWILIO_AUTH_TOKEN") or (self.data_dir / "practice-token").read_text().strip()

    @property
    def secret_key(self) -> bytes:
        """The key of every digest."""
        text = self.environment.get("HOTLINE_SECRET_KEY") or (self.data_dir / "secret-key").read_text().strip()
        return hashlib.sha256(text.encode()).digest()

    @contextmanager
    def world(
        self, *others: Place, transport: MakeTransport = HttpTransport, pace: Pace | None = None, **options: Any
    ) -> Iterator[World]:
        """A carrier that calls this place, or in turn this one and others; all its rules are checked at the end.

        Every volunteer's phone is in it under their id.
        """
        options.setdefault("account_sid", self.environment.get("TWILIO_ACCOUNT_SID", PRACTICE_ACCOUNT))
        public = self.environment.get("HOTLINE_PUBLIC_URL")
        servers = [transport(place.url, public) for place in (self, *others)]
        try:
            with World(RoundRobinTransport(servers), token=self.token, **options) as world:
                world.clock.pace = pace or world.clock.pace
                furnish(world, load(self.config_dir).hotlines)
                yield world
        finally:
            for server in servers:
                server.close()

    @contextmanager
    def world_of(self, number: str) -> Iterator[World]:
        """A carrier that knows no more of this place than its number."""
        server = HttpTransport(self.url)
        try:
            with World(server, token=self.token, account_sid=PRACTICE_ACCOUNT) as world:
                world.number(number, voice_url="/voice", status_callback="/voice/ended")
                for phone in line.PHONES:
                    world.phone(phone)
                yield world
        finally:
            server.close()

    def post(self, target: str, *, signed: bool = True, **params: str) -> int:
        """The status of one webhook; a 200 must be TwiML."""
        fields = {"CallSid": "CA" + "0" * 32, "To": line.NUMBER, "From": "+14105550999", **params}
        signature = sign(self.token if signed else "another token", self.url + target, fields.items())
        request = urllib.request.Request(self.url + target, urlencode(fields).encode(), {SIGNATURE: signature})
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                assert ElementTree.fromstring(answer.read()).tag == "Response"
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def health(self) -> tuple[int, dict[str, Any]]:
        """What `/health/ready` says, and its status."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def metrics(self) -> str:
        """What `/metrics` says to whoever has the token."""
        token = self.environment["HOTLINE_METRICS_TOKEN"]
        asked = urllib.request.Request(f"{self.url}/metrics", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return str(answer.read().decode())

    def part(self, name: str) -> str:
        """How one part is, by `/health/ready`, which must be green: ok or degraded."""
        status, said = self.health()
        assert status == 200, said
        return str(said["parts"][name]["status"])

    @contextmanager
    def redis(self) -> Iterator[Redis]:
        """The embedded Redis of this place."""
        with Redis(unix_socket_path=str(socket_path(self.data_dir)), socket_timeout=5, decode_responses=True) as redis:
            yield redis

    def nobody_is_taken(self) -> bool:
        """Whether Redis is back, and has nobody down as being rung or talking."""
        if self.part("redis") != "ok":
            return False
        with self.redis() as redis:
            return not redis.keys("hotline:line:*")

    def rows(self) -> list[Row]:
        """The whole call log."""
        log = CallLog(self.database_url)
        try:
            return list(log.calls_between(0, 1 << 40))
        finally:
            log.close()

    def row(self, call: Call) -> Row | None:
        """What the log has of one call."""
        log = CallLog(self.database_url)
        try:
            return log.call(self.log_id(call.sid))
        finally:
            log.close()

    def log_id(self, sid: str) -> str:
        """What the log calls a call."""
        return hmac.digest(self.secret_key, b"call\0" + sid.encode(), "sha256")[:16].hex()

    def drained(self) -> bool:
        """Whether no fact about a call waits on this machine's disk any more."""
        return Spool(self.data_dir / "spool").backlog()[0] == 0

    def has_once(self, *calls: Call, before: int = 0, within: float = SOON, others: Sequence[Place] = ()) -> list[Row]:
        """The rows of these calls, which the log has once each, all ended, beside `before` others.

        Each fact of a call takes its own way: the rows are complete once none waits here, or at the `others` that
        answered webhooks of these calls.
        """

        def whole() -> list[Row]:
            with suppress(Exception):
                drained = all(place.drained() for place in (self, *others))
                found = [self.row(call) for call in calls]
                ended = [row for row in found if row is not None and row.ended_at is not None]
                return ended if drained and len(ended) == len(calls) else []
            return []

        rows = wait_until(whole, within, "every call is in the log")
        assert len(self.rows()) == before + len(calls)
        for row in rows:
            assert row.ended_at is not None
            assert row.started_at <= (row.answered_at or row.started_at) <= row.ended_at
        return rows


@dataclass
class Process:
    """One process of a place, and what it has said so far."""

    place: Place
    popen: subprocess.Popen[bytes]
    output: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    def said(self) -> str:
        """All it and its children have written."""
        return self.output.read_text(errors="replace")

    def where(self) -> str:
        """Where each of its processes is, line by line, and all they have said. It ends them.

        For a failure that others cannot bring about again: what hung, and at what.
        """
        tree = [self.pid, *descendants(self.pid)]
        told = [f"{pid} {command_of(pid)}" for pid in tree]
        for pid in reversed(tree):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGABRT)
                time.sleep(0.2)
        log = self.place.data_dir / "hotline.log"
        return "\n".join([*told, self.said(), log.read_text(errors="replace") if log.exists() else "(no hotline.log)"])

    def says(self, text: str, within: float = SOON) -> None:
        """Wait until it says `text`."""

        def found() -> bool:
            assert self.popen.poll() is None or text in self.said(), self.said()
            return text in self.said()

        wait_until(found, within, f"it says {text!r}; it said {self.said()!r}")

    def answers(self, within: float = SOON, at: str = "") -> None:
        """Wait until it answers webhooks, at the place's address or another."""

        last: OSError | None = None

        def up() -> bool:
            nonlocal last
            assert self.popen.poll() is None, self.said()
            try:
                with urllib.request.urlopen(f"{at or self.place.url}/health/live", timeout=5):
                    return True
            except OSError as error:
                last = error
                return False

        try:
            wait_until(up, within, "it answers")
        except AssertionError as error:
            raise AssertionError(f"{error}, but {last!r}\n{self.where()}") from None

    def stop(self, number: int = signal.SIGTERM, within: float = SOON) -> int:
        """Ask it to stop; its exit code once it and all its children are gone."""
        left = [self.pid, *descendants(self.pid)]
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        try:
            code = self.popen.wait(within)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{error}\n{self.where()}") from None
        wait_until(lambda: not any(map(alive, left)), what="no process is left")
        return code

    def die(self) -> list[int]:
        """Kill it without a warning; the processes it leaves behind."""
        left = descendants(self.pid)
        self.popen.kill()
        self.popen.wait(10)
        return left


class Up(Process):
    """`hotline up`, and the processes it keeps."""

    def pid_of(self, what: str) -> int:
        """web (the master), worker, clock or valkey."""
        marks = {"web": "gunicorn", "worker": " worker", "clock": " clock", "valkey": "-server"}
        return wait_until(
            lambda: next((pid for pid in children(self.pid) if marks[what] in command_of(pid)), 0), what=f"{what} runs"
        )

    def web_workers(self) -> list[int]:
        """The processes that answer webhooks."""
        return children(self.pid_of("web"))

    def restarted(self, what: str, old: int) -> int:
        """Wait until a part that was killed runs again; its new process."""

        def other() -> int:
            pid = self.pid_of(what)
            return pid if pid != old else 0

        return wait_until(other, what=f"{what} runs again")


def run(place: Place, *command: str, kind: type[Process] = Process, **extra: str) -> Process:
    """Start a command of this place in the project's folder. `extra` goes into its environment."""
    output = place.directory / f"output-{command[0].rpartition('/')[2]}-{len(list(place.directory.iterdir()))}"
    with output.open("wb") as file:
        popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env=place.env | extra,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
    return kind(place, popen, output)


@contextmanager
def running(
    place: Place, *options: str, ready: str = "", program: Sequence[str] = HOTLINE, **extra: str
) -> Iterator[Up]:
    """`hotline up` in this place, until the end of the block. `ready`: what to wait for, if not for an answer."""
    process = run(place, *program, "up", *options, kind=Up, **extra)
    assert isinstance(process, Up)
    with ended(process):
        if ready:
            process.says(ready)
        else:
            process.answers()
        yield process


@contextmanager
def ended(*processes: Process) -> Iterator[None]:
    """See to it that processes, and all they started, are gone after the block."""
    try:
        yield
    finally:
        for process in processes:
            left = descendants(process.pid)
            if process.popen.poll() is None:
                process.popen.terminate()
            try:
                process.popen.wait(20)
            except subprocess.TimeoutExpired:
                process.popen.kill()
                process.popen.wait(10)
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


@contextmanager
def serving(place: Place, **extra: str) -> Iterator[Process]:
    """`gunicorn wsgi:app` in this place, as the Procfile has it, until the end of the block."""
    extra.setdefault("GUNICORN_CMD_ARGS", f"--bind 127.0.0.1:{place.port}")
    process = run(place, *GUNICORN, kind=Process, **extra)
    with ended(process):
        process.answers()
        yield process


GUNICORN = (str(BIN / "gunicorn"), "wsgi:app")


def reaches_a_person(world: World, caller: str = "+14105550999", *, ignoring: int = 0) -> Call:
    """A call that a volunteer takes, after so many who do not pick up; over and done when this returns."""
    call = world.call(line.NUMBER, caller)
    call.hears("Welcome").presses("1").hears("finding someone")
    for _ in range(ignoring):
        call.rings().ignored()
    connects(call, call.rings())
    call.hangs_up().has_ended()
    return call


def connects(call: Call, ring: Ring) -> str:
    """The volunteer whose phone rings takes the call; who they are."""
    ring.picks_up().hears("Press 1").presses("1")
    call.talks_with(ring.leg.name).talks_for(30)
    return ring.leg.name
