"""Rings several phones at once for one caller, who waits in a queue at the carrier.

Every request about such a call looks at the hunt that all web processes share, and starts the rings that are due: the
caller's waiting document, which the carrier asks for again every few seconds, and whatever comes from a volunteer's
leg. No process in particular is needed. Phones are rung, and let go, by the carrier's REST API, after the answer to the
request is on its way. Where that API or Redis fails, the caller leaves the queue, and one phone rings after another.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from hotline.core.calls import several, spoken, transitions
from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline, Hunt
from hotline.core.calls.hunt import AllBusy, NobodyLeft, RingEnd, Turn
from hotline.core.calls.log_entry import CallMoment
from hotline.core.calls.position import Position
from hotline.core.calls.reply import (
    Accept,
    Enqueue,
    HangUp,
    KeepWaiting,
    Leave,
    OfferWayOut,
    Pause,
    Reply,
    Say,
    TakeCaller,
)
from hotline.core.calls.several import SharedHunt, callers_position, hunt_name
from hotline.core.calls.transitions import LONGEST_TALK, Seeking
from hotline.core.reports.metrics import RingOutcome
from hotline.errors import LiveStateUnavailable
from hotline.services.call_notes import CallNotes, phone_of, ring_of, volunteer_of
from hotline.services.choosing import Choosing
from hotline.services.legs import Legs
from hotline.services.parts import AnswerParts, RingParts
from hotline.services.screening import Screening

_LOOK_EVERY = 3
"""Seconds of silence in a waiting document; every other one has words before it."""
_TAKE_TRIES = 8
"""Times, a second apart, that a volunteer who accepted tries to take a caller who is not in the queue yet."""
_OUTCOMES = {
    "completed": RingOutcome.DECLINED,
    "no-answer": RingOutcome.NO_ANSWER,
    "busy": RingOutcome.BUSY,
    "canceled": RingOutcome.CALLER_GONE,
}
"""The end of a leg, by its CallStatus (Twilio docs: voice/api/call-resource)."""


@dataclass(frozen=True, slots=True)
class LegEnd:
    """The end of a volunteer's leg: its own CallSid and its CallStatus."""

    leg: str
    status: str


