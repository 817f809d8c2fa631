"""Work that a web process does after it has answered a request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hotline.errors import describe
from hotline.ports import Notices
from hotline.store.after_fork import forget_in_child

_THREADS = 8


class Background:
    """Threads of a web process, made when they are first needed; usable after a fork."""

    def __init__(self, notice: Notices) -> None:
        self._notice = notice
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        forget_in_child(self._forget)

    def soon(self, work: Callable[[], None]) -> None:
        """Do something in a thread, or here and now where no thread can be had."""
        try:
            with self._lock:
                if self._threads is None:
                    self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="rings")
                self._threads.submit(self._guarded, work)
        except RuntimeError:
            self._guarded(work)

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        """Do something so many seconds from now, unless the process ends before."""
        timer = threading.Timer(seconds, self.soon, [work])
        timer.daemon = True
        try:
            timer.start()
        except RuntimeError:
            self._notice("no_thread", what="ring_early")

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            self._notice("background_failed", error=describe(error))

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._threads = None
