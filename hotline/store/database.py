"""Reaching the database: which driver, how long to wait, and what its errors are called here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from hotline.errors import CallLogUnavailable
from hotline.store.patience import let_go_after

_CONNECT_SECONDS = 3
_LOCK_SECONDS = 5
_POSTGRESQL = {"postgres", "postgresql"}


def engine_for(database_url: str, patience: float | None = None) -> Engine:
    """An engine for any SQLAlchemy URL; connects to nothing yet. Its errors never show a row.

    `patience`: seconds after which a PostgreSQL is let go of that has not done what it was asked for.
    """
    url = _with_driver(make_url(database_url))
    if url.get_backend_name() == "sqlite":
        # A connection for each use costs less than finding out whether the file is still the one that was opened.
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": _LOCK_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    limit = patience if url.get_backend_name() == "postgresql" else None
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=2,
        pool_pre_ping=limit is None,
        hide_parameters=True,
        connect_args=_waits(url),
    )
    if limit is not None:
        let_go_after(engine, limit)
    return engine


def sqlite_file(engine: Engine) -> Path | None:
    """The file that holds a SQLite database; None for other databases, and for one in memory."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name)


@contextmanager
def unavailable() -> Iterator[None]:
    """Have whatever a database or its driver raises come out as CallLogUnavailable, without a row's content."""
    try:
        yield
    except OperationalError as error:
        # Its first line says what an operator needs, such as "connection refused"; other errors may quote the row.
        reason = str(error.orig).strip().partition("\n")[0]
        raise CallLogUnavailable(f"The call log's database cannot be used: {reason}.", _REMEDY) from None
    except ModuleNotFoundError as error:
        raise CallLogUnavailable(
            f"The call log's database needs {error.name}.", "Install it: pip install 'hotline[postgres]'."
        ) from None
    except (SQLAlchemyError, OSError, ValueError, ArithmeticError) as error:  # drivers raise their own, too
        raise CallLogUnavailable(f"The call log's database cannot be used ({type(error).__name__}).", _REMEDY) from None


_REMEDY = "Check DATABASE_URL and the database; rows wait in the spool meanwhile."


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in _POSTGRESQL else url


def _waits(url: URL) -> dict[str, Any]:
    """How long to wait for PostgreSQL (libpq's names), unless the URL says."""
    if url.get_backend_name() != "postgresql":
        return {}
    waits = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": 5_000, "keepalives_idle": 10}
    return {name: value for name, value in waits.items() if name not in url.query}


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
