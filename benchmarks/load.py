"""A client light enough to measure with: signed webhooks over kept-alive connections, one thread for all of them."""

from __future__ import annotations

import base64
import hmac
import re
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

SCRIPT = Path(__file__).with_name("webhooks.lua")
Chain = Iterator[tuple[str, Mapping[str, str]]]
"""Gives the next webhook's path (with query) and form; may look at the last answer meanwhile."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second, and the 50th and 99th percentile of the time to an answer, in milliseconds.

    `cost`: the milliseconds of the server's processor time that a request took, 0 if that was not measured.
    """

    rate: float
    p50: float
    p99: float
    requests: int = 0
    cost: float = 0.0

    def costing(self, seconds: float) -> Measured:
        """Return the same, with so many seconds of the server's processor time for all requests."""
        return replace(self, cost=1e3 * seconds / max(1, self.requests))


def compiled() -> bool:
    """Return whether wrk, a compiled load generator, is installed."""
    return shutil.which("wrk") is not None


def measure_with_wrk(public_url: str, kind: str, token: str, at_once: int, seconds: float) -> Measured:
    """Send webhooks from so many connections at once. `kind`: see benchmarks/webhooks.lua."""
    options = [
        f"-t{at_once}",
        f"-c{at_once}",
        f"-d{round(seconds) or 1}",
        "--timeout",
        "20s",
        "-s",
        str(SCRIPT),
        public_url,
    ]
    ended = subprocess.run(
        ["wrk", *options, "--", kind, public_url, token], capture_output=True, text=True, check=True, timeout=120
    )
    found = re.search(r"^result (\d+) (\d+) (\d+) (\d+) (\d+)$", ended.stdout, re.MULTILINE)
    if found is None or found[5] != "0":
        raise RuntimeError(f"not all answers were good: {ended.stdout[-300:]}")
    requests, lasted, p50, p99 = (int(figure) for figure in found.groups()[:4])
    return Measured(1e6 * requests / lasted, p50 / 1e3, p99 / 1e3, requests)


def request_bytes(public_url: str, token: str, path: str, form: Mapping[str, str]) -> bytes:
    """A whole signed HTTP request."""
    text = public_url + path + "".join(name + form[name] for name in sorted(form))
    signature = base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Caller:
    """One kept-alive connection that sends one webhook after another."""

    def __init__(self, port: int, make: Callable[[str], bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._make = make
        self._answer = b""
        self.last = ""
        self.sent_at = 0.0
        self.prepared = self._make("")

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(self.prepared)

    def received(self) -> float | None:
        """Seconds from sending to the whole answer, once it is all there."""
        self._answer += self.socket.recv(65_536)
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(body) < length:
            return None
        took = time.perf_counter() - self.sent_at
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"not a good answer: {head[:100]!r}")
        self.last, self._answer = body.decode(), b""
        self.prepared = self._make(self.last)
        return took


def measure(port: int, makers: list[Callable[[str], bytes]], seconds: float) -> Measured:
    """Send from as many connections at once as there are makers. Each makes its next request from the last answer."""
    callers = [Caller(port, make) for make in makers]
    times: list[float] = []
    with selectors.DefaultSelector() as selector:
        for caller in callers:
            selector.register(caller.socket, selectors.EVENT_READ, caller)
            caller.send()
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            for key, _ in selector.select(1):
                took = key.data.received()
                if took is not None:
                    times.append(took)
                    key.data.send()
        lasted = time.perf_counter() - began
    for caller in callers:
        caller.socket.close()
    times.sort()
    return Measured(len(times) / lasted, 1e3 * times[len(times) // 2], 1e3 * times[int(len(times) * 0.99)], len(times))
