"""A database that failed is left alone for a while, where somebody waits for it each time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.errors import DatabaseUnavailable
from hotline.store.opened import Database


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
