"""Work that a web process does after it has answered a request."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hotline.errors import describe
from hotline.ports import Notices
from hotline.store.after_fork import forget_in_child

_THREADS = 8

Work = Callable[[], None]


class Background:
    """Threads of a web process, made when they are first needed; usable after a fork."""

    _threads: ThreadPoolExecutor | None
    _timer: threading.Thread | None
    _due: list[tuple[float, int, Work]]

    def __init__(self, notice: Notices) -> None:
        self._notice = notice
        self._order = itertools.count()
        self._forget()
        forget_in_child(self._forget)

    def soon(self, work: Work) -> None:
        """Do something in a thread, or here and now where no thread can be had."""
        try:
            with self._changed:
                if self._threads is None:
                    self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="rings")
                self._threads.submit(self._guarded, work)
        except RuntimeError:
            self._guarded(work)

    def later(self, seconds: float, work: Work) -> None:
        """Do something so many seconds from now, unless the process ends before."""
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), work))
            if self._timer is None or not self._timer.is_alive():
                self._timer = threading.Thread(target=self._keep_time, name="later", daemon=True)
                try:
                    self._timer.start()
                except RuntimeError:
                    self._timer = None
                    self._notice("no_thread", what="later")
            self._changed.notify()

    def _keep_time(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, work = heapq.heappop(self._due)
            self.soon(work)

    def _guarded(self, work: Work) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            self._notice("background_failed", error=describe(error))

    def _forget(self) -> None:
        self._changed = threading.Condition()
        self._threads = self._timer = None
        self._due = []
