"""Streams that tell a page of changes: how they end, and that they take no more threads than they may."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from hotline.pages.tonight import stream
from hotline.pages.tonight.stream import NO_ROOM, Stream, StreamServer, waiter
from tests.pages.visitor import Visitor


def test_it_says_so_when_something_changed_and_only_then() -> None:
    seen = iter("aabbc")
    waits = iter([True] * 4 + [False])
    left: list[int] = []
    told = Stream(lambda: next(seen), lambda _: next(waits), lambda: left.append(1))
    assert [line.partition(b"\n")[0] for line in told] == [b"retry: 3000", b"event: changed", b"event: changed"]
    told.close()
    told.close()
    assert left == [1]


def test_it_ends_when_whoever_listened_has_gone() -> None:
    ours, theirs = socket.socketpair()
    wait = waiter({"gunicorn.socket": ours})
    assert wait(0.05)
    closing = threading.Timer(0.1, theirs.close)
    closing.start()
    assert not wait(20)
    ours.close()


@pytest.fixture
def stopping_server() -> Iterator[None]:
    before = StreamServer.stopping
    StreamServer.stopping = lambda: True
    yield
    StreamServer.stopping = before


@pytest.mark.usefixtures("stopping_server")
def test_it_ends_when_the_server_stops() -> None:
    assert not waiter({})(20)


def test_whoever_finds_no_room_is_told_to_look_for_themselves(viewer: Visitor) -> None:
    listening = [viewer.client.get("/tonight/changes") for _ in range(2)]
    told = viewer.get("/tonight/changes")
    assert (told.status_code, told.mimetype, told.data) == (200, stream.EVENTS, NO_ROOM)
    for one in listening:
        one.close()
    again = viewer.client.get("/tonight/changes")
    assert next(iter(again.response)).startswith(b"retry: 3000")  # type: ignore[call-overload]
    again.close()
