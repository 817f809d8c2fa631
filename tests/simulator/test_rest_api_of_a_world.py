"""The REST API over real HTTP, with a running world behind it: what is asked for happens to its phones."""

from __future__ import annotations

import base64
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from hotline.simulator import HttpTransport, RealTime, World
from hotline.simulator.rest_api.server import RestApi
from tests.simulator.site import AMY, BEN, LINE, PUBLIC, Hit, Site, world_of

PAGES: dict[str, Any] = {
    "voice": '<Enqueue action="/after" waitUrl="/wait">one</Enqueue>',
    "wait": "<Pause length='5'/>",
    "after": "<Say>Goodbye.</Say>",
    "take": '<Dial action="/done"><Queue>one</Queue></Dial>',
    "moved": "<Say>Moved.</Say>",
}


class Client:
    """Sends requests as a server under test does. An answer is its status and its JSON."""

    def __init__(self, api: RestApi) -> None:
        self.api = api

    def __call__(self, method: str, path: str, *pairs: tuple[str, str], **params: str) -> tuple[int, Any]:
        url = f"{self.api.url}/2010-04-01/Accounts/{self.api.account}/{path}.json"
        body = urlencode([*params.items(), *pairs]).encode() if method == "POST" else None
        signed = base64.b64encode(f"{self.api.account}:{self.api.token}".encode()).decode()
        request = urllib.request.Request(url, body, {"Authorization": f"Basic {signed}"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                sent = answer.read()
                return answer.status, json.loads(sent) if sent else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def rings(self, to: str = AMY, **more: str) -> str:
        status, call = self("POST", "Calls", To=to, From=LINE, Url="https://hotline.example/take", **more)
        assert (status, call["status"], call["direction"]) == (201, "queued", "outbound-api")
        return str(call["sid"])


Made = tuple[World, Site, Client]


@pytest.fixture
def made() -> Iterator[Made]:
    site = Site(**PAGES)
    with world_of(site) as world, world.rest_api() as api:
        yield world, site, Client(api)


def test_a_call_that_is_asked_for_rings_a_phone(made: Made) -> None:
    world, site, client = made
    call = world.call(LINE).waits(2)
    events = [("StatusCallbackEvent", event) for event in ("ringing", "answered")]
    _, made_call = client(
        "POST",
        "Calls",
        *events,
        To=AMY,
        From=LINE,
        Url="https://hotline.example/take",
        StatusCallback="https://hotline.example/status",
    )
    amy = call.rings("amy")
    assert client("GET", f"Calls/{made_call['sid']}")[1]["status"] == "ringing"
    amy.picks_up(after=3)
    call.talks_with("amy").talks_for(30)
    assert client("GET", f"Calls/{made_call['sid']}")[1]["status"] == "in-progress"
    call.hangs_up().has_ended("caller")
    record = client("GET", f"Calls/{made_call['sid']}")[1]
    assert (record["status"], record["duration"], record["to"]) == ("completed", "30", AMY)
    assert record["end_time"] == "Sun, 01 Mar 2026 08:00:35 +0000"
    assert [form["CallStatus"] for form in site.forms("/status")] == ["ringing", "in-progress"]


def test_every_leg_has_a_record_until_it_is_deleted(made: Made) -> None:
    world, _, client = made
    call = world.call(LINE).waits(1)
    assert client("DELETE", f"Calls/{call.sid}")[1]["code"] == 20009
    call.hangs_up().has_ended()
    assert [one["sid"] for one in client("GET", "Calls")[1]["calls"]] == [call.sid]
    assert client("DELETE", f"Calls/{call.sid}") == (204, None)
    assert client("GET", f"Calls/{call.sid}")[0] == 404
    assert client("GET", "Calls")[1]["calls"] == []


def test_a_call_is_ended_and_redirected(made: Made) -> None:
    world, site, client = made
    sid = client.rings(Timeout="20")
    ring = world.rings("amy")
    assert client("POST", f"Calls/{sid}", Url="https://hotline.example/moved")[1]["code"] == 21220
    assert client("POST", f"Calls/{sid}", Status="completed")[0] == 200
    ring.stops_ringing()
    assert client("GET", f"Calls/{sid}")[1]["status"] == "canceled"
    assert client("POST", f"Calls/{sid}", Status="completed")[1]["code"] == 21220
    call = world.call(LINE).waits(3)
    assert client("POST", f"Calls/{call.sid}", Url="https://hotline.example/moved", Method="GET")[0] == 200
    call.hears("Moved.").has_ended("finished")
    assert site.form("/after")["QueueResult"] == "redirected"


def test_queues_are_listed_and_deleted_once_they_are_empty(made: Made) -> None:
    world, _, client = made
    call = world.call(LINE).waits(8)
    (queue,) = client("GET", "Queues")[1]["queues"]
    assert (queue["friendly_name"], queue["current_size"], queue["average_wait_time"]) == ("one", 1, 8)
    assert client("GET", f"Queues/{queue['sid']}")[1]["max_size"] == 1000
    assert client("DELETE", f"Queues/{queue['sid']}")[0] == 400
    status, member = client("POST", f"Queues/{queue['sid']}/Members/Front", Url="https://hotline.example/moved")
    assert (status, member["call_sid"]) == (200, call.sid)
    call.hears("Moved.").has_ended()
    assert client("POST", f"Queues/{queue['sid']}/Members/Front", Url="https://hotline.example/moved")[0] == 404
    assert client("DELETE", f"Queues/{queue['sid']}") == (204, None)
    assert client("GET", "Queues")[1]["queues"] == []
    world.call(LINE).waits(1).hangs_up().has_ended()
    assert client("GET", "Queues")[1]["queues"][0]["sid"] != queue["sid"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"From": "+14105550155"}, 21210),
        ({"To": "amy"}, 21211),
        ({"Url": ""}, 21205),
        ({"Timeout": "0"}, 20001),
        ({"MachineDetection": "Enable"}, 20501),
    ],
)
def test_what_cannot_be_asked_for_is_refused(made: Made, params: dict[str, str], code: int) -> None:
    world, _, client = made
    asked = {"To": AMY, "From": LINE, "Url": "https://hotline.example/take", **params}
    assert client("POST", "Calls", **asked)[1]["code"] == code
    assert world.placed == []


