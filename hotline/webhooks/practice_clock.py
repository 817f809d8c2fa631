"""The clock of practice calls: a call that plays twenty times as fast as life is answered in its own time.

Only in practice mode, and only for requests with a valid signature. So the caller's waits, the backup and the call log
agree with the call's own record.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import has_request_context, request

from hotline.core.calls.rehearsed import CLOCK_HEADER
from hotline.ports import Clock

_AT_MOST = timedelta(days=1)


def practice_clock(clock: Clock) -> Clock:
    """The given clock or, while a practice call is answered, that call's own."""

    def now() -> datetime:
        real = clock()
        if not has_request_context():
            return real
        try:
            its_own = datetime.fromtimestamp(float(request.headers.get(CLOCK_HEADER, "")), UTC)
        except (ValueError, OverflowError, OSError):
            return real
        return its_own if abs(its_own - real) <= _AT_MOST else real

    return now
