"""The outbox: jobs wait on disk, and are queued from there."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.core.jobs import Job, Ticket, Urgency
from hotline.errors import QueueUnavailable
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.outbox import Outbox, from_line, to_line

KEY = b"k" * 32


class Queue:
    """A queue that can be away."""

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []
        self.away = False

    def write(self, tickets: list[Ticket], /) -> None:
        self.ping()
        self.tickets += tickets

    def ping(self) -> None:
        if self.away:
            raise QueueUnavailable("Redis is gone.")


@pytest.mark.parametrize(
    "job", [Job("tidy"), Job("note", ("rise", "amy"), Urgency.TONIGHT), Job("later", ("é",), at=1_790_000_000)]
)
def test_a_job_is_read_back_as_it_was_written(job: Job) -> None:
    ticket = Ticket("a-token", "an-id", job)
    line = to_line(ticket, 1_790_000_000.25)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert from_line(line) == (1_790_000_000.25, ticket)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null\n",
        b"[]\n",
        b'[1,"t","i","task",[],"later"]\n',
        b'[1,"t","i","task",[7],"later",null]\n',
        b'[1,"t","i","task","ids","later",null]\n',
        b'[1,"t","i","",[],"later",null]\n',
        b'[1,"t","i","task",[],"soon",null]\n',
        b'[1,"t","i","task",[],["later"],null]\n',
        b'[1,"t","i","task",[],"later",1.5]\n',
        b'[true,"t","i","task",[],"later",null]\n',
        b'[-1,"t","i","task",[],"later",null]\n',
    ],
)
def test_what_is_no_job_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own, too
        from_line(line)


def test_a_job_put_while_the_queue_is_away_is_queued_when_it_is_back(tmp_path: Path) -> None:
    outbox, queue = Outbox(tmp_path, KEY), Queue()
    drainer, queue.away = Drainer(outbox, queue), True
    outbox.put(Job("note", ("rise", "amy")))
    drainer.turn()
    assert outbox.backlog()[0] == 1
    assert "Redis is gone" in outbox.progress().failure
    queue.away = False
    drainer.turn()
    assert [ticket.job for ticket in queue.tickets] == [Job("note", ("rise", "amy"))]
    assert outbox.backlog()[0] == 0


def test_jobs_of_one_name_go_by_one_id_and_others_by_their_own(tmp_path: Path) -> None:
    outbox, queue = Outbox(tmp_path, KEY), Queue()
    for job in (Job("a", name="one"), Job("b", name="one"), Job("c"), Job("c")):
        outbox.put(job)
    Drainer(outbox, queue).drain_once()
    ids = [ticket.id for ticket in queue.tickets]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert len({ticket.token for ticket in queue.tickets}) == 4


def test_a_name_is_nowhere_to_be_read(tmp_path: Path) -> None:
    """Names hold what the job is about; the id in the queue outlives the job's arguments there."""
    Outbox(tmp_path, KEY).put(Job("note", name="note/rise/amy"))
    assert not any(b"amy" in path.read_bytes() for path in tmp_path.iterdir())


def test_the_disk_forgets_a_job_that_was_queued(tmp_path: Path) -> None:
    """A job may name a call that the carrier is to forget: so must we."""
    outbox, queue = Outbox(tmp_path, KEY), Queue()
    drainer = Drainer(outbox, queue)
    outbox.put(Job("delete_records", ("CA1234",)))
    drainer.turn()
    drainer.turn()
    drainer.turn()
    assert len(queue.tickets) == 1
    assert not any(b"CA1234" in path.read_bytes() for path in tmp_path.iterdir())


def test_a_disk_that_cannot_be_written_costs_no_caller_anything(tmp_path: Path) -> None:
    directory = tmp_path / "outbox"
    directory.write_text("in the way")
    outbox, queue = Outbox(directory, KEY), Queue()
    outbox.put(Job("note"))
    assert outbox.in_memory() == 1
    directory.unlink()
    outbox.tidy()
    Drainer(outbox, queue).drain_once()
    assert [ticket.job.task for ticket in queue.tickets] == ["note"]


@pytest.mark.parametrize("cut", range(20, 120, 7))
def test_a_half_line_that_is_set_aside_names_no_call(tmp_path: Path, cut: int) -> None:
    """It stays there for good, while the sweep sees to what it asked for."""
    sid = "CA" + "0123456789abcdef" * 2
    outbox = Outbox(tmp_path / "outbox", KEY)
    outbox.put(Job("delete_records", (sid, "1790000000"), name=f"delete_records/{sid}"))
    outbox.close()
    [file] = outbox.directory.glob("*.spool")
    line = file.read_bytes()
    assert sid.encode() in line
    file.write_bytes(line[: min(cut, len(line) - 2)])
    Drainer(outbox, Queue()).drain_once()
    kept = (outbox.directory / "corrupt.bad").read_bytes()
    assert kept.startswith(line[:15])
    assert b"CA0" not in kept
    assert list(outbox.directory.glob("*.spool")) == []
