"""A Redis that takes connections and never answers, as a host does whose disk hangs."""

from __future__ import annotations

import socket
from types import TracebackType


class Stalled:
    """Listens, and lets the kernel accept whoever comes; nothing is ever read."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"redis://127.0.0.1:{self._socket.getsockname()[1]}/0"

    def __enter__(self) -> Stalled:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
