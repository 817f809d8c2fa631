"""The reply to a volunteer who is asked to take a call."""

from __future__ import annotations

from typing import NamedTuple

from hotline.core.calls.reply import Reply
from hotline.core.reports.metrics import RingOutcome


class Screening(NamedTuple):
    """The reply to a volunteer who is asked to take a call, and the ring's outcome, if it is known then."""

    reply: Reply
    outcome: RingOutcome | None = None
