"""Answers webhooks: reads state, lets the core decide, and stores the results.

Nothing here may lose a caller. It does without live state if that is down, and leaves a call log that cannot be written
to others. Work around a call is queued as jobs, for workers.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from hotline.core.calls import transitions
from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline
from hotline.core.calls.follow_up_jobs import Trouble
from hotline.core.calls.hunt import (
    AllBusy,
    Candidates,
    Chosen,
    EndedRing,
    NobodyLeft,
    RingEnd,
    RingName,
    choose,
    first_candidates,
    next_candidates,
    starts_anywhere,
)
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.calls.position import Position
from hotline.core.calls.reply import Accept, HangUp, Reply
from hotline.core.calls.transitions import LONGEST_CALL, LONGEST_TALK, Next, Seeking
from hotline.core.jobs import Job
from hotline.core.reports.metrics import RingOutcome
from hotline.core.rota.absence import Known
from hotline.core.rota.rota import OnCall
from hotline.core.texts.off import to_ring
from hotline.core.times.wall_clock import epoch_seconds, epoch_seconds_up
from hotline.errors import CallLogUnavailable, LiveStateUnavailable
from hotline.services.parts import AnswerParts

SCREENING_ALLOWANCE = 60
"""Seconds a volunteer may take, after the ringing, to hear the screening and press a key."""
SCREENED_WITHIN = 30
"""Seconds within which a volunteer who picked up has taken a call, or was released. After that, they are talking."""

Answer = TypeVar("Answer")


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


class Screening(NamedTuple):
    """The reply to a volunteer who is asked to take a call, and the ring's outcome, if it is known then."""

    reply: Reply
    outcome: RingOutcome | None = None


