"""How long a caller waits, and for what: the backup in time, one longest wait for the whole call, a quick screening."""

from __future__ import annotations

import os
from math import sqrt
from pathlib import Path
from random import Random

import pytest

from hotline.core.forecast.handsets import HANDSETS
from hotline.files import load_texts
from hotline.practice.rehearsal import Rehearsal
from hotline.simulator import Behaviour, Call, CarrierQuirks, named, run_call
from hotline.simulator.line.legs import Leg
from hotline.simulator.line.phones import Phone
from hotline.simulator.record import CallRecord
from tests.calls.conftest import FOUR, Rehearse, texts

ROOT = Path(__file__).parents[2]
LINE = "+14105550100"
SHIPPED = {path: (ROOT / path).read_bytes() for path in ("call_flows/rise.yaml", "rota/rise.yaml")}
PACED_CALLS = int(os.environ.get("PACED_CALLS", "60"))
TUESDAY_NIGHT = "2026-12-02 02:00"
"""Eli and Fay are on call by the shipped rota, and whose turn it is."""


def played(rehearsal: Rehearsal, behaviour: str = "no-answer", keys: str = "-", **phones: str) -> CallRecord:
    """A whole call; every phone does the same, but for those that are named."""
    for phone in rehearsal.world.carrier.phones.values():
        if phone.number != "988":
            phone.behaviour = named(phones.get(phone.name, behaviour))
    return run_call(rehearsal.world, LINE, keys=list(keys))


def first(record: CallRecord, who: str, what: str = "rings") -> float:
    """The second of the call at which something happens to somebody for the first time."""
    return next(event.at for event in record.timeline if (event.who, event.what) == (who, what))


@pytest.mark.parametrize(
    ("rota", "phones"), [(SHIPPED["rota/rise.yaml"], 4), (FOUR.encode(), 6)], ids=["shipped", "four"]
)
def test_a_silent_caller_whom_nobody_answers_has_the_backup_in_a_minute_and_the_lifeline_in_four_and_a_half(
    rehearse: Rehearse, rota: bytes, phones: int
) -> None:
    record = played(rehearse("2026-12-05 15:00", files={**SHIPPED, "rota/rise.yaml": rota}))
    assert len({event.who for event in record.timeline if event.what == "rings"}) == phones
    assert first(record, "chaplain") <= 60
    assert first(record, "988") <= 270


def test_a_silent_caller_hears_a_phone_ring_within_a_few_seconds(rehearse: Rehearse) -> None:
    record = played(rehearse(TUESDAY_NIGHT, files=SHIPPED), "accept")
    rung = min(event.at for event in record.timeline if event.what == "rings")
    assert rung <= 13
    assert record.connected_to


def test_a_voicemail_is_let_go_within_nine_seconds_of_picking_up(rehearse: Rehearse) -> None:
    for line in (SHIPPED, {**SHIPPED, "rota/rise.yaml": FOUR.encode()}):
        record = played(rehearse("2026-12-05 15:00", files=line), "voicemail")
        picked_up = {event.who: event.at for event in record.timeline if event.what == "picks up"}
        let_go = {event.who: event.at for event in record.timeline if event.what == "is hung up on"}
        assert len(picked_up) >= 3
        for who in picked_up.keys() - {"988"}:
            assert let_go[who] - picked_up[who] <= 9, who


def test_a_phone_rings_as_long_as_the_rota_says(rehearse: Rehearse) -> None:
    """The carrier lets it ring five seconds longer than it is told."""
    record = played(rehearse(files={**SHIPPED, "rota/rise.yaml": FOUR.encode()}))
    stops = next(event.at for event in record.timeline if event.what == "stops ringing")
    rings = next(event.at for event in record.timeline if event.what == "rings")
    assert stops - rings == pytest.approx(20, abs=0.5)


SET_UP = 3.0
"""Seconds: the middle of how long the carrier takes until handset B rings."""


class PhoneB(Phone):
    """A phone that answers as handset B of a forecast does, drawn anew for each ring."""

    def __init__(self, phone: Phone, chance: Random) -> None:
        super().__init__(phone.number, phone.name)
        self._chance = chance

    def ring(self, leg: Leg) -> None:
        kind, chance = HANDSETS["B"], self._chance
        after = max(0.0, kind.rings.draw(chance) + kind.set_up.draw(chance) - SET_UP)
        takes_it = Behaviour("accept", picks_up_after=after, keys=("1",), interrupts_after=kind.press.draw(chance))
        self.behaviour = takes_it if chance.random() < kind.picks_up else Behaviour("no-answer")
        super().ring(leg)


