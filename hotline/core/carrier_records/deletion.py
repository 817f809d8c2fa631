"""Times at which to ask the carrier again to delete a record, and when to give up."""

from __future__ import annotations

from hotline.core.carrier_records.records import CarrierText

LEAST_WAIT = 60
"""Seconds before a record that cannot be deleted yet is asked for again (Twilio docs: api/errors/20009)."""
LONGEST_WAIT = 6 * 3600
GIVE_UP_AFTER = 15 * 24 * 3600
"""Seconds after the end of a call. Some records take the carrier two weeks (Twilio docs: api/errors/20009)."""
LOOK_AGAIN_AFTER = 60
"""Seconds after its end, before which a call with no legs may have some that the carrier does not list yet."""
SWEPT = 2 * 24 * 3600
"""Seconds: how far back the sweep looks for calls."""
TEXTS_SWEPT = 7 * 24 * 3600
TEXTS_KEPT = 24 * 3600
"""Seconds for which the record of a text we sent is left, to see why one did not arrive."""


def wait(age: int, least: int, asked: int | None = None) -> int:
    """Seconds to wait before asking again, when the call has been over for `age`: half as long again, within limits.

    `asked` is what the carrier asked us to wait, if it did.
    """
    return max(least, min(age // 2, LONGEST_WAIT), asked or 0)


def overdue(text: CarrierText, now: int) -> bool:
    """Return whether the record of a text is to be deleted: one we got or answered at once, one we sent after a day."""
    return not text.sent or now - text.since >= TEXTS_KEPT
