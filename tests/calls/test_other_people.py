"""Keys that lead to other people: a menu whose key 3 rings another rota, in whole calls."""

from __future__ import annotations

import re

import pytest

from hotline.practice.rehearsal import Rehearsal
from hotline.simulator import named
from tests.calls.conftest import Rehearse

LINE = "+14105550100"
FLOW = """
name: Line
numbers: ["+1 410 555 0100"]
languages: {en: {locale: en-US}}
steps:
  welcome:
    say: {en: Welcome. For a peer press 1. For group support press 3.}
    menu: {"1": peers, "3": group}
    no_key: peers
  peers:
    say: {en: Finding a peer.}
    ring: on_call
    not_answered: nobody
  group:
    say: {en: Finding a leader.}
    ring: leaders
    between: {en: Trying another leader.}
    not_answered: menu
  menu:
    say: {en: No leader is free. For a peer press 1.}
    menu: {"1": peers, "3": group}
    no_key: nobody
  nobody:
    say: {en: Nobody is free. Goodbye.}
    hang_up: true
"""
PEERS = """
timezone: America/New_York
volunteers:
  amy: {name: Amy, phone: "+1 410 555 0111"}
  ben: {name: Ben, phone: "+1 410 555 0112"}
  cho: {name: Cho, phone: "+1 410 555 0113"}
shifts: [{name: Always, hours: 24h, on_call: [amy, ben]}]
backup: [cho]
ringing: {backup_after: 80s}
"""
LEADERS = """
timezone: America/Los_Angeles
volunteers:
  lea: {name: Lea, phone: "+1 410 555 0121"}
  mia: {name: Mia, phone: "+1 410 555 0122"}
  amy: {name: Amy Two, phone: "+1 410 555 0123"}
  ben: {name: Ben, phone: "+1 410 555 0112"}
shifts: [{name: Always, hours: 24h, on_call: [lea, mia, ben]}]
backup: [amy]
ringing: {accept_key: "5", ring_for: 12s, max_wait: 90s, rounds: 1, RULES}
"""


def files(rules: str = "backup_after: 80s", flow: str = FLOW, leaders: str = LEADERS) -> dict[str, bytes]:
    found = {
        "call_flows/line.yaml": flow,
        "rota/line.yaml": PEERS,
        "rota/leaders.yaml": leaders.replace("RULES", rules),
    }
    return {name: text.encode() for name, text in found.items()}


@pytest.fixture
def line(rehearse: Rehearse) -> Rehearsal:
    return rehearse(files=files())


@pytest.fixture
def at_once(rehearse: Rehearse) -> Rehearsal:
    """Two leaders ring at once; peers ring one after another."""
    return rehearse(files=files("at_once: 2, stagger: 4s, backup_after: 80s"))


def test_a_key_rings_the_other_rota_and_its_own_key_takes_the_call(line: Rehearsal) -> None:
    call = line.world.call(LINE).hears("Welcome").presses("3").hears("Finding a leader")
    call.rings("lea").picks_up(after=3).hears("Press 5").presses("5")
    call.talks_with("lea").talks_for(60).hangs_up().has_ended("caller")


def test_the_first_rotas_key_takes_no_call_of_the_other(line: Rehearsal) -> None:
    call = line.world.call(LINE).hears("Welcome").presses("3")
    call.rings("lea").picks_up(after=3).hears("Press 5").presses("1").hears("Press 5").presses("5")
    call.talks_with("lea").talks_for(10).hangs_up().has_ended("caller")


def test_the_backup_of_the_other_rota_is_rung_and_then_its_not_answered(line: Rehearsal) -> None:
    call = line.world.call(LINE).hears("Welcome").presses("3")
    for who in ("lea", "mia", "ben", "leaders/amy"):
        call.rings(who).ignored()
    call.hears("No leader is free").hears("Nobody is free").has_ended()
    assert [ring.called for ring in call.leg.children] == [
        "+14105550121",
        "+14105550122",
        "+14105550112",
        "+14105550123",
    ]


def test_a_caller_comes_back_from_the_others_to_the_first_people(line: Rehearsal) -> None:
    call = line.world.call(LINE).hears("Welcome").presses("3")
    for who in ("lea", "mia", "ben", "leaders/amy"):
        call.rings(who).ignored()
    call.hears("No leader is free").presses("1").hears("Finding a peer")
    call.rings("amy").picks_up(after=3).hears("Press 1").presses("1")
    call.talks_with("amy").talks_for(60).hangs_up().has_ended("caller")


