"""From the spool into the database: each call once, whoever is killed and whatever is away."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from hotline.core.calls.log_entry import LogEntry
from hotline.core.reports.report import LoggedCall
from hotline.errors import DatabaseUnavailable
from hotline.store.database.call_log import CallLog
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.progress import Progress
from hotline.store.disk.single_process import SingleProcess
from hotline.store.disk.spool import Spool
from tests.servers import PostgreSQL
from tests.store.actors import (
    NOON,
    all_kept,
    answered,
    append_calls,
    append_for_ever,
    as_kept,
    drain_for_ever,
    drain_through,
    elsewhere,
    not_answered,
    started,
    wait_until,
    whole_call,
)


class Memory:
    """A call log that remembers what was written, and refuses to when told so."""

    def __init__(self) -> None:
        self.written: list[LogEntry] = []
        self.asked = 0
        self.away = False

    def write(self, entries: Sequence[LogEntry]) -> None:
        if self.away:
            raise DatabaseUnavailable("The database is away.")
        self.written.extend(entries)

    def ping(self) -> None:
        self.asked += 1
        if self.away:
            raise DatabaseUnavailable("The database is away.")


def fill(spool: Spool, numbers: range) -> None:
    for number in numbers:
        for entry in whole_call(number):
            spool.append(entry)


def test_what_was_appended_is_in_the_database_after_draining(spool: Spool, call_log: CallLog) -> None:
    fill(spool, range(3))
    assert Drainer(spool, call_log).drain_once() == 9
    assert all_kept(call_log) == [as_kept(0), as_kept(1), as_kept(2)]
    assert spool.backlog() == (0, 0.0)


def test_nothing_is_moved_twice(spool: Spool) -> None:
    memory = Memory()
    drainer = Drainer(spool, memory)
    fill(spool, range(2))
    drainer.drain_once()
    fill(spool, range(2, 4))
    drainer.drain_once()
    assert drainer.drain_once() == 0
    assert len(memory.written) == 12


def test_more_than_one_batch_is_moved_at_once(spool: Spool) -> None:
    memory = Memory()
    fill(spool, range(5_000))
    assert Drainer(spool, memory).drain_once() == 15_000


def test_a_drained_file_is_let_go_of_and_removed(spool: Spool, call_log: CallLog) -> None:
    drainer = Drainer(spool, call_log)
    fill(spool, range(3))
    drainer.drain_once()
    spool.tidy()
    assert list(spool.directory.glob("*.spool")) == []
    drainer.drain_once()
    assert spool.progress().drained == {}
    fill(spool, range(3, 4))
    drainer.drain_once()
    assert len(all_kept(call_log)) == 4


def test_a_drainer_that_ends_leaves_no_drained_file(spool: Spool, call_log: CallLog) -> None:
    """What has been moved may name a call, and the disk outlives the process."""
    fill(spool, range(3))
    drainer = Drainer(spool, call_log)
    drainer.start()
    drainer.stop()
    assert len(all_kept(call_log)) == 3
    assert list(spool.directory.glob("*.spool")) == []


def test_a_file_that_was_not_drained_outlives_its_owner(spool: Spool, call_log: CallLog) -> None:
    fill(spool, range(3))
    spool.close()
    assert Drainer(spool, call_log).drain_once() == 9


def test_files_of_dead_processes_are_adopted_and_removed(spool: Spool, call_log: CallLog) -> None:
    processes = [elsewhere(append_calls, spool.directory, first, 20) for first in (0, 20)]
    for process in processes:
        process.join(60)
    assert Drainer(spool, call_log).drain_once() == 120
    assert all_kept(call_log) == [as_kept(number) for number in range(40)]
    assert list(spool.directory.glob("*.spool")) == []


def test_more_files_than_are_read_at_once_are_all_drained(spool: Spool) -> None:
    memory = Memory()
    for number in range(150):
        fill(spool, range(number, number + 1))
        spool.close()
    drainer = Drainer(spool, memory)
    while drainer.drain_once():
        pass
    assert len(memory.written) == 450
    assert list(spool.directory.glob("*.spool")) == []


def test_many_living_processes_that_are_drained_do_not_hide_a_new_one(tmp_path: Path) -> None:
    memory = Memory()
    spools = [Spool(tmp_path) for _ in range(80)]
    for spool in spools:
        spool.append(started(NOON))
    drainer = Drainer(spools[0], memory)
    while drainer.drain_once():
        pass
    spools[-1].append(started(NOON, "last"))
    drainer.drain_once()
    assert len(memory.written) == 81
    for spool in spools:
        spool.close()


def test_an_answer_taken_back_by_another_process_is_not_overtaken(tmp_path: Path, call_log: CallLog) -> None:
    """The second process's file sorts first, and holds the later entry."""
    now = [NOON + 0.0]
    second, first = Spool(tmp_path, lambda: now[0]), Spool(tmp_path, lambda: now[0])
    second.append(started(NOON))
    now[0] += 20
    first.append(answered(NOON + 20))
    now[0] += 1
    second.append(not_answered(NOON + 5))
    Drainer(first, call_log).drain_once()
    assert all_kept(call_log) == [LoggedCall("rise", NOON, None, None)]
    first.close()
    second.close()


