"""Reaching the database: which driver, how long to wait, and what its errors are called here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool

from hotline.addresses import several_hosts
from hotline.core.wording import Wording
from hotline.errors import DatabaseUnavailable
from hotline.store.database.cut_off import let_go_after

_CONNECT_SECONDS = 3
_LOCK_SECONDS = 5
_POSTGRESQL = {"postgres", "postgresql"}


def engine_for(database_url: str, patience: float | None = None) -> Engine:
    """An engine for any SQLAlchemy URL. Connects to nothing yet. Its errors never show a row.

    `patience`: seconds after which a PostgreSQL that has not finished a request is cut off.
    """
    url = database_address(database_url)
    if url.get_backend_name() == "sqlite":
        # A connection for each use costs less than checking whether the file is still the one that was opened.
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


def database_address(text: str) -> URL:
    """Return a DATABASE_URL as SQLAlchemy takes it. Of several hosts, the one that accepts writes is used."""
    bare, hosts = several_hosts(text)
    url = make_url(bare)
    if url.drivername in _POSTGRESQL:
        url = url.set(drivername="postgresql+psycopg")
    if hosts:
        names, ports = zip(*hosts, strict=True)
        url = url.update_query_dict({"host": ",".join(names), "port": ",".join(map(str, ports))})
    if "," in str(url.query.get("host", "")) and "target_session_attrs" not in url.query:
        url = url.update_query_dict({"target_session_attrs": "read-write"})
    return url


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite database. None for other databases, and for one in memory."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return None
    return Path(name)


@contextmanager
def unavailable() -> Iterator[None]:
    """Raise any error of a database or its driver as DatabaseUnavailable, without a row's content."""
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnavailable(
            Wording("The database cannot be used: %(reason)s.", reason=_reason(error)), _REMEDY
        ) from None
    except ModuleNotFoundError as error:
        raise DatabaseUnavailable(
            Wording("The database needs %(package)s.", package=error.name),
            Wording("Install it: pip install 'hotline[postgres]'."),
        ) from None
    except (SQLAlchemyError, OSError, ValueError, ArithmeticError) as error:  # drivers raise their own, too
        raise DatabaseUnavailable(
            Wording("The database cannot be used (%(error)s).", error=type(error).__name__), _REMEDY
        ) from None


_REASONS = (
    ("authentication failed", Wording("it refuses the user or the password")),
    ("no password supplied", Wording("it needs a password")),
    ("connection refused", Wording("connection refused")),
    ("name or service not known", Wording("its host is not known")),
    ("could not translate host", Wording("its host is not known")),
    ("resolve host", Wording("its host is not known")),
    ("name resolution", Wording("its host name cannot be looked up")),
    ("no route to host", Wording("its host cannot be reached")),
    ("network is unreachable", Wording("its host cannot be reached")),
    ("no such file or directory", Wording("nothing listens at its socket")),
    ("timeout", Wording("it did not answer in time")),
    ("timed out", Wording("it did not answer in time")),
    ("does not exist", Wording("its database or its user does not exist")),
    ("too many", Wording("it has too many connections")),
    ("remaining connection slots", Wording("it has too many connections")),
    ("starting up", Wording("it is starting up")),
    ("shutting down", Wording("it is shutting down")),
    ("terminating connection", Wording("it ended the connection")),
    ("closed the connection", Wording("it ended the connection")),
    ("pg_hba", Wording("it refused access")),
    ("permission denied", Wording("permission denied")),
    ("read-only transaction", Wording("it accepts no writes")),
    ("readonly database", Wording("its file cannot be written")),
    ("unable to open database file", Wording("its file cannot be opened")),
    ("database is locked", Wording("it is locked")),
    ("is full", Wording("its disk is full")),
    ("no space left", Wording("its disk is full")),
    ("disk i/o error", Wording("its disk has failed")),
    ("malformed", Wording("its file is damaged")),
    ("not a database", Wording("its file is not a database")),
    ("certificate", Wording("its certificate is not accepted")),
    ("ssl", Wording("its TLS settings do not match")),
)
"""Drivers' messages, and ours for them. Their own words may name hosts, users and parts of a password."""


def _reason(error: OperationalError) -> str:
    said = str(error.orig).lower()
    return next((words for sign, words in _REASONS if sign in said), type(error.orig).__name__)


_REMEDY = Wording("Check DATABASE_URL and the database.")


def _waits(url: URL) -> dict[str, Any]:
    """Return how long to wait for PostgreSQL (libpq's names), unless the URL says."""
    if url.get_backend_name() != "postgresql":
        return {}
    waits = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": 5_000, "keepalives_idle": 10}
    return {name: value for name, value in waits.items() if name not in url.query}


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
