"""What is done at the carrier around calls, with real processes, while the carrier's REST API does its worst."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
from redis import Redis

from hotline.jobs.queue import connection
from hotline.jobs.state import read_state
from hotline.simulator import Call, World
from hotline.simulator.line.numbers import Line
from hotline.simulator.rest_api.server import RestApi
from hotline.store.database.lazy import Database
from hotline.store.database.ring_tests import RingTestTable
from tests.faults import line
from tests.faults.processes import wait_until
from tests.faults.system import BIN, SOON, Place, ended, run, serving

CALLER = "+14105550999"


@pytest.fixture
def api() -> Iterator[RestApi]:
    with RestApi() as api:
        api.add_number(line.NUMBER)
        yield api


@pytest.fixture
def at_carrier(place: Place, api: RestApi, redis_url: str) -> Iterator[Place]:
    """The place with an account at that carrier, and a Redis of its own."""
    place.environment |= {
        "TWILIO_ACCOUNT_SID": api.account,
        "TWILIO_AUTH_TOKEN": api.token,
        "TWILIO_API_BASE_URL": api.url,
        "HOTLINE_PUBLIC_URL": place.url,
        "REDIS_URL": f"{redis_url}?db=9",
    }
    with connection(place.environment["REDIS_URL"]) as redis:
        redis.flushdb()
        yield place
        redis.flushdb()


def worker(place: Place):  # type: ignore[no-untyped-def]
    return run(place, sys.executable, "-m", "tests.faults.hurried", "worker")


def a_call(world: World, api: RestApi) -> Call:
    """A call that a volunteer takes, over when this returns; the carrier has a record of it and of each leg."""
    call = world.call(line.NUMBER, CALLER)
    call.hears("Welcome").presses("1").hears("finding someone")
    call.rings().ignored()
    ring = call.rings().picks_up().hears("Press 1").presses("1")
    call.talks_with(ring.leg.name).talks_for(30)
    api.add_call(line.NUMBER, CALLER, status="in-progress", sid=call.sid)
    for leg in call.leg.children:
        api.add_leg(call.sid, leg.called, "in-progress", leg.sid)
    for record in api.calls.values():
        record.status = "completed"
    return call.hangs_up().has_ended()


def where_named(sids: set[str], place: Place, redis: Redis) -> list[bytes]:
    """Where in Redis, in logs and on disk these calls or legs are named."""
    found = [
        key for key in redis.scan_iter() for sid in sids if sid.encode() in key or sid.encode() in _dump(redis, key)
    ]
    for path in place.directory.rglob("*"):
        with suppress(FileNotFoundError):  # gone while we look
            content = path.read_bytes() if path.is_file() else b""
            found += [path.name.encode() for sid in sids if sid.encode() in content]
    return found


def _dump(redis: Redis, key: bytes) -> bytes:
    kind = redis.type(key)
    if kind == b"string":
        return redis.get(key) or b""
    if kind == b"hash":
        return b" ".join(part for pair in redis.hgetall(key).items() for part in pair)
    if kind == b"list":
        return b" ".join(redis.lrange(key, 0, -1))
    if kind == b"zset":
        return b" ".join(redis.zrange(key, 0, -1))
    if kind == b"stream":
        return repr(redis.xrange(key)).encode()
    return b" ".join(redis.smembers(key))


def test_every_record_is_deleted_whatever_the_rest_api_does_and_calls_go_on_meanwhile(
    at_carrier: Place, api: RestApi
) -> None:
    """20009 twice for each record, 429, 500, a dropped connection before and after, and a stall of 30 s."""
    stall = api.fault("stalls", 1, seconds=30.0)
    for trouble in ("slow down", "fails", "drops", "drops after"):
        api.fault(trouble, 1)  # type: ignore[arg-type]
    api.fault("not yet", 2, "DELETE", each=True)
    with serving(at_carrier), ended(worker(at_carrier)), at_carrier.world() as world:
        first = a_call(world, api)
        wait_until(lambda: sum(stall.struck.values()), what="the worker waits for the carrier")
        asked = len(api.requests)
        second = a_call(world, api)
        assert len(api.requests) == asked, "the whole call came and went while the carrier did not answer"
        sids = {one.sid for call in (first, second) for one in (call.leg, *call.leg.children)}
        assert len(sids) >= 6
        wait_until(lambda: not api.calls, 180, "every record is deleted")
        with connection(at_carrier.environment["REDIS_URL"]) as redis:
            wait_until(lambda: not _busy(redis), what="no job is left")
            wait_until(lambda: not where_named(sids, at_carrier, redis), 120, "no byte names a call or a leg")
    for sid in sids:
        assert [one.status for one in api.asked("DELETE", sid)].count(204) <= 1
        assert len(api.asked("DELETE", sid)) >= 3, "twice 20009, then once more"
    at_carrier.has_once(first, second)


def test_legs_that_outlive_their_call_leave_no_name_on_disk_of_a_worker_that_lives_on(
    at_carrier: Place, api: RestApi
) -> None:
    """Each is a job of its own, which the worker puts into an outbox that nobody else tidies."""
    with serving(at_carrier), at_carrier.world() as world:
        call = a_call(world, api)
        legs = {leg.sid for leg in call.leg.children}
        for sid in legs:
            api.fault("not yet", 3, "DELETE", path=sid)
        with ended(worker(at_carrier)), connection(at_carrier.environment["REDIS_URL"]) as redis:
            wait_until(lambda: set(api.calls) == legs, what="the call is gone, and its legs are not")
            wait_until(lambda: not api.calls, what="every record is deleted")
            wait_until(lambda: not where_named(legs | {call.sid}, at_carrier, redis), what="no byte names a leg")


def test_calls_go_on_and_nothing_is_lost_while_the_rest_api_is_gone(at_carrier: Place, api: RestApi) -> None:
    gone = api.fault("drops", None)
    with serving(at_carrier), at_carrier.world() as world:
        calls = [a_call(world, api) for _ in range(3)]
        with ended(worker(at_carrier)):
            wait_until(lambda: len(api.asked("GET")) >= 3, what="each was tried")
            assert len(api.calls) == sum(1 + len(call.leg.children) for call in calls)
            api.faults.remove(gone)
            wait_until(lambda: not api.calls, what="every record is deleted")


def test_a_test_ring_from_the_command_to_what_is_kept_of_it(at_carrier: Place, api: RestApi) -> None:
    with serving(at_carrier), ended(worker(at_carrier)), at_carrier.world() as world:
        command = run(at_carrier, str(BIN / "hotline"), "ring-test", "amy")
        with ended(command):
            (record,) = wait_until(lambda: list(api.calls.values()), what="the carrier is asked to call")
            line_of_it = Line(record.sender, record.asked["Url"], status_callback=record.asked["StatusCallback"])
            call = world.place_from(line_of_it, record.to, 60.0, record.sid)
            world.advance(5)
            call.picks_up().hears("This is a test of the Line. Nobody is waiting.").presses("1")
            record.status = "completed"
            call.hears("reach you").has_ended()
            assert command.popen.wait(SOON) == 0, command.said()
            assert "Amy: reached." in command.said()
        wait_until(lambda: not api.calls, what="its record is deleted like a call's")
    database = Database(at_carrier.database_url)
    assert [(one.volunteer, one.reached) for one in RingTestTable(database).since(0)] == [("amy", True)]
    database.close()
    assert at_carrier.rows() == [], "a test ring is no call"


def _busy(redis: Redis) -> bool:
    state = read_state(redis)
    return bool(state.running or state.waiting or state.scheduled or state.failed)
