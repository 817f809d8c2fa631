"""Absences on several machines: real Valkeys that are emptied and lost, real files, SQLite and PostgreSQL."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from hotline.core.calls.hunt import Candidate, Candidates, Choice, RingName
from hotline.core.rota.absence import GRACE, Absence, Known, LastWord
from hotline.errors import AbsenceNotKept, DatabaseUnavailable
from hotline.store.absences.book import AbsenceBook
from hotline.store.absences.in_database import AbsenceTable
from hotline.store.absences.in_redis import SharedAbsences
from hotline.store.absences.rounds import AbsenceRounds
from hotline.store.database.lazy import Database
from hotline.store.redis.connection import RedisConnection
from hotline.store.redis.live import RedisLive
from tests.store.actors import wait_until

NOON = 1_750_000_000
NOWHERE = "unix:///nowhere/valkey.sock"
BROKEN = "sqlite:////proc/no/such/place.db"


@dataclass
class Clock:
    """Moves only when told."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class Machines:
    """Machines with disks of their own, one Redis, one clock, and one database or none."""

    directory: Path
    redis_url: str
    prefix: str = field(default_factory=lambda: f"{secrets.token_hex(8)}:")
    clock: Clock = field(default_factory=Clock)

    def shared(self, url: str = "") -> SharedAbsences:
        return SharedAbsences(RedisConnection(url or self.redis_url, 10), self.prefix)

    def book(self, machine: str = "one", *, url: str = "") -> AbsenceBook:
        """A process of a machine, just started."""
        return AbsenceBook(self.shared(url), self.directory / machine / "said.json", self.clock)

    def rounds(self, book: AbsenceBook, database: Database, machine: str = "one") -> AbsenceRounds:
        return AbsenceRounds(book, database, self.directory / machine / "rounds.lock")

    def live(self) -> RedisLive:
        return RedisLive(self.redis_url, b"k" * 32, self.prefix, 10)

    def empty_redis(self) -> None:
        with redis.Redis.from_url(self.redis_url) as client:
            for key in client.scan_iter(f"{self.prefix}*"):
                client.delete(key)


@pytest.fixture
def machines(tmp_path: Path, redis_url: str) -> Machines:
    return Machines(tmp_path, redis_url)


@pytest.fixture
def no_database() -> Iterator[Database]:
    database = Database(BROKEN)
    yield database
    database.close()


def is_stale(live: RedisLive, known: Known, ring: str = "ring") -> bool:
    phones, candidates = {"ben": "+14105550112"}, Candidates((Candidate("ben"),), 1, False, True)
    choice = Choice("line", "call", RingName(ring, 1), candidates, phones, {"ben": 0}, 80, None, known)
    return live.choose(choice, NOON).stale


OFF = [Absence("amy", NOON, NOON + 7200)]


def test_what_one_machine_is_told_the_next_ring_of_another_knows(machines: Machines) -> None:
    one, two, live = machines.book("one"), machines.book("two"), machines.live()
    assert not is_stale(live, two.known("r"), "before")
    one.keep("r", "amy", NOON, NOON + 7200)
    assert list(one.of("r")) == OFF
    assert is_stale(live, two.known("r"))
    assert list(two.look_again("r").absences) == OFF
    assert not is_stale(live, two.known("r"))
    assert not is_stale(live, one.known("r"), "another")


def test_a_hand_is_stale_before_anything_is_dealt_and_a_ring_that_was_given_never_is(machines: Machines) -> None:
    one, two, live = machines.book("one"), machines.book("two"), machines.live()
    before = two.known("r")
    one.keep("r", "amy", NOON, NOON + 7200)
    assert [is_stale(live, before) for _ in range(2)] == [True, True]
    assert not is_stale(live, two.look_again("r")), "ben is free still"
    assert not is_stale(live, before), "asked for again, the same ring gets the same answer"


def test_rotas_have_versions_of_their_own(machines: Machines) -> None:
    one, two, live = machines.book("one"), machines.book("two"), machines.live()
    one.keep("r", "amy", NOON, NOON + 7200)
    assert not is_stale(live, two.known("s"))
    assert list(two.look_again("s").absences) == []


def test_off_twice_is_off_once_and_on_ends_it_everywhere(machines: Machines) -> None:
    one, two, live = machines.book("one"), machines.book("two"), machines.live()
    one.keep("r", "amy", NOON, NOON + 7200)
    two.keep("r", "amy", NOON, NOON + 3600)
    assert list(two.of("r")) == [Absence("amy", NOON, NOON + 3600)]
    two.keep("r", "amy", NOON, NOON)
    assert list(two.of("r")) == []
    assert is_stale(live, one.known("r"))
    assert list(one.look_again("r").absences) == []


