"""Days as a preview shows them: how long they really are, and where they are handed over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hotline.core.rota.days import Day, day_by_day
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Pattern, Rota, Shift, Volunteer
from hotline.files.values.zones import load_zone

HOUR = 3600


def schedule(zone: str = "America/New_York", holidays: dict[date, str] | None = None) -> Schedule:
    """Amy from 18:00 to 08:00, ben in between, every day."""
    people = {one: Volunteer(one, one.title(), f"+1410555011{place}") for place, one in enumerate(("amy", "ben"))}
    every = frozenset(range(7))
    shifts = (Shift("", Pattern(every, 18 * 60, 14 * 60), ("amy",)), Shift("", Pattern(every, 8 * 60, 600), ("ben",)))
    return Schedule(Rota("r", load_zone(zone), zone, people, shifts, holidays=holidays or {}))


def one_day(zone: str, day: date) -> Day:
    return day_by_day(schedule(zone), day, 1)[0]


@pytest.mark.parametrize(
    ("zone", "day", "length", "ahead"),
    [
        ("America/New_York", date(2026, 3, 7), 24, 0),
        ("America/New_York", date(2026, 3, 8), 23, 1),
        ("America/New_York", date(2026, 11, 1), 25, -1),
        ("Europe/London", date(2026, 3, 29), 23, 1),
        ("Europe/London", date(2026, 10, 25), 25, -1),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5, 0.5),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5, -0.5),
        ("America/Havana", date(2025, 3, 9), 23, 1),  # the day starts at 01:00
        ("America/Havana", date(2025, 11, 2), 25, -1),  # its first hour comes twice
        ("Africa/Cairo", date(2026, 4, 24), 23, 1),
        ("Asia/Kolkata", date(2026, 3, 8), 24, 0),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, length: float, ahead: float) -> None:
    found = one_day(zone, day)
    assert (found.seconds / HOUR, found.clock_change / HOUR) == (length, ahead)
    assert sum((one.end - one.start).total_seconds() for one in found.stretches) == found.seconds


def test_a_date_that_a_zone_skipped_has_nothing_in_it() -> None:
    before, skipped, after = day_by_day(schedule("Pacific/Apia"), date(2011, 12, 29), 3)
    assert (skipped.seconds, skipped.stretches) == (0, ())
    assert before.end == skipped.start == skipped.end == after.start


def test_a_night_goes_on_into_the_next_day() -> None:
    first, second = day_by_day(schedule(), date(2026, 1, 5), 2)
    assert [one.who.on_call for one in second.stretches] == [("amy",), ("ben",), ("amy",)]
    assert first.carried_over
    assert second.carried_over


def test_a_handover_at_midnight_is_not_carried_over() -> None:
    people = {one: Volunteer(one, one, "") for one in ("amy", "ben")}
    shifts = tuple(
        Shift("", Pattern(frozenset(range(place, 7, 2)), 0, 1440), (who,)) for place, who in enumerate(people)
    )
    days = day_by_day(Schedule(Rota("r", load_zone("UTC"), "UTC", people, shifts)), date(2026, 1, 5), 8)
    assert [one.carried_over for one in days] == [True, *[False] * 6, True]  # Sunday and Monday are both the first's


def test_a_holiday_has_its_name() -> None:
    day = date(2026, 12, 25)
    before, christmas = day_by_day(schedule(holidays={day: "Christmas Day"}), day - timedelta(days=1), 2)
    assert (before.holiday, christmas.holiday) == ("", "Christmas Day")
