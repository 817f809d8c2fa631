"""Webhooks over a real socket, with the carrier's patience and no more."""

from __future__ import annotations

import gzip
import http.client
import ssl
import time
from urllib.parse import urlsplit

from hotline.simulator.line.transport import Answer, NotDelivered, Request


class HttpTransport:
    """Sends to the server at `base_url`, keeping the connection open; signs for `public_url`, if that is another."""

    def __init__(self, base_url: str, public_url: str | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.public_url = (public_url or base_url).rstrip("/")
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, request: Request) -> Answer:
        """Deliver once, within the request's limits; raises NotDelivered."""
        deadline = time.monotonic() + request.limits.total
        kept = self._connection is not None
        try:
            return self._exchange(request, deadline)
        except (http.client.HTTPException, OSError) as error:
            self.close()
            # If the server closed a kept connection while it was idle, that does not concern this request.
            if not (kept and isinstance(error, ConnectionError)):
                raise NotDelivered("rt", f"the connection broke off: {error!r}") from error
        return self.send(request)

    def _exchange(self, request: Request, deadline: float) -> Answer:
        connection = self._connected(request, deadline)
        parts = urlsplit(request.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            self._patience(connection, request, deadline)
            connection.request(request.method, target, request.body or None, dict(request.headers))
            with connection.getresponse() as response:
                chunks = []
                while chunk := response.read1(65_536):
                    chunks.append(chunk)
                    self._patience(connection, request, deadline)
        except TimeoutError as error:
            self.close()
            raise NotDelivered("rt", "no answer in time") from error
        body = b"".join(chunks)
        if response.headers.get("Content-Encoding", "").lower() == "gzip":
            body = gzip.decompress(body)
        headers = tuple((name.lower(), value) for name, value in response.getheaders())
        if response.will_close:
            self.close()
        return Answer(response.status, headers, body)

    def _connected(self, request: Request, deadline: float) -> http.client.HTTPConnection:
        if self._connection is not None:
            return self._connection
        parts = urlsplit(self.base_url)
        patience = max(0.001, min(request.limits.connect, deadline - time.monotonic()))
        host = parts.hostname or "127.0.0.1"
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(
                host, parts.port, timeout=patience, context=ssl.create_default_context()
            )
        else:
            connection = http.client.HTTPConnection(host, parts.port, timeout=patience)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise NotDelivered("ct", f"no connection to {self.base_url}: {error}") from error
        self._connection = connection
        return connection

    def _patience(self, connection: http.client.HTTPConnection, request: Request, deadline: float) -> None:
        """Give the next read the remaining time. Raises TimeoutError if there is none."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(min(request.limits.read, left))