def test_a_server_may_send_requests_while_it_answers() -> None:
    """The world's own thread sends them: it is the one that runs the server."""
    sids: list[str] = []

    def wait(hit: Hit) -> str:
        if not sids:
            sids.extend(client.rings(to) for to in (AMY, BEN))
        return "<Pause length='5'/>"

    def take(hit: Hit) -> str:
        for sid in sids:
            if sid != hit.form["CallSid"]:
                assert client("POST", f"Calls/{sid}", Status="completed")[0] == 200
        return str(PAGES["take"])

    site = Site(**{**PAGES, "wait": wait, "take": take})
    with world_of(site) as world, world.rest_api() as api:
        client = Client(api)
        call = world.call(LINE)
        amy, ben = call.rings("amy"), call.rings("ben")
        assert call.ringing == ["amy", "ben"]
        ben.picks_up(after=4)
        amy.stops_ringing()
        call.talks_with("ben").talks_for(5).hangs_up().has_ended("caller")
        assert [name for name, _ in call.rung] == ["amy", "ben"]


def test_faults_strike_before_any_phone_rings(made: Made) -> None:
    world, _, client = made
    for trouble, status in (("slow down", 429), ("fails", 500)):
        client.api.fault(trouble, method="POST", path="/Calls")  # type: ignore[arg-type]
        assert client("POST", "Calls", To=AMY, From=LINE, Url="https://hotline.example/take")[0] == status
    client.api.fault("drops", method="POST")
    with pytest.raises(OSError):  # noqa: PT011 -- the connection is cut in one of several ways
        client.rings()
    assert world.placed == []
    client.api.fault("stalls", method="POST", seconds=0.1)
    began = time.monotonic()
    client.rings(BEN)
    assert time.monotonic() - began >= 0.1
    world.rings("ben").declines()
    client.api.fault("drops after", method="POST")
    with pytest.raises(OSError):  # noqa: PT011
        client.rings()
    assert len(world.placed) == 2, "it is not known to the server, and rings all the same"
    world.rings("amy").declines()


