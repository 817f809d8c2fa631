"""Answers webhooks: reads state, lets the core decide, and stores the results.

Nothing here may lose a caller. It does without live state if that is down, and leaves a call log that cannot be written
to others. Work around a call is queued as jobs, for workers.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from hotline.core.calls import transitions
from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline
from hotline.core.calls.hunt import (
    AllBusy,
    NobodyLeft,
    RingEnd,
)
from hotline.core.calls.log_entry import CallMoment
from hotline.core.calls.position import Position
from hotline.core.calls.reply import Accept, HangUp, Reply
from hotline.core.calls.several import NOBODY_LEFT, one_by_one
from hotline.core.calls.transitions import LONGEST_CALL, LONGEST_TALK, Next, Seeking
from hotline.core.reports.metrics import RingOutcome
from hotline.core.times.wall_clock import epoch_seconds_up
from hotline.services.call_notes import CallNotes, ended_ring, phone_of, ring_of, volunteer_of
from hotline.services.choosing import Choosing
from hotline.services.parts import AnswerParts
from hotline.services.screening import Screening
from hotline.services.several_phones import SeveralPhones

SCREENED_WITHIN = 30
"""Seconds within which a volunteer who picked up has taken a call, or was released. After that, they are talking."""


@dataclass(frozen=True, slots=True)
class DialEnd:
    """The end of a ring, as the carrier reports it: see `hotline.webhooks.webhook.Webhook`.

    `placed`: whether the carrier could place the call to the phone. None if it does not say.
    """

    bridged: bool | None = None
    talked: int = 0
    rang: bool = True
    caller_gone: bool = False
    placed: bool | None = None


class Answering:
    """The hotline's side of every call. `call` is the carrier's CallSid of the caller's leg throughout."""

    def __init__(self, parts: AnswerParts) -> None:
        self._live = parts.live
        self._choosing = Choosing(parts)
        self._clock = parts.clock
        self._notes = CallNotes(parts)
        self.several = SeveralPhones(parts, parts.rings) if parts.rings else None

    def incoming(self, hotline: Hotline, call: str, doubtful: bool = False) -> Reply:
        """Answer an incoming call. `doubtful`: the carrier says that its number is not the caller's own."""
        self._notes.keep(hotline, call, CallMoment.STARTED)
        return self._begin(hotline, call, doubtful)

    def pressed(self, hotline: Hotline, call: str, position: Position | None, key: str) -> Reply:
        """Continue a call whose caller pressed a key, or, with no `key`, none."""
        if position is None:
            return self._begin(hotline, call)
        now = self._now()
        if transitions.is_expired(position, now):
            return (HangUp(),)
        if not key:
            return self._finish(hotline, call, transitions.silence(hotline, position, now))
        following = transitions.press(hotline, position, key, now)
        self._stop_early(hotline, position, following, key)
        return self._finish(hotline, call, following)

    def came_back(self, hotline: Hotline, call: str, position: Position | None) -> Reply:
        """Continue a call whose caller pressed nothing, or has waited."""
        return self.pressed(hotline, call, position, "")

    def ring_ended(self, hotline: Hotline, call: str, position: Position | None, end: DialEnd) -> Reply:
        """Continue after a ring, or the conversation after it."""
        if position is None:
            return () if end.caller_gone else self._begin(hotline, call)
        if transitions.is_expired(position, self._now()):
            return (HangUp(),)
        connected = bool(end.bridged)
        if end.placed is False and not (end.talked or end.caller_gone):
            self.placed(hotline, False)
        if end.talked:
            accepted = self._notes.attempt(lambda: self._ended_with(hotline, position), None)
            if accepted is not None and call:
                self._notes.sign(hotline, Sign.NOT_SCREENED, accepted is RingEnd.UNANSWERED)
            if end.bridged is None:  # the carrier does not say: our own accept key decides
                connected = accepted is RingEnd.ACCEPTED or (accepted is None and end.talked > SCREENED_WITHIN)
        following = transitions.ring_ended(hotline, position, connected, self._now())
        if isinstance(following, Seeking) and not end.caller_gone:
            return self._seek(hotline, call, following, ended=position, end=end)
        if end.talked or (end.placed and not end.caller_gone):
            self.placed(hotline, True)
        ended = self._notes.release(hotline, position)
        if ended is RingEnd.ACCEPTED and not connected:
            self._notes.take_back_answer(hotline, call, position)
        if end.caller_gone:  # the ring was cut short: its volunteer missed nothing
            self.ended(hotline, call)
            return ()
        if not connected and ended.missed and end.rang:
            self._notes.missed(hotline, position)
        return self._finish(hotline, call, following)

    def placed(self, hotline: Hotline, placed: bool) -> None:
        """The carrier could place a call, or could not."""
        self._notes.sign(hotline, Sign.NOT_PLACED, not placed)

    def left_queue(self, hotline: Hotline, call: str, position: Position | None, how: str, queue: str) -> Reply:
        """The caller has left the queue of this SID; `how` is the carrier's word (Twilio docs: voice/twiml/enqueue)."""
        self._notes.left_queue(queue)
        if how == "hangup":
            self.ended(hotline, call)
            return ()
        if position is None or position.hunt is None or self.several is None:
            return self._begin(hotline, call)
        if how.startswith("redirected"):  # the call has another document by now
            return ()
        hunt, now = self.several.shared(hotline, position), self._now()
        after = one_by_one(position, hunt)
        if how.startswith("bridged") or hunt.bridged:
            return self._finish(hotline, call, transitions.ring_ended(hotline, after, True, now))
        if hunt.key:
            return self._finish(hotline, call, transitions.way_out(hotline, after, hunt.key, now))
        seeking = Seeking((), (), after)
        if hunt.closed == NOBODY_LEFT:
            return self._gave_up(hotline, call, seeking, frozenset())
        return self._seek(hotline, call, seeking)

    def dial_ended(self, hotline: Hotline, call: str, position: Position | None, caller_gone: bool) -> Reply:
        """Continue after a connection to a fixed number."""
        if caller_gone:
            self.ended(hotline, call)
            return ()
        if position is None:
            return self._begin(hotline, call)
        return self._finish(hotline, call, transitions.dial_ended(hotline, position, self._now()))

    def picked_up(self, hotline: Hotline, position: Position | None) -> Screening:
        """Answer a volunteer's phone that was picked up, by them or by their voicemail."""
        ring, volunteer = ring_of(position), volunteer_of(position)
        phone = phone_of(hotline, volunteer)
        late = position is not None and transitions.is_expired(position, self._now())
        if late or (
            ring is not None and self._notes.attempt(lambda: self._live.is_over(ring, phone, self._now()), False)
        ):
            return Screening(transitions.too_late(hotline, volunteer), RingOutcome.TOO_LATE)
        return Screening(transitions.screen(hotline, position, volunteer))

    def screened(self, hotline: Hotline, call: str, position: Position | None, key: str) -> Screening:
        """Handle a key that was pressed on a volunteer's phone; no `key`: none was."""
        volunteer = volunteer_of(position)
        reply = transitions.screened(hotline, position, volunteer, key)
        ring, phone = ring_of(position), phone_of(hotline, volunteer)
        if Accept() not in reply:
            passed = key == hotline.rota.ringing.pass_key
            if passed and ring is not None and phone is not None:
                self._notes.attempt(lambda: self._live.pass_on(ring, phone), None)
            return Screening(reply, RingOutcome.PASSED if passed else None)
        if ring is not None and phone is not None:
            now = self._now()
            if not self._notes.attempt(lambda: self._live.accept(ring, phone, now, LONGEST_TALK), True):
                return Screening(transitions.too_late(hotline, volunteer), RingOutcome.TOO_LATE)
        if call:
            self._notes.keep(hotline, call, CallMoment.ANSWERED)
        return Screening(reply)

    def leg_ended(self, hotline: Hotline, position: Position | None) -> None:
        """Record that a volunteer's leg is over. The caller's side reports it too, unless that request was lost."""
        if position is not None:
            self._notes.release(hotline, position)

    def ended(self, hotline: Hotline, call: str) -> None:
        """Record that the call is over. Its end is rounded up: in the log, a length of zero means an unknown end."""
        self._notes.keep(hotline, call, CallMoment.ENDED, epoch_seconds_up(self._clock()))
        name, now = self._choosing.live_id(call), self._now()
        # The carrier does not say whose phone rang last. If their ring was not released before, they rest the longest.
        people = hotline.everyone() if hotline.whole is None else (hotline,)
        rest = max(one.rota.ringing.rest_after_call for one in people)
        self._notes.attempt(lambda: self._live.call_over(name, now, rest, LONGEST_CALL), None)
        if self.several is not None:
            self.several.call_over(hotline, call)
        self._notes.leg_ended(call)

    def _begin(self, hotline: Hotline, call: str, doubtful: bool = False) -> Reply:
        now = self._now()
        following = transitions.begin(hotline, secrets.token_urlsafe(9), now, doubtful)
        rule = hotline.flow.ring_early
        if self.several is not None and rule is not None and call:
            seeking = transitions.early(hotline, following, now)
            people = hotline.at(seeking.position.step) if seeking else hotline
            if seeking is not None and people.rota.ringing.several:
                self.several.begin_early(people, call, seeking, rule.after)
        return self._finish(hotline, call, following)

    def _stop_early(self, hotline: Hotline, position: Position, following: Next, key: str) -> None:
        """End rings that began early, if a key leads elsewhere than to ringing them or to the same words again."""
        if self.several is None or hotline.flow.ring_early is None or position.rings:
            return
        if isinstance(following, Seeking):
            people = hotline.flow.people_at(following.position.step)
            elsewhere = people != transitions.early_people(hotline, self._now())
        else:
            elsewhere = transitions.leads_to(hotline, position, key) != position.step
        if elsewhere:
            self.several.stop_early(hotline, position)

    def _finish(self, hotline: Hotline, call: str, following: Next) -> Reply:
        if isinstance(following, Seeking) and transitions.wants_a_key(hotline, following, self._now()):
            following = transitions.ask_for_a_key(hotline, following, self._now())
        return self._seek(hotline, call, following) if isinstance(following, Seeking) else following.reply

    def _seek(
        self,
        hotline: Hotline,
        call: str,
        seeking: Seeking,
        ended: Position | None = None,
        end: DialEnd | None = None,
        asked: frozenset[str] = frozenset(),
    ) -> Reply:
        """Find a volunteer for the caller.

        `ended` is the position of the ring that has just ended, if one has, and `end` what the carrier says of it.
        `asked`: the rotas that have nobody left to ring at this moment.
        """
        placed = end is not None and bool(end.talked or end.placed)
        if not hotline.can_ring(seeking.position.step):  # its rota was taken away in mid-call
            if placed:
                self.placed(hotline, True)
            following = transitions.give_up(hotline, seeking, self._now())
            return self._seek(hotline, call, following) if isinstance(following, Seeking) else following.reply
        hotline = hotline.at(seeking.position.step)
        if ended is None and self.several is not None:
            reply = self.several.begin(hotline, call, seeking)
            if reply is not None:
                return reply
        now, over = self._now(), None if ended is None else ended_ring(hotline.at(ended.step), ended)
        if placed and over is not None and call:
            over = replace(over, placed=hotline.id)  # choosing tells Redis, too
        elif placed:
            self.placed(hotline, True)
        found = self._choosing.find(hotline, call, seeking, over)
        if ended is not None and end is not None and not found.over:
            self._settle(hotline.at(ended.step), call, ended, found.ended, end.rang)
        if isinstance(found.why, AllBusy):
            return transitions.wait(hotline, seeking)
        if isinstance(found.why, NobodyLeft):
            return self._gave_up(hotline, call, seeking, asked)
        if found.many:
            self._notes.many_rings(hotline)
        return (HangUp(),) if found.turn is None else transitions.ring(hotline, seeking, found.turn, now)

    def _gave_up(self, hotline: Hotline, call: str, seeking: Seeking, asked: frozenset[str]) -> Reply:
        """Continue for a caller for whom nobody of a rota is left to ring.

        If the flow leads straight to ringing, others ring now. The same people ring after a pause, so that it does not
        spin.
        """
        self._notes.not_reached(hotline)
        following = transitions.give_up(hotline, seeking, self._now())
        if not isinstance(following, Seeking):
            return following.reply
        asked |= {hotline.rota.id}
        if hotline.at(following.position.step).rota.id in asked:
            return transitions.wait(hotline, following)
        return self._seek(hotline, call, following, asked=asked)

    def _settle(self, hotline: Hotline, call: str, ended: Position, how: RingEnd | None, rang: bool) -> None:
        """Record how a ring ended. None: unknown."""
        if how is RingEnd.ACCEPTED:
            self._notes.take_back_answer(hotline, call, ended)
        elif how is not None and how.missed and rang:
            self._notes.missed(hotline, ended)

    def _ended_with(self, hotline: Hotline, position: Position) -> RingEnd | None:
        """Return what a ring's volunteer had answered, or None if their phone is not known.

        Raises LiveStateUnavailable.
        """
        over = ended_ring(hotline, position)
        return None if over is None else self._live.release(over, self._now())

    def _now(self) -> int:
        return self._notes.now()
