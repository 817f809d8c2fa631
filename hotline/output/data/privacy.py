"""The carrier's records of the hotlines' numbers, as data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hotline.core.carrier_records.remaining import Pile, Remaining

PILES = ("calls", "legs", "texts_received", "texts_sent")


def is_well(found: Remaining, deleting: bool) -> bool:
    """Return whether everything that should be deleted is deleted."""
    return not found.late and not found.recordings and (deleting or not found.calls.count)


def privacy_json(found: Remaining, waiting: int | None, deleting: bool) -> dict[str, Any]:
    """The carrier's records as data: counts, and the ages of the oldest in seconds."""
    at_carrier = {name: {**asdict(pile), "count": pile.count} for name, pile in piles(found).items()}
    return {
        "well": is_well(found, deleting),
        "deleting": deleting,
        "waiting": waiting,
        "late": found.late,
        "given_up": found.given_up,
        "going_on": found.going_on,
        "recordings": found.recordings,
        "queues": found.queues,
        "at_carrier": at_carrier,
        "kept_internally_days": 120,
    }


def piles(found: Remaining) -> dict[str, Pile]:
    """Return the records of each kind, by its name."""
    return {name: getattr(found, name) for name in PILES}
