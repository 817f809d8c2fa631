"""Logs: one JSON object a line on standard error. They say what happened, never in whose call."""

from __future__ import annotations

import sys
import time

import structlog

REPEATED_AFTER = 60.0
"""Seconds for which the same notice is not written again: a part that is down fails with every call."""


def notices() -> Notices:
    """A writer of notices for this process."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    return Notices()


class Notices:
    """Fits `hotline.ports.Notices`. Facts are about parts, places in the code, and hotlines; never about a caller."""

    def __init__(self) -> None:
        self._logger = structlog.get_logger()
        self._written: dict[tuple[str, str], float] = {}

    def __call__(self, event: str, /, **facts: str | int | float) -> None:
        now = time.monotonic()
        key = (event, repr(sorted(facts.items())))
        if now - self._written.get(key, -REPEATED_AFTER) < REPEATED_AFTER:
            return
        if len(self._written) > 1000:
            self._written.clear()
        self._written[key] = now
        self._logger.msg(event, **facts)
