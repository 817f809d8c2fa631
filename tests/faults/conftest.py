"""Places for whole systems."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.system import Place, Up, running
from tests.servers import PostgreSQL


@pytest.fixture
def place(prepared: Path) -> Iterator[Place]:
    """A fresh directory with a line's files, and a database that is up to date and empty."""
    with _place(prepared) as place:
        yield place


@pytest.fixture
def nothing_yet(place: Place) -> None:
    """Not even a database: Hotline never ran there."""
    (place.data_dir / "hotline.db").unlink()


@pytest.fixture(scope="module")
def shared_place(prepared: Path) -> Iterator[Place]:
    """One for all tests of a module."""
    with _place(prepared) as place:
        yield place


@contextmanager
def _place(prepared: Path) -> Iterator[Place]:
    """In a directory with a short name, for the socket in it."""
    with tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True) as directory:
        place = Place(Path(directory))
        shutil.copyfile(prepared, place.data_dir / "hotline.db")
        yield place


@pytest.fixture(scope="module")
def up(shared_place: Place) -> Iterator[Up]:
    """`hotline up`, shared by the tests of a module: each leaves it whole."""
    with running(shared_place) as process:
        yield process


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL for the tests of a module."""
    server = PostgreSQL()
    yield server
    server.remove()
