"""Server-sent events (HTML Living Standard, 9.2), with which a page learns that it should be fetched again.

A stream takes a thread while somebody listens. So it ends by itself after some minutes, and the browser's session is
checked when it returns. It ends at once when the listener has gone.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

EVENTS = "text/event-stream"
NO_ROOM = b"retry: 300000\nevent: no-room\ndata: \n\n"
"""Tells the browser to check from time to time instead."""
LOOK_EVERY, PING_EVERY, STREAM_FOR = 3.0, 15.0, 300.0
"""Seconds."""
_SLICE = 0.5
Waiter = Callable[[float], bool]
"""Waits for so many seconds. False as soon as nobody listens any more."""


class Stream:
    """Says `changed` whenever `look` returns something new. `leave` is called once, at the end."""

    def __init__(self, look: Callable[[], str], wait: Waiter, leave: Callable[[], None]) -> None:
        self._look = look
        self._wait = wait
        self._leave: Callable[[], None] | None = leave

    def __iter__(self) -> Iterator[bytes]:
        seen = self._look()
        yield b"retry: 3000\n\n"
        started = pinged = time.monotonic()
        while time.monotonic() - started < STREAM_FOR and self._wait(LOOK_EVERY):
            now = self._look()
            if now != seen:
                seen = now
                yield b"event: changed\ndata: \n\n"
            elif time.monotonic() - pinged >= PING_EVERY:
                pinged = time.monotonic()
                yield b": still here\n\n"

    def close(self) -> None:
        """End the answer, for any reason."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()


class StreamServer:
    """The server that runs this process. It may say when it is about to stop, so that streams end before."""

    stopping: Callable[[], bool] = staticmethod(lambda: False)


def waiter(environ: Mapping[str, Any]) -> Waiter:
    """Return how to wait for the sender of a request: by their connection, if the server says which it is."""
    connection = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")

    def wait(seconds: float) -> bool:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if StreamServer.stopping() or _gone(connection, min(left, _SLICE)):
                return False
        return True

    return wait


def _gone(connection: object, within: float) -> bool:
    """Return whether the other end of a connection is closed; looks for so many seconds at most."""
    if not isinstance(connection, socket.socket):
        time.sleep(within)
        return False
    readable, _, _ = select.select([connection], [], [], within)
    if not readable:
        return False
    try:
        if connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b"":
            return True
    except OSError:
        return True
    time.sleep(within)  # a further request came on it, which has to wait
    return False
