"""Logs: one JSON object a line on standard error. They say what happened, never in whose call."""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime

REPEATED_AFTER = 60.0
"""Seconds for which the same notice is not written again: a part that is down fails with every call."""
_MOST_REMEMBERED = 1_000


class LoggedNotices:
    """Implements `hotline.ports.Notices`. Facts name parts, places in the code, and hotlines; never a caller."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written: dict[str, float] = {}

    def __call__(self, event: str, /, **facts: str | int | float) -> None:
        now, key = time.monotonic(), f"{event} {sorted(facts.items())}"
        with self._lock:
            if now - self._written.get(key, -REPEATED_AFTER) < REPEATED_AFTER:
                return
            if len(self._written) >= _MOST_REMEMBERED:
                self._written.clear()
            self._written[key] = now
        try:
            _write({**facts, "event": event, "level": "info"})
        except (OSError, ValueError):  # the disk is full, or nobody reads the log any more: no call may end for that
            self._written.pop(key, None)


def _write(line: dict[str, str | int | float]) -> None:
    """Write a line at once. structlog did so until it took 12 MB of each process."""
    line["timestamp"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    sys.stderr.write(json.dumps(line, sort_keys=True, default=repr) + "\n")
    sys.stderr.flush()
