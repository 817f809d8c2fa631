"""How webhooks travel: over sockets, signed for the public address, retried, redirected, or twice."""

import base64
import gzip
import hashlib
import hmac
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from hotline.simulator import (
    CarrierQuirks,
    DuplicatingTransport,
    HttpTransport,
    RoundRobinTransport,
    UnreliableTransport,
    World,
    WsgiTransport,
)
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.transport import NotDelivered, Request, Timeouts
from hotline.simulator.line.webhooks import Overrides
from tests.simulator.site import LINE, PUBLIC, TOKEN, Hit, Page, Site, world_of


class Quiet(WSGIRequestHandler):
    """Keeps connections open, as servers do, and says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        return None


@pytest.fixture
def served() -> Iterator[tuple[Site, str]]:
    site = Site(voice="<Say>Hello</Say>")
    server = make_server("127.0.0.1", 0, site, WSGIServer, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def expected_signature(hit: Hit, url: str) -> str:
    text = url + "".join(name + value for name, value in sorted(hit.form.items()))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


def test_a_call_over_a_real_socket_is_signed_for_the_public_address(served: tuple[Site, str]) -> None:
    site, address = served
    transport = HttpTransport(address, PUBLIC)
    with world_of(site, transport=transport) as world:
        world.call(LINE).hears("Hello").has_ended()
    transport.close()
    for hit, path in zip(site.hits, ("/voice", "/ended"), strict=True):
        assert hit.headers["X_TWILIO_SIGNATURE"] == expected_signature(hit, PUBLIC + path)
        assert hit.headers["HOST"] == urlsplit(address).netloc


def test_an_app_in_this_process_sees_the_same_request(served: tuple[Site, str]) -> None:
    site, address = served
    other = Site(voice="<Say>Hello</Say>")
    transport = HttpTransport(address, PUBLIC)
    with world_of(site, transport=transport) as world, world_of(other) as second:
        world.call(LINE).has_ended()
        second.call(LINE).has_ended()
    transport.close()
    assert [(hit.path, hit.form) for hit in site.hits] == [(hit.path, hit.form) for hit in other.hits]
    assert site.hits[0].headers.keys() - other.hits[0].headers.keys() == set()


def test_gzip_and_cookies_are_understood(served: tuple[Site, str]) -> None:
    site, address = served
    body = gzip.compress(b"<Response><Redirect>/next</Redirect></Response>")
    site.pages["/voice"] = Page(
        body, headers=(("Content-Type", "text/xml"), ("Content-Encoding", "gzip"), ("Set-Cookie", "at=start; Path=/"))
    )
    site.pages["/next"] = "<Say>Unpacked</Say>"
    transport = HttpTransport(address)
    with world_of(site, transport=transport) as world:
        world.call(LINE).hears("Unpacked").has_ended()
    transport.close()
    assert [hit.headers.get("COOKIE") for hit in site.hits] == [None, "at=start", "at=start"]


class Keeping(BaseHTTPRequestHandler):
    """Answers every POST with the port it came from, and keeps the connection open for a moment."""

    protocol_version = "HTTP/1.1"
    timeout = 0.2

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = f"<Response><Say>Port {self.client_address[1]}</Say></Response>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return None


def test_a_connection_is_kept_and_opened_again_when_the_server_closed_it() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeping)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    transport = HttpTransport(f"http://127.0.0.1:{server.server_port}")
    with world_of(Site(), transport=transport) as world:
        calls = [world.call(LINE).has_ended(), world.call(LINE).has_ended()]
        time.sleep(0.4)
        calls.append(world.call(LINE).has_ended())
    transport.close()
    server.shutdown()
    server.server_close()
    ports = [call.leg.heard[0].text for call in calls]
    assert ports[0] == ports[1] != ports[2]


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_is_not_there_is_a_connection_failure() -> None:
    world = world_of(Site(), transport=HttpTransport(f"http://127.0.0.1:{unused_port()}"))
    world.tolerate("11205")
    world.call(LINE).has_ended("error")
    assert {violation.code for violation in world.violations} == {"11205"}


def test_a_server_that_takes_too_long_is_given_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        transport = HttpTransport(f"http://127.0.0.1:{listening.getsockname()[1]}")
        request = Request("POST", f"{transport.public_url}/voice", {}, b"a=b", Timeouts(read=0.1))
        with pytest.raises(NotDelivered, match="no answer in time") as failed:
            transport.send(request)
    assert failed.value.kind == "rt"


def test_a_server_that_dribbles_is_given_up_on_when_the_total_is_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def dribble() -> None:
            peer, _ = listening.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while not done.wait(0.03):
                    peer.sendall(b".")

        done = threading.Event()
        thread = threading.Thread(target=dribble)
        thread.start()
        transport = HttpTransport(f"http://127.0.0.1:{listening.getsockname()[1]}")
        with pytest.raises(NotDelivered, match="no answer in time"):
            transport.send(Request("GET", f"{transport.public_url}/voice", {}, b"", Timeouts(read=0.2, total=0.5)))
        done.set()
        thread.join()


def lossy(site: Site, *outages: bool, kind: str = "ct") -> World:
    return world_of(site, transport=UnreliableTransport(WsgiTransport(site, PUBLIC), outages, kind))


def test_a_connection_that_fails_is_tried_once_more() -> None:
    with lossy(Site(voice="<Say>Hello</Say>"), True) as world:
        world.call(LINE).hears("Hello").has_ended()


def test_a_connection_that_fails_twice_has_failed() -> None:
    world = lossy(Site(voice="<Say>Hello</Say>"), True, True)
    world.tolerate("11205")
    world.call(LINE).has_ended("error")


def test_an_answer_that_comes_too_late_is_not_asked_for_again() -> None:
    world = lossy(Site(voice="<Say>Hello</Say>"), True, kind="rt")
    world.tolerate("11200")
    world.call(LINE).has_ended("error")


def test_the_fragment_of_a_url_says_how_hard_to_try_and_is_never_sent() -> None:
    site = Site(voice=lambda hit: Page(status="500") if len(site.hits) < 4 else "<Say>At last</Say>")
    with world_of(site) as world:
        world.number(LINE, voice_url="/voice#rc=3&rp=5xx")
        world.call(LINE).hears("At last").has_ended()
    assert {hit.path for hit in site.hits} == {"/voice"}
    assert len({hit.headers["I_TWILIO_IDEMPOTENCY_TOKEN"] for hit in site.hits}) == 1


def test_overrides_stay_in_range() -> None:
    overrides = Overrides.read("https://a/voice#ct=50&rt=60000&rc=9&rp=all")
    assert overrides.limits == Timeouts(0.1, 15.0, 15.0)
    assert overrides.retries == 5
    assert overrides.retry_on == {"ct", "rt", "4xx", "5xx"}


def test_webhooks_can_be_asked_for_with_get_and_are_signed_with_their_query() -> None:
    site = Site(voice='<Gather method="GET" action="/key?step=1" numDigits="1"/>', key="<Hangup/>")
    with world_of(site) as world:
        world.line(Line(LINE, "/voice?line=rise", "GET"))
        world.call(LINE).presses("7").has_ended()
    first, second = site.hits
    assert (first.method, first.form, first.query["line"], first.query["To"]) == ("GET", {}, "rise", LINE)
    assert (second.query["step"], second.query["Digits"]) == ("1", "7")
    exchange = world.exchanges[0]
    assert exchange.method == "GET"


def test_the_signature_of_a_get_covers_the_parameters() -> None:
    urls: list[str] = []
    site = Site(voice="<Hangup/>")

    def watched(environ: dict[str, Any], start: Any) -> Any:
        urls.append(f"{PUBLIC}{environ['PATH_INFO']}?{environ['QUERY_STRING']}")
        return site(environ, start)

    with world_of(site, transport=WsgiTransport(watched, PUBLIC)) as world:
        world.line(Line(LINE, "/voice", "GET"))
        world.call(LINE).has_ended()
    assert site.hits[0].headers["X_TWILIO_SIGNATURE"] == expected_signature(site.hits[0], urls[0])
    assert dict(parse_qsl(urlsplit(urls[0]).query))["CallStatus"] == "ringing"


def test_redirects_are_followed_and_the_document_belongs_to_where_they_led() -> None:
    moved = Page(b"", "302 Found", (("Location", "/deep/voice"),))
    site = Site(voice=moved, deep__voice="<Redirect>next</Redirect>", deep__next="<Say>Here</Say>")
    with world_of(site) as world:
        world.call(LINE).hears("Here").has_ended()
    assert [(hit.method, hit.path) for hit in site.hits[:3]] == [
        ("POST", "/voice"),
        ("GET", "/deep/voice"),
        ("POST", "/deep/next"),
    ]


def test_redirects_without_end_are_a_failure() -> None:
    world = world_of(Site(voice=Page(b"", "302 Found", (("Location", "/voice"),))))
    world.tolerate("11215")
    world.call(LINE).has_ended("error")
    assert world.violations[0].code == "11215"


def test_user_and_password_are_given_when_asked_for() -> None:
    def voice(hit: Hit) -> str | Page:
        return "<Hangup/>" if "AUTHORIZATION" in hit.headers else Page(status="401 Who?")

    site = Site(voice=voice)
    with world_of(site) as world:
        world.number(LINE, voice_url="https://carrier:s3cret@hotline.example/voice")
        world.call(LINE).has_ended()
    assert site.hits[1].headers["AUTHORIZATION"] == "Basic " + base64.b64encode(b"carrier:s3cret").decode()
    assert site.hits[1].headers["X_TWILIO_SIGNATURE"] == expected_signature(site.hits[1], f"{PUBLIC}/voice")


@pytest.mark.parametrize("use", ["first", "second"])
def test_every_webhook_can_arrive_twice(use: str) -> None:
    def voice(hit: Hit) -> str:
        return f"<Say>Answer {len([each for each in site.hits if each.path == '/voice'])}</Say>"

    site = Site(voice=voice)
    with world_of(site, transport=DuplicatingTransport(WsgiTransport(site, PUBLIC), use)) as world:
        world.call(LINE).hears("Answer 1" if use == "first" else "Answer 2").has_ended()
    assert [hit.path for hit in site.hits] == ["/voice", "/voice", "/ended", "/ended"]
    assert site.hits[0].form == site.hits[1].form
    assert site.hits[0].headers == site.hits[1].headers


def test_servers_can_take_turns() -> None:
    one = Site(voice="<Redirect>/next</Redirect>")
    two = Site(next="<Say>From the other one</Say>")
    transport = RoundRobinTransport([WsgiTransport(one, PUBLIC), WsgiTransport(two, PUBLIC)])
    with world_of(one, transport=transport) as world:
        world.call(LINE).hears("From the other one").has_ended()
    assert [hit.path for hit in one.hits] == ["/voice", "/ended"]
    assert [hit.path for hit in two.hits] == ["/next"]


def test_a_carrier_without_idempotency_tokens_sends_none() -> None:
    site = Site(voice="<Hangup/>")
    with world_of(site, CarrierQuirks(idempotency_token=False)) as world:
        world.call(LINE).has_ended()
    assert "I_TWILIO_IDEMPOTENCY_TOKEN" not in site.hits[0].headers


def test_documents_can_take_time_and_the_caller_may_be_gone_by_then() -> None:
    site = Site(voice="<Say>Hello</Say>")
    with world_of(site, CarrierQuirks(webhook_seconds=2)) as world:
        world.call(LINE).waits(1).hangs_up().has_ended("caller").does_not_hear("Hello")
    assert [hit.path for hit in site.hits] == ["/voice", "/ended"]
