"""A Redis that loses what it was given is given it again, from the disk of the machine that queued it."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis import Redis

from hotline.core.jobs import Job, Urgency
from hotline.errors import QueueUnavailable
from hotline.jobs.keeping import Keeper
from hotline.jobs.queue import JobQueue
from hotline.store.disk.outbox import Outbox
from hotline.store.disk.outbox_drainer import OutboxDrainer
from tests.jobs.conftest import waiting, work

KEY = b"k" * 32


class Machine:
    """The outbox of a machine; its drainer looks after the queue at every turn."""

    def __init__(self, directory: Path, queue: JobQueue) -> None:
        self.directory = directory
        self.outbox = Outbox(directory, KEY)
        self._queue = queue

    def turn(self) -> None:
        """One turn of a drainer that has just been started."""
        self.outbox.tidy()
        OutboxDrainer(self.outbox, self._queue).drain_once()

    def noted(self) -> int:
        return sum(len(path.read_bytes().splitlines()) for path in (self.directory / "queued").iterdir())


@pytest.fixture
def machine(tmp_path: Path, queue: JobQueue) -> Machine:
    return Machine(tmp_path / "outbox", queue)


def test_a_job_is_noted_until_it_is_done(redis: Redis, machine: Machine) -> None:
    machine.outbox.put(Job("nothing", ("CA1234",)))
    machine.turn()
    assert (waiting(redis), machine.noted()) == (["nothing"], 1)
    machine.turn()
    assert machine.noted() == 1
    redis.delete("rq:queue:hotline-later")
    (key,) = redis.keys("rq:job:*")
    redis.delete(key)  # as a worker does that has done it
    machine.turn()
    assert machine.noted() == 0
    assert redis.keys("hotline:queued:*") == []
    assert not any(b"CA1234" in path.read_bytes() for path in machine.directory.rglob("*") if path.is_file())


def test_a_redis_that_starts_anew_is_given_the_jobs_again_once(redis: Redis, machine: Machine) -> None:
    machine.outbox.put(Job("nothing"))
    machine.outbox.put(Job("nothing", urgency=Urgency.TONIGHT, name="tonight's"))
    machine.turn()
    redis.flushdb()
    machine.turn()
    machine.turn()
    assert len(waiting(redis)) == 2
    work(redis)
    machine.turn()
    assert (waiting(redis), machine.noted()) == ([], 0)


def test_a_job_that_waits_for_its_time_is_given_again_for_that_time(redis: Redis, machine: Machine) -> None:
    machine.outbox.put(Job("nothing", at=1 << 33))
    machine.turn()
    redis.flushdb()
    machine.turn()
    assert redis.zrange("rq:scheduled:hotline-later", 0, -1, withscores=True)[0][1] == 1 << 33


def test_a_job_that_was_done_is_not_done_again(redis: Redis, machine: Machine) -> None:
    machine.outbox.put(Job("nothing"))
    machine.turn()
    work(redis)
    for _ in range(3):
        machine.turn()
    assert waiting(redis) == []


def test_whoever_moves_jobs_may_die_at_any_moment(redis: Redis, machine: Machine, queue: JobQueue) -> None:
    """Noted, queued, and then dead before the outbox counts it as moved: the next one moves it again, which is one."""
    machine.outbox.put(Job("nothing"))
    progress = machine.directory / "progress.json"
    machine.turn()
    progress.unlink()
    machine.turn()
    assert (waiting(redis), machine.noted()) == (["nothing"], 1)
    work(redis)
    progress.unlink()
    machine.outbox.put(Job("nothing"))
    machine.turn()
    assert len(waiting(redis)) == 1


def test_jobs_that_are_one_are_noted_once(redis: Redis, machine: Machine) -> None:
    for volunteer in ("ann", "ben", "ann", "ann"):
        machine.outbox.put(Job("nothing", (volunteer,), name=volunteer))
    machine.turn()
    assert (len(waiting(redis)), machine.noted()) == (2, 2)


def test_a_job_put_again_after_the_first_was_done_is_not_lost_with_it(redis: Redis, machine: Machine) -> None:
    """The first was queued and done, and whoever moved it died before that was saved: both are read again."""
    machine.outbox.put(Job("nothing", name="once"))
    machine.turn()
    work(redis)
    (machine.directory / "progress.json").unlink()
    machine.outbox.put(Job("nothing", name="once"))
    machine.turn()
    assert len(waiting(redis)) == 1


def test_a_redis_that_is_away_changes_nothing(redis: Redis, tmp_path: Path, machine: Machine) -> None:
    machine.outbox.put(Job("nothing"))
    machine.turn()
    away = OutboxDrainer(machine.outbox, JobQueue("unix:///nowhere.sock"))
    away.turn()
    with pytest.raises(QueueUnavailable):
        away.drain_once()
    assert machine.noted() == 1
    machine.turn()
    assert waiting(redis) == ["nothing"]


def test_a_note_that_cannot_be_read_keeps_no_other(redis: Redis, machine: Machine) -> None:
    machine.outbox.put(Job("nothing"))
    machine.turn()
    (machine.directory / "queued" / "half.job").write_text("[1,")
    redis.flushdb()
    machine.turn()
    assert (waiting(redis), machine.noted()) == (["nothing"], 1)


def test_many_jobs_are_noted_in_one_file_which_goes_with_the_last(redis: Redis, machine: Machine) -> None:
    """Making a file takes as long as answering a webhook."""
    for number in range(50):
        machine.outbox.put(Job("nothing", name=f"{number}"))
    machine.turn()
    assert (machine.noted(), len(list((machine.directory / "queued").iterdir()))) == (50, 1)
    work(redis)
    machine.turn()
    assert list((machine.directory / "queued").iterdir()) == []


def test_a_job_that_is_done_is_forgotten_beside_others_that_are_not(redis: Redis, machine: Machine) -> None:
    machine.outbox.put(Job("nothing", ("CA1234",)))
    machine.turn()
    (key,) = redis.keys("rq:job:*")
    machine.outbox.put(Job("nothing", ("CA5678",)))
    machine.turn()
    assert machine.noted() == 2
    redis.delete(key)  # as a worker does that has done it
    machine.turn()
    assert machine.noted() == 1
    assert not any(b"CA1234" in path.read_bytes() for path in machine.directory.rglob("*") if path.is_file())


def test_a_note_cut_short_keeps_no_other(redis: Redis, machine: Machine) -> None:
    """As a power cut may leave it: the next note begins a line of its own."""
    machine.outbox.put(Job("nothing"))
    machine.turn()
    (notes,) = (machine.directory / "queued").iterdir()
    with notes.open("ab") as file:
        file.write(b'[1.0,"toke')
    machine.outbox.put(Job("nothing"))
    machine.turn()
    redis.flushdb()
    machine.turn()
    assert (len(waiting(redis)), machine.noted()) == (2, 2)


def test_notes_of_the_release_before_are_read_until_their_jobs_are_done(redis: Redis, machine: Machine) -> None:
    """It had a file for each."""
    machine.outbox.put(Job("nothing"))
    machine.outbox.put(Job("nothing"))
    machine.turn()
    notes = machine.directory / "queued" / "noted.job"
    for number, line in enumerate(notes.read_bytes().splitlines()):
        notes.with_name(f"{number}.job").write_bytes(line + b"\n")
    notes.unlink()
    redis.flushdb()
    machine.turn()
    assert (len(waiting(redis)), machine.noted()) == (2, 2)
    work(redis)
    machine.turn()
    assert machine.noted() == 0


def test_a_failed_job_stays_noted_until_it_is_forgotten(redis: Redis, machine: Machine) -> None:
    machine.outbox.put(Job("of_a_newer_release"))
    machine.turn()
    work(redis)
    machine.turn()
    assert machine.noted() == 1
    Keeper(redis).put_back()
    assert waiting(redis) == []