class SeveralPhones:
    """The hotline's side of calls for which several phones ring. `call` is the CallSid of the caller's leg.

    `hotline` has the rota that the step of the position rings: see `Hotline.at`.
    """

    def __init__(self, parts: AnswerParts, rings: RingParts) -> None:
        self._parts = parts
        self._live = parts.live
        self._hunts = rings.hunts
        self._later = rings.later
        self._ready = rings.ready
        self._choosing = Choosing(parts)
        self._notes = CallNotes(parts)
        self.legs = Legs(parts, rings, self._notes)

    # The caller's leg

    def begin(self, hotline: Hotline, call: str, seeking: Seeking) -> Reply | None:
        """Start the first rings, and have the caller wait. None: ring one phone after another instead."""
        if not hotline.rota.ringing.several or not call or seeking.position.one_by_one or not self._ready():
            return None
        try:
            position = self._fresh(seeking.position)
            self._open(hotline, position, call)
            hunt, why = self._advance(hotline, position)
            if not hunt.rings and not isinstance(why, AllBusy):
                return None
            self._hunts.queue(hunt_name(position), position.language)
        except LiveStateUnavailable:
            return None
        self._look_again(hotline, position, hunt)
        return (*seeking.said, Enqueue(position))

    def begin_early(self, hotline: Hotline, call: str, seeking: Seeking, after: int) -> None:
        """Start the first rings some seconds from now, unless the caller has gone another way by then."""
        if not self._ready():
            return

        def start() -> None:
            try:
                self._open(hotline, seeking.position, call)
                hunt, _ = self._advance(hotline, seeking.position)
                self._look_again(hotline, seeking.position, hunt)
            except LiveStateUnavailable:
                return

        self._later(after, start)

    def stop_early(self, hotline: Hotline, position: Position) -> None:
        """End the rings that began early: the caller has gone another way."""
        try:
            self._close(hotline, hunt_name(position), several.GONE)
        except LiveStateUnavailable:
            return

    def moved(self, position: Position) -> Reply:
        """Answer a caller who was taken out of the first words: somebody has accepted."""
        return (Enqueue(position),)

    def waiting(self, hotline: Hotline, position: Position) -> Reply:
        """Start the rings that are due, and say the next words."""
        name = hunt_name(position)
        if not hotline.can_ring(position.step):  # its rota was taken away in mid-call
            return (Leave(),)
        try:
            hunt, why = self._advance(hotline, position)
            if not (hunt.closed or hunt.won or hunt.alive):
                if hunt.failed:
                    self._hunts.close(name, several.ONE_BY_ONE)
                    return (Leave(),)
                if isinstance(why, NobodyLeft):
                    self._hunts.close(name, several.NOBODY_LEFT)
                    return (Leave(),)
        except LiveStateUnavailable:
            return (Leave(),)
        if hunt.closed:
            return (Leave(),)
        self._look_again(hotline, position, hunt)
        following = replace(position, prompts=position.prompts + 1)
        if hunt.won:
            return (Pause(_LOOK_EVERY), KeepWaiting(following))
        return self._words(hotline, position, following, hunt)

    def way_out(self, hotline: Hotline, position: Position, key: str) -> Reply:
        """Let the caller go where a key leads, if it is one of the way out."""
        action = transitions.action_of(hotline, position)
        if not isinstance(action, Hunt) or key not in action.way_out:
            return (KeepWaiting(position),)
        with suppress(LiveStateUnavailable):  # they leave all the same, and one phone rings after another
            self._close(hotline, hunt_name(position), several.by_key(key))
        return (Leave(),)

    def shared(self, hotline: Hotline, position: Position) -> SharedHunt:
        """Return what is known of a hunt whose caller has left the queue, and end its rings."""
        name = hunt_name(position)
        try:
            hunt = self._hunts.read(name)
            if not hunt.closed and not hunt.bridged:
                self._close(hotline, name, several.ONE_BY_ONE)
            return hunt
        except LiveStateUnavailable:
            return SharedHunt()

    def call_over(self, hotline: Hotline, call: str) -> None:
        """End all rings of a call that is over."""
        try:
            for name in self._hunts.of_call(self._choosing.live_id(call)):
                self._close(hotline, name, several.GONE)
        except LiveStateUnavailable:
            return

    # A volunteer's leg

    def picked_up(self, hotline: Hotline, position: Position, leg: str) -> Screening:
        """Answer a volunteer's phone that was picked up, by them or by their voicemail. `leg` is its CallSid."""
        volunteer = volunteer_of(position)
        try:
            self._hunts.placed(position.token, position.rings, leg)  # known even if the process that rang it has died
            hunt = self._hunts.read(position.token)
            if self._is_wanted(hunt, position):
                ring, phone = ring_of(position), phone_of(hotline, volunteer)
                if ring is not None and not self._live.is_over(ring, phone, self._notes.now()):
                    self._hunts.pick_up(position.token, position.rings)
                    spoken_by_now = replace(position, language=hunt.language or position.language)
                    return Screening(transitions.screen(hotline, spoken_by_now, volunteer))
        except LiveStateUnavailable:
            pass
        return Screening(transitions.too_late(hotline, volunteer), RingOutcome.TOO_LATE)

    def pressed(self, hotline: Hotline, position: Position, key: str) -> Screening:
        """Handle a key that was pressed on a volunteer's phone, or none. The first who accepts gets the caller."""
        reply = transitions.screened(hotline, position, volunteer_of(position), key)
        if Accept() in reply:
            return self._accepted(hotline, position)
        if key != hotline.rota.ringing.pass_key:
            return Screening(reply)
        ring, phone = ring_of(position), phone_of(hotline, volunteer_of(position))
        if ring is not None and phone is not None:
            self._notes.attempt(lambda: self._live.pass_on(ring, phone), None)
        self._ring_over(hotline, position)
        return Screening(reply, RingOutcome.PASSED)

    def taken(self, hotline: Hotline, position: Position) -> Reply:
        """Answer somebody who picked up, while another volunteer was quicker."""
        return transitions.taken(hotline, volunteer_of(position))

    def bridged(self, hotline: Hotline, position: Position) -> Reply:
        """Note that caller and volunteer are about to hear each other."""
        try:
            self._hunts.bridge(position.token)
            hunt = self._hunts.read(position.token)
        except LiveStateUnavailable:
            return ()
        self.legs.end_forgotten(position.token, hunt)
        if hunt.caller:
            self._notes.keep(hotline, hunt.caller, CallMoment.ANSWERED)
        return ()

    def talked(self, hotline: Hotline, position: Position) -> Reply:
        """Answer a volunteer who accepted, and was connected and is alone again, or was not connected."""
        try:
            hunt = self._hunts.read(position.token)
        except LiveStateUnavailable:
            return (HangUp(),)
        if hunt.bridged:
            return (HangUp(),)
        if not hunt.closed and hunt.won == position.rings and position.prompts < _TAKE_TRIES:
            return (Pause(1), TakeCaller(replace(position, prompts=position.prompts + 1), LONGEST_TALK))
        return transitions.too_late(hotline, volunteer_of(position))

    def leg_ended(self, hotline: Hotline, position: Position, end: LegEnd) -> RingOutcome | None:
        """Note the end of a volunteer's leg. Return the ring's outcome, the first time."""
        self._notes.leg_ended(end.leg)
        try:
            self._hunts.let_go(position.token, position.rings)
            hunt = self._hunts.read(position.token)
        except LiveStateUnavailable:
            self._notes.release(hotline, position)
            return None
        self.legs.end_forgotten(position.token, hunt)
        took = hunt.won == position.rings
        if took and not hunt.bridged:
            self._notes.attempt(lambda: self._hunts.give_back(position.token, position.rings), None)
        how = self._ring_over(hotline, position)
        if how is None:
            return None
        if end.status in {"failed", "no-answer", "completed", "busy"}:
            self._notes.sign(hotline, Sign.NOT_PLACED, end.status == "failed")
        if how.missed and end.status in {"no-answer", "completed"} and not hunt.closed:
            self._notes.missed(hotline, position)
        return RingOutcome.ACCEPTED if hunt.bridged and took else _OUTCOMES.get(end.status, RingOutcome.FAILED)

    def _accepted(self, hotline: Hotline, position: Position) -> Screening:
        ring, phone = ring_of(position), phone_of(hotline, volunteer_of(position))
        late = Screening(transitions.too_late(hotline, volunteer_of(position)), RingOutcome.TOO_LATE)
        if ring is None or phone is None:
            return late
        try:
            if not self._live.accept(ring, phone, self._notes.now(), LONGEST_TALK):
                return late
            if not self._hunts.win(position.token, position.rings):
                self._notes.release(hotline, position)
                return late
            hunt = self._hunts.read(position.token)
            self.legs.let_go(hotline, position.token, hunt, position)
        except LiveStateUnavailable:
            return late
        if not hunt.queued:
            self.legs.move_caller(hunt.caller, callers_position(position))
        return Screening((TakeCaller(replace(position, prompts=0), LONGEST_TALK),))

    def _is_wanted(self, hunt: SharedHunt, position: Position) -> bool:
        ring = hunt.rings.get(position.rings)
        late = transitions.is_expired(position, self._notes.now())
        return not (late or hunt.closed or ring is None or ring.over or hunt.won not in (0, position.rings))

    # Rings

    def _advance(self, hotline: Hotline, position: Position) -> tuple[SharedHunt, AllBusy | NobodyLeft | None]:
        """Start the rings that are due; `position` is the caller's. Raises LiveStateUnavailable."""
        name, now, rules = hunt_name(position), self._notes.now(), hotline.rota.ringing
        hunt, may_ring = self._look(hotline, position, now)
        if hunt.lost(now):
            for number in hunt.lost(now):
                self.legs.drop_lost(hotline, name, number, hunt)
            hunt, may_ring = self._look(hotline, position, now)
        if hunt.won or hunt.closed or hunt.failed or not hotline.can_ring(position.step):
            return hunt, None
        if not may_ring:
            return hunt, AllBusy()
        why: AllBusy | NobodyLeft | None = None
        due = several.phones_due(rules.at_once, rules.stagger, hunt.elapsed(now), len(hunt.alive))
        for _ in range(due):
            turn, why = self._next(hotline, position, hunt)
            if turn is None:
                break
            number = len(hunt.rings) + 1
            if self._hunts.claim(name, number, turn, now):
                self.legs.place(hotline, position, number, turn)
            hunt = self._hunts.read(name)
        if isinstance(why, AllBusy) and not hunt.alive:
            assert position.hunt is not None
            self._hunts.line_up(hotline.rota.id, name, position.hunt.since, now)
        return hunt, why

    def _look(self, hotline: Hotline, position: Position, now: int) -> tuple[SharedHunt, bool]:
        """Return the hunt as it is now, and whether phones may ring for it: nobody who waits has waited for longer."""
        assert position.hunt is not None
        if not hotline.can_ring(position.step):
            return self._hunts.read(hunt_name(position)), False
        return self._hunts.look(hotline.rota.id, hunt_name(position), position.hunt.since, now)

    def _look_again(self, hotline: Hotline, position: Position, hunt: SharedHunt) -> None:
        """Have the next ring started when it is due, even while words are spoken. If not, the next document does it."""
        stagger = hotline.rota.ringing.stagger
        if not stagger or hunt.won or hunt.closed or hunt.failed:
            return

        def advance() -> None:
            with suppress(LiveStateUnavailable):
                self._advance(hotline, position)

        self._later(stagger - hunt.elapsed(self._notes.now()) % stagger, advance)

    def _next(
        self, hotline: Hotline, position: Position, hunt: SharedHunt
    ) -> tuple[Turn | None, AllBusy | NobodyLeft | None]:
        assert position.hunt is not None
        progress = replace(
            position, token=hunt_name(position), rings=len(hunt.rings), hunt=hunt.progress(position.hunt)
        )
        spared = hunt.spared(self._notes.now(), hotline.rota.ringing.ring_for)
        found = self._choosing.find(hotline, hunt.caller, Seeking((), (), progress), spared=spared)
        if found.many:
            self._notes.many_rings(hotline)
        if found.over:
            self._hunts.close(hunt_name(position), several.GONE)
        return found.turn, found.why

    def _ring_over(self, hotline: Hotline, position: Position) -> RingEnd | None:
        """Release a ring that is over, and start those that are due in its place. None if it was known to be over."""
        try:
            first = self._hunts.over(position.token, position.rings)
            how = self._notes.release(hotline, position)
            self._advance(hotline, callers_position(position))
        except LiveStateUnavailable:
            return None
        return how if first else None

    def _close(self, hotline: Hotline, name: str, why: str) -> None:
        """End a hunt and its rings, whichever rota it rings. Raises LiveStateUnavailable."""
        self._hunts.close(name, why)
        hunt = self._hunts.read(name)
        self.legs.let_go(hotline.with_people(hunt.people), name, hunt, None)

    def _open(self, hotline: Hotline, position: Position, call: str) -> None:
        people = hotline.flow.people_at(position.step)
        self._hunts.open(hunt_name(position), self._choosing.live_id(call), call, people)

    def _fresh(self, position: Position) -> Position:
        """Return the position with a hunt of a name that no earlier hunt of the call had."""
        while self._hunts.read(hunt_name(position)).closed:
            position = replace(position, rings=position.rings + 1)
        return replace(position, prompts=0)

    def _words(self, hotline: Hotline, position: Position, following: Position, hunt: SharedHunt) -> Reply:
        """Return the next words of the queue. Every other document is silent, so none is longer than it must be."""
        if position.prompts % 2 == 0:
            return (Pause(_LOOK_EVERY), KeepWaiting(following))
        action, place = transitions.action_of(hotline, position), position.prompts // 2
        said = spoken.hold(hotline, position.language, action if isinstance(action, Hunt) else None, place)
        words: tuple[Say, ...] = (said,) if said else ()
        if isinstance(action, Hunt) and action.way_out and hunt.elapsed(self._notes.now()) >= several.WAY_OUT_AFTER:
            return (OfferWayOut((*words, *_offer(hotline, position, action)), _LOOK_EVERY, following),)
        return (*words, Pause(_LOOK_EVERY), KeepWaiting(following))


def _offer(hotline: Hotline, position: Position, action: Hunt) -> tuple[Say, ...]:
    """Return the words that offer the way out."""
    text, language = action.way_out_say.get(position.language), hotline.flow.languages.get(position.language)
    return (Say(text, language),) if text and language else ()
