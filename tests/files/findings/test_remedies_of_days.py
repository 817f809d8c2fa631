"""What is proposed for days can be read, and means the days that were written."""

from __future__ import annotations

import re

import pytest

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.days import days


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("first saturday", "1st sat"),
        ("1. sat", "1st sat"),
        ("2nd saturdays", "2nd sat"),
        ("last Friday", "last fri"),
        ("3rd monday", "3rd mon"),
        ("saturday last", "last sat"),
    ],
)
def test_a_proposal_is_read_as_it_stands(written: str, meant: str) -> None:
    with pytest.raises(Unreadable) as problem:
        days(written)
    found = re.search(r"(?:Write|day:) ((?:1st|2nd|3rd|last) [a-z]{3})", problem.value.help)
    assert found is not None
    assert days(found[1]) == days(meant)


@pytest.mark.parametrize("written", ["last day", "first of month", "1st day"])
def test_nothing_is_proposed_where_no_day_is_sure(written: str) -> None:
    with pytest.raises(Unreadable) as problem:
        days(written)
    assert "Did you mean" not in problem.value.help
    assert "for example" in problem.value.help
