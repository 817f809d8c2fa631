"""Kill -9 of any process of `hotline up`: calls go on and reach a person, and the log has each call once."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.simulator import Call, World
from hotline.store.disk.spool import Spool
from tests.faults import line
from tests.faults.processes import kill, wait_until
from tests.faults.stalled import Stalled
from tests.faults.system import BIN, Place, Up, connects, ended, reaches_a_person, run

ORDER = ["amy", "ben", "cho"]


@contextmanager
def calling(place: Place) -> Iterator[tuple[World, int]]:
    """A world of calls to a running system, and how many calls its log had before."""
    before = len(place.rows())
    with place.world() as world:
        yield world, before


def test_redis_killed_in_mid_hunt_and_between_calls_costs_no_caller_and_no_turn(up: Up) -> None:
    """With Redis gone calls go on; with it back, the round robin goes on where it was saved (design)."""
    place = up.place
    with calling(place) as (world, before):
        call = world.call(line.NUMBER)
        call.presses("1")
        ring = call.rings()
        with place.redis() as redis:
            redis.save()
        old = up.pid_of("valkey")
        kill(old)
        ring.ignored()
        connects(call, call.rings())
        call.hangs_up().has_ended()
        new = up.restarted("valkey", old)
        wait_until(lambda: place.part("redis") == "ok", what="Redis is back")
        later: list[Call] = []

        def goes_on() -> bool:
            """Whether the next turn follows on the last; a web process does without Redis for 2 s after it failed."""
            with place.redis() as redis:
                last = ORDER.index(str(redis.get("hotline:last:rise")))
            later.append(world.call(line.NUMBER))
            rung = later[-1].presses("1").rings().leg.name
            later[-1].hangs_up().has_ended()
            return rung == ORDER[(last + 1) % len(ORDER)]

        wait_until(goes_on, what="the round robin goes on")
        kill(new)
        third = reaches_a_person(world)
        up.restarted("valkey", new)
        wait_until(lambda: place.part("redis") == "ok", what="Redis is back")
        place.has_once(call, *later, third, before=before)


def test_a_lost_redis_makes_health_degraded_and_never_red(up: Up) -> None:
    """A health check goes red for a part the voice path does not need, and takes voice down with it (lessons)."""
    place = up.place
    up.popen.send_signal(signal.SIGSTOP)  # so that nobody starts Redis again meanwhile
    try:
        kill(up.pid_of("valkey"))
        wait_until(lambda: place.health()[1]["status"] == "degraded", what="health is degraded")
        assert place.part("redis") == "degraded"
        assert place.part("files") == "ok"
        with calling(place) as (world, before):
            calls = [reaches_a_person(world, ignoring=2) for _ in range(2)]
            place.has_once(*calls, before=before)
    finally:
        up.popen.send_signal(signal.SIGCONT)
    wait_until(lambda: place.part("redis") == "ok", what="Redis is back")


def test_a_volunteer_whose_call_ended_while_redis_was_gone_is_not_taken_for_talking_for_hours(up: Up) -> None:
    """A Redis that comes back remembers the conversations of before; what ended meanwhile must be told to it."""
    place = up.place
    with calling(place) as (world, before):
        call = world.call(line.NUMBER)
        call.presses("1")
        connects(call, call.rings())
        with place.redis() as redis:
            redis.save()
        up.popen.send_signal(signal.SIGSTOP)
        kill(up.pid_of("valkey"))
        call.hangs_up().has_ended()
        up.popen.send_signal(signal.SIGCONT)
        wait_until(place.nobody_is_taken, what="nobody is taken for talking")
        place.has_once(call, before=before)


def test_a_redis_that_cannot_be_started_again_leaves_the_line_working(up: Up) -> None:
    """Its dump is broken, its disk is full, its program is gone: calls go on, and it is tried again."""
    place = up.place
    dump = place.data_dir / "valkey.rdb"
    before_it = up.said().count("Redis stopped. Starting it again")
    kill(up.pid_of("valkey"))
    dump.write_bytes(b"REDIS0011 but not for long")
    with calling(place) as (world, before):
        calls = [reaches_a_person(world)]
        wait_until(lambda: up.said().count("Redis stopped. Starting it again") > before_it + 2, what="up tries again")
        calls.append(reaches_a_person(world))
        place.has_once(*calls, before=before)
    dump.unlink()
    wait_until(lambda: place.part("redis") == "ok", what="Redis is back")


def test_the_worker_killed_leaves_its_rows_to_others(up: Up) -> None:
    place = up.place
    with calling(place) as (world, before):
        old = up.pid_of("worker")
        first = world.call(line.NUMBER)
        first.presses("1")
        kill(old)
        connects(first, first.rings())
        first.hangs_up().has_ended()
        second = reaches_a_person(world)
        place.has_once(first, second, before=before)
        up.restarted("worker", old)
        third = reaches_a_person(world)
        place.has_once(first, second, third, before=before)


def test_the_clock_killed_is_started_again(up: Up) -> None:
    old = up.pid_of("clock")
    kill(old)
    up.restarted("clock", old)


def test_a_web_process_killed_in_mid_call_is_replaced_by_any_other(up: Up) -> None:
    """The call carries its own position: any web process can take its next request (design)."""
    place = up.place
    with calling(place) as (world, before):
        call = world.call(line.NUMBER)
        call.presses("1")
        ring = call.rings()
        workers = up.web_workers()
        kill(workers[0])
        ring.ignored()
        ring = call.rings()
        kill(workers[1])
        wait_until(up.web_workers, what="there is a web process again")
        connects(call, ring)
        call.hangs_up().has_ended()
        place.has_once(call, before=before)
        wait_until(lambda: len(up.web_workers()) == 2, what="both web processes are back")


def test_the_web_master_killed_in_mid_call_is_started_again_and_the_call_goes_on(up: Up) -> None:
    place = up.place
    with calling(place) as (world, before):
        call = world.call(line.NUMBER)
        call.presses("1")
        ring = call.rings()
        old = up.pid_of("web")
        kill(old)
        up.restarted("web", old)
        up.answers()
        ring.ignored()
        connects(call, call.rings())
        call.hangs_up().has_ended()
        later = reaches_a_person(world)
        place.has_once(call, later, before=before)
        wait_until(lambda: len(up.web_workers()) == 2, what="both web processes are back")


def test_everything_but_up_killed_at_once_comes_back(up: Up) -> None:
    place = up.place
    with calling(place) as (world, before):
        call = world.call(line.NUMBER)
        call.presses("1")
        ring = call.rings()
        olds = {what: up.pid_of(what) for what in ("web", "worker", "clock", "valkey")}
        for pid in (*up.web_workers(), *olds.values()):
            kill(pid)
        for what, old in olds.items():
            up.restarted(what, old)
        up.answers()
        ring.ignored()
        connects(call, call.rings())
        call.hangs_up().has_ended()
        place.has_once(call, before=before)


@pytest.mark.parametrize("redis", ["gone", "stalled"])
def test_a_worker_without_redis_drains_the_spool_and_stops_when_told(place: Place, tmp_path: Path, redis: str) -> None:
    """A process that ends by itself takes the web process along where one manager keeps them all (honcho)."""
    with Stalled() as stalled:
        url = stalled.url if redis == "stalled" else f"unix://{tmp_path}/nobody.sock"
        worker = run(place, str(BIN / "hotline"), "worker", REDIS_URL=url)
        with ended(worker):
            spool, now = Spool(place.data_dir / "spool"), int(time.time())
            spool.append(LogEntry("a" * 32, "rise", CallMoment.STARTED, now))
            spool.append(LogEntry("a" * 32, "rise", CallMoment.ENDED, now + 60))
            spool.close()
            wait_until(lambda: len(place.rows()) == 1, what="the row is in the database")
            assert worker.popen.poll() is None
            assert worker.stop() == 0
            assert "Traceback" not in worker.said()
