"""Calls on the softphone: rehearsed, played from the beginning each time, and leaving nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from hotline.core.calls.flow import Hotline
from hotline.core.calls.rehearsed import AHEAD, LONGEST, Act, Played, RehearsalPlan, RehearsedEvent, Script
from hotline.core.rota.absence import Absence
from hotline.files import load_texts
from hotline.practice.softphone import Softphone
from hotline.store.redis.embedded import socket_url
from tests.calls.test_other_people import files
from tests.files.good import texts

NOON = datetime(2026, 11, 28, 17, 0, tzinfo=UTC)


@pytest.fixture
def hotline() -> Hotline:
    return next(iter(load_texts(texts()).hotlines.values()))


@pytest.fixture
def softphone(redis_url: str) -> Softphone:
    return Softphone(redis_url)


def rung(played: Played) -> list[RehearsedEvent]:
    return [one for one in played.happenings if one.kind == "rings"]


def start_ringing(softphone: Softphone, hotline: Hotline) -> tuple[tuple[Act, ...], RehearsedEvent]:
    """A caller who let the phones ring at once: what was done, and the first phone that rings."""
    for acts in ((), (Act(1.0, 0, "press", "1"),)):
        played = softphone.play(hotline, Script(NOON, acts))
        if rung(played) and acts:
            return acts, rung(played)[0]
    raise AssertionError("no phone rang")


def test_a_call_that_is_answered_is_talked_until_somebody_hangs_up(softphone: Softphone, hotline: Hotline) -> None:
    acts, ring = start_ringing(softphone, hotline)
    accept = hotline.rota.ringing.accept_key
    acts += (Act(ring.at + 2, ring.ring, "answer"), Act(ring.at + 6, ring.ring, "press", accept))
    played = softphone.play(hotline, Script(NOON, acts))
    assert not played.over
    assert played.rings[0].connected == pytest.approx(ring.at + 6, abs=0.1)
    hung_up = softphone.play(hotline, Script(NOON, (*acts, Act(ring.at + 60, 0, "hang up"))))
    assert hung_up.over
    assert hung_up.rings[0].ended == pytest.approx(ring.at + 60, abs=0.1)
    assert hung_up.troubles == ()


@pytest.mark.parametrize("what", ["pass", "busy", "voicemail", "no-answer"])
def test_a_volunteer_who_does_not_take_it_is_followed_by_the_next(
    softphone: Softphone, hotline: Hotline, what: str
) -> None:
    acts, ring = start_ringing(softphone, hotline)
    if what != "no-answer":
        acts += (Act(ring.at + 3, ring.ring, what),)  # type: ignore[arg-type]
    played = softphone.play(hotline, Script(NOON, acts, now=ring.at + 10))
    first, second = played.rings[:2]
    assert first.connected is None
    assert second.who != first.who
    assert second.at > ring.at + 3


def test_what_has_happened_stays_as_it_was_whatever_is_done_next(softphone: Softphone, hotline: Hotline) -> None:
    acts, ring = start_ringing(softphone, hotline)
    before = softphone.play(hotline, Script(NOON, acts))
    after = softphone.play(hotline, Script(NOON, (*acts, Act(ring.at + 4, ring.ring, "busy"))))
    past = [one for one in before.happenings if one.at <= ring.at + 4]
    assert list(after.happenings[: len(past)]) == past
    assert after.happenings != before.happenings


def test_two_processes_play_a_call_alike(softphone: Softphone, hotline: Hotline, redis_url: str) -> None:
    acts, ring = start_ringing(softphone, hotline)
    script = Script(NOON, (*acts, Act(ring.at + 4, ring.ring, "pass")))
    assert softphone.play(hotline, script) == Softphone(redis_url).play(hotline, script)


def test_acts_that_come_too_late_or_fit_nothing_do_nothing(softphone: Softphone, hotline: Hotline) -> None:
    acts, ring = start_ringing(softphone, hotline)
    late = ring.at + hotline.rota.ringing.ring_for + 20
    useless = (Act(0.5, 7, "answer"), Act(late, ring.ring, "answer"), Act(ring.at + 1, 0, "voicemail"))
    without, with_them = (softphone.play(hotline, Script(NOON, one, now=late)) for one in (acts, (*acts, *useless)))
    assert with_them.happenings == without.happenings


def test_a_rehearsal_never_goes_on_for_ever(softphone: Softphone, hotline: Hotline) -> None:
    acts, ring = start_ringing(softphone, hotline)
    acts += (Act(ring.at + 1, ring.ring, "answer"), Act(ring.at + 2, ring.ring, "press", "1"))
    played = softphone.play(hotline, Script(NOON, acts, now=LONGEST))
    assert played.over
    assert played.until <= LONGEST + AHEAD


def test_nothing_of_a_rehearsal_stays_in_redis(softphone: Softphone, hotline: Hotline, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        before = set(connection.scan_iter("*"))
        softphone.play_through(hotline, RehearsalPlan(NOON, "1", {}, "accept"))
        assert set(connection.scan_iter("*")) <= before, "where rehearsals of other tests may have left something"


def test_without_redis_a_rehearsal_goes_on_as_calls_do(hotline: Hotline, tmp_path: Path) -> None:
    softphone = Softphone(socket_url(tmp_path))
    played = softphone.play_through(hotline, RehearsalPlan(NOON, "1", {}, "accept"))
    assert [one.outcome for one in played.rings] == ["connected"]


def test_a_whole_call_plays_by_itself(softphone: Softphone, hotline: Hotline) -> None:
    first = softphone.play_through(hotline, RehearsalPlan(NOON, "1", {}, "accept")).rings[0].who
    played = softphone.play_through(hotline, RehearsalPlan(NOON, "1", {first: "voicemail"}, "accept"))
    assert [one.outcome for one in played.rings] == ["declined", "connected"]
    assert played.over


def test_a_call_that_plays_by_itself_stops_after_so_many_rings_if_asked(softphone: Softphone, hotline: Hotline) -> None:
    whole = softphone.play_through(hotline, RehearsalPlan(NOON, "1"))
    assert whole.over
    assert len(whole.rings) > 2
    part = softphone.play_through(hotline, RehearsalPlan(NOON, "1", most_rings=1))
    assert not part.over
    assert [ring.who for ring in part.rings] == [ring.who for ring in whole.rings][:2]


def test_phones_of_another_rota_ring_with_their_own_key_and_whoever_is_off_there_does_not(softphone: Softphone) -> None:
    hotline = load_texts(files()).hotlines["line"]
    plan = RehearsalPlan(NOON, "3", {"lea": "no-answer"}, "accept")
    played = softphone.play_through(hotline, plan)
    assert [ring.who for ring in played.rings] == ["lea", "mia"]
    assert played.rings[1].connected is not None
    off = {"leaders": (Absence("lea", 0, 2_000_000_000),), "line": (Absence("mia", 0, 2_000_000_000),)}
    assert [ring.who for ring in softphone.play_through(hotline, plan, off).rings] == ["mia"]