def test_the_other_processes_of_a_machine_know_without_redis(machines: Machines) -> None:
    one, other = machines.book(url=NOWHERE), machines.book(url=NOWHERE)
    assert list(other.of("r")) == []
    one.keep("r", "amy", NOON, NOON + 7200)
    assert list(other.of("r")) == OFF


def test_a_restart_keeps_it_without_redis_and_without_the_database(machines: Machines) -> None:
    machines.book(url=NOWHERE).keep("r", "amy", NOON, NOON + 7200)
    machines.clock.now += 600
    assert list(machines.book(url=NOWHERE).of("r")) == OFF
    assert oct(os.stat(machines.directory / "one" / "said.json").st_mode)[-3:] == "600"


def test_redis_learns_what_it_missed_at_the_first_ring_it_is_back_for(machines: Machines) -> None:
    one, live = machines.book("one"), machines.live()
    one.keep("r", "ben", NOON, NOON + 60)
    away = machines.book("one", url=NOWHERE)
    away.keep("r", "amy", NOON, NOON + 7200)
    away._shared = machines.shared()
    assert is_stale(live, away.known("r"))
    away.look_again("r")
    assert list(machines.book("two").look_again("r").absences) == [Absence("ben", NOON, NOON + 60), *OFF]


def test_an_emptied_redis_is_given_back_what_the_machines_know(machines: Machines) -> None:
    one, two, live = machines.book("one"), machines.book("two"), machines.live()
    one.keep("r", "amy", NOON, NOON + 7200)
    two.look_again("r")
    machines.empty_redis()
    two.keep("r", "ben", NOON, NOON + 60)  # so it is not empty, and does not know all
    machines.empty_redis()
    assert is_stale(live, one.known("r"))
    one.look_again("r")
    assert is_stale(live, two.known("r"))
    everyone = [Absence("ben", NOON, NOON + 60), *OFF]
    assert list(two.look_again("r").absences) == everyone
    assert list(one.look_again("r").absences) == everyone
    assert not is_stale(live, one.known("r"))
    assert not is_stale(live, two.known("r"))


def test_where_nothing_can_be_kept_it_is_said_and_nobody_is_off(machines: Machines) -> None:
    blocked = machines.directory / "blocked"
    blocked.touch()  # a file where the folder should be: it cannot be written even by root
    book = AbsenceBook(machines.shared(NOWHERE), blocked / "said.json", machines.clock)
    with pytest.raises(AbsenceNotKept, match="neither in Redis nor on disk"):
        book.keep("r", "amy", NOON, NOON + 7200)
    assert list(book.of("r")) == []
    alone = AbsenceBook(machines.shared(), blocked / "said.json", machines.clock)
    alone.keep("r", "amy", NOON, NOON + 7200)
    assert list(machines.book("two").look_again("r").absences) == OFF


def test_a_broken_file_is_an_empty_one(machines: Machines) -> None:
    file = machines.directory / "one" / "said.json"
    file.parent.mkdir()
    for text in ("", "{", "[]", '{"r": {"amy": [1, 2]}}', '{"r": {"amy": null}}', '{"r": [1]}'):
        file.write_text(text)
        assert list(machines.book(url=NOWHERE).of("r")) == []
    machines.book(url=NOWHERE).keep("r", "amy", NOON, NOON + 7200)
    assert list(machines.book(url=NOWHERE).of("r")) == OFF


def test_the_database_has_it_after_a_round_and_gives_it_to_a_new_machine(
    machines: Machines, database: Database
) -> None:
    book = machines.book("one")
    book.keep("r", "amy", NOON, NOON + 7200)
    machines.rounds(book, database).go_round()
    machines.empty_redis()
    new = machines.book("two")
    assert list(new.look_again("r").absences) == []
    machines.rounds(new, database, "two").go_round()
    assert list(new.of("r")) == OFF
    assert is_stale(machines.live(), Known("r")), "and Redis has it again"
    assert list(machines.book("two", url=NOWHERE).of("r")) == OFF, "and the disk"


def test_without_redis_machines_meet_in_the_database(machines: Machines, database: Database) -> None:
    one, two = machines.book("one", url=NOWHERE), machines.book("two", url=NOWHERE)
    rounds = machines.rounds(one, database, "one"), machines.rounds(two, database, "two")
    for each in rounds:
        each.go_round()
    one.keep("r", "amy", NOON, NOON + 7200)
    rounds[0].go_round()
    machines.clock.now += 10
    rounds[1].go_round()
    assert list(two.of("r")) == OFF