def test_paced_calls_have_a_human_as_soon_as_a_forecast_says(rehearse: Rehearse) -> None:
    """The shipped line, silent callers, four on call, handsets B. PACED_CALLS=300 is what a release wants."""
    ringing = SHIPPED["rota/rise.yaml"].decode().partition("\nringing:")[2]
    line = {**SHIPPED, "rota/rise.yaml": f"{FOUR}ringing:{ringing}".encode()}
    rehearsal = rehearse("2026-12-02 15:00", files=line, quirks=CarrierQuirks(setup_seconds=SET_UP))
    world, chance = rehearsal.world, Random(1)
    carrier = world.carrier
    carrier.phones.update({at: PhoneB(phone, chance) for at, phone in carrier.phones.items() if phone.number != "988"})
    waits = []
    for _ in range(PACED_CALLS):
        start, before = carrier.clock.elapsed, len(carrier.legs)
        call = world.call(LINE, behaviour=Behaviour("caller", keys=("-",) * 40, talks_for=60))
        while not call.is_over:
            world.advance(30)
        legs = [leg for leg in carrier.legs[before:] if leg.name != "caller"]
        assert min(leg.rung for leg in legs if leg.rung is not None) - start <= 6
        waits.append(min(leg.bridged for leg in legs if leg.bridged is not None) - start)
        world.advance(3600)
    for seconds, share in ((20, 0.60), (25, 0.90), (35, 0.99)):
        sampling_error = 2 * sqrt(share * (1 - share) / PACED_CALLS)
        assert sum(wait <= seconds for wait in waits) / PACED_CALLS >= share - sampling_error, seconds


class TestTheLongestWait:
    """It is that of the whole call, across every loop that the caller did nothing to cause."""

    flow = (ROOT / "tests/calls/line/flow.yaml").read_text().replace("    at_most: 3\n    then: lifeline\n", "")
    rota = FOUR.replace("[amy, ben, cho, dee]", "[amy]") + "ringing: {rounds: 1, max_wait: 90s}\n"

    def line(self, rehearse: Rehearse) -> Call:
        call = rehearse(files=texts(flow=self.flow, rota=self.rota)).world.call(LINE)
        return call.stays_silent()

    def until_it_is_over(self, call: Call) -> Call:
        for hunt in (("amy", "chaplain"), ("chaplain", "amy")):
            for name in hunt:
                call.rings(name).ignored()
            call.hears("Nobody could pick up").stays_silent()
        return call

    def test_once_it_is_over_nobody_is_rung_again_without_a_key(self, rehearse: Rehearse) -> None:
        call = self.until_it_is_over(self.line(rehearse))
        for _ in range(3):
            call.hears("Nobody could pick up").does_not_hear("finding someone").stays_silent()
        assert len(call.rung) == 4
        call.hangs_up().has_ended()

    def test_a_wrong_key_is_no_key(self, rehearse: Rehearse) -> None:
        call = self.until_it_is_over(self.line(rehearse))
        call.hears("Nobody could pick up").presses("7").hears("Nobody could pick up")
        assert len(call.rung) == 4
        call.hangs_up().has_ended()

    def test_a_key_pressed_on_purpose_starts_it_anew(self, rehearse: Rehearse) -> None:
        call = self.until_it_is_over(self.line(rehearse))
        call.hears("Nobody could pick up").presses("1").hears("finding someone").rings("amy").ignored()
        call.hangs_up().has_ended()


def test_a_ring_step_that_leads_to_itself_goes_on_ringing(rehearse: Rehearse) -> None:
    """There is nothing else for this caller, and nothing that would ever end without them."""
    flow = """
name: Line
numbers: ["+1 410 555 0100"]
rota: rise
languages: {en: {locale: en-US}}
start: reach
steps:
  reach: {say: {en: One moment.}, ring: on_call, not_answered: reach}
"""
    rota = FOUR.replace("[amy, ben, cho, dee]", "[amy]") + "ringing: {rounds: 1, max_wait: 30s}\n"
    call = rehearse(files=texts(flow=flow, rota=rota)).world.call(LINE)
    for _ in range(4):
        call.rings(within=60).ignored()
    call.hangs_up().has_ended()


def test_words_and_key_that_agree_connect_whatever_the_key_is(rehearse: Rehearse) -> None:
    """Simulated volunteers press what they hear. Words that name another key than the file's are refused by `check`."""
    rota = FOUR + 'ringing: {accept_key: "5", say: {en: Press five to take it.}}\n'
    assert played(rehearse(files={**SHIPPED, "rota/rise.yaml": rota.encode()}), "accept").connected_to == ["amy"]
    rota = FOUR + 'ringing: {accept_key: "5", say: {en: Press 1 to take it.}}\n'
    assert load_texts({**SHIPPED, "rota/rise.yaml": rota.encode()}).hotlines == {}