def test_a_corrupt_line_is_set_aside_and_holds_up_nothing(
    spool: Spool, call_log: CallLog, caplog: pytest.LogCaptureFixture
) -> None:
    fill(spool, range(1))
    [file] = spool.directory.iterdir()
    with file.open("ab") as other:
        other.write(b"\0\0 +14105550111 \xff\n")
    fill(spool, range(1, 2))
    with caplog.at_level(logging.WARNING):
        assert Drainer(spool, call_log).drain_once() == 6
    assert all_kept(call_log) == [as_kept(0), as_kept(1)]
    assert (spool.directory / "corrupt.bad").read_bytes() == b"\0\0 +14105550111 \xff\n"
    assert "set aside" in caplog.text
    assert "4105550111" not in caplog.text


def test_a_half_line_of_a_living_writer_waits_for_its_other_half(spool: Spool) -> None:
    memory = Memory()
    drainer = Drainer(spool, memory)
    spool.append(started(NOON, "one"))
    spool.append(started(NOON, "two"))
    [file] = spool.directory.glob("*.spool")
    whole = file.read_bytes()
    with file.open("r+b") as other:
        other.truncate(len(whole) - 10)
    drainer.drain_once()
    assert [entry.id for entry in memory.written] == ["one"]
    file.write_bytes(whole)
    drainer.drain_once()
    assert [entry.id for entry in memory.written] == ["one", "two"]


def test_a_half_line_of_a_dead_writer_is_set_aside(spool: Spool) -> None:
    memory = Memory()
    spool.append(started(NOON, "one"))
    spool.append(started(NOON, "two"))
    spool.close()
    [file] = spool.directory.glob("*.spool")
    file.write_bytes(file.read_bytes()[:-10])
    Drainer(spool, memory).drain_once()
    assert [entry.id for entry in memory.written] == ["one"]
    assert (spool.directory / "corrupt.bad").read_bytes().count(b"\n") == 1
    assert list(spool.directory.glob("*.spool")) == []


def test_a_crash_between_commit_and_note_writes_the_rows_once_more_and_changes_nothing(
    spool: Spool, call_log: CallLog
) -> None:
    fill(spool, range(10))
    spool.append(not_answered(NOON + 5, "call-3"))
    Drainer(spool, call_log).drain_once()
    once = all_kept(call_log)
    Progress().save(spool.directory)
    assert Drainer(spool, call_log).drain_once() == 31
    assert all_kept(call_log) == once


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"drained": 3}', b"\xff"])
def test_a_broken_note_of_progress_only_means_writing_again(spool: Spool, content: bytes) -> None:
    memory = Memory()
    spool.append(started(NOON))
    (spool.directory / "progress.json").write_bytes(content)
    Drainer(spool, memory).drain_once()
    assert memory.written == [started(NOON)]


def test_kill_9_while_draining_loses_and_doubles_nothing(spool: Spool, call_log: CallLog, database_url: str) -> None:
    call_log.ping()
    fill(spool, range(2_000))
    for part in (1, 3):
        victim = elsewhere(drain_for_ever, spool.directory, database_url)
        wait_until(lambda part=part: len(all_kept(call_log)) >= 300 * part)  # type: ignore[misc]
        victim.kill()
        victim.join()
    Drainer(spool, call_log).drain_once()
    assert all_kept(call_log) == [as_kept(number) for number in range(2_000)]


