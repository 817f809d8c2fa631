"""Calls as callers, volunteers and their voicemails make them."""

from __future__ import annotations

import pytest

from hotline.core.calls.log_entry import CallMoment
from hotline.practice.rehearsal import Remembered
from hotline.simulator import CarrierQuirks, DuplicatingTransport
from tests.calls.conftest import Rehearse, texts
from tests.webhooks.line import NoLive

LINE = "+14105550100"


def test_a_call_comes_in_and_a_volunteer_answers(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    call = rehearsal.world.call(LINE)
    call.hears("Welcome. To be connected, press 1").presses("1").hears("finding someone")
    ring = call.rings("amy").picks_up()
    ring.hears("Call from the line. Press 1 to take it").presses("1")
    call.talks_with("amy").talks_for(300)
    ring.hangs_up()
    call.hears("Thank you for calling").has_ended()
    assert isinstance(rehearsal.log, Remembered)
    assert [entry.moment for entry in rehearsal.log.entries] == [
        CallMoment.STARTED,
        CallMoment.ANSWERED,
        CallMoment.ENDED,
    ]
    assert len({entry.id for entry in rehearsal.log.entries}) == 1


def test_a_caller_who_presses_nothing_is_connected_all_the_same(rehearse: Rehearse) -> None:
    call = rehearse().world.call(LINE)
    call.hears("Welcome").stays_silent().hears("finding someone")
    call.rings("amy").picks_up().hears("Press 1").presses("1")
    call.talks_with("amy").hangs_up().has_ended()


def test_a_wrong_key_never_earns_a_lecture(rehearse: Rehearse) -> None:
    call = rehearse().world.call(LINE)
    call.hears("Welcome").presses("7").hears("finding someone")
    call.rings("amy")
    call.hangs_up().has_ended()


def test_spanish_all_the_way_and_a_volunteer_who_speaks_it_first(rehearse: Rehearse) -> None:
    call = rehearse("2026-03-04 23:00").world.call(LINE)
    call.hears("oprima 9", language="en-US").presses("9").hears("Bienvenido", language="es-US").presses("1")
    call.hears("Buscamos a alguien", language="es-US")
    ring = call.rings("eli").picks_up()
    ring.hears("Llamada de la línea", language="es-US")
    ring.presses("2").was("declined")
    call.hears("Seguimos buscando")
    call.rings("dee").picks_up().hears("Call from the line", language="en-US").presses("1")
    call.talks_with("dee").hangs_up().has_ended()


def test_no_answer_pass_busy_and_unreachable_lead_to_the_next_at_once(rehearse: Rehearse) -> None:
    call = rehearse().world.call(LINE)
    call.presses("1")
    call.rings("amy").ignored()
    call.hears("Still trying")
    call.rings("ben").picks_up().hears("Press 1").presses("2")
    call.rings("cho").declines()
    call.rings("amy").cannot_be_reached()
    call.rings("ben").picks_up().hears("Press 1").presses("1")
    call.talks_with("ben").hangs_up().has_ended()


def test_a_voicemail_never_wins_the_call(rehearse: Rehearse) -> None:
    """A volunteer's voicemail picks up and "answers" the call (lessons): only the accept key connects."""
    call = rehearse().world.call(LINE)
    call.presses("1")
    call.rings("amy").voicemail_answers()
    call.rings("ben").picks_up().hears("Press 1").presses("1")
    call.talks_with("ben").hangs_up().has_ended()


def test_someone_who_picks_up_and_says_nothing_declines_and_a_wrong_key_is_asked_again(rehearse: Rehearse) -> None:
    call = rehearse().world.call(LINE)
    call.presses("1")
    call.rings("amy").picks_up().hears("Press 1").was("declined")
    ring = call.rings("ben").picks_up().hears("Press 1").presses("5").hears("Press 1").presses("1")
    call.talks_with("ben")
    ring.hangs_up()
    call.has_ended()


def test_two_rounds_then_the_backup_then_the_flow_goes_on_to_the_lifeline(rehearse: Rehearse) -> None:
    call = rehearse().world.call(LINE)
    call.presses("1")
    for _ in range(2):
        for name in ("amy", "ben", "cho"):
            call.rings(name).ignored()
    call.rings("chaplain").ignored()
    call.hears("Nobody could pick up").presses("2").hears("Connecting you with the Lifeline")
    call.rings("988").ignored()
    call.hears("Thank you for calling").has_ended()


def test_silence_at_nobody_free_tries_again_until_max_wait_is_over_and_then_goes_to_the_lifeline(
    rehearse: Rehearse,
) -> None:
    only_amy = texts(rota=ROTA_OF_ONE)
    call = rehearse(files=only_amy).world.call(LINE)
    call.stays_silent()
    for _ in range(2):
        call.rings("amy").ignored()
        call.hears("Nobody could pick up").stays_silent()
    assert len(call.rung) == 2, "the longest wait is that of the whole call"
    call.hears("Connecting you with the Lifeline").does_not_hear("Nobody could pick up")
    call.rings("988").ignored()
    call.has_ended()


def test_two_callers_at_once_never_ring_the_same_volunteer(rehearse: Rehearse) -> None:
    """Two callers at once ring the same volunteer while another sits free (lessons)."""
    world = rehearse().world
    calls = [world.call(LINE, f"+1410555090{n}") for n in range(3)]
    for call in calls:
        call.presses("1")
    rings = [call.rings() for call in calls]
    assert len({ring.leg.name for ring in rings}) == 3
    for call in calls:
        call.hangs_up().has_ended()


def test_a_volunteer_who_talks_is_not_rung_again(rehearse: Rehearse) -> None:
    """A volunteer already talking is rung again, and the caller goes to voicemail (lessons)."""
    world = rehearse().world
    first = world.call(LINE)
    first.presses("1")
    first.rings("amy").picks_up().hears("Press 1").presses("1")
    first.talks_with("amy")
    second = world.call(LINE, "+14105550902")
    second.presses("1")
    for name in ("ben", "cho", "ben", "cho", "chaplain"):
        second.rings(name).ignored()
    first.hangs_up().has_ended()
    second.hangs_up().has_ended()


def test_if_everyone_talks_the_caller_waits_and_gets_the_first_who_comes_free(rehearse: Rehearse) -> None:
    world = rehearse(files=texts(rota=ROTA_OF_ONE)).world
    first = world.call(LINE)
    first.presses("1")
    ring = first.rings("amy").picks_up().hears("Press 1").presses("1")
    first.talks_with("amy")
    second = world.call(LINE, "+14105550902")
    second.presses("1").hears("finding someone").hears("Still trying").hears("Still trying")
    ring.hangs_up()
    first.has_ended()
    second.rings("amy").picks_up().hears("Press 1").presses("1")
    second.talks_with("amy").hangs_up().has_ended()


def test_nobody_waits_longer_than_max_wait(rehearse: Rehearse) -> None:
    """Callers have waited 45 to 75 minutes (lessons): there is a longest wait, and a next step after it."""
    world = rehearse(files=texts(rota=ROTA_OF_ONE.replace("backup: []", "backup: [ben]"))).world
    first = world.call(LINE)
    first.presses("1")
    first.rings("amy").picks_up().hears("Press 1").presses("1")
    first.talks_with("amy")
    second = world.call(LINE, "+14105550902")
    second.presses("1").hears("finding someone")
    began = world.clock.elapsed
    second.rings("ben")
    assert 60 <= world.clock.elapsed - began <= 75
    second.hangs_up().has_ended()
    first.hangs_up().has_ended()


def test_nobody_on_shift_and_no_backup_goes_on_at_once(rehearse: Rehearse) -> None:
    """Nobody on shift: the caller hears ringing or music for ever (lessons)."""
    rota = ROTA_OF_ONE.replace("hours: 24h", "hours: 08:00-09:00")
    call = rehearse(files=texts(rota=rota)).world.call(LINE)
    call.presses("1").hears("finding someone").hears("Nobody could pick up", within=10)
    call.hangs_up().has_ended()


def test_the_round_robin_goes_on_from_call_to_call(rehearse: Rehearse) -> None:
    """The same people are always rung first, because the rotation restarts with each call (lessons)."""
    world, first_rung = rehearse().world, []
    for _ in range(6):
        call = world.call(LINE)
        call.presses("1")
        first_rung.append(call.rings().leg.name)
        call.hangs_up().has_ended()
    assert first_rung == ["amy", "ben", "cho"] * 2


def test_a_resting_volunteer_comes_after_the_others(rehearse: Rehearse) -> None:
    world = rehearse().world
    call = world.call(LINE)
    call.presses("1")
    call.rings("amy").picks_up().hears("Press 1").presses("1")
    call.talks_with("amy").hangs_up().has_ended()
    rung = []
    call = world.call(LINE)
    call.presses("1")
    for _ in range(3):
        ring = call.rings().ignored()
        rung.append(ring.leg.name)
    assert rung == ["ben", "cho", "amy"]
    call.hangs_up().has_ended()


def test_resting_never_takes_the_last_one_away(rehearse: Rehearse) -> None:
    """A person on the last remaining shift is auto-paused, and then nobody is left (lessons)."""
    world = rehearse(files=texts(rota=ROTA_OF_ONE)).world
    for _ in range(2):
        call = world.call(LINE)
        call.presses("1")
        call.rings("amy").picks_up().hears("Press 1").presses("1")
        call.talks_with("amy").hangs_up().has_ended()


def test_a_handover_in_mid_hunt_goes_on_with_those_now_on_call(rehearse: Rehearse) -> None:
    """Someone is rung once just outside their shift, when a handover falls inside a hunt (lessons)."""
    call = rehearse("2026-03-04 17:59:40").world.call(LINE)
    call.presses("1")
    call.rings("amy").ignored()
    assert call.rings().ignored().leg.name == "dee"
    call.rings("eli")
    call.hangs_up().has_ended()


def test_a_volunteer_removed_from_the_rota_in_mid_hunt_is_skipped_and_nobody_else_is(rehearse: Rehearse) -> None:
    """A volunteer is skipped since the list was re-indexed (lessons)."""
    rehearsal = rehearse()
    call = rehearsal.world.call(LINE)
    call.presses("1")
    ring = call.rings("amy")
    without_amy = "\n".join(line for line in texts()["rota/rise.yaml"].decode().split("\n") if "name: Amy" not in line)
    rehearsal.edit(texts(rota=without_amy.replace("[amy, ben, cho]", "[ben, cho]")))
    ring.ignored()
    call.rings("ben").ignored()
    call.rings("cho").picks_up().hears("Press 1").presses("1")
    call.talks_with("cho").hangs_up().has_ended()


def test_a_step_removed_in_mid_call_starts_the_caller_over(rehearse: Rehearse) -> None:
    rehearsal = rehearse()
    call = rehearsal.world.call(LINE)
    call.presses("1")
    for name in ("amy", "ben", "cho") * 2:
        call.rings(name).ignored()
    call.rings("chaplain").ignored()
    call.hears("Nobody could pick up")
    flow = texts()["call_flows/rise.yaml"].decode().replace("nobody_free", "nobody")
    rehearsal.edit(texts(flow=flow))
    call.stays_silent().hears("Welcome")
    call.hangs_up().has_ended()


@pytest.mark.parametrize("status", ["canceled", "no-answer"])
def test_a_caller_who_hangs_up_stops_the_ringing_and_frees_the_volunteer(rehearse: Rehearse, status: str) -> None:
    """The caller hangs up and the volunteers' phones go on ringing (lessons)."""
    world = rehearse(files=texts(rota=ROTA_OF_ONE), quirks=CarrierQuirks(caller_gone_dial_status=status)).world
    call = world.call(LINE)
    call.presses("1")
    ring = call.rings("amy")
    call.hangs_up()
    ring.stops_ringing()
    call.has_ended()
    again = world.call(LINE)
    again.presses("1")
    again.rings("amy")
    again.hangs_up().has_ended()


def test_a_caller_who_hangs_up_before_the_first_ring_leaves_nobody_held(rehearse: Rehearse) -> None:
    """A person on the last remaining shift is taken for busy, and then nobody is left (lessons)."""
    world = rehearse(files=texts(rota=ROTA_OF_ONE)).world
    call = world.call(LINE)
    call.presses("1").hears("finding someone").hangs_up().has_ended()
    assert call.rung == []
    again = world.call(LINE)
    again.presses("1")
    again.rings("amy")
    again.hangs_up().has_ended()


def test_without_redis_calls_reach_a_person(rehearse: Rehearse) -> None:
    world, first_rung = rehearse(live=NoLive()).world, set()
    for _ in range(24):  # by chance one of three is never the first once in six thousand times
        call = world.call(LINE)
        call.presses("1")
        rung = [call.rings().ignored().leg.name for _ in range(3)]
        assert sorted(rung) == ["amy", "ben", "cho"], "nobody is skipped, nobody is rung twice in a round"
        first_rung.add(rung[0])
        call.rings().picks_up().hears("Press 1").presses("1")
        call.hangs_up().has_ended()
    assert first_rung == {"amy", "ben", "cho"}, "and the load is spread"


def test_every_webhook_may_arrive_twice(rehearse: Rehearse) -> None:
    rehearsal = rehearse(wrap=DuplicatingTransport)
    call = rehearsal.world.call(LINE)
    call.hears("Welcome").presses("1")
    call.rings("amy").ignored()
    call.rings("ben").picks_up().hears("Press 1").presses("2")
    ring = call.rings("cho").picks_up().hears("Press 1").presses("1")
    call.talks_with("cho").talks_for(60)
    ring.hangs_up()
    call.hears("Thank you").has_ended()


@pytest.mark.parametrize("withheld", ["anonymous", "266696687", "+266696687", "unknown", ""])
def test_a_withheld_number_is_as_welcome(rehearse: Rehearse, withheld: str) -> None:
    call = rehearse().world.call(LINE, withheld)
    call.hears("Welcome").presses("1")
    call.rings("amy").picks_up().hears("Press 1").presses("1")
    call.talks_with("amy").hangs_up().has_ended()


ROTA_OF_ONE = """
timezone: America/New_York
volunteers:
  amy: {name: Amy, phone: "+1 410 555 0111"}
  ben: {name: Ben, phone: "+1 410 555 0112"}
shifts:
  - {name: Always, hours: 24h, on_call: [amy]}
backup: []
ringing: {rounds: 1, max_wait: 1m, backup_after: 1m}
"""
