"""Several phones at once in practice mode: the phones of the simulator that places a call ring for it.

`hotline call` says in a header of each webhook where its simulated carrier takes requests, and how fast its time goes.
Only addresses of this machine are believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from flask import has_request_context, request

from hotline.carrier.rest import RestCarrier
from hotline.core.calls.rehearsed import API_HEADER, SPEED_HEADER
from hotline.core.carrier_records.records import CarrierCall
from hotline.core.wording import Wording
from hotline.errors import CarrierUnavailable
from hotline.ports import SharedHunts
from hotline.services.parts import RingParts
from hotline.wiring.background import Background

_HERE = re.compile(r"http://127\.0\.0\.1:[0-9]{1,5}")
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class _Simulator:
    """A simulated carrier: the address of its REST API, and how many of its seconds go by in one of ours."""

    url: str
    speed: float


_current: ContextVar[_Simulator | None] = ContextVar("simulator", default=None)


class PracticeRings:
    """Implements `hotline.ports.PhoneCalls` by the simulator of the practice call at hand."""

    def __init__(self, account: str, token: str, background: Background) -> None:
        self._background = background
        self._carrier = lru_cache(8)(lambda url: RestCarrier(account, token, url, _PATIENCE))

    def parts(self, hunts: SharedHunts) -> RingParts:
        """Return what several phones ring with."""
        return RingParts(
            calls=self,
            hunts=hunts,
            soon=lambda work: work(),  # while the simulator waits for our answer its time stands still
            later=self._later,
            ready=lambda: _simulator() is not None,
        )

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        """Ring a phone of the simulator; return the CallSid."""
        return self._calls.place_call(to, caller_id, url, ended_url, ring_for)

    def end_call(self, sid: str) -> None:
        """End a call in the simulator."""
        self._calls.end_call(sid)

    def redirect_call(self, sid: str, url: str) -> None:
        """Have a live call of the simulator ask for another document."""
        self._calls.redirect_call(sid, url)

    def calls_placed(self, to: str, caller_id: str, since: int) -> Sequence[CarrierCall]:
        """Return the simulator's calls from one number to another since an instant."""
        return self._calls.calls_placed(to, caller_id, since)

    @property
    def _calls(self) -> RestCarrier:
        simulator = _simulator()
        if simulator is None:
            raise CarrierUnavailable(Wording("In practice mode no phone can be rung."))
        return self._carrier(simulator.url)

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        simulator = _simulator()
        self._background.later(seconds / (simulator.speed if simulator else 1), _for(simulator, work))


def _simulator() -> _Simulator | None:
    """Return the simulator of the request at hand, or of the work that followed from one."""
    if not has_request_context():
        return _current.get()
    url = request.headers.get(API_HEADER, "")
    try:
        speed = float(request.headers.get(SPEED_HEADER, "1"))
    except ValueError:
        speed = 1.0
    return _Simulator(url, max(speed, 0.01)) if _HERE.fullmatch(url) else None


def _for(simulator: _Simulator | None, work: Callable[[], None]) -> Callable[[], None]:
    def do() -> None:
        token = _current.set(simulator)
        try:
            work()
        finally:
            _current.reset(token)

    return do
