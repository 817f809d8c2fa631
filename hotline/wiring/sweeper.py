"""Lets phones go that ring in vain because a web process died. A thread of each web process."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Event, Lock, Thread

from hotline.errors import LiveStateUnavailable, describe
from hotline.ports import Notices
from hotline.store.after_fork import forget_in_child

_PAUSE = 0.7
"""Seconds between sweeps. A phone is let go at the second one, so within two seconds."""
_PAUSE_AFTER_FAILURE = 5.0


class Sweeper:
    """Sweeps again and again. `sweep` takes what the last sweep returned; see `Legs.sweep`."""

    def __init__(self, sweep: Callable[[Collection[str]], Collection[str]], notice: Notices) -> None:
        self._sweep = sweep
        self._notice = notice
        self._starting = Lock()
        self._thread: Thread | None = None
        self._stop = Event()
        forget_in_child(self._forget)

    def start(self, patience: float = 0.0) -> None:
        """Start the thread, unless this process has one. Call it again after a fork."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._stop = Event()
                self._thread = Thread(target=self._run, args=(self._stop,), name="sweeper", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _run(self, stop: Event) -> None:
        seen: Collection[str] = ()
        pause = _PAUSE
        while not stop.wait(pause):
            pause = _PAUSE
            try:
                seen = self._sweep(seen)
            except LiveStateUnavailable:
                pause = _PAUSE_AFTER_FAILURE
            except Exception as error:  # noqa: BLE001 - without this thread phones would ring in vain
                self._notice("sweep_failed", error=describe(error))
                pause = _PAUSE_AFTER_FAILURE

    def _forget(self) -> None:
        self._starting = Lock()
        self._thread = None
