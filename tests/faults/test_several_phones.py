"""Several phones at once with real processes: gunicorn, a worker, Redis, and a carrier's REST API over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hotline.jobs.queue import connection
from hotline.simulator import Call, RealTime, World
from hotline.simulator.rest_api.server import RestApi
from tests.faults import line
from tests.faults.processes import children, kill, wait_until
from tests.faults.system import Place, Process, ended, run, serving

ROTA = line.ROTA.replace("  ring_for: 20s\n", "  ring_for: 20s\n  at_once: 2\n  stagger: 4s\n")
ACCOUNT, TOKEN = "AC" + "7" * 32, "7" * 32


@pytest.fixture
def started(place: Place, redis_url: str) -> Iterator[tuple[World, RestApi, Process]]:
    """A carrier in real time, its REST API, and the web processes that answer it."""
    line.write(place.config_dir, rota=ROTA)
    place.environment |= {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HOTLINE_PUBLIC_URL": place.url,
        "REDIS_URL": f"{redis_url}?db=11",
    }
    with connection(place.environment["REDIS_URL"]) as redis, ExitStack() as stack:
        redis.flushdb()
        world = stack.enter_context(place.world(pace=RealTime()))
        api = stack.enter_context(world.rest_api())
        place.environment["TWILIO_API_BASE_URL"] = api.url
        web = stack.enter_context(serving(place))
        stack.enter_context(ended(run(place, sys.executable, "-m", "tests.faults.hurried", "worker")))
        yield world, api, web
        redis.flushdb()


def waiting(world: World) -> Call:
    """A call whose caller has come to ringing, with the phones of two volunteers."""
    call = world.call(line.NUMBER)
    call.hears("Welcome").presses("1")
    return call


def test_two_phones_ring_and_killed_web_processes_cost_no_caller(
    started: tuple[World, RestApi, Process], place: Place
) -> None:
    world, _, web = started
    call = waiting(world)
    first, second = call.rings(), call.rings()
    assert {first.leg.name, second.leg.name} == {"amy", "ben"}
    for pid in children(web.pid):
        kill(pid)
    web.answers()
    third = call.rings()
    second.picks_up().hears("Press 1").presses("1")
    call.talks_with(second.leg.name)
    first.stops_ringing()
    third.stops_ringing()
    call.talks_for(2).hangs_up().has_ended()
    place.has_once(call)


def test_a_rest_api_that_is_down_has_one_phone_ring_after_another(
    started: tuple[World, RestApi, Process], place: Place
) -> None:
    world, api, _ = started
    api.fault("slow down", times=None, method="POST", path="/Calls.json")
    call = waiting(world)
    ring = call.rings()
    assert ring.leg.parent is not None, "rung by a Dial"
    ring.picks_up().hears("Press 1").presses("1")
    call.talks_with(ring.leg.name).talks_for(2).hangs_up().has_ended()
    wait_until(lambda: place.row(call) is not None, what="the call is in the log")


def test_no_call_and_no_number_is_left_behind(started: tuple[World, RestApi, Process], place: Place) -> None:
    world, _, _ = started
    call = waiting(world)
    ring, other = call.rings(), call.rings()
    ring.picks_up().hears("Press 1").presses("1")
    call.talks_with(ring.leg.name)
    other.stops_ringing()
    call.talks_for(3).hangs_up().has_ended()
    place.has_once(call)
    sids = [leg.sid for leg in world.carrier.legs]
    with connection(place.environment["REDIS_URL"]) as redis:
        dump = b"".join(redis.dump(key) or b"" for key in redis.scan_iter("hotline:hunt*"))
    written = b"".join(path.read_bytes() for path in place.directory.rglob("*.log"))
    for secret in (*sids, *line.PHONES, "+14105550999"):
        assert secret.encode() not in dump + written