class Answering:
    """The hotline's side of every call. `call` is the carrier's CallSid of the caller's leg throughout."""

    def __init__(self, parts: AnswerParts) -> None:
        self._live = parts.live
        self._log = parts.log
        self._absences = parts.absences
        self._jobs = parts.jobs
        self._follow_up_jobs = parts.follow_up_jobs
        self._clock = parts.clock
        self._key = parts.key
        self._notice = parts.notice

    def incoming(self, hotline: Hotline, call: str, doubtful: bool = False) -> Reply:
        """Answer an incoming call. `doubtful`: the carrier says that its number is not the caller's own."""
        self._keep(hotline, call, CallMoment.STARTED)
        return self._begin(hotline, call, doubtful)

    def pressed(self, hotline: Hotline, call: str, position: Position | None, key: str) -> Reply:
        """The caller pressed a key, or, with no `key`, none."""
        if position is None:
            return self._begin(hotline, call)
        now = self._now()
        if transitions.is_expired(position, now):
            return (HangUp(),)
        if not key:
            return self._finish(hotline, call, transitions.silence(hotline, position, now))
        return self._finish(hotline, call, transitions.press(hotline, position, key, now))

    def came_back(self, hotline: Hotline, call: str, position: Position | None) -> Reply:
        """The caller pressed nothing, or has waited."""
        return self.pressed(hotline, call, position, "")

    def ring_ended(self, hotline: Hotline, call: str, position: Position | None, end: DialEnd) -> Reply:
        """A ring is over, or the conversation after it."""
        if position is None:
            return () if end.caller_gone else self._begin(hotline, call)
        if transitions.is_expired(position, self._now()):
            return (HangUp(),)
        connected = bool(end.bridged)
        if end.talked:
            self.placed(hotline, placed=True)
        elif end.placed is not None and not end.caller_gone:
            self.placed(hotline, end.placed)
        if end.talked:
            accepted = self._try(lambda: self._ended_with(hotline, position), None)
            if accepted is not None and call:
                self._sign(hotline, Sign.NOT_SCREENED, accepted is RingEnd.UNANSWERED)
            if end.bridged is None:  # the carrier does not say: our own accept key decides
                connected = accepted is RingEnd.ACCEPTED or (accepted is None and end.talked > SCREENED_WITHIN)
        following = transitions.ring_ended(hotline, position, connected, self._now())
        if isinstance(following, Seeking) and not end.caller_gone:
            return self._seek(hotline, call, following, ended=position, rang=end.rang)
        ended = self._release(hotline, position)
        if ended is RingEnd.ACCEPTED and not connected:
            self._take_back_answer(hotline, call, position)
        if end.caller_gone:  # the ring was cut short: its volunteer missed nothing
            self.ended(hotline, call)
            return ()
        if not connected and ended.missed and end.rang:
            self._missed(hotline, position)
        return self._finish(hotline, call, following)

    def placed(self, hotline: Hotline, placed: bool) -> None:
        """The carrier could place a call, or could not."""
        self._sign(hotline, Sign.NOT_PLACED, not placed)

    def dial_ended(self, hotline: Hotline, call: str, position: Position | None, caller_gone: bool) -> Reply:
        """A connection to a fixed number is over."""
        if caller_gone:
            self.ended(hotline, call)
            return ()
        if position is None:
            return self._begin(hotline, call)
        return self._finish(hotline, call, transitions.dial_ended(hotline, position, self._now()))

    def picked_up(self, hotline: Hotline, position: Position | None) -> Screening:
        """A volunteer's phone was picked up, by them or by their voicemail."""
        ring, volunteer = _ring_of(position), _volunteer_of(position)
        phone = _phone_of(hotline, volunteer)
        late = position is not None and transitions.is_expired(position, self._now())
        if late or (ring is not None and self._try(lambda: self._live.is_over(ring, phone, self._now()), False)):
            return Screening(transitions.too_late(hotline, volunteer), RingOutcome.TOO_LATE)
        return Screening(transitions.screen(hotline, position, volunteer))

    def screened(self, hotline: Hotline, call: str, position: Position | None, key: str) -> Screening:
        """Someone pressed a key on a volunteer's phone, or, with no `key`, none."""
        volunteer = _volunteer_of(position)
        reply = transitions.screened(hotline, position, volunteer, key)
        ring, phone = _ring_of(position), _phone_of(hotline, volunteer)
        if Accept() not in reply:
            passed = key == hotline.rota.ringing.pass_key
            if passed and ring is not None and phone is not None:
                self._try(lambda: self._live.pass_on(ring, phone), None)
            return Screening(reply, RingOutcome.PASSED if passed else None)
        if ring is not None and phone is not None:
            now = self._now()
            if not self._try(lambda: self._live.accept(ring, phone, now, LONGEST_TALK), True):
                return Screening(transitions.too_late(hotline, volunteer), RingOutcome.TOO_LATE)
        if call:
            self._keep(hotline, call, CallMoment.ANSWERED)
        return Screening(reply)

    def leg_ended(self, hotline: Hotline, position: Position | None) -> None:
        """Record that a volunteer's leg is over. The caller's side reports it too, unless that request was lost."""
        if position is not None:
            self._release(hotline, position)

    def ended(self, hotline: Hotline, call: str) -> None:
        """Record that the call is over. Its end is rounded up: in the log, a length of zero means an unknown end."""
        self._keep(hotline, call, CallMoment.ENDED, epoch_seconds_up(self._clock()))
        name, now, rest = self._live_id(call), self._now(), hotline.rota.ringing.rest_after_call
        self._try(lambda: self._live.call_over(name, now, rest, LONGEST_CALL), None)
        self._put(self._follow_up_jobs.call_ended(call, now))

    def _begin(self, hotline: Hotline, call: str, doubtful: bool = False) -> Reply:
        return self._finish(hotline, call, transitions.begin(hotline, secrets.token_urlsafe(9), self._now(), doubtful))

    def _finish(self, hotline: Hotline, call: str, following: Next) -> Reply:
        if isinstance(following, Seeking) and transitions.wants_a_key(hotline, following, self._now()):
            following = transitions.ask_for_a_key(hotline, following, self._now())
        return self._seek(hotline, call, following) if isinstance(following, Seeking) else following.reply

    def _seek(
        self, hotline: Hotline, call: str, seeking: Seeking, ended: Position | None = None, rang: bool = True
    ) -> Reply:
        """Find a volunteer for the caller.

        `ended` is the position of the ring that has just ended, if any, and `rang` whether a phone rang in it. Before a
        caller reaches nobody, those who set themselves off are rung.
        """
        instant = self._clock()
        now, language = epoch_seconds(instant), seeking.position.language
        who, candidates, chosen = self._choose_first(hotline, call, seeking, instant, ended)
        if ended is not None and not chosen.over:
            self._settle(hotline, call, ended, chosen.ended, rang)
        while chosen.turn is None and not chosen.over:
            following = next_candidates(hotline, seeking.hunt, who, language, candidates, chosen.busy)
            if isinstance(following, AllBusy):
                return transitions.wait(hotline, seeking)
            if isinstance(following, NobodyLeft):
                self._put(self._follow_up_jobs.caller_not_reached(hotline.id, now))
                return transitions.give_up(hotline, seeking, now)
            candidates = following
            chosen = self._choose(hotline, call, seeking, candidates, now)
        if chosen.many:
            self._put(self._follow_up_jobs.trouble(hotline.id, Trouble.MANY_RINGS, now))
        return (HangUp(),) if chosen.turn is None else transitions.ring(hotline, seeking, chosen.turn, now)

    def _choose_first(
        self, hotline: Hotline, call: str, seeking: Seeking, instant: datetime, ended: Position | None
    ) -> tuple[OnCall, Candidates, Chosen]:
        """Choose from the first candidates. Return who can be rung, those candidates, and who was chosen.

        Who is off is known without asking. If that has changed, choosing says so, and it is worked out again, once.
        """
        now, language, rota = epoch_seconds(instant), seeking.position.language, hotline.rota.id
        known = self._absences.known(rota)
        who = to_ring(hotline.schedule, known.absences, instant)
        candidates = first_candidates(hotline, seeking.hunt, who, language, now)
        chosen = self._choose(hotline, call, seeking, candidates, now, ended, known)
        if chosen.stale:
            who = to_ring(hotline.schedule, self._absences.look_again(rota).absences, instant)
            candidates = first_candidates(hotline, seeking.hunt, who, language, now)
            chosen = self._choose(hotline, call, seeking, candidates, now, ended)
        return who, candidates, chosen

    def _settle(self, hotline: Hotline, call: str, ended: Position, how: RingEnd | None, rang: bool) -> None:
        """Record how a ring ended. None: unknown."""
        if how is RingEnd.ACCEPTED:
            self._take_back_answer(hotline, call, ended)
        elif how is not None and how.missed and rang:
            self._missed(hotline, ended)

    def _choose(
        self,
        hotline: Hotline,
        call: str,
        seeking: Seeking,
        candidates: Candidates,
        now: int,
        ended: Position | None = None,
        known: Known | None = None,
    ) -> Chosen:
        volunteers, places = hotline.rota.volunteers, hotline.schedule.places
        ring = RingName(seeking.position.token, seeking.position.rings + 1)
        phones = {who: one.phone for who, one in volunteers.items()}
        hold = hotline.rota.ringing.ring_for + SCREENING_ALLOWANCE
        over = None if ended is None else _ended_ring(hotline, ended)
        first = not (seeking.hunt.tried or seeking.hunt.backup_tried)
        if not call:  # nobody would ever report its end: it must not block a phone
            return Chosen(choose(candidates, starts_anywhere(candidates, ring.token), frozenset(), frozenset()))
        try:
            name = self._live_id(call)
            chosen = self._live.choose(
                hotline.id, name, ring, candidates, phones, places, now, hold, over, known, first
            )
        except LiveStateUnavailable:
            turn = choose(candidates, starts_anywhere(candidates, call), frozenset(), frozenset())
            return Chosen(turn)
        in_rota = chosen.turn is None or chosen.turn.volunteer in volunteers
        return chosen if in_rota else replace(chosen, turn=choose(candidates, {}, chosen.busy, frozenset()))

    def _ended_with(self, hotline: Hotline, position: Position) -> RingEnd | None:
        """Return what a ring's volunteer had answered, or None if their phone is not known.

        Raises LiveStateUnavailable.
        """
        over = _ended_ring(hotline, position)
        return None if over is None else self._live.release(over, self._now())

    def _release(self, hotline: Hotline, position: Position) -> RingEnd:
        """Return what its volunteer had answered. If that is unknown, return that they had accepted."""
        over = _ended_ring(hotline, position)
        if over is None:
            return RingEnd.ACCEPTED
        now = self._now()
        return self._try(lambda: self._live.release(over, now), RingEnd.ACCEPTED)

    def _take_back_answer(self, hotline: Hotline, call: str, position: Position) -> None:
        """Cancel the answer of a volunteer who was not connected: the caller had hung up."""
        if position.hunt is not None:
            self._keep(hotline, call, CallMoment.NOT_ANSWERED, position.hunt.ringing_since)

    def _missed(self, hotline: Hotline, position: Position) -> None:
        """Handle a ring that was neither taken nor passed on, while the caller is still there."""
        volunteer = _volunteer_of(position)
        if volunteer is not None and volunteer in hotline.rota.volunteers:
            self._put(self._follow_up_jobs.ring_missed(hotline.flow.rota, volunteer))

    def _sign(self, hotline: Hotline, sign: Sign, seen: bool) -> None:
        """A ring showed a fault at the carrier, or that there is none."""
        if self._try(lambda: self._live.sign(hotline.id, sign, seen), False):
            self._notice(
                f"carrier_{sign.value}", hotline=hotline.id, problem=sign.problem([hotline.id]), remedy=sign.remedy
            )
            if sign is Sign.NOT_PLACED:
                self._put(self._follow_up_jobs.trouble(hotline.id, Trouble.NOT_PLACED, self._now()))

    def _put(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            self._jobs.put(job)

    def _keep(self, hotline: Hotline, call: str, moment: CallMoment, at: int | None = None) -> None:
        entry = LogEntry(self._log_id(call), hotline.id, moment, self._now() if at is None else at)
        try:
            self._log.append(entry)
        except CallLogUnavailable as error:
            self._notice("call_log_unavailable", remedy=error.remedy)

    def _live_id(self, call: str) -> str:
        """The call's name in live state. Its digest differs from the log's, so neither reveals the other."""
        return hmac.digest(self._key, b"live\0" + call.encode(), "sha256")[:16].hex()

    def _log_id(self, call: str) -> str:
        return hmac.digest(self._key, b"call\0" + call.encode(), "sha256")[:16].hex()

    def _now(self) -> int:
        return epoch_seconds(self._clock())

    def _try(self, ask: Callable[[], Answer], otherwise: Answer) -> Answer:
        try:
            return ask()
        except LiveStateUnavailable:
            return otherwise


def _ring_of(position: Position | None) -> RingName | None:
    return None if position is None else RingName(position.token, position.rings)


def _ended_ring(hotline: Hotline, position: Position) -> EndedRing | None:
    ring, phone = _ring_of(position), _phone_of(hotline, _volunteer_of(position))
    return EndedRing(ring, phone, hotline.rota.ringing.rest_after_call) if ring and phone else None


def _volunteer_of(position: Position | None) -> str | None:
    return position.hunt.ringing if position is not None and position.hunt is not None else None


def _phone_of(hotline: Hotline, volunteer: str | None) -> str | None:
    known = hotline.rota.volunteers.get(volunteer or "")
    return known.phone if known else None
