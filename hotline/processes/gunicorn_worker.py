"""A gunicorn worker that gives a thread only to requests that have come whole.

gunicorn's own threads read from the network, so sixteen clients that never finish a request hold all of them. Here the
main loop reads: it never waits for one client, and each has a deadline. A thread then reads from memory.
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from selectors import EVENT_READ
from typing import Any

from gunicorn import http, util
from gunicorn.http import errors
from gunicorn.http.body import CHUNK_EXT_RE
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_WITHIN, BODY_WITHIN, SEND_WITHIN = 5.0, 5.0, 10
"""Seconds for the whole head of a request, for its whole body, and for a client to take more of an answer."""
MOST_HEAD, MOST_WEBHOOK, MOST_BODY = 32 * 1024, 64 * 1024, 1_000_000
"""Bytes. The last is for pages, where rotas are edited."""
MOST_WAITING = 400
"""Connections of one process that are idle or have an unfinished request. One more, and the oldest is closed."""
MOST_HELD = 16 * 1024 * 1024
"""Bytes of unfinished requests in one process. Beyond it, large bodies are refused."""
_LINGER = 2.0
"""Seconds in which a client that was refused may still send: closing at once could take the answer from it."""
_MOST_CHUNK_LINE = 256
_WEBHOOKS = (b"/voice", b"/sms")
_OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


class Connection(TConn):  # type: ignore[misc]
    """A connection to a client, and what it has sent of its next request.

    `body_at` is where the body begins, 0 while the head is unfinished. `length` is the body's, None if it comes in
    chunks. `last`: nothing more is read from this client. `refused`: it has its answer, and what it sends is dropped.
    """

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self.initialized = True
        self.data = bytearray()
        self.last = self.refused = False
        self.begin()

    def begin(self) -> None:
        """Expect a new request, of which some may be here already."""
        self.searched = self.body_at = self.chunk_at = 0
        self.most = MOST_BODY
        self.length: int | None = 0

    def end(self) -> int | None:
        """Return where the request ends in `data`; None while it is unfinished. Raises _Refused if it is too long."""
        if self.length is not None:
            end = self.body_at + self.length
            return end if len(self.data) >= end else None
        while len(self.data) - self.body_at <= self.most:
            eol = self.data.find(b"\r\n", self.chunk_at, self.chunk_at + _MOST_CHUNK_LINE)
            if eol < 0:
                if len(self.data) - self.chunk_at < _MOST_CHUNK_LINE:
                    return None
                raise _Unreadable
            size = _size(bytes(self.data[self.chunk_at : eol]))
            if size == 0:  # fields could follow, which nobody sends and nothing here reads
                after = self.data[eol + 2 : eol + 4]
                if len(after) < 2:
                    return None
                if after != b"\r\n":
                    raise _Unreadable
                return eol + 4
            following = eol + 2 + size + 2
            if following - self.body_at > self.most:
                break
            if len(self.data) < following:
                return None
            if self.data[following - 2 : following] != b"\r\n":
                raise _Unreadable
            self.chunk_at = following
        raise _Refused(413, "Content Too Large")


class _Refused(Exception):
    """The request is answered here, with a status and its name."""


class _Unreadable(Exception):
    """The body does not keep to HTTP."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, but for how requests come in and how connections end."""

    def __init__(self, *of: Any, **named: Any) -> None:
        super().__init__(*of, **named)
        self.log: Any = _OwnWords(of[-1] if of else named["log"])
        self._waiting: dict[Connection, None] = {}
        self._held = 0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Say what cannot hold."""
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("This server speaks no TLS. Leave out certfile and keyfile, and put a proxy before it.")

    # Main thread: connections that wait

    def accept(self, listener: socket.socket) -> None:
        """Take a client. It has some seconds to send the head of its first request."""
        if len(self._waiting) >= MOST_WAITING:
            self._close(next(iter(self._waiting)))
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE) and self._waiting:
                self._close(next(iter(self._waiting)))
            return
        self.nr_conns += 1
        with suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_WITHIN, 0))
        self._wait(Connection(self.cfg, client, address, listener.getsockname()), HEAD_WITHIN)

    def _wait(self, conn: Connection, seconds: float) -> None:
        try:
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_READ, partial(self._readable, conn))
        except (OSError, ValueError, KeyError):  # it is closed
            self.nr_conns -= 1
            conn.close()
            return
        conn.timeout = time.monotonic() + seconds
        self._waiting[conn] = None
        self._held += len(conn.data)

    def _unwait(self, conn: Connection) -> None:
        if conn in self._waiting:
            del self._waiting[conn]
            self._held -= len(conn.data)
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(conn.sock)

    def _close(self, conn: Connection) -> None:
        self._unwait(conn)
        self.nr_conns -= 1
        conn.close()

    def _readable(self, conn: Connection, _: object) -> None:
        if conn not in self._waiting:
            return  # it was closed in this same round
        try:
            came = conn.sock.recv(64 * 1024)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            came = b""
        if not came:
            self._close(conn)
        elif not conn.refused:
            if not conn.data:  # it was idle until now
                conn.timeout = time.monotonic() + HEAD_WITHIN
            conn.data += came
            self._held += len(came)
            self._look(conn)

    def _look(self, conn: Connection) -> None:
        """Hand a request to the threads once it is whole, or once it is clear that it will be refused."""
        try:
            if not conn.body_at and not self._head(conn):
                return
            end = conn.end()
        except _Refused as refused:
            self._refuse(conn, *refused.args)
        except _Unreadable:
            self._refuse(conn, 400, "Bad Request")
        else:
            if end is not None:
                self._submit(conn, end)

    def _head(self, conn: Connection) -> bool:
        """Return whether the head of the request is here and its body is worth waiting for. Raises _Refused."""
        at = conn.data.find(b"\r\n\r\n", max(0, conn.searched - 3))
        if at > MOST_HEAD or (at < 0 and len(conn.data) > MOST_HEAD):
            raise _Refused(431, "Request Header Fields Too Large")
        if at < 0:
            conn.searched = len(conn.data)
            return False
        conn.body_at = conn.chunk_at = at + 4
        conn.timeout = time.monotonic() + BODY_WITHIN
        first, *lines = bytes(conn.data[:at]).split(b"\r\n")
        fields = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)]
        lengths = [value for name, value in fields if name == b"content-length"]
        codings = [value.lower() for name, value in fields if name == b"transfer-encoding"]
        if not lengths and not codings:
            return True
        names = {name for name, _ in fields}
        if first.partition(b" ")[2].startswith(_WEBHOOKS):
            conn.most = MOST_WEBHOOK
            if b"x-twilio-signature" not in names:  # refused by the application, whatever the body
                self._submit(conn, conn.body_at, last=True)
                return False
        if len(lengths) + len(codings) > 1 or (codings and codings != [b"chunked"]):
            self._submit(conn, conn.body_at, last=True)  # where it ends is unclear, and gunicorn refuses most of these
            return False
        conn.length = None if codings else _decimal(lengths[0])
        if (conn.length or 0) > conn.most:  # refused by the application, in its own words
            self._submit(conn, conn.body_at, last=True)
            return False
        if self._held > MOST_HELD and (conn.length is None or conn.length > MOST_WEBHOOK):
            raise _Refused(503, "Service Unavailable")
        if b"expect" in names and len(conn.data) == conn.body_at:
            with suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _submit(self, conn: Connection, end: int, last: bool = False) -> None:
        self._unwait(conn)
        request, conn.data = bytes(conn.data[:end]), conn.data[end:]
        conn.last = last
        conn.parser = http.get_parser(self.cfg, iter([request]), conn.client)
        self.enqueue_req(conn)

    def _refuse(self, conn: Connection, code: int, name: str) -> None:
        with suppress(OSError):
            conn.sock.send(
                f"HTTP/1.1 {code} {name}\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                f"Content-Length: {len(name) + 5}\r\n\r\n{code} {name}\n".encode()
            )
        self._unwait(conn)
        self._linger(conn)

    def _linger(self, conn: Connection) -> None:
        conn.refused, conn.data = True, bytearray()
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        self._wait(conn, _LINGER)

    def murder_pending(self) -> None:
        """Close whoever has not sent a whole request in time."""
        now = time.monotonic()
        for conn in [one for one in self._waiting if one.timeout <= now]:
            if conn.data:
                self._refuse(conn, 408, "Request Timeout")
            else:
                self._close(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close all connections that wait, with `force`: the worker ends."""
        for conn in list(self._waiting) if force else ():
            self._close(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in self._waiting:
            conn.timeout = min(conn.timeout, deadline)

    def finish_request(self, conn: Connection, future: Any) -> None:
        """Wait for the client's next request, or end the connection. Never waits for the client here."""
        if future.cancelled() or future.exception() is not None or not future.result() or conn.last:
            self._linger(conn)
            return
        conn.begin()
        self._wait(conn, self.cfg.keepalive if self.alive else _LINGER)
        if conn.data and conn in self._waiting:
            conn.timeout = time.monotonic() + HEAD_WITHIN
            self._look(conn)

    # A thread of the pool

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer a request; the connection ends if more of it was not read."""
        if conn.last:
            req.force_close()
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer what could not be read, or failed. Neither the log nor the answer repeats what was sent."""
        if isinstance(exc, errors.ParseException) and not isinstance(exc, _OURS):
            self.log.warning("A request could not be read (%s).", type(exc).__name__)
            code, name = 400, "Bad Request"
        else:
            self.log.failed(exc)
            code, name = 500, "Internal Server Error"
        with suppress(OSError):
            util.write_error(client, code, name, "")


class _OwnWords:
    """gunicorn's log, without what clients sent: no text of an error, no address."""

    def __init__(self, log: Any) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def debug(self, *_: object, **__: object) -> None:
        """Write nothing: gunicorn tells here what was sent."""

    def exception(self, *_: object, **__: object) -> None:
        """Write what kind of error is being handled."""
        self.failed(sys.exc_info()[1])

    def failed(self, error: BaseException | None) -> None:
        """Write what kind of error it was, and where."""
        trace = error.__traceback__ if error else None
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "unknown"
        self._log.error("A request failed: %s at %s.", type(error).__name__, where)


def _size(line: bytes) -> int:
    """The size of a chunk, by the line it begins with."""
    text = line.partition(b";")[0].rstrip(b" \t")
    known = CHUNK_EXT_RE.fullmatch(line, len(text))
    if known is None or not text or len(text) > 8 or set(text) - set(b"0123456789abcdefABCDEF"):
        raise _Unreadable
    return int(text, 16)


def _decimal(text: bytes) -> int:
    if not text.isdigit():
        raise _Unreadable
    return int(text[:20])
