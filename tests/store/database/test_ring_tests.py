"""What is kept of test rings: on a real SQLite and a real PostgreSQL."""

from __future__ import annotations

from hotline.core.calls.ring_test import RingTestResult
from hotline.store.database.lazy import Database
from hotline.store.database.ring_tests import RingTestTable

NOON = 1_772_625_600


def test_a_test_is_begun_once(database: Database) -> None:
    kept = RingTestTable(database)
    assert kept.test("rise/2026-03/amy") is None
    assert kept.begin("rise/2026-03/amy", "rise", "amy", NOON)
    assert not kept.begin("rise/2026-03/amy", "rise", "amy", NOON + 60)
    assert kept.test("rise/2026-03/amy") == RingTestResult("rise", "amy", NOON, None)


def test_once_reached_is_reached_in_whatever_order_it_is_told(database: Database) -> None:
    kept = RingTestTable(database)
    for id in ("first", "last", "never"):
        kept.begin(id, "rise", id, NOON)
    for id, outcomes in {"first": (True, False), "last": (False, True), "never": (False, False)}.items():
        for outcome in outcomes:
            kept.over(id, outcome)
    assert {one.volunteer: one.reached for one in kept.since(NOON)} == {"first": True, "last": True, "never": False}


def test_that_it_was_picked_up_without_the_key_is_kept_beside_the_phone(database: Database) -> None:
    kept = RingTestTable(database)
    for id, named in (("1", "amy d1ge5t"), ("2", "ben"), ("3", "cho d1ge5t"), ("4", "dee")):
        kept.begin(id, "rise", named, NOON)
    for id, outcomes in {"1": (False,), "2": (False, False), "3": (False, True), "4": (True, False)}.items():
        for reached in outcomes:
            kept.over(id, reached, picked_up=not reached)
    assert kept.since(NOON) == [
        RingTestResult("rise", "amy", NOON, False, "d1ge5t", picked_up=True),
        RingTestResult("rise", "ben", NOON, False, picked_up=True),
        RingTestResult("rise", "cho", NOON, True, "d1ge5t"),
        RingTestResult("rise", "dee", NOON, True),
    ]


def test_what_did_not_take_place_is_forgotten_and_can_be_begun_again(database: Database) -> None:
    kept = RingTestTable(database)
    kept.begin("one", "rise", "amy", NOON)
    kept.forget("one")
    assert kept.begin("one", "rise", "amy", NOON + 60)


def test_an_outcome_of_no_test_is_nothing(database: Database) -> None:
    kept = RingTestTable(database)
    kept.over("gone", reached=True)
    assert kept.since(0) == []


def test_they_are_kept_for_as_long_as_is_said(database: Database) -> None:
    kept = RingTestTable(database)
    for day in range(3):
        kept.begin(str(day), "rise", "amy", NOON + day * 86_400)
    assert kept.prune(NOON + 86_400) == 1
    assert [one.at for one in kept.since(0)] == [NOON + 86_400, NOON + 2 * 86_400]
