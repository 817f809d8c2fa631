"""Calls that a rehearsal makes: the simulator's phones ring for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hotline.core.carrier_records.records import CarrierCall
from hotline.core.wording import NOTHING, Wording
from hotline.errors import CarrierRefused
from hotline.simulator import World
from hotline.simulator.line.violations import RestError

_NOT_LIVE = 21220


class PlayedCalls:
    """Implements `hotline.ports.PhoneCalls` in a simulated world, which `world` gives once it is there."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._find = world

    @property
    def _world(self) -> World:
        return self._find()

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        """Ring a phone; return the CallSid."""
        try:
            placed = self._world.place(to, caller_id, url=url, status_callback=ended_url, timeout=ring_for)
        except RestError as error:
            raise _refused(error) from None
        return placed.leg.sid

    def end_call(self, sid: str) -> None:
        """End a call. One that is over already is no error."""
        try:
            self._world.end_call(sid)
        except RestError as error:
            if error.code != _NOT_LIVE:
                raise _refused(error) from None

    def redirect_call(self, sid: str, url: str) -> None:
        """Have a live call ask for another document."""
        try:
            self._world.redirect_call(sid, url)
        except RestError as error:
            raise _refused(error) from None

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        """Return the simulated calls from one number to another since an instant."""
        world = self._world
        return [
            CarrierCall(leg.sid, "", leg.status, int(world.clock.at(leg.began).timestamp()), leg.placed)
            for leg in reversed(world.carrier.legs)
            if (leg.called, leg.line.number) == (to, caller_id) and world.clock.at(leg.began).timestamp() >= since
        ]


def _refused(error: RestError) -> CarrierRefused:
    return CarrierRefused(
        Wording("The carrier refused (%(told)s).", told=str(error)), NOTHING, error.status, error.code
    )
