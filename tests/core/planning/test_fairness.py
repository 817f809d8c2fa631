"""Nights, weekends, and how much is too much."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.core.planning.fairness import Breach, Fairness, Load, breaches, fairness
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Cover, Limits, Rota, Volunteer
from hotline.core.times.wall_clock import wall_minute
from hotline.files.values.zones import load_zone

NEW_YORK = load_zone("America/New_York")
MONDAY = date(2026, 1, 5)
HOUR = 3600


def times(who: str, *when: tuple[date, float, float]) -> tuple[Cover, ...]:
    """On call from an hour of a date for so many hours of wall-clock time."""
    return tuple(
        Cover(who, None, wall_minute(day, round(start * 60)), wall_minute(day, round((start + lasts) * 60)))
        for day, start, lasts in when
    )


def schedule(*cover: Cover, limits: Limits | None = None, backup: tuple[str, ...] = ()) -> Schedule:
    people = {one: Volunteer(one, one.title(), "") for one in ("amy", "ben", "cho")}
    rota = Rota("r", NEW_YORK, "America/New_York", people, cover=cover, backup=backup, limits=limits or Limits())
    return Schedule(rota)


def over(schedule: Schedule, first: date = MONDAY, weeks: int = 2) -> Fairness:
    start = datetime(first.year, first.month, first.day, tzinfo=NEW_YORK)
    return fairness(schedule, start.astimezone(UTC), (start + timedelta(weeks=weeks)).astimezone(UTC))


def load(schedule: Schedule, who: str = "amy", first: date = MONDAY) -> Load:
    return next(one for one in over(schedule, first).loads if one.volunteer == who)


def nights(count: int, start: date = MONDAY, every: int = 1) -> list[tuple[date, float, float]]:
    return [(start + timedelta(days=step * every), 20, 12) for step in range(count)]


@pytest.mark.parametrize(
    ("start", "lasts", "counted"),
    [
        (20, 12, 1),
        (18, 5, 0),  # to 23:00
        (18, 7.75, 0),  # to 01:45
        (18, 8, 1),  # to 02:00
        (27, 8, 1),  # from 03:00 of the next day
        (27.25, 8, 0),  # from 03:15
        (8, 10, 0),
        (8, 24, 1),
        (0, 24, 1),  # six hours of the night before, and one of its own
    ],
)
def test_a_night_is_three_hours_between_23_and_6(start: float, lasts: float, counted: int) -> None:
    assert load(schedule(*times("amy", (date(2026, 1, 7), start, lasts)))).nights == counted


def test_two_halves_make_a_night() -> None:
    halves = times("amy", (MONDAY, 23, 2), (MONDAY, 28, 1))
    assert load(schedule(*halves)).nights == 1


def test_the_hours_of_a_night_are_real_hours() -> None:
    """From 23:00 to 03:00 are three hours in spring, when 02:00 to 03:00 does not occur."""
    assert load(schedule(*times("amy", (date(2026, 3, 7), 23, 4))), first=date(2026, 3, 2)).on_call == 3 * HOUR
    assert load(schedule(*times("amy", (date(2026, 3, 7), 23, 4))), first=date(2026, 3, 2)).nights == 1
    assert load(schedule(*times("amy", (date(2026, 3, 7), 24, 3))), first=date(2026, 3, 2)).nights == 0
    assert load(schedule(*times("amy", (date(2026, 10, 31), 24, 2))), first=date(2026, 10, 26)).nights == 1


@pytest.mark.parametrize(
    ("day", "start", "lasts", "counted"),
    [
        (date(2026, 1, 9), 18, 8.75, 0),  # Friday 18:00 to Saturday 02:45
        (date(2026, 1, 9), 18, 9, 1),
        (date(2026, 1, 10), 8, 8, 1),
        (date(2026, 1, 11), 21, 11, 1),  # Sunday 21:00 to Monday
        (date(2026, 1, 11), 22, 10, 0),
        (date(2026, 1, 9), 18, 62, 1),  # from Friday to Monday is one weekend
    ],
)
def test_a_weekend_is_three_hours_of_saturday_or_sunday(day: date, start: float, lasts: float, counted: int) -> None:
    assert load(schedule(*times("amy", (day, start, lasts)))).weekends == counted


def test_everyone_is_listed_from_the_most_loaded_on() -> None:
    found = over(schedule(*times("ben", (MONDAY, 8, 10)), *times("amy", (MONDAY, 8, 4)), backup=("cho",)))
    assert [one.volunteer for one in found.loads] == ["ben", "amy", "cho"]
    assert [(one.on_call, one.longest) for one in found.loads] == [(10 * HOUR,) * 2, (4 * HOUR,) * 2, (0, 0)]
    assert found.loads[2].backup == 14 * 24 * HOUR


@pytest.mark.parametrize(("running", "severity"), [(2, None), (3, "warning"), (4, "error"), (7, "error")])
def test_nights_running(running: int, severity: str | None) -> None:
    # With 12 hours between them the rest is long enough.
    found = over(schedule(*times("amy", *nights(running)))).breaches
    assert [(one.kind, one.severity, one.size) for one in found] == (
        [("nights-running", severity, running)] if severity else []
    )


def test_nights_with_one_off_between_are_not_running() -> None:
    assert over(schedule(*times("amy", *nights(5, every=2)))).breaches == ()


@pytest.mark.parametrize(("hours_between", "told"), [(10.75, True), (11, False), (0.25, True)])
def test_a_rest_of_less_than_eleven_hours_is_told(hours_between: float, told: bool) -> None:
    day = (MONDAY, 6, 6), (MONDAY, 12 + hours_between, 1)
    found = over(schedule(*times("amy", *day))).breaches
    assert [(one.kind, one.severity, one.size) for one in found] == (
        [("short-rest", "warning", round(hours_between * HOUR))] if told else []
    )


def test_times_that_touch_are_one_with_no_rest_between() -> None:
    found = over(schedule(*times("amy", (MONDAY, 6, 6), (MONDAY, 12, 6))))
    assert found.breaches == ()
    assert found.loads[0].longest == 12 * HOUR


def test_the_rest_is_an_hour_shorter_in_spring() -> None:
    day = date(2026, 3, 7)
    found = over(schedule(*times("amy", (day, 20, 1), (day, 32, 1))), first=date(2026, 3, 2)).breaches
    assert [one.size for one in found] == [10 * HOUR]


def test_a_run_that_reaches_into_the_period_counts_whole() -> None:
    run = schedule(*times("amy", *nights(4, MONDAY - timedelta(days=3))))
    [found] = over(run).breaches
    assert (found.size, found.at_least) == (4, False)
    assert over(run, MONDAY + timedelta(days=7)).breaches == ()


def test_a_run_without_end_is_at_least_so_long() -> None:
    [found] = over(schedule(*times("amy", (MONDAY - timedelta(days=100), 0, 24 * 300)))).breaches
    assert found.at_least
    assert found.size > 14


def test_limits_are_the_rotas_own() -> None:
    cover = times("amy", *nights(5))
    assert over(schedule(*cover, limits=Limits(5, 6))).breaches == ()
    [one] = over(schedule(*cover, limits=Limits(3, 5))).breaches
    assert one.severity == "warning"
    assert len(over(schedule(*cover, limits=Limits(5, 6, 13 * HOUR))).breaches) == 4


def test_whoever_is_silenced_is_told_of_with_the_reason_only() -> None:
    found = over(schedule(*times("amy", *nights(5)), limits=Limits(silenced={"amy": "likes nights", "ben": "x"})))
    assert found.breaches == ()
    assert dict(found.silenced) == {"amy": "likes nights"}


def test_breaches_can_be_compared() -> None:
    """An edit's new breaches are those of the new rota that are not among those of the old."""
    old, new = schedule(*times("amy", *nights(3))), schedule(*times("amy", *nights(4)))
    span = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 19, tzinfo=UTC)
    added: set[Breach] = {*breaches(new, *span)} - {*breaches(old, *span)}
    assert [(one.volunteer, one.size, one.severity) for one in added] == [("amy", 4, "error")]