def test_people_take_turns_in_each_rota_apart(line: Rehearsal) -> None:
    for key, who in (("1", "amy"), ("3", "lea"), ("1", "ben"), ("3", "mia"), ("1", "amy")):
        call = line.world.call(LINE).hears("Welcome").presses(key)
        call.rings(who).ignored()
        call.hangs_up().has_ended("caller")


def test_a_volunteer_of_both_rotas_is_one_phone(line: Rehearsal) -> None:
    first = line.world.call(LINE).hears("Welcome").presses("1")
    first.rings("amy").declines()
    first.rings("ben").picks_up(after=2).hears("Press 1").presses("1")
    first.talks_with("ben")
    second = line.world.call(LINE, caller="+14105550998").hears("Welcome").presses("3")
    for who in ("lea", "mia", "leaders/amy"):  # ben is talking
        second.rings(who).ignored()
    second.hears("No leader is free").hangs_up().has_ended("caller")
    first.talks_for(10).hangs_up().has_ended("caller")


def test_people_who_cannot_be_reached_lead_straight_to_others_without_a_pause(rehearse: Rehearse) -> None:
    flow = FLOW.replace("not_answered: menu", "not_answered: peers")
    line = rehearse(files=files(flow=flow))
    call = line.world.call(LINE).hears("Welcome").presses("3")
    for who in ("lea", "mia", "ben", "leaders/amy"):
        call.rings(who).declines()
    call.hears("Finding a peer").rings("amy").ignored()
    call.hangs_up().has_ended("caller")


def test_rotas_with_nobody_that_lead_to_each_other_do_not_spin(rehearse: Rehearse) -> None:
    flow = FLOW.replace("not_answered: menu", "not_answered: peers").replace(
        "not_answered: nobody", "not_answered: group"
    )
    nobody = {name: text.replace(b"hours: 24h", b"hours: 20:00-21:00") for name, text in files(flow=flow).items()}
    nobody = {name: re.sub(rb"backup: .*", b"", text) for name, text in nobody.items()}
    line = rehearse(files=nobody)
    call = line.world.call(LINE).hears("Welcome").presses("3").hears("Finding a peer").waits(60)
    asked = [event for event in line.world.carrier.events if event.kind == "asks"]
    assert len(asked) < 12
    call.hangs_up().has_ended("caller")


def test_a_rota_that_cannot_be_used_leads_to_not_answered(rehearse: Rehearse) -> None:
    line = rehearse(files=files(leaders="timezone: Nowhere/At_All"))
    call = line.world.call(LINE).hears("Welcome").presses("3").hears("No leader is free").presses("1")
    call.rings("amy").picks_up(after=1).presses("1")
    call.talks_with("amy").talks_for(10).hangs_up().has_ended("caller")


def test_a_rota_taken_away_in_mid_call_leads_to_not_answered(line: Rehearsal) -> None:
    call = line.world.call(LINE).hears("Welcome").presses("3")
    lea = call.rings("lea")
    line.edit({name: text for name, text in files().items() if "leaders" not in name})
    lea.ignored()
    call.hears("No leader is free").hangs_up().has_ended("caller")


def test_several_leaders_ring_at_once_and_the_first_talks(at_once: Rehearsal) -> None:
    call = at_once.world.call(LINE).hears("Welcome").presses("3").hears("Finding a leader")
    lea, mia = call.rings("lea"), call.rings("mia")
    mia.picks_up(after=2).hears("Press 5").presses("5")
    call.talks_with("mia").talks_for(60)
    lea.stops_ringing()
    call.hangs_up().has_ended("caller")


def test_several_leaders_then_their_backup_then_a_peer_one_by_one(at_once: Rehearsal) -> None:
    call = at_once.world.call(LINE).hears("Welcome").presses("3")
    for who in ("lea", "mia", "ben", "leaders/amy"):
        call.rings(who).ignored()
    call.hears("No leader is free").presses("1").hears("Finding a peer")
    call.rings("amy").picks_up(after=2).hears("Press 1").presses("1")
    call.talks_with("amy").talks_for(30).hangs_up().has_ended("caller")