def test_kill_9_of_writers_while_draining_loses_and_doubles_nothing(spool: Spool, call_log: CallLog) -> None:
    writers = [elsewhere(append_for_ever, spool.directory, first) for first in (0, 1_000_000)]
    drainer = Drainer(spool, call_log)
    for at_least in (300, 600):
        wait_until(lambda: drainer.drain_once() >= 0 and len(all_kept(call_log)) >= at_least)  # noqa: B023
        victim = writers.pop()
        victim.kill()
        victim.join()
    while drainer.drain_once():
        pass
    kept = all_kept(call_log)
    numbers = [call.started_at - NOON for call in kept]
    for first in (0, 1_000_000):
        some = [number for number in numbers if first <= number < first + 1_000_000]
        assert some == list(range(first, first + len(some)))
        # The last call of each may have been cut short between its entries.
        assert [call for call in kept if call.started_at - NOON in some[:-1]] == [as_kept(n) for n in some[:-1]]
    assert list(spool.directory.glob("*.spool")) == []


def test_a_server_that_was_stopped_gets_each_call_once_when_it_is_back(spool: Spool) -> None:
    server = PostgreSQL()
    try:
        call_log = CallLog(server.url())
        drainer = Drainer(spool, call_log)
        fill(spool, range(5))
        drainer.drain_once()
        server.stop()
        fill(spool, range(5, 10))
        with pytest.raises(DatabaseUnavailable):
            drainer.drain_once()
        assert spool.backlog()[0] == 15
        server.start()
        drainer.drain_once()
        assert all_kept(call_log) == [as_kept(number) for number in range(10)]
        call_log.close()
    finally:
        server.remove()


def test_a_database_file_that_cannot_be_made_yet_gets_each_call_once_later(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "calls.sqlite3").mkdir()
    call_log = CallLog(f"sqlite:///{tmp_path}/calls.sqlite3")
    drainer = Drainer(spool, call_log)
    fill(spool, range(5))
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            drainer.drain_once()
    (tmp_path / "calls.sqlite3").rmdir()
    drainer.drain_once()
    assert all_kept(call_log) == [as_kept(number) for number in range(5)]