def test_in_real_time_a_request_from_elsewhere_takes_effect_when_it_comes() -> None:
    site = Site(**PAGES)
    with world_of(site, pace=RealTime(0.02)) as world, world.rest_api() as api:
        call = world.call(LINE).waits(5)
        later = threading.Timer(0.4, Client(api).rings)
        later.start()
        began = time.monotonic()
        ring = call.rings("amy")
        assert 0.3 < time.monotonic() - began < 2
        assert ring.leg.began == pytest.approx(25, abs=10)
        ring.picks_up(after=2)
        call.talks_with("amy").hangs_up().has_ended("caller")
        later.join()


def test_a_world_with_nothing_to_do_waits_in_real_time_for_a_request() -> None:
    with world_of(Site(**PAGES), pace=RealTime(0.01)) as world, world.rest_api() as api:
        threading.Timer(0.2, Client(api).rings).start()
        world.rings("amy").declines()


def test_a_clock_that_does_not_wait_can_stand_still_for_a_request(made: Made) -> None:
    world, _, client = made
    call = world.call(LINE).waits(5)
    threading.Timer(0.1, client.rings).start()
    assert world.stand_still_until(lambda: bool(world.placed))
    assert world.clock.elapsed == 5
    call.rings("amy").picks_up()
    call.talks_with("amy").hangs_up().has_ended()
    assert not world.stand_still_until(lambda: False, within=0.01)


def test_many_requests_at_once_are_taken_one_after_the_other() -> None:
    site = Site(**PAGES)
    with world_of(site, pace=RealTime(0.01)) as world, world.rest_api() as api:
        client = Client(api)
        numbers = [f"+1410556{number:04d}" for number in range(24)]
        for number in numbers:
            world.phone(number, name=number, behaviour="busy")
        threads = [threading.Thread(target=client.rings, args=(number,)) for number in numbers]
        call = world.call(LINE)
        for thread in threads:
            thread.start()
        world.run_until(lambda: len(world.placed) == len(numbers) and all(one.is_over for one in world.placed), 500)
        for thread in threads:
            thread.join()
        assert {one.outcome for one in world.placed} == {"busy"}
        call.hangs_up().has_ended("caller")


def test_without_a_world_no_phone_rings_and_queues_can_be_practised_with_too() -> None:
    with RestApi() as api:
        client = Client(api)
        sid = api.add_queue("one")
        assert client("GET", f"Queues/{sid}")[1]["friendly_name"] == "one"
        assert client("DELETE", f"Queues/{sid}") == (204, None)
        assert client("GET", "Queues")[1]["queues"] == []


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_of_its_own_rings_phones_by_http_while_it_answers_by_http() -> None:
    rung: list[str] = []

    def wait(hit: Hit) -> str:
        if not rung:
            rung.append(client.rings())
        return "<Pause length='5'/>"

    site = Site(**{**PAGES, "wait": wait})
    server = make_server("127.0.0.1", 0, site, _Threads, _Quiet)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    transport = HttpTransport(f"http://127.0.0.1:{server.server_port}", PUBLIC)
    try:
        with world_of(site, transport=transport, pace=RealTime(0.01)) as world, world.rest_api() as api:
            client = Client(api)
            call = world.call(LINE)
            amy = call.rings("amy").picks_up(after=4)
            call.talks_with("amy").talks_for(10)
            amy.hangs_up()
            call.hears("Goodbye.").has_ended("finished")
    finally:
        transport.close()
        server.shutdown()
        server.server_close()
    assert rung == [amy.leg.sid]
