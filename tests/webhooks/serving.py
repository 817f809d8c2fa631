"""Applications behind real HTTP, in this process."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

App = Callable[..., object]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def serving(app: App, port: int, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a server that runs an application."""
    server = make_server("127.0.0.1", port, app, handler_class=Quiet)  # type: ignore[arg-type]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http{'s' if context else ''}://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
