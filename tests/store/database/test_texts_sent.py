"""The tables behind texts: on a real SQLite and a real PostgreSQL, with many at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hotline.core.texts.edit_notices import Told
from hotline.core.texts.sending import Claim, TextBatch
from hotline.store.database.lazy import Database
from hotline.store.database.texts_sent import TextsSent
from hotline.store.database.times_told import ToldTimesTable
from hotline.store.database.unreached import UnreachedTable

KEY = b"k" * 32
NOON = 1_767_718_800


@pytest.fixture
def ledger(database: Database) -> TextsSent:
    return TextsSent(database, KEY)


@pytest.fixture
def others(database_url: str, database: Database) -> Iterator[list[Database]]:
    """Other processes' connections to the same database."""
    found = [Database(database_url) for _ in range(6)]
    yield found
    for one in found:
        one.close()


class TestLedger:
    def test_a_name_is_claimed_once(self, ledger: TextsSent) -> None:
        assert ledger.claim("one", "gap", "Hello.", NOON, NOON + 60) == Claim(ours=True)
        again = ledger.claim("one", "gap", "Other words.", NOON + 5, NOON + 60)
        assert again == Claim(False, False, NOON, ledger.words("Hello."))

    def test_of_many_at_once_one_claims(self, ledger: TextsSent, others: list[Database]) -> None:
        with ThreadPoolExecutor(6) as workers:
            claims = list(
                workers.map(lambda one: TextsSent(one, KEY).claim("one", "gap", "Hello.", NOON, NOON + 60), others)
            )
        assert sum(one.ours for one in claims) == 1

    def test_of_many_that_find_it_in_doubt_one_claims_it_again(self, ledger: TextsSent, others: list[Database]) -> None:
        ledger.claim("one", "gap", "Hello.", NOON, NOON + 60)
        with ThreadPoolExecutor(6) as workers:
            again = list(
                workers.map(lambda one: TextsSent(one, KEY).claim_again("one", "Hello.", NOON, NOON + 120), others)
            )
        assert again.count(True) == 1

    def test_what_is_settled_stays_settled(self, ledger: TextsSent) -> None:
        ledger.claim("one", "gap", "Hello.", NOON, NOON + 60)
        assert ledger.settled(["one", "two"]) == set()
        ledger.settle("one", "gap", NOON + 1)
        assert ledger.settled(["one", "two"]) == {"one"}
        assert not ledger.claim_again("one", "Hello.", NOON + 1, NOON + 120)
        ledger.give_back("one", NOON + 1)
        assert ledger.claim("one", "gap", "Hello.", NOON + 200, NOON + 60).settled

    def test_a_claim_that_was_given_back_is_free(self, ledger: TextsSent) -> None:
        ledger.claim("one", "gap", "Hello.", NOON, NOON + 60)
        ledger.give_back("one", NOON - 1)
        assert not ledger.claim("one", "gap", "Hello.", NOON, NOON + 60).ours
        ledger.give_back("one", NOON)
        assert ledger.claim("one", "gap", "Hello.", NOON, NOON + 60).ours

    def test_more_names_than_a_database_takes_in_one_question(self, ledger: TextsSent) -> None:
        names = [f"name {number}" for number in range(1201)]
        for name in names[::400]:
            ledger.claim(name, "gap", "Hello.", NOON, NOON + 60)
            ledger.settle(name, "gap", NOON, 21614)
        assert ledger.settled(names) == set(names[::400])


class TestToldTimes:
    def test_what_a_volunteer_knows_is_kept_and_replaced(self, database: Database) -> None:
        told, first = ToldTimesTable(database), Told(((1, 2), (5, 9)), 100)
        then = Told((), 200, 3, "abc", 50, 40)
        told.keep("rise", "amy", first)
        told.keep("rise", "ben", first)
        told.keep("west", "amy", first)
        told.keep("rise", "amy", then)
        assert told.told("rise") == {"amy": then, "ben": first}
        told.forget("rise", "amy")
        assert told.told("rise") == {"ben": first}
        assert told.told("west") == {"amy": first}


class TestUnreached:
    def test_a_batch_stays_the_same_until_it_was_told(self, database: Database) -> None:
        unreached = UnreachedTable(database)
        assert unreached.batch("rise", NOON) is None
        unreached.note("rise", NOON)
        assert unreached.batch("rise", NOON) == TextBatch(1, 1, NOON)
        unreached.note("rise", NOON + 10)
        unreached.note("rise", NOON + 5)
        first = unreached.batch("rise", NOON + 10)
        assert first == TextBatch(1, 1, NOON)
        unreached.told("rise", first, NOON + 900)
        assert unreached.batch("rise", NOON + 899) is None
        assert unreached.batch("rise", NOON + 900) == TextBatch(2, 2, NOON + 10)
        assert unreached.batch("west", NOON + 900) is None

    def test_a_batch_that_was_told_by_somebody_else_is_not_told_for_a_later_one(self, database: Database) -> None:
        unreached = UnreachedTable(database)
        unreached.note("rise", NOON)
        old = unreached.batch("rise", NOON)
        assert old is not None
        unreached.told("rise", old, NOON)
        unreached.note("rise", NOON + 1)
        new = unreached.batch("rise", NOON + 1)
        unreached.told("rise", old, NOON + 999)
        assert unreached.batch("rise", NOON + 2) == new

    def test_no_call_is_lost_between_many_that_count(self, database: Database, others: list[Database]) -> None:
        UnreachedTable(database).note("rise", NOON)
        with ThreadPoolExecutor(6) as workers:
            list(workers.map(lambda one: [UnreachedTable(one).note("rise", NOON + 1) for _ in range(5)], others))
        assert UnreachedTable(database).batch("rise", NOON + 1) == TextBatch(1, 31, NOON + 1)
