"""Several phones at once, in whole calls: who is rung when, who gets the caller, and what everyone hears."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.practice.rehearsal import Rehearsal
from tests.calls.conftest import Rehearse, texts

LINE = "+14105550100"
ROTA = """
timezone: America/New_York
volunteers:
  amy: {name: Amy, phone: "+1 410 555 0111"}
  ben: {name: Ben, phone: "+1 410 555 0112"}
  cho: {name: Cho, phone: "+1 410 555 0113"}
  dee: {name: Dee, phone: "+1 410 555 0114"}
  chaplain: {name: Chaplain, phone: "+1 410 555 0190"}
shifts:
  - {name: Always, hours: 24h, on_call: [amy, ben, cho, dee]}
backup: [chaplain]
"""


@pytest.fixture
def several(rehearse: Rehearse) -> Rehearsal:
    """A line of which two phones ring at once, and one more each four seconds."""
    rehearsal = rehearse(files=texts(rota=ROTA))
    line = rehearsal.shelf.hotlines["rise"]
    ringing = replace(line.rota.ringing, at_once=2, stagger=4)
    rehearsal.shelf.hotlines = {"rise": replace(line, rota=replace(line.rota, ringing=ringing))}
    return rehearsal


def test_two_phones_ring_and_the_first_to_accept_talks(several: Rehearsal) -> None:
    call = several.world.call(LINE, caller="+14105550999")
    call.hears("Welcome").presses("1").hears("finding someone")
    amy, ben = call.rings("amy"), call.rings("ben")
    ben.picks_up(after=3).hears("Press 1 to take it").presses("1")
    call.talks_with("ben").talks_for(60)
    amy.stops_ringing()
    call.hangs_up().has_ended("caller")


def test_when_nobody_answers_all_are_rung_and_then_the_backup(several: Rehearsal) -> None:
    call = several.world.call(LINE, caller="+14105550999")
    call.hears("Welcome").presses("1")
    for who in ("amy", "ben", "cho", "dee") * 2:
        call.rings(who).ignored()
    call.rings("chaplain")
    call.hangs_up().has_ended("caller")
