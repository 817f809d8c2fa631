"""What is proposed for days can be read, and means the days that were written."""

from __future__ import annotations

import re

import pytest

from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.days import days
from hotline.files.values.times import change, hours, moment


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
        ("lunes a viernes", "mon-fri"),
        ("montag bis freitag", "mon-fri"),
        ("du lundi au vendredi", "mon-fri"),
        ("fines de semana y festivos", "sat-sun, holidays"),
        ("todos los días menos domingo", "mon-sat"),
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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("every day except sun", "mon-sat"),
        ("weekdays but not Friday", "mon-thu"),
        ("not sun", "mon-sat"),
        ("all but Sunday", "mon-sat"),
        ("mon-fri except wed", "mon-tue, thu-fri"),
        ("mon-fri, not wed", "mon-tue, thu-fri"),
        ("every day except mon, wed and fri", "tue, thu, sat-sun"),
        ("fri-mon except sat", "mon, fri, sun"),
        ("M-F", "mon-fri"),
        ("mon..fri", "mon-fri"),
    ],
)
def test_days_that_are_left_out_are_not_proposed(written: str, meant: str) -> None:
    with pytest.raises(Unreadable) as problem:
        days(written)
    assert problem.value.help in (f"Write {meant}.", f'Write "{meant}"')


@pytest.mark.parametrize(
    "written",
    [
        *("every day except holidays", "every day except holidays and sun", "mon-fri except sat", "mon except mon"),
        *("every day except 1st sat", "second last fri", "next to last fri", "penultimate sun", "T-S"),
    ],
)
def test_no_days_are_proposed_that_are_not_meant(written: str) -> None:
    with pytest.raises(Unreadable) as problem:
        days(written)
    assert not problem.value.help.startswith("Write")


def test_other_fridays_are_not_all_fridays() -> None:
    with pytest.raises(Unreadable) as problem:
        days("alternate fridays")
    assert "every: 2 weeks" in problem.value.help


def test_days_with_their_times_are_told_the_fields_for_both() -> None:
    for read, written in ((days, "mon 08:00-fri 18:00"), (hours, "Monday 8am to Friday 6pm")):
        with pytest.raises(Unreadable) as problem:
            read(written)
        assert problem.value.help == "In place of `days` and `hours`, write from: mon 08:00, to: fri 18:00"


def test_a_time_of_another_zone_is_not_proposed_as_one_of_this() -> None:
    for written in ("2026-12-24T18:00Z", "2026-12-24 18:00+01:00"):
        with pytest.raises(Unreadable) as problem:
            moment(written)
        assert "right" not in problem.value.help.values
        assert "18:00" not in problem.value.help


@pytest.mark.parametrize("written", ["2 months", "semi-weekly", "bimonthly", "3 monthly", "yearly"])
def test_no_change_of_turns_is_proposed_for_its_spelling_alone(written: str) -> None:
    with pytest.raises(Unreadable) as problem:
        change(written)
    assert problem.value.help == "Write daily, weekly, monthly, 10 days or 2 weeks."


def test_a_date_out_of_range_is_not_proposed_again() -> None:
    with pytest.raises(Unreadable) as problem:
        moment("0026-12-24")
    assert problem.value.help == "Write the year in four digits, as in 2026-02-28."
