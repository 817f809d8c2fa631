"""The spool: taking entries, whatever happens to the disk and to the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.errors import CallLogUnavailable
from hotline.store.disk.progress import Progress
from hotline.store.disk.reading import batches, look
from hotline.store.disk.spool import LOG_LINES, Spool, from_line, to_line
from tests.store.actors import NOON, append_for_ever, elsewhere, ended, started, wait_until


def entries_in(directory: Path) -> list[LogEntry]:
    files = look(directory, Progress.load(directory).drained)
    return [entry for batch in batches(files, LOG_LINES, 1_000) for entry in batch.entries]


@pytest.mark.parametrize("moment", list(CallMoment))
def test_an_entry_is_the_same_after_the_spool(moment: CallMoment) -> None:
    entry = LogEntry("0123abcd", "linha de apoio çã", moment, NOON)
    assert from_line(to_line(entry, NOON + 0.25)) == (NOON + 0.25, entry)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"\0" * 40,
        b"\xff\xfe",
        b"{}",
        b"[1,2,3]",
        b'[1,"a","b","hung up",3]',
        b'["1","a","b","ended",3]',
        b'[1,"a","b","ended",3.5]',
        b'[1,"a","b","ended",true]',
        b'[1,"a","b","ended",-3]',
        b'[1,"a","b","ended",99999999999999999999]',
        b'[1,"","b","ended",3]',
        b'[1,"a","b\\u0000","ended",3]',
        b'[1,"a","\\ud800","ended",3]',
        b'[1,"a",["b"],"ended",3]',
        b'[1,"a","b",["ended"],3]',
        b"[" * 100_000,
    ],
)
def test_anything_else_is_no_entry(line: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        from_line(line)


def test_nothing_is_made_before_the_first_entry(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert spool.backlog() == (0, 0.0)
    assert not (tmp_path / "spool").exists()


def test_only_we_can_read_the_spool(spool: Spool) -> None:
    spool.append(started(NOON))
    [file] = spool.directory.iterdir()
    assert (spool.directory.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_the_backlog_is_counted_and_grows_older(tmp_path: Path) -> None:
    now = [NOON + 0.0]
    spool = Spool(tmp_path, clock=lambda: now[0])
    spool.append(started(NOON))
    now[0] += 40
    spool.append(ended(NOON + 40))
    assert spool.backlog() == (2, 40)
    spool.close()


def test_a_long_backlog_is_estimated_closely(spool: Spool) -> None:
    for number in range(20_000):
        spool.append(started(NOON, f"call-{number:06}"))
    count, _ = spool.backlog()
    assert count == pytest.approx(20_000, rel=0.01)


def test_threads_append_whole_lines(spool: Spool) -> None:
    def append(first: int) -> None:
        for number in range(500):
            spool.append(started(NOON, f"call-{first + number}"))

    threads = [Thread(target=append, args=(first * 500,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {entry.id for entry in entries_in(spool.directory)} == {f"call-{number}" for number in range(4_000)}


def test_a_forked_child_has_a_file_of_its_own(tmp_path: Path) -> None:
    program = f"""if True:
        import os
        from pathlib import Path
        from hotline.store.disk.spool import Spool
        from tests.store.actors import NOON, started
        spool = Spool(Path({str(tmp_path)!r}))
        spool.append(started(NOON, "before"))
        child = os.fork()
        spool.append(started(NOON, "parent" if child else "child"))
        if not child:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert len(list(spool.directory.iterdir())) == 2
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
    assert sorted(entry.id for entry in entries_in(tmp_path)) == ["before", "child", "parent"]


