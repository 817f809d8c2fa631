"""Copying all tables out of a database and into another one, whatever kind either of them is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text

from hotline.core.wording import Wording
from hotline.errors import DatabaseUnavailable
from hotline.store.database.engine import engine_for, sqlite_file, unavailable
from hotline.store.database.migrate import alone, upgrade
from hotline.store.private import make_private_file

Rows = Iterator[dict[str, Any]]
_ALEMBIC = "alembic_version"
_COMPUTED = "counted_months"
"""Has nothing that the calls do not say, and goes as soon as one of them is written."""
_AT_ONCE = 1_000
_FUNCTIONS = (
    r"SELECT proname FROM pg_proc WHERE proname LIKE 'calls\_%\_uncounts' AND pronamespace = 'public'::regnamespace"
)


class TablesAtOneMoment:
    """All rows of a database as they were at one moment. `revision` is that of its tables; None: it has none."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        names = set(inspect(connection).get_table_names())
        self.revision: str | None = (
            connection.scalar(text("SELECT version_num FROM alembic_version")) if _ALEMBIC in names else None
        )
        self.names = sorted(names - {_ALEMBIC, _COMPUTED}) if self.revision else []

    def rows(self, name: str) -> Rows:
        """The rows of a table, by column, as JSON has them."""
        table = Table(name, MetaData(), autoload_with=self._connection)
        statement = self._connection.execution_options(yield_per=_AT_ONCE)
        for row in statement.execute(select(table)).mappings():
            yield {column: _plain(value) for column, value in row.items()}


@contextmanager
def at_one_moment(database_url: str) -> Iterator[TablesAtOneMoment]:
    """Read all of a database, while others may write to it. Raises DatabaseUnavailable."""
    with unavailable():
        engine = engine_for(database_url)
        try:
            with engine.connect() as connection:
                if engine.dialect.name == "postgresql":
                    connection = connection.execution_options(isolation_level="REPEATABLE READ")
                else:
                    connection.exec_driver_sql("BEGIN")
                yield TablesAtOneMoment(connection)
        finally:
            engine.dispose()


def has_rows(database_url: str) -> bool:
    """Return whether a database has a row in any of our tables. Raises DatabaseUnavailable."""
    file = sqlite_file(engine_for(database_url))
    if file is not None and not file.exists():
        return False
    with at_one_moment(database_url) as tables:
        return any(next(tables.rows(name), None) is not None for name in tables.names)


def fill(database_url: str, revision: str, tables: Mapping[str, Iterable[dict[str, Any]]]) -> None:
    """Make a database anew: the tables of a revision with these rows, then brought up to date. All of it, or nothing.

    Deletes what it had. Raises DatabaseUnavailable, also if the revision is of a newer release.
    """
    with unavailable():
        engine = engine_for(database_url)
        file = sqlite_file(engine)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not file.exists():
                make_private_file(file)
        try:
            with alone(engine) as connection:
                _empty(connection)
                upgrade(connection, revision)
                for name, rows in tables.items():
                    _insert(connection, name, iter(rows))
                upgrade(connection)
        finally:
            engine.dispose()


def _empty(connection: Connection) -> None:
    found = MetaData()
    found.reflect(bind=connection)
    found.drop_all(connection)
    if connection.dialect.name == "postgresql":
        for name in connection.scalars(text(_FUNCTIONS)).all():
            connection.exec_driver_sql(f"DROP FUNCTION {name}()")


def _insert(connection: Connection, name: str, rows: Rows) -> None:
    if name not in inspect(connection).get_table_names():
        raise DatabaseUnavailable(
            Wording("The backup has a table that its release did not have: %(table)s.", table=name),
            Wording("Use another backup."),
        )
    table = Table(name, MetaData(), autoload_with=connection)
    while some := list(islice(rows, _AT_ONCE)):
        connection.execute(table.insert(), some)
    if connection.dialect.name == "postgresql":
        _continue_numbers(connection, table)


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let a column that numbers its rows by itself continue after the last one."""
    for column in table.primary_key:
        name = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        last = connection.scalar(select(func.max(column))) if name else None
        if last is not None:
            connection.execute(select(func.setval(name, last)))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
