"""A database that failed is left alone for a while, where somebody waits for it each time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.errors import DatabaseUnavailable
from hotline.store.database.lazy import Database
from hotline.store.database.migrate import migrate
from tests.servers import PostgreSQL
from tests.store.actors import wait_until


def works(database: Database) -> bool:
    try:
        with database.transaction() as connection:
            return bool(connection.scalar(text("SELECT 1")))
    except DatabaseUnavailable:
        return False


def test_after_a_failure_it_is_not_asked_again_for_a_while(tmp_path: Path) -> None:
    file = tmp_path / "calls.db"
    file.mkdir()
    patient, eager = Database(f"sqlite:///{file}", 1.0), Database(f"sqlite:///{file}")
    assert not works(eager)
    assert not works(patient)
    file.rmdir()
    assert not works(patient)
    assert works(eager)
    time.sleep(1.0)
    assert works(patient)


def test_what_somebody_else_got_wrong_is_no_failure_of_the_database(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/calls.db", 60)
    with pytest.raises(LookupError), database.transaction():
        raise LookupError
    assert works(database)


@pytest.mark.parametrize("used_before", [True, False])
def test_a_postgresql_that_hangs_is_let_go_of_and_used_again_when_it_is_back(
    postgresql: PostgreSQL, used_before: bool
) -> None:
    """One that waits has a thread of a web process, and there are few."""
    database = Database(current(postgresql, f"hangs-{used_before}"), patience=2.0)
    wait_until(lambda: works(database))
    if not used_before:
        database.close()
    with postgresql.hanging():
        assert not works(database)
    wait_until(lambda: works(database))
    database.close()


def test_a_query_that_takes_too_long_is_ended_and_a_quick_one_is_not(postgresql: PostgreSQL) -> None:
    database = Database(current(postgresql, "slow"), patience=2.0)
    with pytest.raises(DatabaseUnavailable), database.transaction() as connection:
        connection.execute(text("SELECT pg_sleep(600)"))
    wait_until(lambda: works(database))
    time.sleep(2.5)
    assert works(database), "one that was given back is nobody's to be cut"
    database.close()


def current(postgresql: PostgreSQL, name: str) -> str:
    """A new database that has the tables already: making them takes a busy machine its time."""
    url = postgresql.new_database(name)
    migrate(url)
    return url
