"""Transports: how a webhook reaches the server under test, and what comes back."""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import unquote_to_bytes, urlsplit

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The limits of one attempt, in seconds (Twilio docs: usage/webhooks/webhooks-connection-overrides)."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request. `url` is the public one, which is signed, with its query and no fragment."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    limits: Timeouts = field(default_factory=Timeouts)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the server. Header names are in lower case; `trouble` is the traceback of an app run in-process."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    trouble: str = ""

    def header(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        return next((value for key, value in self.headers if key == name.lower()), "")


class NotDelivered(Exception):
    """A missing answer. `kind` is `ct` for no connection, `rt` for an answer that came too late or broke off."""

    def __init__(self, kind: Literal["ct", "rt"], what: str) -> None:
        super().__init__(what)
        self.kind = kind


class Transport(Protocol):
    """Takes requests to a server whose outside address is `public_url`."""

    @property
    def public_url(self) -> str: ...

    def send(self, request: Request) -> Answer:
        """Deliver once; raises NotDelivered."""


class WsgiTransport:
    """Calls a WSGI app in this process. `host` is the Host header: as behind a proxy, it is not the public host."""

    def __init__(self, app: WsgiApp, public_url: str = "https://hotline.example", host: str = "127.0.0.1:8000") -> None:
        self.app = app
        self.public_url = public_url.rstrip("/")
        self.host = host

    def send(self, request: Request) -> Answer:
        """Deliver `request`; an exception in the app becomes a 500, as any server would make it."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[..., None]:
            started[:] = [(status, headers)]
            return lambda data: None

        try:
            result = self.app(self._environ(request), start_response)
            try:
                body = b"".join(result)
            finally:
                close = getattr(result, "close", None)
                if close is not None:
                    close()
            status, headers = started[0]
        except Exception:  # noqa: BLE001 -- any server makes a 500 of it, whatever it was
            return Answer(500, (), b"", traceback.format_exc())
        return Answer(int(status.split()[0]), tuple((name.lower(), value) for name, value in headers), body)

    def _environ(self, request: Request) -> dict[str, Any]:
        parts = urlsplit(request.url)
        name, _, port = self.host.partition(":")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
            "QUERY_STRING": parts.query,
            "REQUEST_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
            "RAW_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
            "SERVER_NAME": name,
            "SERVER_PORT": port or "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": self.host,
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for header, value in request.headers.items():
            key = header.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        return environ
