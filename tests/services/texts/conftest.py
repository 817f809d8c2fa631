"""A hotline whose texts can be looked at."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.services.texts.texting import ROTA, World


@pytest.fixture
def world_of(tmp_path: Path, prepared: Path) -> Iterator[Callable[..., World]]:
    """Makes a hotline of a rota, at a time.

    Whoever closes an SQLite database last writes all of it to the disk: so it stays open until the test ends.
    """
    file = tmp_path / "hotline.db"
    shutil.copyfile(prepared, file)

    def make(rota: str = ROTA, start: str = "2026-01-06 12:00") -> World:
        return World(tmp_path, f"sqlite:///{file}", rota, start)

    with closing(sqlite3.connect(file)) as connection:
        connection.execute("SELECT * FROM texts_sent").fetchall()
        yield make


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    return world_of()
