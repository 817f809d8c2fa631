"""Requests that two servers could read differently are refused whole, and nothing after them is read."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest

from tests.faults.system import Up

HIDDEN = b"GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"
"""What a smuggler would have answered to somebody else."""
UNCLEAR = {
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "the same length twice": b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "lengths in a list": b"Content-Length: 0, 0\r\n\r\n",
    "a length with a sign": b"Content-Length: +0\r\n\r\n",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length in hexadecimal": b"Content-Length: 0x0\r\n\r\n",
    "a length with an underscore": b"Content-Length: 1_0\r\n\r\n",
    "a length of other digits": "Content-Length: \u00b2\r\n\r\n".encode("latin-1"),
    "no length": b"Content-Length:\r\n\r\n",
    "another coding": b"Transfer-Encoding: gzip\r\n\r\n",
    "a coding before the chunks": b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding after the chunks": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks twice": b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunks in two fields": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "nearly chunked": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked in quotes": b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "chunked after a control character": b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a space before the name": b"A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded line": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a line feed alone": b"A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a carriage return alone": b"A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a zero byte": b"Transfer-Encoding: chunked\x00\r\n\r\n0\r\n\r\n",
    "a name that is none": b"Transfer(Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a name beyond ASCII": b"Transfer-Encod\xefng: chunked\r\n\r\n0\r\n\r\n",
    "no name": b": chunked\r\n\r\n0\r\n\r\n",
    "no colon": b"Transfer-Encoding\r\n\r\n0\r\n\r\n",
    "two hosts": b"Host: other\r\n\r\n",
    "two kinds of content": b"Content-Type: a/b\r\nContent-Type: c/d\r\n\r\n",
    "something else is expected": b"Expect: a-word\r\nContent-Length: 0\r\n\r\n",
    "a chunk with a line feed alone": b"Transfer-Encoding: chunked\r\n\r\n0\n\n\r\n\r\n",
    "a chunk size with a sign": b"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n",
    "a chunk size with 0x": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "a chunk size too large": b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
    "a chunk longer than it says": b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    "fields after the chunks": b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n",
    "an extension that breaks off": b'Transfer-Encoding: chunked\r\n\r\n0;a="\r\n\r\n',
    "too many fields": b"".join(b"A%d: b\r\n" % number for number in range(101)) + b"\r\n",
}
LINES = {
    "two spaces": b"POST  /sign-in HTTP/1.1",
    "a tab": b"POST\t/sign-in HTTP/1.1",
    "a space at the end": b"POST /sign-in HTTP/1.1 ",
    "a space in the address": b"POST /sign in HTTP/1.1",
    "a byte beyond ASCII": b"POST /sign-in\xe9 HTTP/1.1",
    "no version": b"POST /sign-in",
    "a version of old": b"POST /sign-in HTTP/0.9",
    "a version to come": b"POST /sign-in HTTP/2.0",
    "a version of more digits": b"POST /sign-in HTTP/1.10",
    "another protocol": b"POST /sign-in RTSP/1.0",
    "a small method": b"post /sign-in HTTP/1.1",
    "an unknown method": b"POSTS /sign-in HTTP/1.1",
    "an address without a slash": b"POST sign-in HTTP/1.1",
    "an asterisk": b"POST * HTTP/1.1",
    "no address": b"POST  HTTP/1.1",
    "a line feed alone": b"POST /sign-in HTTP/1.1\nA: b",
    "an empty line and half a one": b"\r\n\nPOST /sign-in HTTP/1.1",
}


@pytest.mark.parametrize("path", [b"/sign-in", b"/voice"])
@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_request_whose_end_is_unclear_is_refused_with_what_follows(up: Up, kind: str, path: bytes) -> None:
    signed = b"X-Twilio-Signature: a\r\n"
    alone_refused(up, b"POST " + path + b" HTTP/1.1\r\nHost: h\r\n" + signed + UNCLEAR[kind])


@pytest.mark.parametrize("kind", LINES)
def test_a_first_line_that_is_read_in_two_ways_is_refused(up: Up, kind: str) -> None:
    alone_refused(up, LINES[kind] + b"\r\nHost: h\r\nContent-Length: 0\r\n\r\n")


def test_chunks_are_refused_from_a_client_that_does_not_know_them(up: Up) -> None:
    alone_refused(up, b"POST /sign-in HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")


def test_nothing_after_a_request_for_another_protocol_is_read(up: Up) -> None:
    """It is answered as any other, and is the last."""
    answer = heard(up, b"GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + HIDDEN)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1 ") == 1
    answer = heard(up, b"CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n" + HIDDEN)
    assert answer.startswith(b"HTTP/1.1 4")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_field_with_an_underscore_does_not_pass_for_one_with_a_hyphen(up: Up) -> None:
    """Else a proxy that replaces the one would let the other through. An unsigned webhook shows whether it counts."""
    body = b"To=a"
    head = b"POST /voice HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n" % len(body)
    for name in (b"X_Twilio_Signature", b"X-Twilio_Signature"):
        assert heard(up, head + name + b": a\r\n\r\n" + body).startswith(b"HTTP/1.1 403")
    for name in (b"Content_Length", b"Transfer_Encoding"):
        answer = heard(up, b"GET /health/live HTTP/1.1\r\nHost: h\r\n" + name + b": 38\r\n\r\n" + HIDDEN, answers=2)
        assert answer.count(b"HTTP/1.1 200") == 2


def test_what_is_clear_is_answered_each_in_its_turn(up: Up) -> None:
    """So the table above shows what is refused, not a server that refuses all."""
    clear = (
        b"POST /health/live HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
        b"\r\nGET http://h/health/live HTTP/1.1\r\nHost: h\r\nA:b\r\nC:\t d \r\nContent-Length: 0\r\n\r\n",
        b"POST /health/live HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN),
    )
    for one in clear:
        answer = heard(up, one + HIDDEN, answers=2)
        assert answer.count(b"HTTP/1.1 ") == 2
        assert answer.count(b"HTTP/1.1 200") >= 1
    answer = heard(up, HIDDEN * 200, answers=200)
    assert answer.count(b"HTTP/1.1 200") == 200


def test_an_older_client_and_one_that_asks_for_the_head_alone_are_answered(up: Up) -> None:
    old = heard(up, b"GET /health/live HTTP/1.0\r\n\r\n")
    assert old.startswith(b"HTTP/1.0 200")
    assert b"Connection: close" in old
    head = heard(up, b"HEAD /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert head.endswith(b"\r\n\r\n")


def alone_refused(up: Up, sent: bytes) -> None:
    answer = heard(up, sent + HIDDEN)
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413")), answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer


def heard(up: Up, sent: bytes, answers: int = 0) -> bytes:
    """What comes until the server ends the connection, or has given so many answers."""
    answer = b""
    with socket.create_connection(("127.0.0.1", up.place.port), 30) as one, suppress(ConnectionError):
        one.sendall(sent)
        while came := one.recv(65_536):
            answer += came
            if answers and answer.count(b"HTTP/1.1 ") == answers and answer.endswith(b"\n"):
                break
    return answer
