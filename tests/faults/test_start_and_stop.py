"""A clean start and a clean stop of all of it, from one command."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hotline.simulator import Call, World
from tests.faults import line
from tests.faults.processes import alive, descendants, listens, wait_until
from tests.faults.system import BIN, Place, Up, ended, reaches_a_person, run, running


@pytest.mark.usefixtures("nothing_yet")
def test_one_run_after_another_says_what_one_needs_keeps_what_matters_and_stops_without_a_trace(place: Place) -> None:
    """The same people are always rung first, since the rotation restarts with each process (lessons)."""
    left_by_an_older_release(place)
    rung, secrets = [], []
    for umask, ending in ((0o000, signal.SIGINT), (0o022, signal.SIGTERM)):
        with running_with(umask, place) as up:
            up.says("Ctrl-C stops")
            for text in ("practice mode", "on call", "Amy, Ben, Cho", "Chaplain", "hotline call", f"{place.url}/voice"):
                assert text in up.said(), text
            assert (place.data_dir / "running.json").stat().st_mode & 0o077 == 0
            with place.world() as world:
                answered, abandoned = reaches_a_person(world), given_up(world)
            rung += [answered.rung[0].name, abandoned.rung[0].name]
            (first, second) = place.has_once(answered, abandoned, before=len(secrets) * 2)
            assert first.answered_at is not None
            assert second.answered_at is None
            a_second_one_is_refused(place)
            secrets.append((place.secret_key, place.token))
            everything = [up.pid, *descendants(up.pid)]
            assert len(everything) >= 7, "up, two web processes and their master, worker, clock, Valkey"
            assert up.stop(ending) == 0
        assert not any(map(alive, everything))
        assert not listens(place.port)
        assert not (place.data_dir / "running.json").exists()
        assert up.said().endswith("Stopped.\n")
        nobody_else_can_read(place)
    assert secrets[0] == secrets[1]
    migrated = (place.data_dir / "hotline.log").read_text().count("The database has the current schema.")
    assert migrated == 1, "the second run saw that there is nothing to migrate"
    assert rung == ["amy", "ben", "cho", "amy"]
    assert len(place.rows()) == 4


def left_by_an_older_release(place: Place) -> None:
    for old in ("hotline.db", "last-good/old.json", "versions/rota/1.yaml", "notes.txt"):
        (place.data_dir / old).parent.mkdir(parents=True, exist_ok=True)
        (place.data_dir / old).touch()
        (place.data_dir / old).chmod(0o644 if old == "notes.txt" else 0o666)


def nobody_else_can_read(place: Place) -> None:
    """Whatever the umask, and what an older release left is for nobody else either."""
    theirs = place.data_dir / "notes.txt"
    assert (place.data_dir / "valkey.rdb").exists()
    for path in (place.data_dir, *place.data_dir.rglob("*")):
        assert path == theirs or path.stat().st_mode & 0o077 == 0, path
    assert theirs.stat().st_mode & 0o777 == 0o644, "not ours to change"


@contextmanager
def running_with(umask: int, place: Place) -> Iterator[Up]:
    before = os.umask(umask)
    try:
        with running(place) as up:
            yield up
    finally:
        os.umask(before)


def a_second_one_is_refused(place: Place) -> None:
    """With the address of the first, and what to do."""
    second = subprocess.run(
        [BIN / "hotline", "up"], env=place.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert second.returncode == 2
    assert place.url in second.stderr
    assert "HOTLINE_DATA_DIR" in second.stderr
    assert place.url in (place.data_dir / "running.json").read_text()
    moved = {**place.env, "PORT": "1"}
    shown = subprocess.run(
        [BIN / "hotline", "ics", "--address"], env=moved, capture_output=True, text=True, check=True, timeout=60
    )
    assert shown.stdout.startswith(f"{place.url}/"), "the port that it runs on"


def test_a_taken_port_is_left_to_who_has_it_and_another_is_named(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", place.port))
        taken.listen()
        with running(place, ready=f"Port {place.port} is in use. Using ") as up:
            place.port = int(up.said().partition(". Using ")[2].partition(".")[0])
            up.answers()
            up.says(f"{place.url}/voice")
            with place.world() as world:
                reaches_a_person(world)
            assert up.stop() == 0


def test_up_killed_outright_takes_its_children_along_and_the_next_start_has_every_call(place: Place) -> None:
    """Kill -9 loses no caller and no row: what was not in the database yet is there after the next start."""
    with running(place) as up, place.world() as world:
        assert (place.data_dir / "running.json").exists(), "the next start keeps the port, however early we are killed"
        early = reaches_a_person(world)
        in_progress = world.call(line.NUMBER)
        in_progress.presses("1")
        ring = in_progress.rings()
        left = up.die()
        with running(place) as again:
            wait_until(lambda: not any(map(alive, left)), what="the children of the killed one are gone")
            again.answers()  # until now it may have been one of those
            assert place.part("redis") == "ok"
            ring.ignored()
            in_progress.rings().picks_up().hears("Press 1").presses("1")
            in_progress.hangs_up().has_ended()
            late = reaches_a_person(world)
            place.has_once(early, in_progress, late)
            assert place.part("redis") == "ok"
            assert again.stop() == 0


def test_a_redis_still_saving_when_the_next_start_comes_does_not_take_the_next_ones_socket_along(place: Place) -> None:
    """The server of a killed run ends by itself, in its own time, and removes the socket both have."""
    with running(place) as up:
        with place.world() as world:
            reaches_a_person(world)
        old = up.pid_of("valkey")
        os.kill(old, signal.SIGSTOP)
        up.die()
        again = run(place, str(BIN / "hotline"), "up")
        with ended(again):
            wait_until(lambda: holds(again.pid, "valkey.lock"), what="the next start has the lock")
            os.kill(old, signal.SIGCONT)
            wait_until(lambda: not alive(old), what="the old server is gone")
            again.answers()
            wait_until(lambda: place.part("redis") == "ok", what="Redis answers")
            assert again.stop() == 0


def holds(pid: int, name: str) -> bool:
    """Whether a process has a file of that name open."""
    with suppress(OSError):
        return any(os.readlink(entry).endswith(name) for entry in Path(f"/proc/{pid}/fd").iterdir())
    return False


def given_up(world: World) -> Call:
    """A call whose caller hangs up before anyone answers."""
    call = world.call(line.NUMBER)
    call.presses("1")
    call.rings()
    call.hangs_up().has_ended()
    return call
