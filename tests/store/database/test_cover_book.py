"""Requests for cover in the database: each change happens once, in either database."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from hotline.core.planning.cover import KEPT, AskedPerson, CoverAnswer, CoverRequest, CoverState
from hotline.core.rota.text_rules import Quiet, Reminder
from hotline.core.texts.readers import Channel, OwnChoices
from hotline.store.database.cover_book import CoverTables
from hotline.store.database.lazy import Database
from hotline.store.database.own_choices import OwnChoicesTable

AMY = CoverRequest("a1", "rise", "amy", 10_000, 20_000, 5_000)


@pytest.fixture
def book(database: Database) -> CoverTables:
    return CoverTables(database)


def test_of_several_at_once_one_opens_a_request_and_one_takes_it(book: CoverTables) -> None:
    book.of()  # makes the tables
    opened: list[str] = []
    taken: list[bool] = []
    start = threading.Barrier(4)

    def act(number: int) -> None:
        start.wait()
        opened.append(book.open(replace(AMY, id=f"a{number}")).id)
        start.wait()
        taken.append(book.move(opened[0], CoverState.OPEN, CoverState.TAKING, 6_000, f"v{number}"))

    threads = [threading.Thread(target=act, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(opened)) == 1
    assert sorted(taken) == [False, False, False, True]
    assert len(book.of()) == 1


def test_what_is_kept_comes_back_as_it_was(book: CoverTables) -> None:
    swap = replace(AMY, taker="ben", back_start=30_000, back_end=40_000)
    book.open(swap)
    book.ask("a1", {"ben": True, "cho": False}, 5_100)
    book.ask("a1", {"ben": False}, 9_999)
    book.answer("a1", "ben", CoverAnswer.NO)
    book.nobody("a1", 5_200)
    book.nobody("a1", 9_999)
    people = {"ben": AskedPerson(5_100, CoverAnswer.NO, True), "cho": AskedPerson(5_100, CoverAnswer.NONE, False)}
    assert book.get("a1") == replace(swap, changed_at=5_000, nobody_at=5_200, people=people)
    assert (book.get("a2"), list(book.of("west"))) == (None, [])
    assert (book.asked_since("rise", "amy", 5_000), book.asked_since("rise", "amy", 5_001)) == (1, 0)


def test_a_shift_can_be_asked_about_again_once_a_request_is_over(book: CoverTables) -> None:
    book.open(AMY)
    assert book.open(replace(AMY, id="a2")).id == "a1"
    book.move("a1", CoverState.OPEN, CoverState.WITHDRAWN, 6_000)
    assert book.open(replace(AMY, id="a2")).id == "a2"
    assert [one.id for one in book.of()] == ["a2"]
    assert [one.id for one in book.of(since=6_000)] == ["a1", "a2"]


def test_it_is_deleted_a_week_after_the_last_of_its_shifts(book: CoverTables) -> None:
    book.open(replace(AMY, back_start=30_000, back_end=40_000))
    book.ask("a1", {"ben": True}, 5_100)
    assert book.prune(40_000 + KEPT) == 0
    assert book.prune(40_001 + KEPT) == 1
    assert book.get("a1") is None


def test_choices_come_back_as_they_were(database: Database) -> None:
    choices = OwnChoicesTable(database)
    kept = OwnChoices(Channel.EMAIL, Quiet(60, 120), False, (Reminder(before=3600), Reminder(days=1, minute=90)), "es")
    choices.keep("rise", "amy", OwnChoices(no_quiet=True, reminders=()))
    choices.keep("rise", "ben", OwnChoices())
    assert choices.of("rise") == {"amy": OwnChoices(no_quiet=True, reminders=()), "ben": OwnChoices()}
    choices.keep("rise", "amy", kept)
    choices.keep_only("rise", ["amy"])
    assert (choices.of("rise"), choices.of("west")) == ({"amy": kept}, {})
