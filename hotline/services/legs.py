"""Rings volunteers' phones for a shared hunt by the carrier's REST API, and lets them go.

All of it happens after the request at hand is answered. What fails is tried again, and the next request about the hunt
does what was left undone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.flow import Hotline
from hotline.core.calls.hunt import EndedRing, RingName, Turn
from hotline.core.calls.position import HuntPosition, Position, seal
from hotline.core.calls.several import CLAIM_LASTS, SharedHunt, hunt_name, leg_position
from hotline.errors import CarrierError, CarrierLimit, CarrierUnavailable, LiveStateUnavailable
from hotline.services.call_notes import CallNotes, phone_of
from hotline.services.parts import AnswerParts, RingParts

_END_AGAIN = (0.2, 0.3, 0.5, 0.5, 0.5, 1, 2, 4, 8, 8)
"""Seconds after which the carrier is asked once more to end a ring."""
_LOOK_AGAIN = (1, 3)
"""Seconds after which a ring is looked for once more that the carrier may have placed: its lists lag behind."""
_CLOCKS_DIFFER = 2
"""Seconds that the carrier's clock may be behind ours."""


class Legs:
    """The volunteers' legs of shared hunts. `name` is a hunt's name, `number` that of a ring in it, `leg` a CallSid."""

    def __init__(self, parts: AnswerParts, rings: RingParts, notes: CallNotes) -> None:
        self._parts = parts
        self._calls = rings.calls
        self._hunts = rings.hunts
        self._soon = rings.soon
        self._later = rings.later
        self._notes = notes

    def place(self, hotline: Hotline, position: Position, number: int, turn: Turn) -> None:
        """Ring a phone whose ring was claimed. `position` is the caller's. Where it fails the claim is taken back."""
        self._soon(lambda: self._place(hotline, position, number, turn))

    def drop(self, hotline: Hotline, name: str, number: int, turn: Turn) -> None:
        """Release a ring that never rang, or is not wanted any more. Raises LiveStateUnavailable."""
        self._hunts.over(name, number)
        phone = phone_of(hotline, turn.volunteer)
        if phone is not None:
            self._parts.live.release(EndedRing(RingName(name, number), phone, 0), self._notes.now())

    def drop_lost(self, hotline: Hotline, name: str, number: int, hunt: SharedHunt) -> None:
        """Release a ring whose process died before the carrier confirmed it. It may ring. Raises LiveStateUnavailable.

        The phone may ring for another caller from now on, so only a leg from the time of the claim is ended.
        """
        ring = hunt.rings[number]
        self.drop(hotline, name, number, ring.turn)
        until = ring.started + CLAIM_LASTS - 1
        self._soon(lambda: self._end_unknown(hotline, name, number, ring.turn, (ring.started, until)))

    def let_go(self, hotline: Hotline, name: str, hunt: SharedHunt, winner: Position | None) -> None:
        """End all rings but the winner's. Volunteers who have picked up by then hear a thank-you.

        Raises LiveStateUnavailable.
        """
        for number, ring in hunt.alive.items():
            if number == (winner.rings if winner else hunt.won if hunt.bridged else 0):
                continue
            self.drop(hotline, name, number, ring.turn)
            if ring.leg and ring.picked_up and winner is not None:
                self._thank(ring.leg, replace(winner, rings=number, hunt=_of(winner, ring.turn)))
            elif ring.leg:
                self._end(name, number, ring.leg)

    def end_forgotten(self, name: str, hunt: SharedHunt) -> None:
        """End the phones that ring in vain, since the process that was to end them failed."""
        for number, ring in hunt.ringing_in_vain.items():
            if not ring.picked_up:
                self._end(name, number, ring.leg)

    def sweep(self, seen: Collection[str]) -> frozenset[str]:
        """End the phones that ring for settled hunts, since the process that was to end them has died.

        Return the settled hunts; only those in `seen`, which the last sweep returned, are swept: the others are being
        ended at this moment. Raises LiveStateUnavailable.
        """
        settled = frozenset(self._hunts.settled())
        for name in settled.intersection(seen):
            unwanted = self._hunts.read(name).unwanted
            for number, ring in unwanted.items():
                self._hunts.over(name, number)
                self._end(name, number, ring.leg)
            if not unwanted:
                self._hunts.silent(name)
        return settled

    def move_caller(self, caller: str, position: Position) -> None:
        """Take a caller out of the first words: somebody has accepted."""
        self._soon(lambda: self._move(caller, position))

    def _place(self, hotline: Hotline, position: Position, number: int, turn: Turn) -> None:
        name, began = hunt_name(position), self._notes.now()
        leg, phone = leg_position(position, number, turn, began), phone_of(hotline, turn.volunteer)
        try:
            if phone is None:
                raise CarrierError("")
            sid = self._calls.place_call(
                phone,
                hotline.flow.number,
                self._address("phone", leg),
                self._address("phone/ended", leg),
                hotline.rota.ringing.ring_for,
            )
        except CarrierError as error:
            self._parts.notice("phone_not_rung", error=type(error).__name__)
            self._not_placed(hotline, name, number, turn, error, began)
            return
        if not self._notes.attempt(lambda: self._hunts.placed(name, number, sid), False):
            self._end(name, number, sid)

    def _not_placed(
        self, hotline: Hotline, name: str, number: int, turn: Turn, error: CarrierError, began: int
    ) -> None:
        if isinstance(error, CarrierLimit):
            self._notes.sign(hotline, Sign.LIMITED, True)
        self._notes.attempt(lambda: self._hunts.fail(name), None)
        self._notes.attempt(lambda: self._hunts.over(name, number), False)
        if (
            isinstance(error, CarrierUnavailable) and error.in_doubt
        ):  # nobody else rings the phone before it is released
            self._end_unknown(hotline, name, number, turn, (began, self._notes.now() + _CLOCKS_DIFFER))
        self._notes.attempt(lambda: self.drop(hotline, name, number, turn), None)

    def _end_unknown(
        self, hotline: Hotline, name: str, number: int, turn: Turn, between: tuple[int, int], tries: int = 0
    ) -> None:
        """End a leg that the carrier may have placed, between two instants, though nobody was told its CallSid."""
        phone = phone_of(hotline, turn.volunteer)
        if phone is None:
            return
        first, last = between
        try:
            found = self._calls.calls_placed(phone, hotline.flow.number, first - _CLOCKS_DIFFER)
        except CarrierError as error:
            self._parts.notice("phone_not_looked_for", error=type(error).__name__)
            found = ()
        unknown = [call.sid for call in found if call.placed and not call.over and call.since <= last]
        for leg in unknown:
            self._end(name, number, leg)
        if not unknown and tries < len(_LOOK_AGAIN):
            self._later(_LOOK_AGAIN[tries], lambda: self._end_unknown(hotline, name, number, turn, between, tries + 1))

    def _end(self, name: str, number: int, leg: str) -> None:
        self._soon(lambda: self._try_to_end(name, number, leg, 0))

    def _try_to_end(self, name: str, number: int, leg: str, tries: int) -> None:
        try:
            self._calls.end_call(leg)
        except CarrierError as error:
            self._parts.notice("phone_not_let_go", error=type(error).__name__)
            if tries < len(_END_AGAIN):
                self._later(_END_AGAIN[tries], lambda: self._try_to_end(name, number, leg, tries + 1))
            return
        self._notes.attempt(lambda: self._hunts.let_go(name, number), None)

    def _thank(self, leg: str, position: Position) -> None:
        def thank() -> None:
            try:
                self._calls.redirect_call(leg, self._address("phone/taken", position))
            except CarrierError as error:  # they hear it once they press a key
                self._parts.notice("phone_not_let_go", error=type(error).__name__)

        self._soon(thank)

    def _move(self, caller: str, position: Position) -> None:
        try:
            self._hunts.queue(hunt_name(position), position.language)
            self._calls.redirect_call(caller, self._address("now", position, caller))
        except (CarrierError, LiveStateUnavailable) as error:  # they come to the queue by themselves
            self._parts.notice("caller_not_moved", error=type(error).__name__)

    def _address(self, route: str, position: Position, call: str = "") -> str:
        return f"{self._parts.public_url.rstrip('/')}/voice/{route}?at={seal(position, call, self._parts.key)}"


def _of(position: Position, turn: Turn) -> HuntPosition | None:
    """Return the hunt of a position, with another volunteer's phone ringing."""
    return replace(position.hunt, ringing=turn.volunteer) if position.hunt else None
