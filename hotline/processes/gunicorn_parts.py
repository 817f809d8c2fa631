"""gunicorn's response and log, as our worker needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi


class Response(wsgi.Response):  # type: ignore[misc]
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


class OwnWords:
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
