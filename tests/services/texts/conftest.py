"""A hotline whose texts can be looked at."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.texts.texting import ROTA, World


@pytest.fixture
def world_of(tmp_path: Path, prepared: Path) -> Callable[..., World]:
    """Makes a hotline of a rota, at a time."""
    shutil.copyfile(prepared, tmp_path / "hotline.db")

    def make(rota: str = ROTA, start: str = "2026-01-06 12:00") -> World:
        return World(tmp_path, f"sqlite:///{tmp_path}/hotline.db", rota, start)

    return make


@pytest.fixture
def world(world_of: Callable[..., World]) -> World:
    return world_of()
