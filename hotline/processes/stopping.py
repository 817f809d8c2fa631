"""How a process is told to stop: by SIGTERM or SIGINT."""

from __future__ import annotations

import signal
import threading
from types import FrameType


def stopping() -> threading.Event:
    """Return an event that is set once this process is told to stop."""
    stop = threading.Event()
    stop_on_signals(stop)
    return stop


def stop_on_signals(stop: threading.Event) -> None:
    """Set an event when this process is told to stop, in place of whatever was done until now."""

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
