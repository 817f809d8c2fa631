"""The time zone of this machine, by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hotline.files.values.zones import zone_names


def machine_zone() -> str:
    """The machine's time zone by its name in the tz database, or UTC if unknown."""
    known = zone_names()
    return next((name for name in _candidates() if name in known), "UTC")


def _candidates() -> Iterator[str]:
    yield os.environ.get("TZ", "").lstrip(":")
    with suppress(OSError, UnicodeDecodeError):
        yield Path("/etc/timezone").read_text("ascii").strip()
    with suppress(OSError):
        yield os.path.realpath("/etc/localtime").rpartition("zoneinfo/")[2]
