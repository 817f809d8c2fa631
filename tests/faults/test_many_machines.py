"""One line on many machines: processes apart, started at once, and kept by other managers than ours."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from redis import Redis

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.jobs.alive import alive
from hotline.jobs.queue import LATER, TONIGHT
from hotline.jobs.schedule import SCHEDULE
from hotline.store.database.call_log import CallLog
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from tests.faults import line
from tests.faults.processes import children, command_of, descendants, free_port, listens, wait_until
from tests.faults.system import BIN, GUNICORN, SOON, Place, connects, ended, reaches_a_person, run, serving
from tests.servers import PostgreSQL


@contextmanager
def machines(count: int, **environment: str) -> Iterator[list[Place]]:
    """Places that share nothing but their environment and a Redis."""
    with ExitStack() as stack:
        made = [tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True) for _ in range(count + 1)]
        directories = [Path(stack.enter_context(each)) for each in made]
        redis = EmbeddedServer(directories[-1])
        redis.start()
        stack.callback(redis.stop)
        shared = {"REDIS_URL": socket_url(directories[-1]), **environment}
        yield [Place(directory, environment=dict(shared)) for directory in directories[:count]]


def test_two_machines_carry_one_call_and_one_of_them_may_die_in_it(postgresql: PostgreSQL) -> None:
    """Nothing is kept in a process that another needs (design): each request goes to the other machine."""
    environment = {
        "TWILIO_ACCOUNT_SID": "AC" + "2" * 32,
        "TWILIO_AUTH_TOKEN": "a token that both know",
        "HOTLINE_SECRET_KEY": "a secret that both know",
        "HOTLINE_PUBLIC_URL": "https://hotline.example",
        "DATABASE_URL": postgresql.new_database("two"),
        "WEB_CONCURRENCY": "1",
    }
    with machines(2, **environment) as (one, two), serving(one) as first, serving(two), one.world(two) as world:
        calls = [reaches_a_person(world, ignoring=ignoring) for ignoring in (0, 1, 2)]
        one.has_once(*calls, others=[two])
        call = world.call(line.NUMBER)
        call.presses("1")
        ring = call.rings()
        first.die()
        wait_until(lambda: not listens(one.port), what="the first machine is gone")
        ring.ignored()
        connects(call, call.rings())
        call.hangs_up().has_ended()
        rung = [calls[0].rung[0].name, *(each.name for each in calls[1].rung)]
        assert rung == ["amy", "ben", "cho"], "one round robin for both machines"
        two.has_once(call, before=3)  # what the machine that died still had is on its disk


@pytest.mark.usefixtures("nothing_yet")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_many_processes_may_start_at_once_on_nothing(place: Place, postgresql: PostgreSQL, database: str) -> None:
    if database == "postgresql":
        place.environment["DATABASE_URL"] = postgresql.new_database("fresh")
    place.environment["WEB_CONCURRENCY"] = "1"
    ports = [place.port, free_port(), free_port()]
    webs = [run(place, *GUNICORN, GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{port}", PORT=str(port)) for port in ports]
    migrations = [run(place, str(BIN / "hotline"), "migrate") for _ in range(4)]
    with ended(*webs, *migrations):
        for migration in migrations:
            assert migration.popen.wait(SOON) == 0, migration.said()
        for web, port in zip(webs, ports, strict=True):
            web.answers(at=f"http://127.0.0.1:{port}")
        calls = []
        for port in ports:
            place.port = port
            with place.world() as world:  # signs with the one token, so all have the same
                calls.append(reaches_a_person(world))
        place.has_once(*calls)  # found by the one secret key
        assert [web.stop() for web in webs] == [0, 0, 0]


@pytest.mark.usefixtures("nothing_yet")
def test_gunicorn_alone_with_nothing_but_its_environment_is_a_whole_web_process(place: Place) -> None:
    with serving(place) as web:
        assert any("-server" in command_of(pid) for pid in children(web.pid)), "it started an embedded Redis"
        with place.world() as world:
            calls = [reaches_a_person(world, ignoring=1), reaches_a_person(world)]
        place.has_once(*calls)
        assert place.health() == (200, place.health()[1])
        assert place.health()[1]["status"] == "ok"
        assert web.stop() == 0
    assert not listens(place.port)


@pytest.mark.usefixtures("nothing_yet")
def test_honcho_runs_the_procfile_answers_a_call_and_stops(place: Place) -> None:
    place.environment |= {"WEB_CONCURRENCY": "1", "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{place.port}"}
    honcho = run(place, str(BIN / "honcho"), "start", "-f", "Procfile")
    with ended(honcho):
        honcho.answers()
        with place.world() as world:
            place.has_once(reaches_a_person(world))
        everything = descendants(honcho.pid)
        for part in ("gunicorn", "hotline worker", "hotline clock", "-server"):
            assert any(part in command_of(pid) for pid in everything), part
        assert honcho.stop() in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert not listens(place.port)


def _queued(redis: Redis) -> int:
    return sum(redis.llen(f"rq:queue:{name}") for name in (TONIGHT, LATER))


def test_two_clocks_queue_what_is_due_once_and_a_worker_closes_a_call_whose_end_was_never_told() -> None:
    """Reports whose average duration is the constant 0, since nothing wrote the end times (lessons)."""
    with machines(1, WEB_CONCURRENCY="1") as (place,):
        started = int(time.time()) - 7 * 3600
        log = CallLog(place.database_url)
        log.write([LogEntry("f" * 32, "rise", CallMoment.STARTED, started)])
        log.write([LogEntry("e" * 32, "rise", CallMoment.STARTED, started + 2 * 3600)])
        with ExitStack() as stack:
            redis = stack.enter_context(Redis.from_url(place.environment["REDIS_URL"]))
            clocks = [run(place, str(BIN / "hotline"), "clock") for _ in range(2)]
            stack.enter_context(ended(*clocks))
            wait_until(lambda: len(alive(redis, "clock")) == 2, what="both clocks are there")
            wait_until(lambda: _queued(redis) >= len(SCHEDULE), what="the clocks queued what is due")
            assert [clock.stop() for clock in clocks] == [0, 0]
            assert _queued(redis) <= len(SCHEDULE) + 1, "each once, whichever clock it was; one more for the heartbeat"
            worker = run(place, str(BIN / "hotline"), "worker")
            stack.enter_context(ended(worker))
            wait_until(lambda: log.call("f" * 32).ended_at, what="the call is closed")  # type: ignore[union-attr]
            closed, going_on = log.call("f" * 32), log.call("e" * 32)
            assert closed is not None
            assert going_on is not None
            assert closed.ended_at == started
            assert going_on.ended_at is None
            assert worker.stop() == 0
        log.close()
