"""Keeping processes running: real ones, which die, and are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from hotline.errors import ServerError
from hotline.processes import supervisor as supervising
from hotline.processes.supervisor import LOOK_EVERY, Kept, Supervisor
from hotline.store.redis.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(os.environ, said.append, output=subprocess.DEVNULL)
    yield made
    made.stop(within=2)


def python(*lines: str) -> list[str]:
    return [sys.executable, "-S", "-c", "\n".join(lines)]


SLEEPER = python("import time", "time.sleep(600)")


def look_until(supervisor: Supervisor, true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        supervisor.look()
        time.sleep(0.01)


def alive(kept: Kept) -> bool:
    return kept.process is not None and kept.process.poll() is None


def test_a_process_that_is_killed_is_started_again_and_the_others_left_alone(
    supervisor: Supervisor, said: list[str]
) -> None:
    for name in ("web", "worker"):
        supervisor.add(name, SLEEPER)
    web, worker = supervisor.kept
    assert web.process is not None
    assert worker.process is not None
    before, other = web.process.pid, worker.process.pid
    web.process.kill()
    look_until(supervisor, lambda: web.restarts == 1 and alive(web))
    assert web.process.pid != before
    assert (worker.process.pid, worker.restarts) == (other, 0)
    assert said == ["web stopped (exit -9). Starting it again."]


def test_one_that_keeps_dying_is_given_ever_longer_pauses(supervisor: Supervisor) -> None:
    """A retry delay of half a second was truncated to zero, so ten retries took 30 ms (lessons)."""
    supervisor.add("web", python("raise SystemExit(3)"))
    (web,) = supervisor.kept
    pauses = []
    for times in range(1, 5):
        look_until(supervisor, lambda times=times: web.restarts == times)  # type: ignore[misc]
        pauses.append(web.start_at - time.monotonic())
    assert all(later > 1.5 * earlier for earlier, later in pairwise(pauses)), pauses
    assert 0.1 < pauses[0] <= 0.2
    for _ in range(100):
        web.pause = min(web.pause * 2, supervising._LONGEST_PAUSE)
    assert web.pause == 10, "and never longer"


def test_one_that_ran_well_for_a_while_is_started_again_soon(supervisor: Supervisor) -> None:
    supervisor.add("web", SLEEPER)
    (web,) = supervisor.kept
    web.pause, web.started = 8.0, time.monotonic() - supervising._STEADY_AFTER - 1
    assert web.process is not None
    web.process.kill()
    web.process.wait()
    supervisor.look()
    assert web.start_at - time.monotonic() <= 0.2


def test_stopping_asks_the_web_and_then_the_others_and_waits_for_them_to_finish(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    finishes = python(
        "import signal, sys, time, pathlib",
        "signal.signal(signal.SIGTERM, lambda *_: stop.append(1))",
        "stop = []",
        f"here = pathlib.Path({str(tmp_path)!r})",
        "(here / (sys.argv[1] + '.up')).touch()",
        "while not stop: time.sleep(0.01)",
        "(here / (sys.argv[1] + '.asked')).touch()",
        "time.sleep(0.3)",
        "(here / (sys.argv[1] + '.done')).touch()",
    )
    for name in ("web", "worker", "clock"):
        supervisor.add(name, [*finishes, name])
    look_until(supervisor, lambda: len(list(tmp_path.glob("*.up"))) == 3)
    supervisor.stop()
    written = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {"web.done", "worker.done", "clock.done"} < set(written)
    assert written["web.done"] < written["worker.asked"], "the worker clears up after the web"
    assert written["clock.asked"] < written["worker.done"], "these two end together"
    assert not any(alive(kept) for kept in supervisor.kept)


def test_one_that_will_not_stop_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    stubborn = python(
        "import signal, time, pathlib",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        f"pathlib.Path({str(tmp_path / 'up')!r}).touch()",
        "time.sleep(600)",
    )
    supervisor.add("web", stubborn)
    look_until(supervisor, (tmp_path / "up").exists)
    supervisor.stop(within=0.5)
    (web,) = supervisor.kept
    assert web.process is not None
    assert web.process.returncode == -signal.SIGKILL


def test_redis_goes_last(said: list[str], tmp_path: Path) -> None:
    embedded = EmbeddedServer(tmp_path)
    assert embedded.start()
    redis = embedded.process
    assert redis is not None
    seen = tmp_path / "redis-was-there"
    watches = python(
        "import os, signal, sys, time, pathlib",
        "def stop(*_):",
        f"    os.kill({redis.pid}, 0)",
        f"    pathlib.Path({str(seen)!r}).touch()",
        "    sys.exit()",
        "signal.signal(signal.SIGTERM, stop)",
        f"pathlib.Path({str(tmp_path / 'up')!r}).touch()",
        "time.sleep(600)",
    )
    supervisor = Supervisor(os.environ, said.append, subprocess.DEVNULL, embedded)
    supervisor.add("worker", watches)
    look_until(supervisor, (tmp_path / "up").exists)
    supervisor.stop()
    assert seen.exists()
    assert redis.poll() is not None


def test_a_redis_that_is_killed_is_started_again(said: list[str], tmp_path: Path) -> None:
    embedded = EmbeddedServer(tmp_path)
    assert embedded.start()
    supervisor = Supervisor(os.environ, said.append, subprocess.DEVNULL, embedded)
    try:
        assert embedded.process is not None
        embedded.process.kill()
        embedded.process.wait()
        supervisor.look()
        assert embedded.alive()
        assert said == ["Redis stopped. Starting it again. Calls continue."]
    finally:
        supervisor.stop()


class CannotStart(EmbeddedServer):
    """A Redis that died and cannot be started again, as on a full disk."""

    tries = 0

    def restart(self) -> None:
        self.tries += 1
        if self.tries > 1:
            raise ServerError("The embedded Redis server did not start.")
        super().restart()


def test_a_redis_that_cannot_be_started_again_takes_nothing_else_down(said: list[str], tmp_path: Path) -> None:
    embedded = CannotStart(tmp_path)
    assert embedded.start()
    supervisor = Supervisor(os.environ, said.append, subprocess.DEVNULL, embedded)
    supervisor.add("web", SLEEPER)
    try:
        assert embedded.process is not None
        embedded.process.kill()
        embedded.process.wait()
        for _ in range(5):
            supervisor.look()
        assert alive(supervisor.kept[0])
        assert embedded.tries == 2, "and it is not tried again at once"
        assert "The embedded Redis server did not start." in said[-1]
    finally:
        supervisor.stop()


def test_children_end_with_their_parent_however_it_ends(tmp_path: Path) -> None:
    """Asked of Linux, which is where this runs and is tested."""
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                f"""
                import os, sys, time
                from hotline.processes.supervisor import Supervisor
                supervisor = Supervisor(os.environ, print)
                supervisor.add("web", [sys.executable, "-S", "-c", "import time; time.sleep(600)"])
                open({str(tmp_path / "pid")!r}, "w").write(str(supervisor.kept[0].process.pid) + "\\n")
                time.sleep(600)
                """
            ),
        ],
        cwd=ROOT,
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().endswith("\n"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child = int((tmp_path / "pid").read_text())
    parent.kill()
    parent.wait()
    while _running(child):
        assert time.monotonic() < deadline, "the child is left behind"
        time.sleep(0.01)


def _running(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be counted does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except (OSError, IndexError):
        return False


def test_it_looks_often_enough_that_a_caller_hardly_notices() -> None:
    assert LOOK_EVERY <= 0.5
