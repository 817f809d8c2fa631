"""Clients that never finish a request take nothing from callers, with no proxy before the server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from hotline.simulator.line.signature import sign
from tests.faults import line
from tests.faults.system import SIGNATURE, Place, Up, reaches_a_person, serving

MANY = 200
CANARY = "+14105557391"
GENEROUS = 5.0
"""Seconds: half of what the carrier waits for, a hundred times what an answer takes."""
KINDS = {
    "nothing": b"",
    "half a request line": b"POST /voi",
    "half a head": b"POST /voice HTTP/1.1\r\nHost: h\r\nX-Twilio-Signature: a",
    "half a body": b"POST /voice HTTP/1.1\r\nHost: h\r\nX-Twilio-Signature: a\r\nContent-Length: 900\r\n\r\nTo=%2B1",
    "half an unsigned body": b"POST /voice HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nTo=%2B1",
    "half a form of a page": b"POST /sign-in HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\nname=",
    "chunks without an end": b"POST /voice HTTP/1.1\r\nHost: h\r\nX-Twilio-Signature: a\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nTo=%2\r\n",
    "the start of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(32, 64)),
    "idle after a good request": b"GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n",
    "an answer that is never read": b"GET /health/live HTTP/1.0\r\n\r\n",
}


@contextmanager
def held(port: int, sent: bytes, many: int = MANY, drip: bytes = b"") -> Iterator[list[socket.socket]]:
    """So many connections that have sent this, and go on a byte at a time if there is a `drip`."""
    done = threading.Event()
    with ExitStack() as stack:
        stack.callback(done.set)
        ours = [stack.enter_context(socket.create_connection(("127.0.0.1", port), 30)) for _ in range(many)]
        for one in ours:
            with suppress(OSError):
                one.sendall(sent)

        def on() -> None:
            while drip and not done.wait(0.5):
                for one in ours:
                    with suppress(OSError):
                        one.send(drip)

        dripping = threading.Thread(target=on)
        dripping.start()
        yield ours
        done.set()
        dripping.join(30)


def answered(place: Place, calls: int = 8) -> int:
    """How many signed webhooks, each on a connection of its own, are answered."""
    fields = {"CallSid": "CA" + "0" * 32, "To": line.NUMBER, "From": "+14105550999"}
    url = place.url + "/voice"
    headers = {SIGNATURE: sign(place.token, url, fields.items())}
    well = 0
    for _ in range(calls):
        with suppress(OSError), urlopen(Request(url, urlencode(fields).encode(), headers), timeout=GENEROUS) as answer:
            well += b"<Gather" in answer.read()
    return well


@pytest.mark.parametrize("kind", KINDS)
def test_calls_are_answered_beside_requests_that_never_end(up: Up, kind: str) -> None:
    with held(up.place.port, KINDS[kind]):
        assert answered(up.place) == 8


@pytest.mark.parametrize("kind", ["half a head", "half a body"])
def test_a_byte_now_and_then_buys_no_more_time(up: Up, kind: str) -> None:
    """Every one of them is ended, though none was ever silent for long."""
    with held(up.place.port, KINDS[kind], drip=b"a") as ours:
        assert answered(up.place) == 8
        assert all(map(ended, ours))
        assert answered(up.place) == 8


def test_more_connections_than_there_is_room_for_push_out_each_other_not_callers(up: Up) -> None:
    with held(up.place.port, KINDS["half a head"], 900):
        assert answered(up.place) == 8


def test_a_whole_call_goes_through_while_every_kind_is_held(up: Up) -> None:
    with ExitStack() as stack:
        for sent in KINDS.values():
            stack.enter_context(held(up.place.port, sent, 20))
        with up.place.world() as world:
            reaches_a_person(world)


def test_gunicorn_started_by_itself_holds_too_from_its_first_second_on(place: Place) -> None:
    with serving(place), held(place.port, KINDS["half a head"]), held(place.port, KINDS["half a body"]):
        assert answered(place) == 8


def test_a_body_is_not_waited_for_without_a_signature_or_when_it_is_too_long(up: Up) -> None:
    signed = "X-Twilio-Signature: a\r\n"
    assert said(up, head("Content-Length: 900\r\n")) == 403
    assert said(up, head("Transfer-Encoding: chunked\r\n")) == 403
    assert said(up, head(signed + "Content-Length: 70000\r\n")) == 413
    assert said(up, head(signed + "Content-Length: 7" + "0" * 40 + "\r\n")) == 413
    assert said(up, head(signed + "Transfer-Encoding: chunked\r\n") + b"11171\r\naaaa") == 413


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\nTo=1\r\n0\r\n\r\n",
        b"-4\r\nTo=1\r\n",
        b"4\r\nTo=1XX0\r\n\r\n",
        b";\r\n\r\n",
        b"4;\1\r\naaaa\r\n0\r\n\r\n",
    ],
)
def test_a_broken_chunk_is_refused_whoever_sends_it(up: Up, body: bytes) -> None:
    for more in ("", "X-Twilio-Signature: a\r\n"):
        for path in ("/voice", "/voice/key", "/sms", "/sign-in"):
            code = said(up, head(more + "Transfer-Encoding: chunked\r\n", path) + body)
            assert 400 <= code < 500, (path, more)


def test_chunked_and_pipelined_webhooks_and_those_that_ask_first_are_answered(up: Up) -> None:
    """What a proxy may send: each is read to its end, and nothing of the next is taken for it."""
    fields = {"CallSid": "CA" + "1" * 32, "To": line.NUMBER, "From": "+14105550999"}
    body = urlencode(fields).encode()
    signature = sign(up.place.token, up.place.url + "/voice", fields.items())
    chunked = b"%x;a=b\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
    twice = head(f"X-Twilio-Signature: {signature}\r\nTransfer-Encoding: chunked\r\n") + chunked
    with connected(up) as one:
        one.sendall(twice + twice)
        assert until(one, lambda heard: heard.count(b"</Response>") == 2).count(b"HTTP/1.1 200") == 2
    with connected(up) as one:
        one.sendall(head(f"X-Twilio-Signature: {signature}\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n"))
        assert until(one, lambda heard: heard.endswith(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        for at in range(0, len(body), 7):
            one.sendall(body[at : at + 7])
        assert b"HTTP/1.1 200" in until(one, lambda heard: b"</Response>" in heard)


def test_nothing_that_malformed_requests_hold_is_in_any_log_or_answer(up: Up) -> None:
    for bad in (
        f"{CANARY}\r\n\r\n",
        f"GET /voice?From={CANARY} HTTP/9.9\r\n\r\n",
        f"{CANARY} /voice HTTP/1.1\r\n\r\n",
        f"get{CANARY} / HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\n{CANARY}\r\n\r\n",
        f"GET / HTTP/1.1\r\n{CANARY} : a\r\n\r\n",
        f"GET / HTTP/1.1\r\nA: \x00{CANARY}\r\n\r\n",
        f"GET / HTTP/1.1\r\nExpect: {CANARY}\r\n\r\n",
        f"POST /voice HTTP/1.1\r\nContent-Length: {CANARY}\r\n\r\n",
        f"POST /voice HTTP/1.1\r\nTransfer-Encoding: {CANARY}\r\n\r\n",
        f"POST /voice HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{CANARY}\r\n{CANARY}",
        f"POST /sign-in HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;{CANARY}\x01\r\naaaa\r\n0\r\n\r\n",
        f"GET /{'a' * 5000}{CANARY} HTTP/1.1\r\n\r\n",
        f"GET / HTTP/1.1\r\nA: {'a' * 9000}{CANARY}\r\n\r\n",
        f"\x16\x03\x01{CANARY}\r\n\r\n",
    ):
        with connected(up) as one:
            one.sendall(bad.encode("latin-1"))
            heard = until(one, lambda heard: b"\r\n\r\n" in heard)
        assert b" 200 " not in heard.split(b"\r\n")[0], bad
        assert CANARY[1:].encode() not in heard, bad
    for path in up.place.directory.rglob("*"):
        if path.is_file() and path.suffix != ".rdb":
            assert CANARY[1:].encode() not in path.read_bytes(), path
    log = (up.place.data_dir / "hotline.log").read_text()
    assert "A request could not be read" in log
    assert "ip=" not in log
    assert "127.0.0.1:" not in log.replace(f"127.0.0.1:{up.place.port}", "")


def head(fields: str, path: str = "/voice") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n{fields}\r\n".encode()
    )


@contextmanager
def connected(up: Up) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", up.place.port), 30) as one:
        yield one


def until(one: socket.socket, enough: Callable[[bytes], bool]) -> bytes:
    """What comes, until it is enough or the connection ends."""
    heard = b""
    with suppress(ConnectionError):
        while not enough(heard) and (came := one.recv(4096)):
            heard += came
    return heard


def said(up: Up, sent: bytes) -> int:
    """The status of the answer to this."""
    with connected(up) as one:
        one.sendall(sent)
        return int(until(one, lambda heard: b"\r\n" in heard).split()[1])


def ended(one: socket.socket) -> bool:
    """Whether the server ends a connection."""
    one.settimeout(60)
    with suppress(ConnectionError):
        while one.recv(4096):
            pass
    return True
