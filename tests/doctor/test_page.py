"""docs/doctor.md speaks of every check, and doctor prints what `in_a_hurry.txt` shows."""

from __future__ import annotations

from pathlib import Path

from hotline.doctor.checks import CHECKS
from tests.doctor.in_a_hurry import PRINTED, in_a_hurry

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"


def test_a_deployment_set_up_in_a_hurry_is_told_all_it_lacks(tmp_path: Path, redis_url: str) -> None:
    """If only the words have changed, `python -m tests.doctor.in_a_hurry` writes them anew."""
    assert PRINTED.read_text() == in_a_hurry(tmp_path, f"{redis_url}?db=12")


def test_the_page_speaks_of_every_check() -> None:
    text = PAGE.read_text()
    assert [check.name for check in CHECKS if f"- **{check.name}**: " not in text] == []
