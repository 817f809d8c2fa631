"""docs/doctor.md shows what doctor says, and speaks of every check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hotline.doctor.checks import CHECKS
from tests.doctor.page import PAGE, bad, good, shown


@pytest.mark.parametrize(("name", "make"), [("good", good), ("bad", bad)])
def test_the_page_shows_what_is_printed(
    name: str, make: Callable[[Path, str], str], tmp_path: Path, redis_url: str
) -> None:
    """If only the words have changed, `python -m tests.doctor.page` writes them into the page."""
    assert shown(PAGE.read_text())[name] == make(tmp_path, f"{redis_url}?db=12")


def test_the_page_speaks_of_every_check() -> None:
    text = PAGE.read_text()
    assert [check.name for check in CHECKS if f"| {check.name} |" not in text] == []
