"""Every test of the call log runs on a real SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.migrate import migrate
from hotline.store.disk.spool import Spool
from tests.servers import PostgreSQL

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """One server for all tests of a pytest process."""
    server = PostgreSQL()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def template(postgresql: PostgreSQL) -> str:
    """The name of a PostgreSQL database that is up to date and empty, to be copied."""
    migrate(postgresql.new_database("template"))
    return "template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that is up to date and empty."""
    if request.param == "sqlite":
        (tmp_path / "database").mkdir(mode=0o700)
        shutil.copyfile(request.getfixturevalue("prepared"), tmp_path / "database/calls.sqlite3")
        return f"sqlite:///{tmp_path}/database/calls.sqlite3"
    template, server = request.getfixturevalue("template"), request.getfixturevalue("postgresql")
    address: str = server.new_database(f"calls{next(_numbers)}", template)
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it, or, with SQLite, of one that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/database/calls.sqlite3"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database(f"calls{next(_numbers)}")


@pytest.fixture
def call_log(database_url: str) -> Iterator[CallLog]:
    log = CallLog(database_url)
    yield log
    log.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool")
    yield spool
    spool.close()
