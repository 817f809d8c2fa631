"""The carrier's remaining records, as counts and ages, without the name of a call or a number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.core.carrier_records.deletion import GIVE_UP_AFTER, SWEPT
from hotline.core.carrier_records.records import CarrierCall, CarrierQueue, CarrierText

_HOUR, _DAY = 3600, 24 * 3600
LATE = SWEPT
"""Seconds after which a record should be deleted: a sweep or two have run by then."""


@dataclass(frozen=True, slots=True)
class Pile:
    """Records of one kind, by age. `oldest` is in seconds, None if no record has a date."""

    hour: int = 0
    two_days: int = 0
    fifteen_days: int = 0
    older: int = 0
    oldest: int | None = None

    @property
    def count(self) -> int:
        return self.hour + self.two_days + self.fifteen_days + self.older

    @property
    def late(self) -> int:
        """The number of records that should be gone by now."""
        return self.fifteen_days + self.older


@dataclass(frozen=True, slots=True)
class Remaining:
    """Records of calls (with callers' numbers), of rung phones and of texts; ongoing calls; recordings.

    `recordings` counts all of the account, from every program. None if the carrier does not say.
    `queues`: empty ones of calls long over.
    """

    calls: Pile
    legs: Pile
    texts_received: Pile
    texts_sent: Pile
    going_on: int
    recordings: int | None
    queues: int = 0

    @property
    def late(self) -> int:
        """The number of records that should be gone by now."""
        return sum(pile.late for pile in (self.calls, self.legs, self.texts_received, self.texts_sent))

    @property
    def given_up(self) -> int:
        """The number of records of calls that we no longer try to delete."""
        return self.calls.older + self.legs.older


def remaining(
    calls: Iterable[CarrierCall],
    texts: Iterable[CarrierText],
    recordings: int | None,
    now: int,
    queues: Iterable[CarrierQueue] = (),
) -> Remaining:
    """Return the totals of these records at an instant (epoch seconds). A record listed twice counts once."""
    known = {call.sid: call for call in calls}.values()
    over = [call for call in known if call.over]
    kept = {text.sid: text for text in texts}.values()
    return Remaining(
        calls=_pile((call.since for call in over if not _to_volunteer(call)), now),
        legs=_pile((call.since for call in over if _to_volunteer(call)), now),
        texts_received=_pile((text.since for text in kept if not text.sent), now),
        texts_sent=_pile((text.since for text in kept if text.sent), now),
        going_on=sum(not call.over and not _to_volunteer(call) for call in known),
        recordings=recordings,
        queues=sum(queue.left_behind(now) for queue in queues),
    )


def _to_volunteer(call: CarrierCall) -> bool:
    return bool(call.parent) or call.placed


def _pile(began: Iterable[int], now: int) -> Pile:
    """Sort records by age. A record without a date counts as very old."""
    ages = [max(now - since, 0) for since in began]
    bounds = (_HOUR, LATE, GIVE_UP_AFTER)
    below = [sum(age < bound for age in ages) for bound in bounds]
    oldest = max((age for age in ages if age != now), default=None)  # no date: as old as 1970
    return Pile(below[0], below[1] - below[0], below[2] - below[1], len(ages) - below[2], oldest)