def test_leaders_are_free_again_after_a_caller_hung_up(at_once: Rehearsal) -> None:
    call = at_once.world.call(LINE).hears("Welcome").presses("3")
    call.rings("lea")
    call.rings("mia")
    call.hangs_up().has_ended("caller")
    at_once.world.advance(5)
    again = at_once.world.call(LINE).hears("Welcome").presses("3")
    rung = [again.rings(who) for who in ("ben", "lea")]
    rung[0].picks_up(after=1).hears("Press 5").presses("5")
    again.talks_with("ben").talks_for(5).hangs_up().has_ended("caller")


def test_peers_who_began_to_ring_early_stop_when_the_caller_wants_a_leader(rehearse: Rehearse) -> None:
    flow = FLOW.replace("    menu: {", "    ring_early: 1s\n    menu: {", 1)
    rota = PEERS.replace("ringing: {", "ringing: {at_once: 2, stagger: 4s, ")
    found = files("at_once: 2, stagger: 4s, backup_after: 80s", flow)
    line = rehearse(files={**found, "rota/line.yaml": rota.encode()})
    call = line.world.call(LINE)
    amy, ben = call.rings("amy"), call.rings("ben")
    call.presses("3")
    amy.stops_ringing()
    ben.stops_ringing()
    lea, mia = call.rings("lea"), call.rings("mia")
    lea.picks_up(after=1).hears("Press 5").presses("5")
    call.talks_with("lea").talks_for(5)
    mia.stops_ringing()
    call.hangs_up().has_ended("caller")


@pytest.mark.parametrize("peers_at_once", [1, 2])
def test_several_leaders_lead_straight_to_peers(rehearse: Rehearse, peers_at_once: int) -> None:
    found = files("at_once: 2, backup_after: 80s", FLOW.replace("not_answered: menu", "not_answered: peers"))
    rota = PEERS.replace("ringing: {", f"ringing: {{at_once: {peers_at_once}, ")
    line = rehearse(files={**found, "rota/line.yaml": rota.encode()})
    call = line.world.call(LINE).hears("Welcome").presses("3")
    for who in ("lea", "mia", "ben", "leaders/amy"):
        call.rings(who).declines()
    call.hears("Finding a peer")
    amy = call.rings("amy")
    if peers_at_once == 2:
        ben = call.rings("ben")
    amy.picks_up(after=2).hears("Press 1").presses("1")
    call.talks_with("amy").talks_for(10)
    if peers_at_once == 2:
        ben.stops_ringing()
    call.hangs_up().has_ended("caller")


def test_a_key_pressed_while_leaders_ring_leads_to_peers(rehearse: Rehearse) -> None:
    waiting = "    while_waiting: {say: {en: For a peer press 1.}, menu: {'1': peers}}\n    not_answered: menu"
    flow = FLOW.replace("    not_answered: menu", waiting)
    leaders = LEADERS.replace("rounds: 1", "rounds: 5")
    line = rehearse(files=files("at_once: 2, backup_after: 80s", flow, leaders))
    for who in ("lea", "mia", "ben", "leaders/amy"):
        line.world.named(who).behaviour = named("no-answer")
    call = line.world.call(LINE).hears("Welcome").presses("3")
    call.hears("For a peer press 1", within=120).presses("1").hears("Finding a peer")
    call.rings("amy").picks_up(after=2).hears("Press 1").presses("1")
    call.talks_with("amy").talks_for(10).hangs_up().has_ended("caller")


def test_a_rota_taken_away_while_its_phones_ring_leads_to_not_answered(at_once: Rehearsal) -> None:
    call = at_once.world.call(LINE).hears("Welcome").presses("3")
    lea, mia = call.rings("lea"), call.rings("mia")
    at_once.edit({name: text for name, text in files().items() if "leaders" not in name})
    call.hears("No leader is free").presses("1")
    lea.stops_ringing()
    mia.stops_ringing()
    call.rings("amy").picks_up(after=2).presses("1")
    call.talks_with("amy").talks_for(10).hangs_up().has_ended("caller")


def test_after_a_rota_was_taken_away_the_own_people_ring_without_a_pause(rehearse: Rehearse) -> None:
    flow = FLOW.replace("not_answered: menu", "not_answered: peers")
    line = rehearse(files=files(flow=flow))
    call = line.world.call(LINE).hears("Welcome").presses("3")
    lea = call.rings("lea")
    line.edit({name: text for name, text in files(flow=flow).items() if "leaders" not in name})
    lea.declines()
    call.hears("Finding a peer").rings("amy", within=5).ignored()
    call.hangs_up().has_ended("caller")
    assert "caller_not_reached" not in {job.task for job in line.jobs.jobs}
