"""A gunicorn worker that gives a thread only to requests that have come whole.

gunicorn's own threads read from the network, so sixteen clients that never finish a request hold all of them. Here the
main loop reads: it never waits for one client, and each has a deadline. A thread then reads from memory.

A connection stays registered while its request is answered. If its client waits for the answer, as all do that keep to
HTTP/1.1, the thread lets the connection wait for the next request by itself, without waking the main loop.
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from selectors import EVENT_READ
from socket import MSG_DONTWAIT
from threading import Lock
from typing import Any

from gunicorn import http, util
from gunicorn.http import errors, wsgi
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
_NOTIFY_EVERY, _LOOK_EVERY = 0.5, 0.1
"""Seconds between two signs of life for the master, and between two looks for clients that are late."""
_MOST_CHUNK_LINE = 256
_WEBHOOKS = (b"/voice", b"/sms")
_OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)


class Connection(TConn):  # type: ignore[misc]
    """A connection to a client, and what it has sent of its next request.

    `body_at` is where the body begins, 0 while the head is unfinished. `length` is the body's, None if it comes in
    chunks. `last`: nothing more is read from this client. `refused`: it has its answer, and what it sends is dropped.
    `watched`: the main loop hears when it can be read.
    """

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self.initialized = True
        self.data = bytearray()
        self.last = self.refused = self.watched = False
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

    alive: bool

    def __init__(self, *of: Any, **named: Any) -> None:
        super().__init__(*of, **named)
        self.log: Any = _OwnWords(of[-1] if of else named["log"])
        self._waiting: dict[Connection, None] = {}
        self._changing = Lock()  # held while a connection begins or ends to wait
        self._held = 0
        self._notified = self._looked = 0.0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Say what cannot hold."""
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("This server speaks no TLS. Leave out certfile and keyfile, and put a proxy before it.")

    def notify(self) -> None:
        """Tell the master now and then that this process is alive."""
        now = time.monotonic()
        if now >= self._notified + _NOTIFY_EVERY:
            self._notified = now
            super().notify()

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
            if not conn.watched:
                self.poller.register(conn.sock, EVENT_READ, partial(self._readable, conn))
                conn.watched = True
        except (OSError, ValueError, KeyError):  # it is closed
            self.nr_conns -= 1
            conn.close()
            return
        conn.timeout = time.monotonic() + seconds
        with self._changing:
            self._waiting[conn] = None
        self._held += len(conn.data)

    def _unwait(self, conn: Connection) -> None:
        with self._changing:
            if conn not in self._waiting:
                return
            del self._waiting[conn]
        self._held -= len(conn.data)

    def _close(self, conn: Connection) -> None:
        self._unwait(conn)
        self._unwatch(conn)
        self.nr_conns -= 1
        conn.close()

    def _unwatch(self, conn: Connection) -> None:
        if conn.watched:
            conn.watched = False
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(conn.sock)

    def _readable(self, conn: Connection, _: object) -> None:
        with self._changing:
            if conn not in self._waiting:  # closed in this same round, or its request is being answered
                self._unwatch(conn)
                return
        try:
            came = conn.sock.recv(64 * 1024, MSG_DONTWAIT)
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
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n", MSG_DONTWAIT)
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
                f"Content-Length: {len(name) + 5}\r\n\r\n{code} {name}\n".encode(),
                MSG_DONTWAIT,
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
        if now < self._looked + _LOOK_EVERY:
            return
        self._looked = now
        for conn in [one for one in self._idle() if one.timeout <= now]:
            if conn.data:
                self._refuse(conn, 408, "Request Timeout")
            else:
                self._close(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close all connections that wait, with `force`: the worker ends."""
        for conn in self._idle() if force else ():
            self._close(conn)

    def _idle(self) -> list[Connection]:
        with self._changing:
            return list(self._waiting)

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in self._idle():
            conn.timeout = min(conn.timeout, deadline)

    def enqueue_req(self, conn: Connection) -> None:
        """Have a thread answer a request."""
        self.tpool.submit(self._answer, conn)

    def finish_request(self, conn: Connection, keep: bool) -> None:
        """Wait for the client's next request, or end the connection. Never waits for the client here."""
        if not keep or conn.last:
            self._linger(conn)
            return
        conn.begin()
        self._wait(conn, self.cfg.keepalive if self.alive else _LINGER)
        if conn.data and conn in self._waiting:
            conn.timeout = time.monotonic() + HEAD_WITHIN
            self._look(conn)

    # A thread of the pool

    def _answer(self, conn: Connection) -> None:
        keep = False
        try:
            keep = bool(self.handle(conn))
        finally:
            if not (keep and self._wait_on(conn)):
                self.method_queue.defer(self.finish_request, conn, keep)

    def _wait_on(self, conn: Connection) -> bool:
        """Return whether a connection can wait for its next request just as it is; then it does."""
        with self._changing:
            if not (conn.watched and self.alive) or conn.data or conn.last:
                return False
            conn.begin()
            conn.timeout = time.monotonic() + self.cfg.keepalive
            self._waiting[conn] = None
            return True

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer a request, and return whether the connection may be used for another."""
        response, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg, response_class=_Response)
        environ["wsgi.multithread"] = True
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
        if conn.last or not self.alive or not self.cfg.keepalive:
            response.force_close()
        began = time.monotonic()
        try:
            parts = self.wsgi(environ, response.start_response)
            try:
                if isinstance(parts, environ["wsgi.file_wrapper"]):
                    response.write_file(parts)
                else:
                    for part in parts:
                        response.write(part)
                response.close()
            finally:
                self.log.access(response, req, environ, timedelta(seconds=time.monotonic() - began))
                if hasattr(parts, "close"):
                    parts.close()
        except OSError:
            raise
        except (Exception, SystemExit) as error:
            if not response.headers_sent:
                raise
            self.log.failed(error)
            return False
        return not response.should_close()

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


class _Response(wsgi.Response):  # type: ignore[misc]
    """gunicorn's response, whose head goes out with the first bytes of a body of known length: half the packets."""

    headers_sent: bool
    _head = b""

    def send_headers(self) -> None:
        """Send the head, or keep it until the body is there."""
        if self.headers_sent:
            return
        if not self.response_length or self._omits_body:
            super().send_headers()
            return
        lines = [*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"]
        self._head = "".join(lines).encode("latin-1")
        self.headers_sent = True

    def _emit_body(self, data: bytes) -> None:
        head, self._head = self._head, b""
        super()._emit_body(head + data)

    def sendfile(self, parts: Any) -> bool:
        """Send a file; the head goes first."""
        self.send_headers()
        self._flush()
        return bool(super().sendfile(parts))

    def close(self) -> None:
        """End the response."""
        super().close()
        self._flush()

    def _flush(self) -> None:
        head, self._head = self._head, b""
        if head:
            util.write(self.sock, head)


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
