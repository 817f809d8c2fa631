"""The times at which to ask the carrier again to delete a record, and when to stop."""

from __future__ import annotations

from hotline.core.carrier_records.records import CarrierText

LEAST_WAIT = 60
"""Seconds before asking again to delete a record that cannot be deleted yet (Twilio docs: api/errors/20009)."""
LONGEST_WAIT = 6 * 3600
GIVE_UP_AFTER = 15 * 24 * 3600
"""Seconds after the end of a call. Some records take the carrier two weeks (Twilio docs: api/errors/20009)."""
LOOK_AGAIN_AFTER = 60
"""Seconds after a call's end during which the carrier may not list all of its legs yet."""
SWEPT = 2 * 24 * 3600
"""Seconds: how far back the sweep looks for calls."""
TEXTS_SWEPT = 7 * 24 * 3600
TEXTS_KEPT = 24 * 3600
"""Seconds for which we leave the record of a text we sent, to see why one did not arrive."""


def wait(age: int, least: int, asked: int | None = None) -> int:
    """Seconds to wait before asking again, when the call has been over for `age`. Grows by half, within limits.

    `asked` is the wait that the carrier asked for, if any.
    """
    return max(least, min(age // 2, LONGEST_WAIT), asked or 0)


def overdue(text: CarrierText, now: int) -> bool:
    """Return whether to delete the record of a text: a sent one after a day, a received one or its answer at once."""
    return not text.sent or now - text.since >= TEXTS_KEPT