def test_a_child_that_outlives_its_parent_does_not_keep_the_parents_file_in_use(tmp_path: Path) -> None:
    program = f"""if True:
        import os, time
        from pathlib import Path
        from hotline.store.disk.spool import Spool
        from tests.store.actors import NOON, started
        spool = Spool(Path({str(tmp_path)!r}))
        spool.append(started(NOON))
        child = os.fork()
        if child:
            print(child, flush=True)
            os._exit(0)
        os.closerange(0, 3)
        time.sleep(60)
    """
    done = subprocess.run([sys.executable, "-c", program], check=True, timeout=120, capture_output=True)
    child = int(done.stdout)
    try:
        os.kill(child, 0)
        wait_until(lambda: all(file.abandoned for file in look(tmp_path, {})))
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_process_killed_while_appending_leaves_whole_lines(tmp_path: Path) -> None:
    process = elsewhere(append_for_ever, tmp_path, 0)
    wait_until(lambda: Spool(tmp_path).backlog()[0] > 300)
    process.kill()
    process.join()
    raw = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    lines = raw.splitlines(keepends=True)
    assert len([from_line(line) for line in lines]) == len(entries_in(tmp_path)) > 300
    assert all(file.abandoned for file in look(tmp_path, {}))


def test_an_entry_that_cannot_be_written_is_kept_and_written_later(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the directory should be")
    spool = Spool(tmp_path / "spool")
    with pytest.raises(CallLogUnavailable):
        spool.append(started(NOON))
    spool.tidy()
    (tmp_path / "spool").unlink()
    spool.tidy()
    assert entries_in(spool.directory) == [started(NOON)]
    spool.close()


def test_kept_entries_are_written_before_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the directory should be")
    spool = Spool(tmp_path / "spool")
    for number in range(3):
        with pytest.raises(CallLogUnavailable):
            spool.append(started(NOON, f"call-{number}"))
    (tmp_path / "spool").unlink()
    spool.append(started(NOON, "call-3"))
    assert [entry.id for entry in entries_in(spool.directory)] == ["call-0", "call-1", "call-2", "call-3"]
    spool.close()


def test_so_many_entries_are_kept_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the directory should be")
    spool = Spool(tmp_path / "spool")
    for number in range(10_050):
        with pytest.raises(CallLogUnavailable):
            spool.append(started(NOON, f"call-{number}"))
    (tmp_path / "spool").unlink()
    spool.tidy()
    kept = [entry.id for entry in entries_in(spool.directory)]
    assert len(kept) == 10_000
    assert kept[-1] == "call-10049"
    spool.close()


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    """The system writes as much of a line as fits; a limit on file sizes stands for the end of the disk."""
    program = f"""if True:
        import resource, signal
        from pathlib import Path
        from hotline.errors import CallLogUnavailable
        from hotline.store.disk.spool import Spool
        from tests.store.actors import NOON, started
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        spool = Spool(Path({str(tmp_path)!r}))
        refused = 0
        for number in range(5):
            try:
                spool.append(started(NOON, f"call-{{number}}"))
            except CallLogUnavailable:
                refused += 1
        assert refused == 4, refused
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        spool.append(started(NOON, "call-5"))
    """
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
    [file] = tmp_path.iterdir()
    assert [from_line(line)[1].id for line in file.read_bytes().splitlines()] == [f"call-{n}" for n in range(6)]


def test_a_removed_directory_is_made_again(spool: Spool) -> None:
    spool.append(started(NOON))
    for file in spool.directory.iterdir():
        file.unlink()
    spool.directory.rmdir()
    spool.append(started(NOON, "two"))
    assert [entry.id for entry in entries_in(spool.directory)] == ["two"]


def test_files_do_not_grow_without_end(spool: Spool) -> None:
    for number in range(25_000):
        spool.append(started(NOON, f"call-{number}"))
    files = look(spool.directory, {})
    assert len(files) == 2
    assert [file.abandoned for file in files] == [True, False]


def test_entries_of_several_processes_come_in_the_order_of_their_recording(tmp_path: Path) -> None:
    now = [NOON + 0.0]
    spools = [Spool(tmp_path, clock=lambda: now[0]) for _ in range(3)]
    for number in range(60):
        now[0] += 0.01
        spools[number * 7 % 3].append(started(NOON, f"call-{number}"))
    assert [entry.id for entry in entries_in(tmp_path)] == [f"call-{number}" for number in range(60)]
    for spool in spools:
        spool.close()
