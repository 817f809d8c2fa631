"""What is proposed for days can be read, and means the days that were written."""

from __future__ import annotations

import re

import pytest

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.days import days
from hotline.files.values.times import change, moment


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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("jue", "thu"),
        ("Miércoles", "wed"),
        ("lun-vie", "mon-fri"),
        ("mar, dom", "tue, sun"),
        ("So", "sun"),
        ("sam", "sat"),
    ],
)
def test_a_day_of_another_language_is_proposed_by_what_it_means(written: str, meant: str) -> None:
    with pytest.raises(Unreadable) as problem:
        days(written)
    assert problem.value.help in (f"Write {meant}.", f'Write "{meant}"')


@pytest.mark.parametrize("written", ["ons", "nom", "lör", "Do", "funday"])
def test_no_day_is_proposed_for_its_spelling_alone(written: str) -> None:
    with pytest.raises(Unreadable) as problem:
        days(written)
    assert problem.value.help == "The days are mon, tue, wed, thu, fri, sat and sun."


@pytest.mark.parametrize("written", ["2 months", "semi-weekly", "bimonthly", "3 monthly", "yearly"])
def test_no_change_of_turns_is_proposed_for_its_spelling_alone(written: str) -> None:
    with pytest.raises(Unreadable) as problem:
        change(written)
    assert problem.value.help == "Write daily, weekly, monthly, 10 days or 2 weeks."


def test_a_date_out_of_range_is_not_proposed_again() -> None:
    with pytest.raises(Unreadable) as problem:
        moment("0026-12-24")
    assert problem.value.help == "Write the year in four digits, as in 2026-02-28."
