"""A text goes out once: whatever fails, whoever is killed, however many try."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from hotline.core.texts.sending import OutgoingText, TextOutcome
from hotline.errors import CarrierRefused, CarrierUnavailable
from hotline.services.texts.sending import IN_DOUBT_FOR, LISTED_FOR, Sender
from hotline.store.database.lazy import Database
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.database.texts_sent import TextsSent
from tests.services.texts.texting import HOTLINE, KEY, PHONES, Killed, World


def text(world: World, name: str = "one", body: str = "Hello.", kind: str = "reminder") -> OutgoingText:
    return OutgoingText(name, kind, PHONES["amy"], HOTLINE, body, int(world.now.timestamp()) + 3600)


def sender(world: World, clock: Callable[[], datetime] | None = None) -> Sender:
    """A worker's sender, with its own database connections."""
    database = Database(world.database_url)
    ledger, optouts = TextsSent(database, KEY), TextOptouts(database, KEY)
    return Sender(world.carrier, ledger, optouts, clock or (lambda: world.now), world.notice)


def raising(error: BaseException, times: int = 1) -> Callable[[], None]:
    """Raises the first so many times."""
    left = [error] * times

    def call() -> None:
        if left:
            raise left.pop()

    return call


def test_a_text_of_a_name_is_sent_once(world: World) -> None:
    assert sender(world).send(text(world)) is TextOutcome.SENT
    assert sender(world).send(text(world)) is TextOutcome.SENT_BEFORE
    assert sender(world).send(text(world, body="Other words.")) is TextOutcome.SENT_BEFORE
    assert sender(world).send(text(world, "another")) is TextOutcome.SENT
    assert world.got("amy") == ["Hello.", "Hello."]


def test_of_many_workers_at_once_one_sends_it(world: World) -> None:
    with ThreadPoolExecutor(8) as workers:
        outcomes = list(workers.map(lambda _: sender(world).send(text(world)), range(16)))
    assert world.got("amy") == ["Hello."]
    assert outcomes.count(TextOutcome.SENT) == 1
    assert set(outcomes) <= {TextOutcome.SENT, TextOutcome.SENT_BEFORE, TextOutcome.LATER}


def test_who_said_stop_gets_none_and_a_later_one_after_start(world: World) -> None:
    world.optouts.opt_out(PHONES["amy"], 0)
    assert sender(world).send(text(world)) is TextOutcome.UNWANTED
    world.optouts.opt_in(PHONES["amy"])
    assert sender(world).send(text(world)) is TextOutcome.SENT


class TestKilled:
    @pytest.fixture(params=["before", "after"])
    def killed(self, world: World, request: pytest.FixtureRequest) -> World:
        """A worker was killed just before or just after the carrier took the text."""
        setattr(world.carrier, request.param, raising(Killed()))
        with pytest.raises(Killed):
            sender(world).send(text(world))
        return world

    def test_it_is_sent_exactly_once_all_the_same(self, killed: World) -> None:
        assert sender(killed).send(text(killed)) is TextOutcome.LATER
        killed.later(seconds=IN_DOUBT_FOR)
        assert sender(killed).send(text(killed)) in (TextOutcome.SENT, TextOutcome.SENT_BEFORE)
        assert sender(killed).send(text(killed)) is TextOutcome.SENT_BEFORE
        assert killed.got("amy") == ["Hello."]

    def test_of_many_workers_that_find_it_in_doubt_one_sends_it(self, killed: World) -> None:
        killed.later(seconds=IN_DOUBT_FOR)
        with ThreadPoolExecutor(8) as workers:
            list(workers.map(lambda _: sender(killed).send(text(killed)), range(16)))
        assert killed.got("amy") == ["Hello."]

    def test_a_carrier_that_cannot_be_asked_now_is_asked_later(self, killed: World) -> None:
        killed.later(seconds=IN_DOUBT_FOR)
        killed.carrier.asked = raising(CarrierUnavailable("gone"))
        assert sender(killed).send(text(killed)) is TextOutcome.UNREACHED
        sender(killed).send(text(killed))
        assert killed.got("amy") == ["Hello."]

    def test_where_the_carrier_cannot_be_asked_at_all_it_is_rather_never_than_twice(self, killed: World) -> None:
        killed.later(seconds=IN_DOUBT_FOR)
        before = killed.got("amy")

        killed.carrier.asked = raising(CarrierRefused("no", status=403, code=20008))
        assert sender(killed).send(text(killed)) is TextOutcome.REFUSED
        assert sender(killed).send(text(killed)) is TextOutcome.SENT_BEFORE
        assert killed.got("amy") == before
        assert [one.outcome for one in killed.ledger.since(0)] == ["not known"]

    def test_after_a_day_the_carriers_list_proves_nothing(self, killed: World) -> None:
        """What we sent is deleted there then."""
        before = killed.got("amy")
        killed.later(seconds=LISTED_FOR + 1)
        assert sender(killed).send(text(killed)) is TextOutcome.REFUSED
        assert killed.got("amy") == before