def test_what_was_said_while_the_database_was_away_is_in_it_once_it_is_back(
    machines: Machines, database: Database, no_database: Database
) -> None:
    book = machines.book()
    rounds = machines.rounds(book, no_database)
    book.keep("r", "amy", NOON, NOON + 7200)
    with pytest.raises(DatabaseUnavailable):
        rounds.go_round()
    rounds.go_round()  # it is left alone for a while
    restarted = machines.book(url=NOWHERE)
    rounds._role.give_up()
    machines.rounds(restarted, database).go_round()
    assert AbsenceTable(database).read(NOON) == {"r": {"amy": LastWord(NOON * 1000, NOON, NOON + 7200, NOON + 7200)}}


def test_a_word_follows_its_phone_through_every_place_when_the_id_is_edited(
    machines: Machines, database: Database
) -> None:
    before, after = {"amy": "a1", "ben": "b2"}, {"amy_b": "a1", "ben": "b2"}
    book = machines.book()
    book.phones = lambda _: before
    book.keep("r", "amy", NOON, NOON + 7200)
    machines.rounds(book, database).go_round()
    disk, redis_alone, told = machines.book(url=NOWHERE), machines.book("two"), machines.book("three", url=NOWHERE)
    machines.rounds(told, database, "three").go_round()
    for one in (book, disk, redis_alone, told):
        one.phones = lambda _: after
        assert [absence.who for absence in one.look_again("r").absences] == ["amy_b"]
    redis_alone.keep("r", "amy_b", NOON, NOON)
    assert list(book.look_again("r").absences) == []
    assert book.look_again("r").version == redis_alone.look_again("r").version != ""


def test_a_word_of_an_earlier_release_names_no_phone_and_is_of_its_id(machines: Machines) -> None:
    machines.book().keep("r", "amy", NOON, NOON + 7200)
    book = machines.book()
    book.phones = lambda _: {"amy": "a1"}
    assert [one.who for one in book.of("r")] == ["amy"]
    machines.clock.now += 60
    book.keep("r", "amy", NOON, NOON)
    assert list(book.of("r")) == []


def test_the_later_word_holds_in_the_database_whoever_writes_last(database: Database) -> None:
    table = AbsenceTable(database)
    later, earlier = LastWord(2, NOON, NOON + 60, NOON + 90), LastWord(1, NOON, NOON + 90, NOON + 90)
    table.write({"r": {"amy": later}})
    table.write({"r": {"amy": earlier, "ben": earlier}, "s": {"amy": earlier}})
    assert table.read(NOON) == {"r": {"amy": later, "ben": earlier}, "s": {"amy": earlier}}
    table.write({})


def test_what_is_of_no_more_use_is_pruned_everywhere(machines: Machines, database: Database) -> None:
    book = machines.book()
    rounds = machines.rounds(book, database)
    book.keep("r", "amy", NOON, NOON + 7200)
    rounds.go_round()
    machines.clock.now += 7200
    assert list(book.of("r")) == [], "over"
    machines.clock.now += GRACE
    rounds.go_round()
    assert AbsenceTable(database).read(0) == {}
    assert book.words() == {}
    assert (machines.directory / "one" / "said.json").read_text() == "{}"
    with redis.Redis.from_url(machines.redis_url) as client:
        assert client.keys(f"{machines.prefix}absent*") == []


def test_one_process_of_a_machine_goes_round_and_another_takes_over(machines: Machines, database: Database) -> None:
    first, second = machines.book(), machines.book()
    rounds = machines.rounds(first, database), machines.rounds(second, database)
    for each in rounds:
        each.go_round()
    second.keep("r", "amy", NOON, NOON + 7200)
    rounds[1].go_round()
    assert AbsenceTable(database).read(NOON) == {}
    rounds[0].go_round()
    assert AbsenceTable(database).read(NOON)["r"].keys() == {"amy"}
    second.keep("r", "amy", NOON, NOON)
    rounds[0]._role.give_up()
    rounds[1].go_round()
    assert AbsenceTable(database).read(NOON)["r"]["amy"].end == NOON


def test_in_a_thread_a_word_is_in_the_database_soon(machines: Machines, database: Database) -> None:
    book = machines.book()
    rounds = machines.rounds(book, database)
    rounds.start()
    rounds.start(5)
    book.keep("r", "amy", NOON, NOON + 7200)
    wait_until(lambda: "r" in AbsenceTable(database).read(NOON))
    book.keep("r", "amy", NOON, NOON)
    rounds.stop()
    assert AbsenceTable(database).read(NOON)["r"]["amy"].end == NOON


def test_every_key_in_redis_expires(machines: Machines) -> None:
    machines.book().keep("r", "amy", NOON, NOON + 7200)
    with redis.Redis.from_url(machines.redis_url) as client:
        keys = list(client.scan_iter(f"{machines.prefix}*"))
        assert len(keys) == 2
        assert all(client.ttl(key) > 0 for key in keys)
