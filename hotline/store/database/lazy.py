"""The database at a URL, opened at its first use. All stores in the database use it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from hotline.errors import DatabaseUnavailable
from hotline.store.after_fork import forget_in_child

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class Database:
    """A database. Connects to nothing, and imports no database library, before its first use.

    The first use makes the tables, or brings them up to date. Safe for any number of threads and processes at once, and
    usable after a fork. After a failure it is not asked again for `pause` seconds, since somebody may be waiting each
    time. Without an answer for `patience` seconds, it counts as failed.
    """

    def __init__(self, url: str, pause: float = 0.0, patience: float | None = None) -> None:
        self._url = url
        self._pause = pause
        self._patience = patience
        self._failed: tuple[float, DatabaseUnavailable] | None = None
        self._lock = Lock()
        self._engine: Engine | None = None
        self._current = False
        forget_in_child(self._forget)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction: committed at the end of the block, or undone by an error. Raises DatabaseUnavailable."""
        with self._engine_for_use() as engine, engine.begin() as connection:
            yield connection

    @contextmanager
    def statements(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own. Raises DatabaseUnavailable."""
        with self._engine_for_use() as engine, engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _engine_for_use(self) -> Iterator[Engine]:
        # Imported here, so that a process that only passes a Database on never pays for the database libraries.
        from hotline.store.database.engine import unavailable
        from hotline.store.database.migrate import bring_up_to_date

        if self._failed is not None and time.monotonic() - self._failed[0] < self._pause:
            raise DatabaseUnavailable(self._failed[1].message, self._failed[1].remedy)
        try:
            with unavailable():
                engine = self._opened()
                try:
                    if not self._current:
                        bring_up_to_date(engine)
                        self._current = True
                    yield engine
                except BaseException:
                    self._current = False  # after any error, the next use checks the tables first
                    raise
        except DatabaseUnavailable as error:
            self._failed = time.monotonic(), error
            raise

    def close(self) -> None:
        """Close all connections. The next use opens new ones."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _opened(self) -> Engine:
        from hotline.store.database.engine import engine_for

        with self._lock:
            if self._engine is None:
                self._engine = engine_for(self._url, self._patience)
            return self._engine

    def _forget(self) -> None:
        """Forget the connections in a forked child: they are the parent's, and stay open for it."""
        self._lock = Lock()
        if self._engine is not None:
            self._engine.dispose(close=False)
            self._engine = None
