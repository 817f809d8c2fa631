"""docs/doctor.md shows what doctor says, and speaks of every check."""

from __future__ import annotations

from pathlib import Path

from hotline.doctor.checks import CHECKS
from tests.doctor.page import PAGE, in_a_hurry, shown


def test_the_page_shows_what_is_printed(tmp_path: Path, redis_url: str) -> None:
    """If only the words have changed, `python -m tests.doctor.page` writes them into the page."""
    assert shown(PAGE.read_text()) == in_a_hurry(tmp_path, f"{redis_url}?db=12")


def test_the_page_speaks_of_every_check() -> None:
    text = PAGE.read_text()
    assert [check.name for check in CHECKS if f"| {check.name} |" not in text] == []
