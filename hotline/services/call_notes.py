"""Notes of what happens in calls: for the log, for live state, and as jobs for later.

Nothing here may lose a caller: live state that cannot be had is done without, and a call log that cannot be written is
noticed and left.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from typing import TypeVar

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline
from hotline.core.calls.follow_up_jobs import Trouble
from hotline.core.calls.hunt import EndedRing, RingEnd, RingName
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.calls.position import Position
from hotline.core.jobs import Job
from hotline.core.times.wall_clock import epoch_seconds
from hotline.errors import CallLogUnavailable, LiveStateUnavailable
from hotline.services.parts import AnswerParts

Answer = TypeVar("Answer")


class CallNotes:
    """Keeps notes. `call` is the CallSid of the caller's leg."""

    def __init__(self, parts: AnswerParts) -> None:
        self._parts = parts

    def keep(self, hotline: Hotline, call: str, moment: CallMoment, at: int | None = None) -> None:
        """Log a moment of a call, now or at another time (epoch seconds)."""
        entry = LogEntry(self._log_id(call), hotline.id, moment, self.now() if at is None else at)
        try:
            self._parts.log.append(entry)
        except CallLogUnavailable as error:
            self._parts.notice("call_log_unavailable", remedy=error.remedy)

    def take_back_answer(self, hotline: Hotline, call: str, position: Position) -> None:
        """Cancel the answer of a volunteer who was not connected: the caller had hung up."""
        if position.hunt is not None:
            self.keep(hotline, call, CallMoment.NOT_ANSWERED, position.hunt.ringing_since)

    def missed(self, hotline: Hotline, position: Position) -> None:
        """Have a note sent about a ring that was neither taken nor passed on, while the caller is still there."""
        volunteer = volunteer_of(position)
        if volunteer is not None and volunteer in hotline.rota.volunteers:
            self.put(self._parts.follow_up_jobs.ring_missed(hotline.rota.id, volunteer))

    def not_reached(self, hotline: Hotline) -> None:
        """Have coordinators told of a caller for whom nobody could be reached."""
        self.put(self._parts.follow_up_jobs.caller_not_reached(hotline.ring_id, self.now()))

    def many_rings(self, hotline: Hotline) -> None:
        """Have coordinators told of a volunteer who was rung very often."""
        self.put(self._parts.follow_up_jobs.trouble(hotline.ring_id, Trouble.MANY_RINGS, self.now()))

    def leg_ended(self, leg: str) -> None:
        """Have the carrier's record of a call deleted, the caller's or one of ours."""
        self.put(self._parts.follow_up_jobs.call_ended(leg, self.now()))

    def left_queue(self, queue: str) -> None:
        """Have the carrier's queue of a call deleted."""
        self.put(self._parts.follow_up_jobs.queue_left(queue, self.now()))

    def sign(self, hotline: Hotline, sign: Sign, seen: bool) -> None:
        """Note that a ring showed a fault at the carrier, or that there is none."""
        if self.attempt(lambda: self._parts.live.sign(hotline.id, sign, seen), False):
            self._parts.notice(
                f"carrier_{sign.value}", hotline=hotline.id, problem=sign.problem([hotline.id]), remedy=sign.remedy
            )
            if sign is Sign.NOT_PLACED:
                self.put(self._parts.follow_up_jobs.trouble(hotline.id, Trouble.NOT_PLACED, self.now()))

    def release(self, hotline: Hotline, position: Position) -> RingEnd:
        """Release a ring. Return what its volunteer had answered; if that is unknown, that they had accepted."""
        ended = ended_ring(hotline, position)
        if ended is None:
            return RingEnd.ACCEPTED
        now = self.now()
        return self.attempt(lambda: self._parts.live.release(ended, now), RingEnd.ACCEPTED)

    def put(self, jobs: Iterable[Job]) -> None:
        """Put jobs down for later."""
        for job in jobs:
            self._parts.jobs.put(job)

    def attempt(self, ask: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Return what live state answers, or something else where it cannot be had."""
        try:
            return ask()
        except LiveStateUnavailable:
            return otherwise

    def now(self) -> int:
        """Return the current time in epoch seconds."""
        return epoch_seconds(self._parts.clock())

    def _log_id(self, call: str) -> str:
        return hmac.digest(self._parts.key, b"call\0" + call.encode(), "sha256")[:16].hex()


def ring_of(position: Position | None) -> RingName | None:
    """Return the name of the ring that a position is at."""
    return None if position is None else RingName(position.token, position.rings)


def ended_ring(hotline: Hotline, position: Position) -> EndedRing | None:
    """Return what releasing the ring of a position takes; None if its phone is not known."""
    ring, phone = ring_of(position), phone_of(hotline, volunteer_of(position))
    return EndedRing(ring, phone, hotline.rota.ringing.rest_after_call) if ring and phone else None


def volunteer_of(position: Position | None) -> str | None:
    """Return the volunteer whose phone rings at a position."""
    return position.hunt.ringing if position is not None and position.hunt is not None else None


def phone_of(hotline: Hotline, volunteer: str | None) -> str | None:
    """Return a volunteer's phone; None for nobody of this rota."""
    known = hotline.rota.volunteers.get(volunteer or "")
    return known.phone if known else None
