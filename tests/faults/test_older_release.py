"""What an older release left goes on under this one: its data directory, its jobs, and calls under way.

`older_release/` was left by `hotline up` of a release from before the code moved into rooms, in practice mode: two
calls, and two jobs for an hour later. Its keys guard nothing. `calls-*.json` in it are of calls under way
(`tests/faults/call_under_way.py` writes one for a release). Every state of the database is in
`tests/store/database/test_migrate.py`.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from hotline.clock import now
from hotline.files.loading.watch import WatchedDirectory
from hotline.jobs.queue import connection
from hotline.jobs.state import JobsState, read_state
from hotline.simulator.rest_api.server import RestApi
from hotline.store.redis.embedded import EmbeddedServer, socket_url
from tests.faults import line
from tests.faults.call_under_way import ACCOUNT, ALONE, SEVERAL, TOGETHER, TOKEN, Caller, environment, leads, put_back
from tests.faults.processes import wait_until
from tests.faults.system import BIN, Place, ended, reaches_a_person, run, running

LEFT = Path(__file__).with_name("older_release")
DUE = 1_795_959_671


def jobs(place: Place) -> JobsState:
    with connection(socket_url(place.data_dir)) as redis:
        return read_state(redis)


@pytest.mark.usefixtures("nothing_yet")
def test_a_data_directory_and_a_snapshot_of_an_older_release_go_on(place: Place) -> None:
    shutil.copytree(LEFT, place.data_dir, dirs_exist_ok=True)
    place.environment["HOTLINE_KEEP_MONTHS"] = "600"
    with running(place) as up, place.world() as world:
        place.has_once(reaches_a_person(world), before=2)
        wait_until(lambda: jobs(place).workers, what="a worker is there")
        if time.time() < DUE:
            assert {job.task for job in jobs(place).scheduled} >= {"nothing", "close_unended_calls"}
        else:
            wait_until(lambda: not jobs(place).scheduled, what="the jobs it left are done")
            wait_until(lambda: not list((place.data_dir / "outbox" / "queued").glob("*.job")), what="they are settled")
        assert not jobs(place).failed
        assert place.health()[1]["status"] == "ok", place.health()
        assert up.stop() == 0


def test_the_last_good_files_that_it_kept_serve_where_the_files_are_broken(tmp_path: Path) -> None:
    shutil.copytree(LEFT / "last-good", tmp_path / "last-good")
    line.write(tmp_path / "config", rota="volunteers: [")
    directory = WatchedDirectory(tmp_path / "config", tmp_path / "last-good", now, lambda event, /, **facts: None)
    directory.refresh()
    assert directory.state.kept == {"rise"}
    hotline = directory.by_number(line.NUMBER)
    assert hotline is not None
    assert [one.phone for one in hotline.rota.volunteers.values()] == list(line.PHONES)


@dataclass
class UnderWay:
    """A web process of this release, at the time when another one had these calls."""

    place: Place
    api: RestApi
    redis: Redis
    clock: Path
    left: dict[str, Any]

    def goes_on(self, name: str) -> dict[str, Any]:
        """Put back what Redis knew of a call, five seconds later; its addresses."""
        left = self.left[name]
        self.clock.write_text(str(left["at"] + 5))
        self.redis.flushdb()
        put_back(self.redis, left["redis"])
        line.write(self.place.config_dir, rota=line.ROTA if name == "alone" else SEVERAL)
        return left


@pytest.fixture(scope="module", params=sorted(LEFT.glob("calls-*.json")), ids=lambda path: path.stem)
def under_way(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[UnderWay]:
    with ExitStack() as stack:
        left = json.loads(request.param.read_text())
        folder = tmp_path_factory.mktemp("under")
        server = EmbeddedServer(folder / "redis")
        server.start()
        stack.callback(server.stop)
        api = stack.enter_context(RestApi(ACCOUNT, TOKEN))
        api.add_number(line.NUMBER)
        for sid, leg in left["together"]["legs"].items():
            api.add_call(leg["to"], line.NUMBER, status="ringing", sid=sid)
        url, clock = socket_url(folder / "redis"), folder / "now"
        clock.write_text(str(left["alone"]["at"]))
        place = Place(folder, environment=environment(url, api) | {"WORLD_CLOCK": str(clock)})
        bind = f"--bind 127.0.0.1:{place.port}"
        web = run(place, str(BIN / "gunicorn"), "tests.faults.moved_clock:app()", GUNICORN_CMD_ARGS=bind)
        stack.enter_context(ended(web))
        web.answers()
        redis = stack.enter_context(Redis.from_url(url, decode_responses=True))
        yield UnderWay(place, api, redis, clock, left)


@pytest.mark.parametrize("redis_is_there", [True, False])
def test_a_call_whose_phone_was_ringing_goes_on_to_the_next(under_way: UnderWay, redis_is_there: bool) -> None:
    left = under_way.goes_on("alone")
    if not redis_is_there:
        under_way.redis.flushdb()
    caller = Caller(under_way.place, ALONE)
    document = caller.asks(left["rung"], DialCallStatus="no-answer", DialBridged="false")
    [number] = document.iter("Number")
    assert number.text != left["phone"], "nobody is tried twice in a round"
    assert number.text in line.PHONES[:3]
    if redis_is_there:
        assert under_way.redis.get("hotline:last:rise") == "ben", "the round robin goes on where it was"


def test_a_volunteer_who_was_ringing_takes_the_call(under_way: UnderWay) -> None:
    left = under_way.goes_on("alone")
    volunteer = Caller(under_way.place, "CA" + "c" * 32)
    about = {"ParentCallSid": ALONE, "From": line.NUMBER, "To": left["phone"]}
    screened = volunteer.asks(left["screening"], **about)
    assert "Press 1" in "".join(screened.itertext())
    taken = volunteer.asks(leads(screened, "Gather"), Digits="1", **about)
    assert taken.find("Hangup") is None
    after = Caller(under_way.place, ALONE).asks(left["rung"], DialCallStatus="completed", DialCallDuration="60")
    assert after.find(".//Number") is None, "they have talked: nobody else is rung"


def test_a_caller_in_a_queue_is_connected_to_a_phone_that_was_ringing(under_way: UnderWay) -> None:
    left = under_way.goes_on("together")
    caller = Caller(under_way.place, TOGETHER)
    waiting = caller.asks(left["wait"], QueueSid="QU" + "6" * 32)
    assert waiting.find(".//Gather") is None, "the call does not begin again"
    (first, leg), (second, _) = left["legs"].items()
    volunteer = Caller(under_way.place, first)
    about = {"From": line.NUMBER, "To": leg["to"], "Direction": "outbound-api"}
    address = leg["url"].removeprefix("https://hotline.example")
    screened = volunteer.asks(address, **about)
    assert "Press 1" in "".join(screened.itertext())
    taken = volunteer.asks(leads(screened, "Gather"), Digits="1", **about)
    assert taken.find(".//Queue") is not None, "it is connected with who waits"
    wait_until(lambda: under_way.api.asked("POST", f"Calls/{second}"), what="the other phone is told to stop")
