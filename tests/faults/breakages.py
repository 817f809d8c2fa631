"""What is done to a fleet, one thing after another: each is a block, at whose end the part is given back."""

from __future__ import annotations

import random
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from hotline.simulator.rest_api.faults import Fault
from tests import any_day
from tests.faults.fleet import Fleet
from tests.faults.gate import Gate, Mode
from tests.faults.processes import kill

CLOCK_WRONG_BY = (-45, 45)
"""Seconds."""
Breakage = Callable[[Fleet, random.Random], AbstractContextManager[None]]
BREAKAGES: dict[str, Breakage] = {}
WITHOUT_REDIS: set[str] = set()
"""Those in which Redis is away, or has forgotten: then a volunteer who is busy may be rung, as the docs say."""
AT_ONCE: set[str] = set()
"""Those that are over as soon as they are done."""


def breakage(
    name: str, *, redis: bool = False, at_once: bool = False
) -> Callable[[Callable[..., Iterator[None]]], Breakage]:
    """Put a generator function among them."""

    def put(made: Callable[..., Iterator[None]]) -> Breakage:
        BREAKAGES[name] = contextmanager(made)
        if redis:
            WITHOUT_REDIS.add(name)
        if at_once:
            AT_ONCE.add(name)
        return BREAKAGES[name]

    return put


def _killing(what: str) -> Breakage:
    @breakage(f"{what} killed", at_once=True)
    def killed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
        up = dice.choice(fleet.machines).up
        pid = up.pid_of("web" if what == "gunicorn" else what)
        kill(pid)
        yield
        up.restarted("web" if what == "gunicorn" else what, pid)

    return killed


def _pausing(what: str) -> Breakage:
    @breakage(f"{what} paused")
    def paused(fleet: Fleet, dice: random.Random) -> Iterator[None]:
        machine = dice.choice(fleet.machines)
        pids = {
            "a web process": lambda: machine.up.web_workers()[:1],
            "worker": lambda: [machine.up.pid_of("worker")],
            "clock": lambda: [machine.up.pid_of("clock")],
            "a whole machine": machine.processes,
        }[what]()
        with machine.paused(pids):
            yield

    return paused


for _what in ("gunicorn", "worker", "clock"):
    _killing(_what)
for _what in ("a web process", "worker", "clock", "a whole machine"):
    _pausing(_what)


@breakage("a web process killed", at_once=True)
def _web_process(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with suppress(ProcessLookupError):
        kill(dice.choice(dice.choice(fleet.machines).up.web_workers()))
    yield


@breakage("a whole machine killed")
def _machine_killed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    machine = dice.choice(fleet.machines)
    machine.die()
    yield
    machine.start()


@breakage("a release: one machine after the other", at_once=True)
def _release(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    for machine in fleet.machines:
        machine.up.stop(signal.SIGTERM)
        machine.start()
    yield


@breakage("a clock wrong")
def _clock(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    machine, by = dice.choice(fleet.machines), dice.choice(CLOCK_WRONG_BY)
    library = any_day.built(machine.place.directory)
    machine.up.stop(signal.SIGTERM)
    machine.start(**({"LD_PRELOAD": str(library), "MOVED_CLOCK": str(by)} if library else {}))
    yield
    machine.up.stop(signal.SIGTERM)
    machine.start()


@breakage("a disk full")
def _disk(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with dice.choice(fleet.machines).full_disk():
        yield


def _network(name: str, gate_of: Callable[[Fleet, random.Random], Gate], mode: Mode) -> None:
    @breakage(name)
    def changed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
        gate = gate_of(fleet, dice)
        gate.mode = mode
        try:
            yield
        finally:
            gate.mode = "open"


_MODES: tuple[Mode, ...] = ("cut", "slow", "stalled")
for _mode in _MODES:
    _network(f"network to a machine {_mode}", lambda fleet, dice: dice.choice(fleet.machines).gate, _mode)
    _network(f"network to PostgreSQL {_mode}", lambda fleet, _: fleet.database_gate, _mode)


@breakage("PostgreSQL killed")
def _database_killed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    fleet.postgresql.stop()
    yield
    fleet.postgresql.start()


@breakage("PostgreSQL paused")
def _database_paused(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with fleet.postgresql.hanging():
        yield


@breakage("PostgreSQL ends all connections", at_once=True)
def _connections(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with psycopg.connect(fleet.postgresql.url(), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hotline'")
    yield


@breakage("Valkey's primary killed", redis=True)
def _primary_killed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    primary = fleet.valkeys.primary()
    primary.kill()
    yield
    primary.start()
    fleet.valkeys.primary()


@breakage("Valkey's primary paused", redis=True)
def _primary_paused(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with fleet.valkeys.primary().paused():
        yield


@breakage("Valkey slow", redis=True)
def _slow(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with suppress(RedisError), Redis(port=fleet.valkeys.primary().port, socket_timeout=5) as redis:
        redis.execute_command("CLIENT", "PAUSE", "700", "WRITE")
    yield


@breakage("Valkey's replica killed")
def _replica_killed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    replica = fleet.valkeys.replica()
    replica.kill()
    yield
    replica.start()


@breakage("Valkey emptied", redis=True, at_once=True)
def _emptied(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with suppress(RedisError), Redis(port=fleet.valkeys.primary().port, socket_timeout=5) as redis:
        redis.flushall()
    yield


@breakage("both Valkeys killed", redis=True)
def _both_killed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    for one in fleet.valkeys.both:
        one.kill()
    yield
    for one in fleet.valkeys.both:
        one.start()
    fleet.valkeys.primary()


@breakage("a Sentinel killed")
def _sentinel_killed(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    one = dice.choice(fleet.valkeys.sentinels)
    one.kill()
    yield
    one.start()


@breakage("a Sentinel paused")
def _sentinel_paused(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    with dice.choice(fleet.valkeys.sentinels).paused():
        yield


def _files(name: str, spoil: Callable[[Path], None]) -> None:
    @breakage(f"files {name}")
    def spoiled(fleet: Fleet, dice: random.Random) -> Iterator[None]:
        directory = dice.choice(fleet.machines).place.config_dir
        with ExitStack() as stack:
            for folder in ("rota", "call_flows"):
                path = directory / folder / "rise.yaml"
                stack.callback(_put, path, path.read_text())
            spoil(directory)
            yield


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


_files("broken", lambda config: _put(config / "rota/rise.yaml", "timezone: [\n"))
_files("emptied", lambda config: _put(config / "call_flows/rise.yaml", ""))
_files("filled with rubbish", lambda config: _put(config / "rota/rise.yaml", "a: &a [*a, *a]\n" * 50_000))
_files("deleted", lambda config: (config / "rota/rise.yaml").unlink())
_files("moved away", lambda config: shutil.rmtree(config / "call_flows"))
_files("edited", lambda config: _put(config / "rota/rise.yaml", (config / "rota/rise.yaml").read_text() + "\n# new\n"))


@breakage("the carrier's REST API in trouble")
def _rest(fleet: Fleet, dice: random.Random) -> Iterator[None]:
    faults = [Fault(trouble, None) for trouble in dice.sample(("fails", "drops", "slow down", "drops after"), 1)]
    fleet.api.faults.extend(faults)
    try:
        yield
    finally:
        fleet.api.faults.clear()
