"""What other processes do in the tests of this folder, and the entries they do it with."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.report import LoggedCall
from hotline.store.database.call_log import CallLog
from hotline.store.database.migrate import migrate
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.spool import Spool

NOON = 1_750_000_000

_spawn = multiprocessing.get_context("spawn")


def started(at: int, call: str = "one") -> LogEntry:
    return LogEntry(call, "rise", CallMoment.STARTED, at)


def answered(at: int, call: str = "one") -> LogEntry:
    return LogEntry(call, "rise", CallMoment.ANSWERED, at)


def not_answered(at: int, call: str = "one") -> LogEntry:
    return LogEntry(call, "rise", CallMoment.NOT_ANSWERED, at)


def ended(at: int, call: str = "one") -> LogEntry:
    return LogEntry(call, "rise", CallMoment.ENDED, at)


def whole_call(number: int) -> list[LogEntry]:
    """A call that was answered after 20 s and lasted a minute more."""
    at, call = NOON + number, f"call-{number}"
    return [started(at, call), answered(at + 20, call), ended(at + 80, call)]


def as_kept(number: int) -> LoggedCall:
    """What the log must say of `whole_call(number)`."""
    return LoggedCall("rise", NOON + number, NOON + number + 20, NOON + number + 80)


def all_kept(call_log: CallLog) -> list[LoggedCall]:
    return list(call_log.calls_between(0, 1 << 40))


def elsewhere(do: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Have another process do something."""
    process = _spawn.Process(target=do, args=arguments, daemon=True)
    process.start()
    return process


def wait_until(true: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def write_calls(url: str, numbers: Sequence[int]) -> None:
    """Write whole calls, an entry at a time, those of a call far apart."""
    call_log = CallLog(url)
    entries = [whole_call(number) for number in numbers]
    for nth in range(3):
        for call in entries:
            call_log.write([call[nth]])


def append_calls(directory: Path, first: int, number: int) -> None:
    """Put whole calls into the spool and die without a word."""
    spool = Spool(directory)
    for each in range(first, first + number):
        for entry in whole_call(each):
            spool.append(entry)
    os._exit(0)


def append_for_ever(directory: Path, first: int) -> None:
    """Put whole calls into the spool until killed, a thousand a second at most."""
    spool = Spool(directory)
    while True:
        for entry in whole_call(first):
            spool.append(entry)
        first += 1
        time.sleep(0.001)


def drain_for_ever(directory: Path, url: str) -> None:
    """Drain until killed."""
    drainer = Drainer(Spool(directory), CallLog(url))
    while True:
        drainer.drain_once()


def migrate_when(go: Path, url: str) -> None:
    """Migrate as soon as a file is there, for others to do so at the same moment."""
    while not go.exists():
        time.sleep(0.001)
    migrate(url)


class Turnstile:
    """A call log that lets one writer in at a time, and leaves a mark if two come."""

    def __init__(self, directory: Path) -> None:
        self._inside, self._crowded, self._log = directory / "inside", directory / "crowded", directory / "log"

    def write(self, entries: Sequence[LogEntry]) -> None:
        try:
            self._inside.touch(exist_ok=False)
        except FileExistsError:
            self._crowded.touch()
        time.sleep(0.002)
        with self._log.open("a") as file:
            file.writelines(f"{entry.id} {entry.moment.value}\n" for entry in entries)
        with suppress(FileNotFoundError):
            self._inside.unlink()

    def ping(self) -> None:
        pass


def drain_through(directory: Path, marks: Path, done: Path) -> None:
    """Drain through a turnstile until a file says that it is enough."""
    drainer = Drainer(Spool(directory), Turnstile(marks))
    while not done.exists():
        drainer.drain_once()
