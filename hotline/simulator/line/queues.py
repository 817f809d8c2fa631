"""Queues of callers, and the legs that wait for one (Twilio docs: voice/twiml/enqueue, voice/api/queue-resource)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

MOST_MEMBERS = 1000
"""Callers in one queue (Twilio docs: voice/api/queue-resource, MaxSize)."""


class QueueParty(Protocol):
    """A leg as a queue knows it."""

    sid: str

    @property
    def interrupted(self) -> bool:
        """Return whether the leg is about to leave what it is doing."""

    def post(self, message: object) -> None:
        """Hand a message to what the leg is doing."""

    def interrupt(self, error: Exception) -> None:
        """Raise `error` in what the leg is doing."""


@dataclass(frozen=True, slots=True)
class CallerCame:
    """Tells a leg that dials a queue that a caller has come into it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A caller in a queue, since `joined` seconds after the world began."""

    party: QueueParty
    joined: float


@dataclass(slots=True)
class CallQueue:
    """A queue. `members` wait to be taken, front first; `dialers` wait to take one, longest wait first."""

    name: str
    sid: str
    created: datetime
    members: list[Member] = field(default_factory=list)
    dialers: list[QueueParty] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Return whether no more callers may come in."""
        return len(self.members) >= MOST_MEMBERS

    def join(self, member: Member) -> None:
        """Add a caller at the end, and let the legs that wait for one know."""
        self.members.append(member)
        for dialer in self.dialers:
            dialer.post(CallerCame())

    def leave(self, member: Member) -> None:
        """Take a caller out, if still in."""
        if member in self.members:
            self.members.remove(member)

    def take_front(self, dialer: QueueParty) -> Member | None:
        """Take out the caller who waits longest, for a leg whose turn it is among `dialers`; None: there is none.

        Callers about to leave are passed over.
        """
        first = next((one for one in self.dialers if not one.interrupted), None)
        front = next((member for member in self.members if not member.party.interrupted), None)
        if first is not dialer or front is None:
            return None
        self.members.remove(front)
        self.dialers.remove(dialer)
        return front

    def position(self, member: Member) -> int:
        """Return a caller's place, from 1."""
        return self.members.index(member) + 1 if member in self.members else 0

    def average_wait(self, now: float) -> int:
        """Return how long the callers in the queue have waited, on average, in whole seconds."""
        waits = [now - member.joined for member in self.members]
        return round(sum(waits) / len(waits)) if waits else 0