def test_an_unwritable_database_file_gets_each_call_once_later() -> None:
    """As somebody else than root, whom no file refuses, and who may be unable to read our code by then."""
    program = """if True:
        import os, pathlib, tempfile
        from hotline.errors import DatabaseUnavailable
        from hotline.store.database.call_log import CallLog
        from hotline.store.disk.drainer import Drainer
        from hotline.store.disk.spool import Spool
        from tests.store.actors import all_kept, as_kept, whole_call
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory) / "database" / "calls.sqlite3"
            first = CallLog(f"sqlite:///{file}")
            first.write(whole_call(0))
            first.close()
            if os.geteuid() == 0:
                for path in (pathlib.Path(directory), *pathlib.Path(directory).rglob("*")):
                    os.chown(path, 65534, 65534)
                os.setgroups([])
                os.setegid(65534)
                os.seteuid(65534)
            log = CallLog(f"sqlite:///{file}")
            spool = Spool(pathlib.Path(directory) / "spool")
            drainer = Drainer(spool, log)
            for number, writable in ((1, False), (2, True)):
                file.chmod(0o600 if writable else 0o400)
                file.parent.chmod(0o700 if writable else 0o500)
                for entry in whole_call(number):
                    spool.append(entry)
                try:
                    drainer.drain_once()
                    assert writable
                except DatabaseUnavailable:
                    assert not writable
            assert all_kept(log) == [as_kept(0), as_kept(1), as_kept(2)]
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_two_drainers_never_both_drain(spool: Spool, tmp_path: Path) -> None:
    marks, done = tmp_path / "marks", tmp_path / "done"
    marks.mkdir()
    drainers = [elsewhere(drain_through, spool.directory, marks, done) for _ in range(3)]
    for number in range(200):
        fill(spool, range(number, number + 1))
    wait_until(lambda: spool.backlog()[0] == 0)
    done.touch()
    for drainer in drainers:
        drainer.join(60)
        assert drainer.exitcode == 0
    assert not (marks / "crowded").exists()
    lines = (marks / "log").read_text().splitlines()
    assert len(lines) == len(set(lines)) == 600


def test_a_drainer_does_nothing_while_another_has_the_role(spool: Spool) -> None:
    memory, other = Memory(), SingleProcess(spool.directory / "drainer.lock")
    assert other.take()
    spool.append(started(NOON))
    assert Drainer(spool, memory).drain_once() == 0
    other.give_up()
    assert Drainer(spool, memory).drain_once() == 1


def test_a_patient_drainer_leaves_rows_to_others_for_a_while(tmp_path: Path) -> None:
    """A web process drains only if no worker on its machine does."""
    now = [NOON + 0.0]
    spool, memory = Spool(tmp_path, lambda: now[0]), Memory()
    drainer = Drainer(spool, memory, lambda: now[0])
    spool.append(started(NOON))
    drainer.turn(patience=2)
    now[0] += 2
    drainer.turn(patience=2)
    assert memory.written == []
    now[0] += 0.1
    drainer.turn(patience=2)
    assert memory.written == [started(NOON)]
    spool.close()


def test_a_drainer_is_less_eager_while_the_database_is_away(spool: Spool) -> None:
    memory = Memory()
    drainer = Drainer(spool, memory)
    assert drainer.turn() == 0.5
    spool.append(started(NOON))
    memory.away = True
    assert [drainer.turn() for _ in range(6)] == [1, 2, 4, 5, 5, 5]
    memory.away = False
    assert drainer.turn() == 0.5
    assert memory.written == [started(NOON)]


def test_a_fault_in_our_own_code_does_not_end_the_draining(spool: Spool) -> None:
    class Broken(Memory):
        def write(self, entries: Sequence[LogEntry]) -> None:
            raise ZeroDivisionError

    spool.append(started(NOON))
    assert Drainer(spool, Broken()).turn() == 1


def test_health_learns_since_when_the_database_is_away(tmp_path: Path) -> None:
    now = [NOON + 0.0]
    spool, memory = Spool(tmp_path, lambda: now[0]), Memory()
    drainer = Drainer(spool, memory, lambda: now[0])
    drainer.turn()
    assert spool.progress() == Progress({}, succeeded_at=NOON, failing_since=None)
    memory.away = True
    for _ in range(3):
        now[0] += 31
        drainer.turn()
    assert spool.progress() == Progress({}, NOON, NOON + 31, "The database is away.")
    memory.away = False
    now[0] += 5
    drainer.turn()
    assert spool.progress() == Progress({}, succeeded_at=NOON + 98, failing_since=None)


def test_an_idle_drainer_asks_the_database_only_now_and_then(tmp_path: Path) -> None:
    now = [NOON + 0.0]
    memory = Memory()
    drainer = Drainer(Spool(tmp_path), memory, lambda: now[0])
    for _ in range(120):
        drainer.turn()
        now[0] += 0.5
    assert memory.asked == 2


def test_the_note_of_progress_tells_nothing_of_calls(spool: Spool, call_log: CallLog) -> None:
    spool.append(started(NOON, "a-call"))
    Drainer(spool, call_log).drain_once()
    note = (spool.directory / "progress.json").read_text()
    assert "a-call" not in note
    assert "rise" not in note
    assert set(json.loads(note)) == {"drained", "succeeded_at", "failing_since", "failure", "wording"}


def test_the_thread_moves_rows_by_itself_and_what_is_left_when_it_is_stopped(spool: Spool, call_log: CallLog) -> None:
    drainer = Drainer(spool, call_log)
    drainer.start()
    drainer.start()
    fill(spool, range(1))
    wait_until(lambda: all_kept(call_log) == [as_kept(0)])
    fill(spool, range(1, 2))
    drainer.stop()
    assert all_kept(call_log) == [as_kept(0), as_kept(1)]


def test_running_ends_when_told_and_gives_up_the_role(spool: Spool) -> None:
    stop = Event()
    stop.set()
    Drainer(spool, Memory()).run(stop)
    assert SingleProcess(spool.directory / "drainer.lock").take()


def test_a_forked_child_can_start_a_drainer_when_its_parent_is_gone(tmp_path: Path) -> None:
    program = f"""if True:
        import os, pathlib
        from hotline.store.disk.drainer import Drainer
        from hotline.store.database.call_log import CallLog
        from hotline.store.disk.spool import Spool
        from tests.store.actors import all_kept, as_kept, wait_until, whole_call
        directory = pathlib.Path({str(tmp_path)!r})
        log = CallLog(f"sqlite:///{{directory}}/calls.sqlite3")
        spool = Spool(directory / "spool")
        drainer = Drainer(spool, log)
        for entry in whole_call(0):
            spool.append(entry)
        drainer.start()
        wait_until(lambda: all_kept(log) == [as_kept(0)])
        child = os.fork()
        if not child:
            for entry in whole_call(1):
                spool.append(entry)
            drainer.start()
            wait_until(lambda: all_kept(log) == [as_kept(0), as_kept(1)])
            drainer.stop()
            os._exit(0)
        drainer.stop()
        assert os.waitpid(child, 0)[1] == 0
        assert all_kept(log) == [as_kept(0), as_kept(1)]
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
