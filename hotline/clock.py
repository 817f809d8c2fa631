"""The clock of this machine."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current instant."""
    return datetime.now(UTC)
