"""The three times that the log has of a call: when it started, when a person answered, and when it ended.
Nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CallMoment(Enum):
    """The times of a call that an entry can tell."""

    STARTED = "started"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A fact for the call log. Any entry may arrive twice, late, or before another of its call.

    `id` is the keyed digest of the CallSid, `at` epoch seconds. `NOT_ANSWERED` takes back an `ANSWERED` at or after
    `at` (the volunteer accepted, but the caller was gone): an answer before it stands.
    """

    id: str
    hotline: str
    moment: CallMoment
    at: int
