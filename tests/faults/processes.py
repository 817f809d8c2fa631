"""Processes as /proc shows them: whose child one is, what it runs, and whether it is gone."""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], within: float = 120.0, what: str = "") -> T:
    """The first truthy answer of `condition`; fails after `within` seconds without one.

    Longer than any machine needs, unless it is a promise that something happens so soon. Asks less often as it waits
    longer: what is waited for may need the processor.
    """
    deadline, pause = time.monotonic() + within, 0.02
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"waited {within:g} s in vain{' until ' + what if what else ''}: {found!r}"
        time.sleep(pause)
        pause = min(pause * 1.25, 0.25)


def free_port() -> int:
    """A port of this machine that nobody has now, from below those that connections are given by themselves.

    One of those could be taken by somebody's connection while the server that had it starts again. Test processes that
    run beside each other have ports of their own, as a server may take its port long after it was asked for here.
    """
    first = 10_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8 * 2_750
    while True:
        port = first + random.randrange(2_750)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port


_given: set[int] = set()
"""The ports that were given out already."""


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 2):
        return True
    return False


def children(pid: int) -> list[int]:
    """The live children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(parent) == pid and state != "Z":
                    found.append(int(entry.name))
    return sorted(found)


def descendants(pid: int) -> list[int]:
    """The live children of a process, theirs, and so on."""
    return [one for child in children(pid) for one in (child, *descendants(child))]


def command_of(pid: int) -> str:
    """What a process runs; "" if it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def alive(pid: int) -> bool:
    """Whether a process is still there, and not just waiting to be buried."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def kill(pid: int) -> None:
    """End a process without a warning, and wait until it is gone."""
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid), what=f"{pid} is gone")
