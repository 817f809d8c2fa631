"""Test rings as volunteers hear them: our webhooks, a simulated carrier, and no call at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.ring_test import RingTest
from hotline.files import load_texts
from hotline.practice.rehearsal import PUBLIC_URL, Rehearsal, RehearsalCarrier, Remembered, Wrap
from hotline.simulator import DuplicatingTransport, Placed
from hotline.store.redis.live import RedisLive
from hotline.webhooks.ring_test_paths import addresses
from tests.calls.conftest import texts
from tests.calls.test_other_people import files
from tests.webhooks.line import NoLive

LINE, AMY, ELI = "+14105550100", "+14105550111", "+14105550115"
START = datetime(2026, 3, 4, 17, tzinfo=UTC)


def rehearsal_of(files: dict[str, bytes] | None = None, wrap: Wrap | None = None) -> Rehearsal:
    """With live state that fails whenever it is asked: a test ring never does."""
    hotlines, carrier = load_texts(files or texts()).hotlines, RehearsalCarrier(wrap=wrap)
    return Rehearsal(hotlines, "redis://127.0.0.1:1", START, live=NoLive(), carrier=carrier)


def rung(rehearsal: Rehearsal, phone: str = AMY, who: str = "amy", number: str = LINE) -> Placed:
    test = RingTest("one", "rise", who, int(rehearsal.now().timestamp()))
    heard, ended = addresses(PUBLIC_URL, rehearsal.key)(test)
    call = rehearsal.world.place(phone, number, url=heard, status_callback=ended, timeout=20)
    rehearsal.world.advance(5)
    return call


def came_of(rehearsal: Rehearsal, call: Placed) -> list[str]:
    """What the jobs say of the test. Besides, only the records of its own call are to be deleted."""
    rehearsal.world.close()
    assert isinstance(rehearsal.log, Remembered)
    assert rehearsal.log.entries == [], "no call, no log"
    assert rehearsal.notices == []
    deleted = {job.ids[0] for job in rehearsal.jobs.jobs if job.task == "delete_records"}
    assert deleted == {call.sid}
    over = [job for job in rehearsal.jobs.jobs if job.task == "ring_test_over"]
    assert {job.ids[0] for job in over} == {"one"}
    assert {job.task for job in rehearsal.jobs.jobs} == {"ring_test_over", "delete_records"}
    return [job.ids[1] for job in over]


def test_who_presses_the_key_is_reached() -> None:
    rehearsal = rehearsal_of()
    call = rung(rehearsal).picks_up()
    call.hears("This is a test of the Line. Nobody is waiting.", language="en-US").presses("1")
    call.hears("Calls of the Line reach you").has_ended()
    assert came_of(rehearsal, call) == ["1", "picked"]


def test_it_speaks_the_volunteers_language() -> None:
    rehearsal = rehearsal_of()
    call = rung(rehearsal, ELI, "eli").picks_up().hears("Nadie espera", language="es-US").presses("1")
    call.hears("le llegan", language="es-US").has_ended()


def test_a_volunteer_of_another_rota_hears_the_key_of_that_rota() -> None:
    rehearsal = rehearsal_of(files())
    test = RingTest("one", "line/leaders", "lea", int(rehearsal.now().timestamp()))
    heard, ended = addresses(PUBLIC_URL, rehearsal.key)(test)
    call = rehearsal.world.place("+14105550121", LINE, url=heard, status_callback=ended, timeout=12)
    rehearsal.world.advance(5)
    call.picks_up().hears("press 5").presses("5").hears("Calls of the Line reach you").has_ended()
    assert came_of(rehearsal, call) == ["1", "picked"]


@pytest.mark.parametrize("what", ["ignored", "declines", "cannot_be_reached"])
def test_who_does_not_answer_is_not_reached(what: str) -> None:
    rehearsal = rehearsal_of()
    call = rung(rehearsal)
    getattr(call, what)()
    call.has_ended()
    assert came_of(rehearsal, call) == ["0"]


def test_rings_that_cannot_be_placed_are_a_sign_as_those_of_calls_are(redis_url: str) -> None:
    rehearsal = Rehearsal(load_texts(texts()).hotlines, redis_url, START)
    assert isinstance(rehearsal.live, RedisLive)
    for _ in range(3):
        rung(rehearsal).ignored()
    assert rehearsal.live.signs(["rise"]) == {}, "not answered is not failed"
    for _ in range(3):
        assert rehearsal.live.signs(["rise"]) == {}
        rung(rehearsal).cannot_be_reached().has_ended()
    assert rehearsal.live.signs(["rise"]) == {Sign.NOT_PLACED: ["rise"]}
    assert "line_trouble" in {job.task for job in rehearsal.jobs.jobs}


def test_a_voicemail_is_not_reached_and_is_told_that_there_is_nothing_to_do() -> None:
    rehearsal = rehearsal_of()
    call = rung(rehearsal).picks_up()
    call.hears("Nobody is waiting").hears("Nobody is waiting").hears("nothing you need to do").has_ended()
    assert came_of(rehearsal, call) == ["picked"]


def test_a_wrong_key_is_asked_again() -> None:
    rehearsal = rehearsal_of()
    call = rung(rehearsal).picks_up().hears("Nobody is waiting").presses("7").hears("Nobody is waiting").presses("1")
    call.hears("reach you").has_ended()
    assert came_of(rehearsal, call) == ["1", "picked"]


def test_each_webhook_twice_comes_to_the_same() -> None:
    rehearsal = rehearsal_of(wrap=DuplicatingTransport)
    call = rung(rehearsal).picks_up().hears("Nobody is waiting").presses("1").hears("reach you").has_ended()
    assert set(came_of(rehearsal, call)) == {"1", "picked"}
    assert len({job.name for job in rehearsal.jobs.jobs}) == 3


@pytest.mark.parametrize("at", ["", "?at=", "?at=nonsense"])
def test_an_address_that_is_not_ours_comes_to_nothing_and_harms_nobody(at: str) -> None:
    rehearsal = rehearsal_of()
    where = f"{PUBLIC_URL}/voice/ring-test"
    call = rehearsal.world.place(AMY, LINE, url=f"{where}{at}", status_callback=f"{where}/ended{at}", timeout=20)
    rehearsal.world.advance(5)
    call.picks_up().hears("Nobody is waiting").presses("1").hears("reach you").has_ended()
    assert [job.task for job in rehearsal.jobs.jobs] == ["delete_records"]


def test_a_test_that_is_older_than_an_hour_comes_to_nothing() -> None:
    rehearsal = rehearsal_of()
    test = RingTest("one", "rise", "amy", int(rehearsal.now().timestamp()) - 3601)
    heard, ended = addresses(PUBLIC_URL, rehearsal.key)(test)
    call = rehearsal.world.place(AMY, LINE, url=heard, status_callback=ended)
    rehearsal.world.advance(5)
    call.picks_up().presses("1").has_ended()
    assert [job.task for job in rehearsal.jobs.jobs] == ["delete_records"]


def test_from_a_number_that_is_in_no_flow_any_more_it_still_speaks() -> None:
    rehearsal = rehearsal_of()
    rehearsal.world.verify_caller_id("+14105550177")
    call = rung(rehearsal, number="+14105550177").picks_up().hears("Nobody is waiting").presses("1").has_ended()
    assert came_of(rehearsal, call) == ["1", "picked"]


def test_while_no_file_can_be_used_it_hangs_up_without_an_error() -> None:
    rehearsal = rehearsal_of()
    rehearsal.shelf.hotlines = {}
    call = rung(rehearsal).picks_up().has_ended()
    assert call.leg.heard == []
    assert rehearsal.world.violations == []
