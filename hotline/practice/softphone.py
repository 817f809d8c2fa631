"""Rehearsed calls, played from the beginning each time, on a clock that does not wait."""

from __future__ import annotations

import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from hotline.core.calls.flow import Hotline
from hotline.core.calls.rehearsed import (
    AHEAD,
    LONGEST,
    NOBODY_OFF,
    Act,
    Off,
    Played,
    RehearsalPlan,
    RehearsedEvent,
    RehearsedRing,
    Script,
)
from hotline.core.calls.rung_phones import NO_KEYS, rung_phones
from hotline.core.rota.absence import Absence, Known
from hotline.core.wording import Wording
from hotline.errors import AbsenceNotKept
from hotline.ports import Live
from hotline.practice.rehearsal import Rehearsal, RehearsalCarrier
from hotline.simulator import Behaviour, Call, CarrierQuirks, named, record
from hotline.simulator.line.behaviour import Player
from hotline.simulator.line.legs import Leg
from hotline.store.redis.client import REDIS_GONE, redis_client
from hotline.store.redis.live import RedisLive

SEED = 1
"""Makes each playing of a call the same."""
QUIRKS = CarrierQuirks(characters_per_second=13.0)
"""Slightly slower than the simulator's usual voice, so that a browser's voice has finished in time."""
PATIENCE = 1.0
"""Seconds a rehearsal waits for Redis. After that it continues as calls do without Redis."""
CALLER = "+14105550999"
VOICEMAIL_LASTS = 45.0
_LEFT_OUT = {"asks", "dials", "violation"}


class Softphone:
    """Plays rehearsed calls, with live state in a shared Redis. Nothing of a call is stored."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url

    def play(self, hotline: Hotline, script: Script, off: Off = NOBODY_OFF) -> Played:
        """Return everything that has happened, and that will without further action. Late acts do nothing.

        `off`: who has set themselves off, and when, besides the rota; by rota.
        """
        with _short_lived(self._url) as live:
            rehearsal = _rehearsal(hotline, script.start, live, self._url, off)
            world = rehearsal.world
            call = world.call(hotline.flow.number, CALLER)
            last, keys = script.now, _keys(hotline)
            for act in script.acts:
                last = max(last, act.at)
                world.clock.after(act.at, partial(_do, call, act, keys))
            world.clock.after(LONGEST, partial(_hang_up, call.leg))
            until = min(LONGEST, last) + AHEAD
            world.clock.run_until(lambda: call.is_over, until)
            return _played(call, rehearsal, until)

    def play_through(self, hotline: Hotline, plan: RehearsalPlan, off: Off = NOBODY_OFF) -> Played:
        """Play a call that plays by itself: all of it, or as much as the plan asks for. `off` as for `play`."""
        with _short_lived(self._url) as live:
            rehearsal = _rehearsal(hotline, plan.start, live, self._url, off)
            world = rehearsal.world
            behaviour = cache(named)
            does = {one.volunteer.phone: (name, one.keys) for name, one in rung_phones(hotline).items()}
            for number, phone in world.carrier.phones.items():
                if number in does:
                    name, keys = does[number]
                    phone.behaviour = behaviour(plan.phones.get(name, plan.others), keys)
            caller = Behaviour("caller", keys=tuple(plan.keys), talks_for=plan.talk)
            call = world.call(hotline.flow.number, CALLER, behaviour=caller)
            world.clock.after(LONGEST, partial(_hang_up, call.leg))
            most = plan.most_rings or math.inf
            world.clock.run_until(lambda: call.is_over or len(call.leg.children) > most, LONGEST + AHEAD)
            return _played(call, rehearsal, world.clock.elapsed)


@dataclass(frozen=True, slots=True)
class _Off:
    """The volunteers who are off when a rehearsal begins, and no others. Implements `hotline.ports.AbsenceKeeper`."""

    absences: Off

    def of(self, rota: str) -> Sequence[Absence]:
        return self.absences.get(rota, ())

    def known(self, rota: str) -> Known:
        return Known(rota, tuple(self.of(rota)))

    look_again = known

    def keep(self, rota: str, who: str, start: int, end: int) -> None:
        raise AbsenceNotKept(Wording("Rehearsals are not saved."))


def _rehearsal(hotline: Hotline, start: datetime, live: Live, redis_url: str, off: Off) -> Rehearsal:
    second, absences = start.replace(microsecond=0), _Off(off)
    carrier = RehearsalCarrier(QUIRKS, SEED)
    rehearsal = Rehearsal({hotline.id: hotline}, redis_url, second, live=live, absences=absences, carrier=carrier)
    rehearsal.world.strict = False
    return rehearsal


def _keys(hotline: Hotline) -> Mapping[str, tuple[str, str]]:
    """Return the keys that accept a call and pass it on, by phone number."""
    return {one.volunteer.phone: one.keys for one in rung_phones(hotline).values()}


def _do(call: Call, act: Act, keys: Mapping[str, tuple[str, str]]) -> None:
    """Act on one of a call's phones, if that is possible now. `keys` as of `_keys`."""
    legs = [call.leg, *call.leg.children]
    if act.ring >= len(legs) or not legs[act.ring].live:
        return
    leg = legs[act.ring]
    ringing = act.ring > 0 and leg.outcome == "ringing"
    match act.what:
        case "press" if not ringing:
            leg.press(act.key)
        case "hang up" if not ringing:
            _hang_up(leg)
        case "answer" if ringing:
            leg.pick_up()
        case "busy" if ringing:
            leg.refuse("busy")
        case "pass" if ringing:
            Player(leg, named("pass after 0", keys.get(leg.called, NO_KEYS))).ring()
        case "voicemail" if ringing:
            Player(leg, Behaviour("voicemail", picks_up_after=0, hangs_up_after=VOICEMAIL_LASTS)).ring()
        case _:
            pass


def _hang_up(leg: Leg) -> None:
    if leg.live and leg.parent is None and not leg.placed:
        leg.carrier.note(leg, "hangs up")
    leg.hang_up()


def _played(call: Call, rehearsal: Rehearsal, until: float) -> Played:
    numbers = {leg.sid: number for number, leg in enumerate([call.leg, *call.leg.children])}
    made = record(call)
    troubles = [*made.violations, *(str(facts.get("error")) for event, facts in rehearsal.notices if "failed" in event)]
    return Played(
        tuple(
            RehearsedEvent(
                round(event.at, 2), numbers[event.leg], event.who, str(event.kind), event.text, event.language
            )
            for event in call.world.carrier.events
            if event.kind not in _LEFT_OUT
        ),
        tuple(
            RehearsedRing(ring.at, ring.phone, ring.outcome, ring.answered, ring.connected, ring.ended)
            for ring in made.rings
        ),
        round(call.world.clock.elapsed if call.is_over else until, 2),
        call.is_over,
        tuple(troubles),
    )


@contextmanager
def _short_lived(redis_url: str) -> Iterator[Live]:
    """Live state under its own name, which is deleted afterwards."""
    prefix = f"hotline-rehearsal:{secrets.token_hex(8)}:"
    try:
        yield RedisLive(redis_url, secrets.token_bytes(32), prefix=prefix, timeout=PATIENCE)
    finally:
        with suppress(*REDIS_GONE), redis_client(redis_url, PATIENCE) as connection:
            for key in connection.scan_iter(f"{prefix}*", count=1_000):
                connection.delete(key)
