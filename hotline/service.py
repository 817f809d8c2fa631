"""Answers webhooks: reads state, lets the core decide, keeps what is to be kept.

Nothing here may lose a caller: live state that cannot be had is done without, and a call log that cannot be written
is somebody else's worry.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import TypeVar

from hotline.core import call as rules
from hotline.core.call import Next, Offer, Seeking, Turned
from hotline.core.flow import Hotline
from hotline.core.hunt import NOTHING_KNOWN, LiveView, RingName
from hotline.core.log import LogEntry, Moment
from hotline.core.position import Position
from hotline.core.reply import Accept, Reply
from hotline.core.rota import OnCall
from hotline.core.wall import epoch_seconds
from hotline.errors import CallLogUnavailable, LiveStateUnavailable
from hotline.ports import CallLog, Clock, Live, Notices

SCREENING_ALLOWANCE = 60
"""Seconds a volunteer may take, after the ringing, to hear the screening and press a key."""
LONGEST_TALK = 4 * 60 * 60
"""Seconds; the carrier's own limit on a dialled leg (timeLimit, Twilio docs: voice/twiml/dial)."""
_TIMES_TO_LOOK = 6

Answer = TypeVar("Answer")


class Answering:
    """The hotline's side of every call. `call` is the carrier's CallSid of the caller's leg throughout."""

    def __init__(self, live: Live, log: CallLog, clock: Clock, key: bytes, notice: Notices) -> None:
        self._live = live
        self._log = log
        self._clock = clock
        self._key = key
        self._notice = notice

    def incoming(self, hotline: Hotline, call: str) -> Reply:
        """A call comes in."""
        self._keep(hotline, call, Moment.STARTED)
        return self._begin(hotline, call)

    def pressed(self, hotline: Hotline, call: str, position: Position | None, key: str) -> Reply:
        """The caller pressed a key, or, with no `key`, none."""
        if position is None:
            return self._begin(hotline, call)
        now = self._now()
        if not key:
            return self._finish(hotline, call, rules.silence(hotline, position, now))
        return self._finish(hotline, call, rules.press(hotline, position, key, now))

    def came_back(self, hotline: Hotline, call: str, position: Position | None) -> Reply:
        """The caller pressed nothing, or has waited."""
        return self.pressed(hotline, call, position, "")

    def ring_ended(
        self, hotline: Hotline, call: str, position: Position | None, connected: bool, caller_gone: bool
    ) -> Reply:
        """A ring is over; `connected` if volunteer and caller were put through to each other."""
        if position is None:
            return () if caller_gone else self._begin(hotline, call)
        accepted = self._release(hotline, position)
        if accepted and not connected and position.hunt is not None:
            self._keep(hotline, call, Moment.NOT_ANSWERED, position.hunt.ringing_since)
        if caller_gone:
            self.ended(hotline, call)
            return ()
        return self._finish(hotline, call, rules.ring_ended(hotline, position, connected, self._now()))

    def dial_ended(self, hotline: Hotline, call: str, position: Position | None, caller_gone: bool) -> Reply:
        """A connection to a fixed number is over."""
        if caller_gone:
            self.ended(hotline, call)
            return ()
        if position is None:
            return self._begin(hotline, call)
        return self._finish(hotline, call, rules.dial_ended(hotline, position, self._now()))

    def picked_up(self, hotline: Hotline, position: Position | None) -> Reply:
        """A volunteer's phone was picked up, by them or by their voicemail."""
        ring, volunteer = _ring_of(position), _volunteer_of(position)
        if ring is not None and self._try(lambda: self._live.is_over(ring), False):
            return rules.too_late(hotline, volunteer)
        return rules.screen(hotline, position, volunteer)

    def screened(self, hotline: Hotline, call: str, position: Position | None, key: str) -> Reply:
        """Someone pressed a key on a volunteer's phone, or, with no `key`, none."""
        volunteer = _volunteer_of(position)
        reply = rules.screened(hotline, position, volunteer, key)
        if Accept() not in reply:
            return reply
        ring, phone = _ring_of(position), _phone_of(hotline, volunteer)
        if ring is not None and phone is not None:
            now = self._now()
            if not self._try(lambda: self._live.accept(ring, phone, now, LONGEST_TALK), True):
                return rules.too_late(hotline, volunteer)
        if call:
            self._keep(hotline, call, Moment.ANSWERED)
        return reply

    def leg_ended(self, hotline: Hotline, position: Position | None) -> None:
        """A volunteer's leg is over; the caller's side says so too, unless that was lost."""
        if position is not None:
            self._release(hotline, position)

    def ended(self, hotline: Hotline, call: str) -> None:
        """The call is over."""
        self._keep(hotline, call, Moment.ENDED)

    def _begin(self, hotline: Hotline, call: str) -> Reply:
        return self._finish(hotline, call, rules.begin(hotline, secrets.token_urlsafe(9), self._now()))

    def _finish(self, hotline: Hotline, call: str, following: Next) -> Reply:
        return self._ring(hotline, call, following) if isinstance(following, Seeking) else following.reply

    def _ring(self, hotline: Hotline, call: str, seeking: Seeking) -> Reply:
        """Find a volunteer for the caller, and hold them."""
        now = self._now()
        who = hotline.schedule.at(self._clock())
        ring = RingName(seeking.position.token, seeking.position.rings + 1)
        view = self._look(hotline, ring, who, now)
        for looked in range(1, _TIMES_TO_LOOK + 1):
            decided = rules.seek(hotline, seeking, who, view, call, now)
            if isinstance(decided, Turned):
                return decided.reply
            if not view.known:
                return decided.turns[0][1]
            try:
                reply = self._claim(hotline, ring, decided, view, now, anyhow=looked == _TIMES_TO_LOOK)
            except LiveStateUnavailable:
                view = NOTHING_KNOWN
                continue
            if reply is not None:
                return reply
            view = self._look(hotline, ring, who, now)
        return rules.wait(hotline, seeking)

    def _claim(
        self, hotline: Hotline, ring: RingName, offer: Offer, view: LiveView, now: int, *, anyhow: bool
    ) -> Reply | None:
        """Hold the first volunteer who can be had. None: things have changed since `view` was taken."""
        hold = hotline.rota.ringing.ring_for + SCREENING_ALLOWANCE
        for turn, reply in offer.turns:
            phone = hotline.rota.volunteers[turn.volunteer].phone
            if anyhow:
                given = self._live.claim_anyhow(hotline.id, ring, turn, phone, now, hold)
            else:
                given = self._live.claim(hotline.id, ring, turn, phone, view.last, now, hold)
            if given == turn:
                return reply
            if given is not None or not anyhow:
                return None
        return None

    def _look(self, hotline: Hotline, ring: RingName, who: OnCall, now: int) -> LiveView:
        volunteers = hotline.rota.volunteers
        phones = {one: volunteers[one].phone for one in (*who.on_call, *who.backup)}
        return self._try(lambda: self._live.look(hotline.id, ring, phones, now), NOTHING_KNOWN)

    def _release(self, hotline: Hotline, position: Position) -> bool:
        """Whether the ring had been accepted; True also where that cannot be known."""
        ring, phone = _ring_of(position), _phone_of(hotline, _volunteer_of(position))
        if ring is None or phone is None:
            return True
        rest = hotline.rota.ringing.rest_after_call
        now = self._now()
        return self._try(lambda: self._live.release(ring, phone, now, rest), True)

    def _keep(self, hotline: Hotline, call: str, moment: Moment, at: int | None = None) -> None:
        entry = LogEntry(self._log_id(call), hotline.id, moment, self._now() if at is None else at)
        try:
            self._log.append(entry)
        except CallLogUnavailable as error:
            self._notice("call_log_unavailable", remedy=error.remedy)

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


def _volunteer_of(position: Position | None) -> str | None:
    return position.hunt.ringing if position is not None and position.hunt is not None else None


def _phone_of(hotline: Hotline, volunteer: str | None) -> str | None:
    known = hotline.rota.volunteers.get(volunteer or "")
    return known.phone if known else None
