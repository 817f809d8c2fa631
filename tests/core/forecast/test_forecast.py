"""A year of calls to one line."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotline.core.forecast.chance import Evenly, LogNormal
from hotline.core.forecast.forecast import Year, forecast
from hotline.core.forecast.handsets import Handset
from hotline.core.forecast.lines import AssumedHotline
from hotline.core.forecast.run import Assumed, Run
from hotline.core.forecast.waits import Outcome, Waits, by_hour
from hotline.core.rota.rota import Ringing
from tests.lines import hotline

START = datetime(2026, 1, 5, tzinfo=UTC)
AT = START.timestamp() + 12 * 3600
ALWAYS = Handset("always", 1.0, Evenly(0, 0), Evenly(5, 5), Evenly(3, 3))
NEVER = replace(ALWAYS, picks_up=0.0)
TALK = Evenly(600, 600)


def run(rules: Ringing, handset: Handset, *arrivals: float, backup: tuple[str, ...] = (), **assumed: object) -> Run:
    """A run that is over, of three on call."""
    settings = Assumed(handset, talk=TALK, **assumed)  # type: ignore[arg-type]
    made = Run(hotline(backup=backup, ringing=rules), settings, random.Random(1))
    made.ended = list(made.outcomes([AT + arrival for arrival in arrivals]))  # type: ignore[attr-defined]
    return made


def waits(made: Run) -> list[float | None]:
    return [None if one.wait is None else round(one.wait, 3) for one in made.ended]  # type: ignore[attr-defined]


def test_calls_go_round_the_people_on_call() -> None:
    made = run(Ringing(), ALWAYS, 0, 10_000, 20_000)
    assert made.rings == {"amy": 1, "ben": 1, "cho": 1}
    assert waits(made) == [8, 8, 8]


def test_nobody_talking_is_rung_and_a_caller_waits_for_the_first_who_is_free() -> None:
    made = run(Ringing(max_wait=3600), ALWAYS, 0, 1, 2, 3)
    assert waits(made)[:3] == [8, 8, 8]
    last = waits(made)[3]
    assert last is not None
    assert 605 <= last <= 625


def test_those_who_talked_are_rung_last_while_they_rest() -> None:
    made = run(Ringing(rest_after_call=3_600), ALWAYS, 0, 800, 1_600, 2_400, 3_000)
    assert set(made.rings.values()) == {1, 2}


def test_a_line_where_nobody_picks_up_comes_to_its_backup_and_then_gives_up() -> None:
    made = run(Ringing(rounds=1), NEVER, 0, backup=("chaplain",))
    assert made.rings == {"amy": 1, "ben": 1, "cho": 1, "chaplain": 1}
    assert waits(made) == [None]


def test_the_backup_is_rung_beside_the_others_after_backup_after() -> None:
    made = run(Ringing(at_once=2, backup_after=12, rounds=2), NEVER, 0, backup=("chaplain",))
    assert made.rings["chaplain"] == 1
    assert list(made.rings)[:3] == ["amy", "ben", "chaplain"]


def test_several_phones_start_together_and_the_others_stop_when_one_accepts() -> None:
    made = run(Ringing(at_once=3, rest_after_call=0), ALWAYS, 0, 20)
    assert made.rings == {"amy": 2, "ben": 2, "cho": 2} or sum(made.rings.values()) == 5
    assert waits(made) == [8, 8]


def test_one_more_phone_starts_each_stagger() -> None:
    made = run(Ringing(at_once=1, stagger=4), ALWAYS, 0)
    assert sum(made.rings.values()) == 2  # at 0 and 4 s; the first accepts at 8 s
    assert waits(made) == [8]


def test_a_wait_counts_from_the_start_of_the_call() -> None:
    assert waits(run(Ringing(), ALWAYS, 0, first_ring=12.0)) == [20]
    assert waits(run(Ringing(), ALWAYS, 0, first_ring=12.0, early=5.0)) == [13]
    assert waits(run(Ringing(), ALWAYS, 0, first_ring=12.0, early=5.0, early_hours=(23 * 60, 7 * 60))) == [20]


def test_words_between_two_phones_cost_time_where_one_rings_at_a_time() -> None:
    handset = replace(ALWAYS, rings=Evenly(30, 30))
    plain = run(Ringing(rounds=1, ring_for=10), handset, 0, between=3.0)
    assert waits(plain) == [None]
    assert sum(plain.rings.values()) == 3


def test_rings_at_night_are_counted() -> None:
    made = run(Ringing(), ALWAYS, 0, 12 * 3600)
    assert sum(made.night_rings.values()) == 1


def test_a_seed_gives_the_same_forecast_again() -> None:
    line, year = AssumedHotline(hotline()), Year(START, at_least=500)
    assert forecast(line, year, random.Random(5)) == forecast(line, year, random.Random(5))
    assert forecast(line, year, random.Random(5)) != forecast(line, year, random.Random(6))


def test_a_year_has_as_many_calls_as_are_said_to_come() -> None:
    found = forecast(AssumedHotline(hotline()), Year(START, 100, at_least=6_000), random.Random(1))
    assert found.waits.calls == pytest.approx(6_000, rel=0.06)
    assert found.rings_a_call * 1_200 == pytest.approx(sum(found.rings.values()), rel=0.06)
    told: list[float] = []
    forecast(AssumedHotline(hotline()), Year(START, at_least=1_000), random.Random(1), told.append)
    assert told[-1] == 1.0


def test_percentiles_count_callers_who_reach_nobody() -> None:
    some = Waits(10, [float(seconds) for seconds in range(1, 9)])
    assert (some.percentile(50), some.percentile(80), some.percentile(90)) == (5, 8, None)
    assert some.nobody == pytest.approx(0.2)
    assert Waits(0, []).percentile(50) is None


def test_hours_of_the_week_are_kept_apart() -> None:
    hours = by_hour([Outcome(0, 5.0, 1), Outcome(167, None, 2)])
    assert (hours[0], hours[1], hours[167]) == (Waits(1, [5.0]), None, Waits(1, []))


def test_a_log_normal_length_has_the_mean_it_says() -> None:
    chance, length = random.Random(1), LogNormal(8.7, 0.52)
    assert sum(length.draw(chance) for _ in range(20_000)) / 20_000 == pytest.approx(8.7, rel=0.02)
