"""The log's three times of a call: when it started, when a person answered, and when it ended. It has no others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CallMoment(Enum):
    """The times of a call that an entry can record."""

    STARTED = "started"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A fact for the call log. Any entry may arrive twice, late, or before another of its call.

    `id` is the keyed digest of the CallSid, `at` epoch seconds. `NOT_ANSWERED` cancels an `ANSWERED` at or after `at`
    (the volunteer accepted, but the caller was gone). An earlier answer remains.
    """

    id: str
    hotline: str
    moment: CallMoment
    at: int
