"""The right to touch a world: one thread at a time has it, and lends it out while it waits for the server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType


class TurnLock:
    """A lock that its owner may take more than once, and set aside.

    A world's own thread has it while something happens, and sets it aside while the server answers a webhook: the
    server may send requests to the REST API meanwhile, from the same thread or from others.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self._owner = threading.get_ident()
        self._depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None
        self._lock.release()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have the turn; take it back afterwards, as often as it was held."""
        depth = self._depth if self._owner == threading.get_ident() else 0
        for _ in range(depth):
            self.__exit__(None, None, None)
        try:
            yield
        finally:
            for _ in range(depth):
                self.__enter__()
