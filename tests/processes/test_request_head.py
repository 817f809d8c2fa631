"""What our reader of heads accepts, gunicorn's own parser accepts and reads alike."""

from __future__ import annotations

import pytest
from gunicorn.config import Config
from gunicorn.http import get_parser
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotline.processes.request_head import HeadLimits, MalformedRequest, TooLong, read_head, settable_by

PEER = ("127.0.0.1", 4321)
LINES = [
    b"GET / HTTP/1.1",
    b"POST /voice?at=a%20b&c#d HTTP/1.0",
    b"OPTIONS * HTTP/1.1",
    b"GET //a//b?c HTTP/1.1",
    b"GET http://h:1/a?b HTTP/1.1",
    b"CONNECT h:1 HTTP/1.1",
    b"M-SEARCH / HTTP/1.1",
]
FIELDS = [
    b"Host: h",
    b"Content-Length: 5",
    b"Content-Length: 0",
    b"Transfer-Encoding: chunked",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Connection: Upgrade",
    b"Upgrade: h2c",
    b"Expect: 100-continue",
    b"X-Forwarded-Proto: https",
    b"X-Forwarded-Proto: http",
    b"X_Twilio_Signature: a",
    b"SCRIPT_NAME: /a",
    b"A: \xe9\t b ",
    b"A:",
]
PIECES = [b" ", b"\t", b"\r", b"\n", b"\r\n", b"\0", b":", b",", b"_", b"\x7f", b"\xff", b"chunked", b"1", b";", b'"']


@st.composite
def heads(draw: st.DrawFn) -> bytes:
    """A head of likely lines, with a few pieces put in anywhere."""
    lines = [draw(st.sampled_from(LINES)), *draw(st.lists(st.sampled_from(FIELDS), max_size=5))]
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    for at, piece in draw(st.lists(st.tuples(st.integers(0, len(head)), st.sampled_from(PIECES)), max_size=2)):
        head = head[:at] + piece + head[at:]
    return head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


@settings(max_examples=400)
@example(b"GET /a\r\n\r\n")
@example(b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n")
@given(heads())
def test_it_is_as_strict_as_gunicorn_and_reads_the_same(head: bytes) -> None:
    cfg = Config()
    try:
        ours = read_head(cfg, HeadLimits(cfg), settable_by(cfg, PEER), head)
    except (MalformedRequest, TooLong):
        return
    theirs = next(get_parser(cfg, iter([head]), PEER))
    for what in ("method", "uri", "path", "query", "version", "headers", "scheme"):
        assert getattr(ours, what) == getattr(theirs, what), what
    assert ours.length == getattr(theirs.body.reader, "length", None)
    assert ours.should_close() or not theirs.should_close()


@pytest.mark.parametrize(
    ("setting", "value", "head"),
    [
        ("limit_request_line", 50, b"GET /" + b"a" * 50 + b" HTTP/1.1\r\n\r\n"),
        ("limit_request_fields", 2, b"GET / HTTP/1.1\r\nA: b\r\nC: d\r\nE: f\r\n\r\n"),
        ("limit_request_field_size", 50, b"GET / HTTP/1.1\r\nA: " + b"b" * 50 + b"\r\n\r\n"),
        ("header_map", "refuse", b"GET / HTTP/1.1\r\nA_b: c\r\n\r\n"),
    ],
)
def test_the_limits_that_gunicorn_is_given_hold(setting: str, value: object, head: bytes) -> None:
    cfg = Config()
    read_head(cfg, HeadLimits(cfg), settable_by(cfg, PEER), head)
    cfg.set(setting, value)
    with pytest.raises(MalformedRequest):
        read_head(cfg, HeadLimits(cfg), settable_by(cfg, PEER), head)


def test_only_a_trusted_proxy_says_that_a_request_came_by_https() -> None:
    cfg, head = Config(), b"GET / HTTP/1.1\r\nX-Forwarded-Proto: https\r\n\r\n"
    assert read_head(cfg, HeadLimits(cfg), settable_by(cfg, PEER), head).scheme == "https"
    stranger = settable_by(cfg, ("203.0.113.9", 1))
    assert read_head(cfg, HeadLimits(cfg), stranger, head).scheme == "http"


def test_nothing_that_was_sent_is_in_an_error() -> None:
    cfg = Config()
    for head in (
        b"GET /canary\x00 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\ncan(ary: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nExpect: canary\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: canary\r\n\r\n",
    ):
        with pytest.raises(MalformedRequest) as raised:
            read_head(cfg, HeadLimits(cfg), settable_by(cfg, PEER), head)
        assert "ary" not in str(raised.value)
