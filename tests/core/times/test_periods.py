"""Months, quarters, and the period before."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from hotline.core.times.periods import RunOfSlots, before, last_month, last_quarter, months, period, runs, this_year


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ((2026, 3, 1), (2026, 3, 31), ((2026, 2, 1), (2026, 2, 28))),
        ((2026, 1, 1), (2026, 3, 31), ((2025, 10, 1), (2025, 12, 31))),
        ((2026, 1, 1), (2026, 12, 31), ((2025, 1, 1), (2025, 12, 31))),
        ((2026, 3, 2), (2026, 3, 31), ((2026, 1, 31), (2026, 3, 1))),
        ((2026, 3, 5), (2026, 3, 5), ((2026, 3, 4), (2026, 3, 4))),
    ],
)
def test_the_period_before_is_as_long_in_months_or_in_days(
    first: tuple[int, int, int], last: tuple[int, int, int], found: tuple[tuple[int, int, int], tuple[int, int, int]]
) -> None:
    assert before(date(*first), date(*last)) == (date(*found[0]), date(*found[1]))


@pytest.mark.parametrize(
    ("today", "month", "quarter"),
    [
        (date(2026, 1, 1), date(2025, 12, 1), date(2025, 10, 1)),
        (date(2026, 3, 31), date(2026, 2, 1), date(2025, 10, 1)),
        (date(2026, 4, 1), date(2026, 3, 1), date(2026, 1, 1)),
        (date(2026, 12, 31), date(2026, 11, 1), date(2026, 7, 1)),
    ],
)
def test_last_month_and_last_quarter_are_over(today: date, month: date, quarter: date) -> None:
    assert last_month(today) == months(month, 1)
    assert last_quarter(today) == months(quarter, 3)
    assert last_quarter(today)[1] < today


def test_this_year_ends_today() -> None:
    assert this_year(date(2026, 5, 6)) == (date(2026, 1, 1), date(2026, 5, 6))


def test_quarters_are_those_of_the_calendar() -> None:
    def is_quarter(first: date, last: date) -> bool:
        return period(first, last, ZoneInfo("UTC")).is_quarter

    assert is_quarter(date(2026, 4, 1), date(2026, 6, 30))
    assert not is_quarter(date(2026, 5, 1), date(2026, 7, 31))
    assert not is_quarter(date(2026, 4, 1), date(2026, 6, 29))
    assert not is_quarter(date(2026, 4, 1), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("zone", "shape"),
    [("Europe/Berlin", [8_760]), ("Asia/Kathmandu", [8_760]), ("Australia/Lord_Howe", [2_283, 1, 4_369, 1, 2_107])],
)
def test_the_hours_of_a_year_are_few_runs(zone: str, shape: list[int]) -> None:
    year = period(date(2025, 1, 1), date(2025, 12, 31), ZoneInfo(zone))
    found = runs(year)
    assert found[0].start == year.days[0].start
    assert found[-1].end == year.end
    assert all(one.end == following.start for one, following in pairwise(found))
    assert sum(-(-(run.end - run.start) // 3_600) for run in found) == len(year.slots)
    assert len(found) <= len(shape)


def test_a_period_without_days_has_no_runs() -> None:
    skipped = period(date(2011, 12, 30), date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    assert (skipped.days, runs(skipped), skipped.end) == ((), [], 0)
    assert RunOfSlots(0, 0) not in runs(skipped)
