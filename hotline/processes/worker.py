"""The worker, which does queued jobs and moves what waits on disk."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from rq.exceptions import StopRequested

from hotline.errors import describe
from hotline.jobs import tasks
from hotline.jobs.alive import BEAT, say_alive, say_goodbye
from hotline.jobs.keeping import Keeper
from hotline.jobs.queue import JobQueue, connection
from hotline.jobs.work import JobWorker, TonightsWorker, wake
from hotline.logs import LoggedNotices
from hotline.processes.stopping import stop_on_signals, stopping
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.outbox_drainer import OutboxDrainer
from hotline.store.redis.client import REDIS_GONE, probe
from hotline.wiring.parts import Parts

_TRY_AGAIN_AFTER = 2.0
_WAKE_EVERY = 0.05


def run_worker(parts: Parts) -> None:
    """Work until told to stop (SIGTERM or SIGINT). A lost Redis is waited for; the spool is drained meanwhile."""
    stop, url, notice = stopping(), parts.redis_url, parts.notice
    drainers = Drainer(parts.spool, parts.call_log), OutboxDrainer(parts.outbox, JobQueue(url))
    rounds = parts.absence_rounds
    keeping = _Keeping(url, notice)
    tasks.bind(parts)
    tonight = _Tonight(_Doing("hand", TonightsWorker, stop, url, notice, keeping))
    with _signals_for_this_thread():
        for background in (*drainers, rounds, keeping, tonight):
            background.start()
    doing = _Doing("worker", JobWorker, stop, url, notice, keeping)
    while not stop.is_set():
        doing.jobs()
        stop_on_signals(stop)  # RQ has put its own handlers in their place
        if not stop.is_set():  # RQ gives up by itself when Redis is slow; we do not
            stop.wait(_TRY_AGAIN_AFTER)
    for background in (tonight, keeping, *drainers, rounds):
        background.stop()


@dataclass
class _Doing:
    """A doer of jobs, as one of a kind of workers, under a new name each time it begins."""

    kind: str
    make: type[JobWorker]
    stop: threading.Event
    url: str
    notice: LoggedNotices
    keeping: _Keeping

    def jobs(self) -> None:
        """Do jobs until told to stop, or Redis is lost."""
        name = secrets.token_hex(16)
        try:
            with connection(self.url) as client:  # RQ's own first questions would wait a minute for an answer
                probe(client)
            worker = self.make(self.stop, connection(self.url, name), self.notice, name)
            self.keeping.is_there(self.kind, name)
            worker.work(logging_level="CRITICAL")  # it would write down what tasks raise
        except (*REDIS_GONE, StopRequested) as error:
            if not self.stop.is_set():
                self.notice("worker_waits_for_redis", error=type(error).__name__)
        self.keeping.is_there(self.kind, None)


class _Tonight:
    """A thread that does tonight's jobs. Told to stop, it ends the one it is at."""

    def __init__(self, doing: _Doing) -> None:
        self._doing = doing
        self._thread = threading.Thread(target=self._run, name="tonight", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread. `doing.stop` is set."""
        with connection(self._doing.url) as redis:
            while self._thread.is_alive():
                if name := self._doing.keeping.name_of(self._doing.kind):
                    with suppress(*REDIS_GONE):
                        wake(redis, name)
                self._thread.join(_WAKE_EVERY)

    def _run(self) -> None:
        while not self._doing.stop.is_set():
            try:
                self._doing.jobs()
            except Exception as error:  # noqa: BLE001 - without this thread tonight's jobs may wait for the others
                self._doing.notice("tonights_jobs_failed", error=describe(error))
            self._doing.stop.wait(_TRY_AGAIN_AFTER)


class _Keeping:
    """A thread that says who is there, and keeps the jobs of all."""

    def __init__(self, url: str, notice: LoggedNotices) -> None:
        self._there: dict[str, str] = {}
        self._redis = connection(url)
        self._notice = notice
        self._stopped = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()
        self._thread.join()

    def is_there(self, kind: str, name: str | None) -> None:
        """The one of this kind goes by this name now, or is not there."""
        if name is None:
            self._there.pop(kind, None)
        else:
            self._there[kind] = name
        self._wake.set()

    def name_of(self, kind: str) -> str | None:
        return self._there.get(kind)

    def _run(self) -> None:
        keeper, said = Keeper(self._redis), dict[str, str]()
        while not self._stopped:
            try:
                there = dict(self._there)
                for kind, name in said.items():
                    if there.get(kind) != name:
                        say_goodbye(self._redis, kind, name)
                for kind, name in there.items():
                    say_alive(self._redis, kind, name)
                said = there
                keeper.bring_due()
                keeper.put_back()
            except REDIS_GONE:
                pass  # the worker itself waits for Redis, and says so
            except Exception as error:  # noqa: BLE001 - without this thread jobs would be lost unseen
                self._notice("keeping_jobs_failed", error=describe(error))
            self._wake.wait(BEAT)
            self._wake.clear()
        with suppress(*REDIS_GONE):
            for kind, name in said.items():
                say_goodbye(self._redis, kind, name)


@contextmanager
def _signals_for_this_thread() -> Iterator[None]:
    """Threads started in the block are never given a signal: one that they got would not wake the thread it is for."""
    ours = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ours)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ours)
