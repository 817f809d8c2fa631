"""A gunicorn worker that gives a thread only to requests that have come whole, and webhooks none at all.

gunicorn's own threads read from the network, so sixteen clients that never finish a request hold all of them. Here the
main loop reads: it never waits for one client, and each has a deadline. A thread then reads from memory.

A webhook takes less time than waking a thread for it, so the main loop answers it itself. Should one take long, another
thread keeps the loop meanwhile. Webhooks that come then are answered in their order: by one thread of the pool, by more
only if that one takes long, too, and by the main thread once it is back. Each thread more makes all others slower.

A connection stays registered while its request is answered. If its client waits for the answer, as all do that keep to
HTTP/1.1, it then waits for the next request without another word to the system.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from collections import deque
from contextlib import suppress
from datetime import timedelta
from functools import partial
from io import BytesIO
from selectors import EVENT_READ
from socket import MSG_DONTWAIT
from threading import Event, Lock, Thread
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.body import CHUNK_EXT_RE, Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from hotline.processes.gunicorn_parts import OwnWords, Response
from hotline.processes.request_head import HeadLimits, MalformedRequest, RequestHead, TooLong, read_head, settable_by

HEAD_WITHIN, BODY_WITHIN, SEND_WITHIN = 5.0, 5.0, 10
"""Seconds for the whole head of a request, for its whole body, and for a client to take more of an answer."""
MOST_HEAD, MOST_WEBHOOK, MOST_BODY = 32 * 1024, 64 * 1024, 1_000_000
"""Bytes. The last is for pages, where rotas are edited."""
MOST_WAITING = 400
"""Connections of one process that are idle or have an unfinished request. One more, and the oldest is closed."""
_TAKEN_AT_ONCE = 16
"""New clients that are taken before others are answered once more."""
MOST_HELD = 16 * 1024 * 1024
"""Bytes of unfinished requests in one process. Beyond it, large bodies are refused."""
_LINGER = 2.0
"""Seconds in which a client that was refused may still send: closing at once could take the answer from it."""
_NOTIFY_EVERY, _LOOK_EVERY = 0.5, 0.1
"""Seconds between two signs of life for the master, and between two looks for clients that are late."""
_PATIENCE = 0.005
"""Seconds that webhooks may be held up before one more thread sees to them."""
_MOST_CHUNK_LINE = 256
_WEBHOOKS = ("/voice", "/sms")


class Connection(TConn):  # type: ignore[misc]
    """A connection to a client, and what it has sent of its next request.

    `request` is what the head says, None while it is unfinished; the body begins at `body_at`. `last`: nothing more is
    read from this client. `refused`: it has its answer, and what it sends is dropped. `watched`: the main loop hears
    when it can be read.
    """

    def __init__(self, *of: Any) -> None:
        super().__init__(*of)
        self.sock.setblocking(True)
        self.data = bytearray()
        self.last = self.refused = self.watched = False
        self.settable = settable_by(self.cfg, self.client)
        self.begin()

    def begin(self) -> None:
        """Expect a new request, of which some may be here already."""
        self.searched = self.body_at = self.chunk_at = 0
        self.most = MOST_BODY
        self.request: RequestHead | None = None

    @property
    def is_webhook(self) -> bool:
        return self.request is not None and self.request.path.startswith(_WEBHOOKS)

    def end(self, length: int | None) -> int | None:
        """Return where the request ends in `data`; None while it is unfinished. Raises _Refused if it is too long.

        `length` is the body's, None if it comes in chunks.
        """
        if length is not None:
            end = self.body_at + length
            return end if len(self.data) >= end else None
        while len(self.data) - self.body_at <= self.most:
            eol = self.data.find(b"\r\n", self.chunk_at, self.chunk_at + _MOST_CHUNK_LINE)
            if eol < 0:
                if len(self.data) - self.chunk_at < _MOST_CHUNK_LINE:
                    return None
                raise MalformedRequest("chunk")
            size = _size(bytes(self.data[self.chunk_at : eol]))
            if size == 0:  # fields could follow, which nobody sends and nothing here reads
                after = self.data[eol + 2 : eol + 4]
                if len(after) < 2:
                    return None
                if after != b"\r\n":
                    raise MalformedRequest("chunk")
                return eol + 4
            following = eol + 2 + size + 2
            if following - self.body_at > self.most:
                break
            if len(self.data) < following:
                return None
            if self.data[following - 2 : following] != b"\r\n":
                raise MalformedRequest("chunk")
            self.chunk_at = following
        raise _Refused(413, "Content Too Large")


class _Refused(Exception):
    """The request is answered here, with a status and its name."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker with threads, but for how requests come in, how webhooks are answered and connections end.

    Who has `_loop` keeps the main loop: the main thread, except while it answers a webhook. `_turn` counts those, and
    `_stands` how often another thread kept the loop. In `_ready` are webhooks that came whole meanwhile.
    """

    alive: bool

    def __init__(self, *of: Any, **named: Any) -> None:
        super().__init__(*of, **named)
        self.log: Any = OwnWords(of[-1] if of else named["log"])
        self._waiting: dict[Connection, None] = {}
        self._changing = Lock()  # held while a connection begins or ends to wait
        self._held = 0
        self._notified = self._looked = 0.0
        self._limits = HeadLimits(self.cfg)
        self._loop = Lock()
        self._turn = 0
        self._stands = self._helpers = self._helped = 0
        self._answering = self._stood_in_for = self._resting = False
        self._ready = deque[Connection]()
        self._called = Event()

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Say what cannot hold."""
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("This server speaks no TLS. Leave out certfile and keyfile, and put a proxy before it.")
        if cfg.proxy_protocol != "off":
            raise RuntimeError("This server reads no PROXY protocol. Leave out proxy_protocol.")

    def run(self) -> None:
        """Serve until the process is told to end."""
        Thread(target=self._stand_in, name="stand-in", daemon=True).start()
        with self._loop:
            super().run()

    def notify(self) -> None:
        """Tell the master now and then that this process is alive."""
        now = time.monotonic()
        if now >= self._notified + _NOTIFY_EVERY:
            self._notified = now
            super().notify()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """See to what comes. First comes what did while another thread kept the loop."""
        while not self._stood_in_for and (conn := self._next_ready()):
            self._answer_here(conn)
        stands = self._stands
        for key, _ in self.poller.select(timeout):
            key.data(key.fileobj)
            if stands != self._stands:  # another thread has seen to the others
                return

    # Main thread: connections that wait

    def accept(self, listener: socket.socket) -> None:
        """Take the clients that have come. Each has some seconds to send the head of its first request.

        One at a time, the last of many would wait until the others had been answered as often as there are of them.
        """
        for _ in range(_TAKEN_AT_ONCE):
            if not self._take(listener):
                return

    def _take(self, listener: socket.socket) -> bool:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE) and self._waiting:
                self._close(next(iter(self._waiting)))
            return False
        if len(self._waiting) >= MOST_WAITING:
            self._close(next(iter(self._waiting)))
        self.nr_conns += 1
        with suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_WITHIN, 0))
        self._wait(Connection(self.cfg, client, address, listener.getsockname()), HEAD_WITHIN)
        return True

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
        """Have a request answered once it is whole, or once it is clear that it will be refused."""
        try:
            if conn.request is None and not self._head(conn):
                return
            end = conn.end(conn.request.length if conn.request else 0)
        except _Refused as refused:
            self._refuse(conn, *refused.args)
        except TooLong:
            self._refuse(conn, 413, "Content Too Large")
        except MalformedRequest as error:
            self.log.warning("A request could not be read (%s).", error)
            self._refuse(conn, 400, "Bad Request")
        else:
            if end is not None:
                self._submit(conn, end)

    def _head(self, conn: Connection) -> bool:
        """Return whether the head of the request is here and its body is worth waiting for. Raises _Refused."""
        if conn.data.startswith(b"\r\n"):  # as some send after a body
            del conn.data[:2]
            self._held -= 2
        at = conn.data.find(b"\r\n\r\n", max(0, conn.searched - 3))
        if at > MOST_HEAD or (at < 0 and len(conn.data) > MOST_HEAD):
            raise _Refused(431, "Request Header Fields Too Large")
        if at < 0:
            conn.searched = len(conn.data)
            return False
        conn.body_at = conn.chunk_at = at + 4
        conn.timeout = time.monotonic() + BODY_WITHIN
        request = conn.request = read_head(self.cfg, self._limits, conn.settable, bytes(conn.data[: conn.body_at]))
        if request.length == 0:
            return True
        if conn.is_webhook:
            conn.most = MOST_WEBHOOK
            if not any(name == "X-TWILIO-SIGNATURE" for name, _ in request.headers):  # refused, whatever the body
                self._submit(conn, conn.body_at, last=True)
                return False
        if (request.length or 0) > conn.most:  # refused by the application, in its own words
            self._submit(conn, conn.body_at, last=True)
            return False
        if self._held > MOST_HELD and (request.length is None or request.length > MOST_WEBHOOK):
            raise _Refused(503, "Service Unavailable")
        if request.asks_first and len(conn.data) == conn.body_at:
            with suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n", MSG_DONTWAIT)
        return True

    def _submit(self, conn: Connection, end: int, last: bool = False) -> None:
        """Take a request from what came, and have it answered. `last`: its body is not read, nor anything after it."""
        self._unwait(conn)
        request = conn.request
        assert request is not None
        body, conn.data = bytes(conn.data[conn.body_at : end]), conn.data[end:]
        conn.last = last or request.must_close
        if request.length is None and not last:
            request.body = Body(ChunkedReader(request, IterUnreader(iter([body]))))
        else:
            request.body = BytesIO(body)
        if not conn.is_webhook:
            self.tpool.submit(self._answer_elsewhere, conn)
        elif self._stood_in_for:
            self._ready.append(conn)
        else:
            self._answer_here(conn)

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

    # Answers

    def _answer_here(self, conn: Connection) -> None:
        """Answer in the main thread, which lets go of the loop meanwhile."""
        self._turn += 1
        self._answering = True
        if self._resting:
            self._called.set()
        self._loop.release()
        keep = False
        try:
            keep = self._answer(conn)
        finally:
            self._answering = False
            if not self._loop.acquire(blocking=False):
                self.method_queue.defer(int)  # ends the wait of the thread that keeps it
                self._loop.acquire()
            if keep and conn.data:  # its next request is here
                self.method_queue.defer(self.finish_request, conn, keep)
            elif not (keep and self._wait_on(conn)):
                self.finish_request(conn, keep)

    def _stand_in(self) -> None:
        """Keep the loop while the main thread takes long to answer. Rests while nothing comes."""
        while True:
            turn = self._turn
            time.sleep(_PATIENCE)
            if self._answering and turn == self._turn:
                self._keep_loop(turn)
            elif turn == self._turn:
                self._resting = True
                if turn == self._turn:  # still: from here on it is called
                    self._called.wait()
                self._resting = False
                self._called.clear()

    def _keep_loop(self, turn: int) -> None:
        if not self._loop.acquire(blocking=False):  # the main thread is back
            return
        self._stood_in_for = True
        self._stands += 1
        try:
            helped, since = self._helped, 0.0
            while self._answering and turn == self._turn:
                self.notify()
                self.wait_for_and_dispatch_events(_PATIENCE if self._ready else 1.0)
                self.murder_pending()
                now = time.monotonic()
                if helped != self._helped:
                    helped, since = self._helped, now
                elif self._ready and (not self._helpers or now >= since + _PATIENCE):
                    since = now
                    self._call_help()
        except Exception as error:  # noqa: BLE001 - without this thread, one slow webhook would hold all others
            self.log.failed(error)
        finally:
            self._stood_in_for = False
            self._loop.release()

    def _call_help(self) -> None:
        with self._changing:
            if self._helpers >= self.cfg.threads:
                return
            self._helpers += 1
        self.tpool.submit(self._help)

    def _help(self) -> None:
        """Answer in a thread of the pool what came whole while the main thread takes long."""
        try:
            while self._stood_in_for and (conn := self._next_ready()):
                self._helped += 1
                self._answer_elsewhere(conn)
        finally:
            with self._changing:
                self._helpers -= 1

    def _next_ready(self) -> Connection | None:
        try:
            return self._ready.popleft()
        except IndexError:
            return None

    def _answer_elsewhere(self, conn: Connection) -> None:
        """Answer in a thread of the pool."""
        keep = False
        try:
            keep = self._answer(conn)
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

    def _answer(self, conn: Connection) -> bool:
        """Answer a request, and return whether the connection may be used for another.

        Neither the log nor the answer repeats what was sent.
        """
        response: Any = None
        try:
            response, environ = wsgi.create(
                conn.request, conn.sock, conn.client, conn.server, self.cfg, response_class=Response
            )
            environ["wsgi.multithread"] = True
            self._run(conn, response, environ)
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN):
                self.log.failed(error)
            return False
        except (Exception, SystemExit) as error:
            if isinstance(error, SystemExit) and not self.alive:  # the master ends this process
                raise
            self.log.failed(error)
            if response is None or not response.headers_sent:
                with suppress(OSError):
                    util.write_error(conn.sock, 500, "Internal Server Error", "")
            return False
        return not response.should_close()

    def _run(self, conn: Connection, response: Any, environ: dict[str, Any]) -> None:
        """Run the application, and send what it answers."""
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
        if conn.last or not self.alive or not self.cfg.keepalive:
            response.force_close()
        began = time.monotonic()
        parts = self.wsgi(environ, response.start_response)
        try:
            if isinstance(parts, environ["wsgi.file_wrapper"]):
                response.write_file(parts)
            else:
                for part in parts:
                    response.write(part)
            response.close()
        finally:
            self.log.access(response, conn.request, environ, timedelta(seconds=time.monotonic() - began))
            if hasattr(parts, "close"):
                parts.close()


def _size(line: bytes) -> int:
    """The size of a chunk, by the line it begins with."""
    text = line.partition(b";")[0].rstrip(b" \t")
    known = CHUNK_EXT_RE.fullmatch(line, len(text))
    if known is None or not text or len(text) > 8 or set(text) - set(b"0123456789abcdefABCDEF"):
        raise MalformedRequest("chunk")
    return int(text, 16)
