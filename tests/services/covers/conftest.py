"""A hotline whose volunteers ask each other for cover: real files, a real database, a moved clock."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.services.covers.asking import ROTA, Asking


@pytest.fixture
def asking_of(tmp_path: Path, prepared: Path) -> Callable[..., Asking]:
    """Makes a hotline of a rota, at a time."""
    shutil.copyfile(prepared, tmp_path / "hotline.db")

    def make(rota: str = ROTA, start: str = "2026-01-06 12:00") -> Asking:
        return Asking(tmp_path, f"sqlite:///{tmp_path}/hotline.db", rota, start)

    return make


@pytest.fixture
def asking(asking_of: Callable[..., Asking]) -> Asking:
    return asking_of()
