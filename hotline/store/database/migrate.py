"""Bringing the database to the shape that this release needs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from hotline.core.wording import Wording
from hotline.errors import DatabaseUnavailable
from hotline.store.database.engine import engine_for, sqlite_file, unavailable
from hotline.store.database.revision import REVISION
from hotline.store.private import make_private_file

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_ONE_THREAD = Lock()
"""Alembic has its state in modules: two threads that migrate would use each other's connections."""
_LOCK = 0x686F746C696E65  # any number that no other program is likely to lock in the same database


def migrate(database_url: str) -> None:
    """Migrate a database to this release's schema. Quick if it has it already. Processes may do so at the same time.

    Makes a missing SQLite file, and its directory. Raises DatabaseUnavailable.
    """
    with unavailable():
        engine = engine_for(database_url)
        try:
            bring_up_to_date(engine)
        finally:
            engine.dispose()


def revision(database_url: str) -> str | None:
    """Return the revision of a database; None if it has none of our tables. Raises DatabaseUnavailable."""
    with unavailable():
        engine = engine_for(database_url)
        try:
            file = sqlite_file(engine)
            return None if file is not None and not file.exists() else _revision(engine)
        finally:
            engine.dispose()


def bring_up_to_date(engine: Engine) -> None:
    """`migrate` for an engine. Raises SQLAlchemyError, OSError or DatabaseUnavailable."""
    file = sqlite_file(engine)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            make_private_file(file)  # SQLite's own files beside it get its mode
    if _revision(engine) == REVISION:
        return
    with alone(engine) as connection:
        upgrade(connection)


def _revision(engine: Engine) -> str | None:
    try:
        with engine.connect() as connection:
            revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return revision
    except ProgrammingError:  # PostgreSQL, without the table
        return None
    except OperationalError as error:
        if "no such table" in str(error.orig):  # SQLite
            return None
        raise


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction for migrating. Other threads and processes that want one wait until it is over."""
    with _ONE_THREAD, _alone_among_processes(engine) as connection:
        yield connection


@contextmanager
def _alone_among_processes(engine: Engine) -> Iterator[Connection]:
    file = sqlite_file(engine)
    if file is not None:
        with _holding(file.parent):
            _write_ahead(engine)
            with engine.begin() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


@contextmanager
def _holding(directory: Path) -> Iterator[None]:
    fd = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _write_ahead(engine: Engine) -> None:
    """Let reports read a SQLite database while rows are written. The file remembers it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring a database up to a revision, in the transaction at hand. Raises DatabaseUnavailable for an unknown one."""
    # Imported here, since Alembic takes a tenth of a second to import, and is hardly ever needed.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError:
        raise DatabaseUnavailable(
            Wording("The database was made by a newer release of Hotline."),
            Wording("Run that release, or a newer one."),
        ) from None
