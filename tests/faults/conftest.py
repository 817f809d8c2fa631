"""Places for whole systems."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.system import Place, Up, running
from tests.servers import PostgreSQL


@pytest.fixture
def place() -> Iterator[Place]:
    """A fresh directory with a line's files. Short, for the socket in it."""
    with tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True) as directory:
        yield Place(Path(directory))


@pytest.fixture(scope="module")
def shared_place() -> Iterator[Place]:
    """One for all tests of a module."""
    with tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True) as directory:
        yield Place(Path(directory))


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