class TestCarrierInTrouble:
    def test_what_surely_was_not_sent_is_sent_at_the_next_try(self, world: World) -> None:
        world.carrier.before = raising(CarrierUnavailable("slow down"), 2)
        assert sender(world).send(text(world)) is TextOutcome.UNREACHED
        assert sender(world).send(text(world)) is TextOutcome.UNREACHED
        assert sender(world).send(text(world)) is TextOutcome.SENT
        assert world.got("amy") == ["Hello."]

    @pytest.mark.parametrize("side", ["before", "after"])
    def test_an_answer_that_got_lost_is_looked_up_before_anything_is_sent(self, world: World, side: str) -> None:
        setattr(world.carrier, side, raising(CarrierUnavailable("no answer", in_doubt=True)))
        assert sender(world).send(text(world)) is TextOutcome.UNREACHED
        world.carrier.asked = raising(AssertionError("it may not be in the list yet"))
        assert sender(world).send(text(world)) is TextOutcome.LATER
        world.carrier.asked = raising(CarrierUnavailable("gone"), 0)
        world.later(seconds=IN_DOUBT_FOR)
        assert sender(world).send(text(world)).settled
        assert world.got("amy") == ["Hello."]

    @pytest.mark.parametrize("code", [21610, 21614, 21211])
    def test_a_number_that_can_have_no_texts_is_noted_and_not_tried_again(self, world: World, code: int) -> None:
        world.carrier.before = raising(CarrierRefused("no", status=400, code=code))
        assert sender(world).send(text(world)) is TextOutcome.REFUSED
        assert sender(world).send(text(world)) is TextOutcome.SENT_BEFORE
        assert world.got("amy") == []
        assert [one.outcome for one in world.ledger.since(0)] == [f"refused ({code})"]
        assert [event for event, _ in world.told_of] == ["text_refused"]

    def test_a_wrong_token_costs_nobody_a_text(self, world: World) -> None:
        world.carrier.before = raising(CarrierRefused("no", status=401, code=20003))
        assert sender(world).send(text(world)) is TextOutcome.UNREACHED
        assert sender(world).send(text(world)) is TextOutcome.SENT

    def test_when_the_carrier_is_gone_not_all_texts_are_tried(self, world: World) -> None:
        tries: list[int] = []

        def gone() -> None:
            tries.append(1)
            raise CarrierUnavailable("gone")

        world.carrier.before = gone
        outcomes = sender(world).send_all([text(world, str(number)) for number in range(20)])
        assert set(outcomes.values()) == {TextOutcome.UNREACHED}
        assert len(tries) == 2

    def test_a_worker_that_stood_still_after_its_claim_sends_nothing(self, world: World) -> None:
        """Somebody else may have looked for the text meanwhile, not found it, and sent it."""
        looks = iter((False, True))

        def clock() -> datetime:
            if next(looks):
                world.later(seconds=IN_DOUBT_FOR)
                sender(world).send(text(world))
            return world.now

        assert sender(world, clock).send(text(world)) is TextOutcome.LATER
        assert world.got("amy") == ["Hello."]


class TestKept:
    def test_no_number_no_word_and_no_name_is_kept(self, world: World) -> None:
        sender(world).send(text(world, "reminder/amy", "Hello Amy."))
        raw = b"".join(path.read_bytes() for path in world.folder.glob("hotline.db*"))
        for canary in (PHONES["amy"], PHONES["amy"][2:], "Hello Amy", "reminder/amy"):
            assert canary.encode() not in raw

    def test_of_what_a_call_brought_about_the_day_is_kept(self, world: World) -> None:
        world.set("2026-01-06 03:12")
        sender(world).send(text(world, kind="missed_ring"))
        sender(world).send(text(world, "two", kind="reminder"))
        by_kind = {one.kind: one.sent_at for one in world.ledger.since(0)}
        assert by_kind == {"missed_ring": by_kind["missed_ring"], "reminder": int(world.now.timestamp())}
        assert (by_kind["missed_ring"] or 0) % 86_400 == 0

    def test_rows_go_when_they_can_matter_no_more(self, world: World) -> None:
        sender(world).send(text(world, kind="missed_ring"))
        sender(world).send(text(world, "two"))
        world.later(hours=1, seconds=1)
        world.does.forget_texts()
        assert [one.kind for one in world.ledger.since(0)] == ["reminder"]
        world.later(days=7)
        world.does.forget_texts()
        assert world.ledger.since(0) == []
