"""Several phones at once, in whole calls: who is rung when, who gets the caller, and what everyone hears."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.practice.rehearsal import Rehearsal
from tests.calls.conftest import FOUR, Rehearse, texts

LINE = "+14105550100"


@pytest.fixture
def several(rehearse: Rehearse) -> Rehearsal:
    """A line of which two phones ring at once, and one more each four seconds."""
    rehearsal = rehearse(files=texts(rota=FOUR))
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


def test_whoever_picked_up_a_moment_later_hears_that_a_colleague_was_quicker(several: Rehearsal) -> None:
    call = several.world.call(LINE)
    call.hears("Welcome").presses("1")
    amy, ben = call.rings("amy"), call.rings("ben")
    amy.picks_up(after=3).hears("Press 1 to take it")
    ben.picks_up(after=0).hears("Press 1 to take it").presses("1")
    call.talks_with("ben")
    amy.hears("A colleague has just taken this call")
    call.talks_for(30).hangs_up().has_ended("caller")


def test_after_the_conversation_the_caller_hears_goodbye(several: Rehearsal) -> None:
    call = several.world.call(LINE)
    call.hears("Welcome").presses("1")
    call.rings("amy")
    ben = call.rings("ben").picks_up(after=2).hears("Press 1").presses("1")
    call.talks_with("ben").talks_for(30)
    ben.hangs_up()
    call.hears("Thank you for calling").has_ended()
    assert [entry.moment.value for entry in several.log.entries] == ["started", "answered", "ended"]


def test_a_caller_who_hangs_up_while_phones_ring_stops_them(several: Rehearsal) -> None:
    call = several.world.call(LINE)
    call.hears("Welcome").presses("1")
    amy, ben = call.rings("amy"), call.rings("ben")
    call.waits(3).hangs_up().has_ended("caller")
    amy.stops_ringing()
    ben.stops_ringing()
