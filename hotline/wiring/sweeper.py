"""Lets phones go that ring in vain because a web process died. A thread of each web process."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Event

from hotline.errors import LiveStateUnavailable, describe
from hotline.ports import Notices
from hotline.store.own_thread import OwnThread

_PAUSE = 0.7
"""Seconds between sweeps. A phone is let go at the second one, so within two seconds."""
_PAUSE_AFTER_FAILURE = 5.0


class Sweeper(OwnThread):
    """Sweeps again and again. `sweep` takes what the last sweep returned; see `Legs.sweep`."""

    def __init__(self, sweep: Callable[[Collection[str]], Collection[str]], notice: Notices) -> None:
        super().__init__("sweeper")
        self._sweep = sweep
        self._notice = notice

    def run(self, stop: Event, patience: float = 0.0) -> None:
        """Sweep until `stop`."""
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
