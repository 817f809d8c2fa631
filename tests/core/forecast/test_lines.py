"""The line that a silent caller finds, and changes to it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline.core.calls.flow import RingEarly
from hotline.core.forecast.compare import bears_on_waits, compare_waits, hours_changed
from hotline.core.forecast.forecast import Year, forecast
from hotline.core.forecast.handsets import HANDSETS
from hotline.core.forecast.improve import ChangeKind, gain, improvements, worst_blocks
from hotline.core.forecast.lines import AssumedHotline, line_of, rings_somebody, with_rules
from hotline.core.forecast.policies import with_plain_flow
from hotline.core.planning.rota_diff import rota_diff
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import HANDSETS as NAMES
from hotline.core.rota.rota import Away, Ringing
from hotline.core.times.wall_clock import wall_minute
from tests.lines import STEPS, hotline

START = datetime(2026, 1, 5, tzinfo=UTC)
END = START + timedelta(weeks=8)
YEAR = Year(START, at_least=1_500)


def chance() -> random.Random:
    return random.Random(1)


def test_words_and_waits_stand_before_the_first_ring() -> None:
    """`Welcome.` and `Finding someone.` are 24 letters, and the menu listens for 4 s."""
    assumed = line_of(hotline()).assumed
    assert assumed.first_ring == pytest.approx(24 / 15 + 4)
    assert assumed.between == pytest.approx(len("Still trying.") / 15)
    assert assumed.early is None


def test_rings_that_begin_early_do_not_wait_for_the_words() -> None:
    line = hotline()
    early = replace(line, flow=replace(line.flow, ring_early=RingEarly(2, (420, 1380))))
    assumed = line_of(early).assumed
    assert (assumed.early, assumed.early_hours) == (2.0, (420, 1380))


def test_a_rota_says_how_its_phones_answer() -> None:
    line = hotline()
    other = replace(line, rota=replace(line.rota, handsets="C"))
    assert [line_of(one).assumed.handset.name for one in (line, other)] == ["B", "C"]
    assert line_of(other, HANDSETS["A"]).assumed.handset.name == "A"
    assert tuple(HANDSETS) == NAMES


def test_volunteers_whose_phone_answers_otherwise_have_their_own_handset() -> None:
    line = hotline()
    rota = line.rota
    who = next(iter(rota.volunteers))
    own = {**rota.volunteers, who: replace(rota.volunteers[who], handset="C")}
    changed = line_of(replace(line, rota=replace(rota, volunteers=own)))
    assert changed.assumed.own == {who: HANDSETS["C"]}
    assert line_of(changed.hotline, HANDSETS["A"]).assumed.own == {}, "those asked for take their place"
    before, after = (forecast(one, YEAR, chance()).waits.within(20) for one in (line_of(line), changed))
    assert after < before


def test_a_line_that_rings_nobody_is_known() -> None:
    steps = {"welcome": replace(STEPS["bye"], name="welcome")}
    assert rings_somebody(hotline())
    assert not rings_somebody(hotline(steps=steps))


def test_a_rota_alone_rings_in_the_language_of_most_volunteers() -> None:
    schedule = hotline(languages={"amy": ("es",), "ben": ("es", "en"), "cho": ("en",)}).schedule
    assert with_plain_flow(schedule).flow.first_language == "es"


def test_two_at_once_beats_one_at_a_time_and_costs_rings_at_night() -> None:
    line = line_of(hotline())
    found = compare_waits(line, with_rules(line, Ringing(at_once=2)), YEAR, chance)
    assert found.new.waits.within(30) > found.old.waits.within(30) + 0.1
    assert found.night_rings[1] > found.night_rings[0] > 0


def test_only_calls_at_the_hours_that_change_are_compared() -> None:
    line = hotline()
    away = Away("amy", wall_minute(START.date(), 2 * 1440), wall_minute(START.date(), 2 * 1440 + 360))
    edited = replace(line.rota, away=(away,))
    diff = rota_diff(line.schedule, Schedule(edited), START, END)
    assert bears_on_waits(diff, line.rota, edited)
    [span] = hours_changed(diff)
    assert span.seconds == 6 * 3600
    found = forecast(AssumedHotline(line), replace(YEAR, only=(span,), length=END - START), chance())
    assert found.waits.calls == pytest.approx(1_500, rel=0.1)
    assert {hour for hour, waits in enumerate(found.hours) if waits} == set(range(48, 54))


def test_an_edit_of_words_or_names_says_nothing_of_waits() -> None:
    line = hotline()
    edited = replace(line.rota, ringing=Ringing(say={"en": "Hello."}, accept_key="5"))
    diff = rota_diff(line.schedule, Schedule(edited), START, END)
    assert not bears_on_waits(diff, line.rota, edited)


@pytest.mark.parametrize("rules", [Ringing(ring_for=30), Ringing(at_once=2), Ringing(stagger=4), Ringing(rounds=1)])
def test_an_edit_of_how_phones_ring_bears_on_waits(rules: Ringing) -> None:
    line = hotline()
    edited = replace(line.rota, ringing=rules)
    diff = rota_diff(line.schedule, Schedule(edited), START, END)
    assert not diff.empty
    assert bears_on_waits(diff, line.rota, edited)


def test_changes_are_tried_one_by_one_and_the_best_comes_first() -> None:
    line = line_of(hotline(on_call=("amy", "ben")))
    now = forecast(line, YEAR, chance())
    found = improvements(line, now, YEAR, chance, lambda share: None)
    gains = [gain(one.forecast, now) for one in found]
    assert gains == sorted(gains, reverse=True)
    assert {one.change.kind for one in found} == set(ChangeKind)
    assert len(worst_blocks(now)) == 7


def test_what_a_line_has_already_is_not_tried_again() -> None:
    line = line_of(hotline(ringing=Ringing(at_once=2, stagger=4, backup_after=10)))
    now = forecast(line, YEAR, chance())
    kinds = {one.change.kind for one in improvements(line, now, YEAR, chance, lambda share: None)}
    assert kinds == {ChangeKind.RING_EARLY, ChangeKind.ONE_MORE_ON_CALL}
