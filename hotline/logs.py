"""Logs: one JSON object a line on standard error. They say what happened, never in whose call."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

REPEATED_AFTER = 60.0
"""Seconds for which the same notice is not written again: a part that is down fails with every call."""
_MOST_REMEMBERED = 1_000


class LoggedNotices:
    """Implements `hotline.ports.Notices`. Facts name parts, places in the code, and hotlines; never a caller."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logger: FilteringBoundLogger | None = None
        self._written: dict[str, float] = {}

    def __call__(self, event: str, /, **facts: str | int | float) -> None:
        now, key = time.monotonic(), f"{event} {sorted(facts.items())}"
        with self._lock:
            if now - self._written.get(key, -REPEATED_AFTER) < REPEATED_AFTER:
                return
            if len(self._written) >= _MOST_REMEMBERED:
                self._written.clear()
            self._written[key] = now
            if self._logger is None:
                self._logger = _logger()
        try:
            self._logger.info(event, **facts)
        except (OSError, ValueError):  # the disk is full, or nobody reads the log any more: no call may end for that
            self._written.pop(key, None)


def _logger() -> FilteringBoundLogger:
    """The writer of JSON lines; imported only when there is something to say, which costs every process 6 MB."""
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger
