"""Many calls at random, several phones each, over a carrier and processes that misbehave: nobody is lost or doubled.

SEVERAL_CALLS=2000 makes the run as long as a release wants it; the seed is fixed, so a failure comes again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

import pytest

from hotline.errors import CarrierUnavailable
from hotline.practice.played_calls import PlayedCalls
from hotline.practice.rehearsal import Rehearsal
from hotline.simulator import Behaviour, CarrierQuirks
from hotline.simulator.line.delivery import DuplicatingTransport
from hotline.simulator.line.legs import Leg
from hotline.simulator.line.transport import Answer, NotDelivered, Request, Transport
from tests.calls.conftest import FOUR, Rehearse, texts
from tests.calls.test_several_phones import LINE

CALLS = int(os.environ.get("SEVERAL_CALLS", "20"))
CALLBACKS = ("/voice/phone/ended", "/voice/ended")
"""Status callbacks: the carrier may lose them, and calls still end well."""


class Losing:
    """Loses some callbacks for good, and delays none of the documents a caller waits for."""

    def __init__(self, transport: Transport, chance: Random, share: float) -> None:
        self._transport, self._chance, self._share = transport, chance, share
        self.public_url = transport.public_url

    def send(self, request: Request) -> Answer:
        if any(path in request.url for path in CALLBACKS) and self._chance.random() < self._share:
            raise NotDelivered("ct", "lost on the way")
        return self._transport.send(request)


class Faulty(PlayedCalls):
    """A REST API that fails now and then: before it does what it is asked, or after."""

    def __init__(self, calls: PlayedCalls, chance: Random, share: float) -> None:
        super().__init__(calls._find)
        self._chance, self._share = chance, share

    def place_call(self, to: str, caller_id: str, url: str, ended_url: str, ring_for: int) -> str:
        fate = self._chance.random() / self._share if self._share else 2.0
        if fate < 0.5:
            raise CarrierUnavailable("429")
        sid = super().place_call(to, caller_id, url, ended_url, ring_for)
        if fate < 1.0:
            raise CarrierUnavailable("cut", in_doubt=True)
        return sid

    def end_call(self, sid: str) -> None:
        if self._chance.random() < self._share:
            raise CarrierUnavailable("500")
        super().end_call(sid)


def phone(chance: Random) -> Behaviour:
    """A phone, as they are at night: picked up, passed on, ignored, busy or off."""
    after = chance.uniform(1, 18)
    return chance.choice(
        (
            *(Behaviour("accept", picks_up_after=after, keys=("1",), interrupts_after=chance.uniform(1, 6)),) * 4,
            Behaviour("pass", picks_up_after=after, keys=("2",)),
            Behaviour("no-answer"),
            Behaviour("no-answer"),
            Behaviour("busy", refuses="busy"),
            Behaviour("failed", refuses="failed"),
            Behaviour("voicemail", picks_up_after=15, hangs_up_after=45),
            Behaviour("hang-up", picks_up_after=after, hangs_up_after=2),
        )
    )


def caller(chance: Random) -> Behaviour:
    """Somebody who waits, presses 1, or gives up after a while."""
    gives_up = chance.choice((None, None, None, chance.uniform(3, 90)))
    return Behaviour(
        "caller",
        keys=tuple(chance.choice(("-", "1")) for _ in range(3)),
        hangs_up_after=gives_up,
        talks_for=chance.uniform(5, 200),
    )


def talks(legs: list[Leg]) -> list[tuple[float, float, str, str]]:
    """When who talked with whom: (from, until, the volunteer, the caller's CallSid)."""
    return [
        (leg.bridged, leg.parted if leg.parted is not None else leg.ended or 0.0, leg.name, leg.call.sid)
        for leg in legs
        if leg.bridged is not None and leg.name != "caller" and leg.called != "988"
    ]


def doubled(times: list[tuple[float, float, str, str]], key: int) -> list[object]:
    """Those who talk with two at a time, by volunteer (2) or by caller (3)."""
    by: dict[str, list[tuple[float, float]]] = {}
    for one in times:
        by.setdefault(one[key], []).append((one[0], one[1]))
    return [
        (who, first, second)
        for who, spans in by.items()
        for first, second in zip(sorted(spans), sorted(spans)[1:], strict=False)
        if second[0] < first[1] - 0.01
    ]


def several(rehearsal: Rehearsal, chance: Random, rest: float, dying: float) -> None:
    """Have several phones ring, over a REST API and processes that fail for such shares of what they are asked."""
    line = rehearsal.shelf.hotlines["rise"]
    ringing = replace(line.rota.ringing, at_once=2, stagger=4, backup_after=40, max_wait=120)
    rehearsal.shelf.hotlines = {"rise": replace(line, rota=replace(line.rota, ringing=ringing))}
    calls = Faulty(rehearsal.calls, chance, rest)
    rehearsal.calls.place_call = calls.place_call  # type: ignore[method-assign]
    rehearsal.calls.end_call = calls.end_call  # type: ignore[method-assign]

    def soon(work: Callable[[], None]) -> None:
        """Do it, or die: another process sweeps after it."""
        if chance.random() >= dying:
            return work()
        world, legs = rehearsal.world, rehearsal.legs
        world.after(0.7, lambda: world.after(0.7, partial(legs.sweep, legs.sweep(()))))
        return None

    rehearsal.soon = soon


@pytest.mark.parametrize(
    ("lost", "rest", "dying", "twice"),
    [(0, 0, 0, False), (0.3, 0, 0, False), (0, 0.3, 0, False), (0, 0, 0.2, False), (0.2, 0.2, 0.1, True)],
    ids=["well", "callbacks are lost", "REST fails", "processes die", "all of it, twice"],
)
def test_nobody_is_lost_or_doubled(rehearse: Rehearse, lost: float, rest: float, dying: float, twice: bool) -> None:
    chance = Random(f"{lost}{rest}{dying}{twice}")

    def wrap(transport: Transport) -> Transport:
        losing = Losing(transport, chance, lost)
        return DuplicatingTransport(losing) if twice else losing

    rehearsal = rehearse(files=texts(rota=FOUR), wrap=wrap, quirks=CarrierQuirks(setup_seconds=1.5, callback_delay=0.4))
    several(rehearsal, chance, rest, dying)
    world = rehearsal.world
    world.tolerate("11205")
    legs: list[Leg] = []
    for _ in range(CALLS):
        for one in world.carrier.phones.values():
            if one.number != "988":
                one.behaviour = phone(chance)
        world.call(LINE, behaviour=caller(chance))
        world.advance(chance.choice((0.5, 3, 20, 60)))
    world.run_to_end()
    world.advance(600)
    legs = world.carrier.legs
    assert all(call.is_over for call in world.calls)
    assert [leg.name for leg in legs if leg.live] == [], "no phone rings on"
    spoken_with = talks(legs)
    assert doubled(spoken_with, 2) == [], "no volunteer talks with two callers"
    assert doubled(spoken_with, 3) == [], "no caller talks with two volunteers"
    lost_callers = [
        call.transcript()
        for call in world.calls
        if call.leg.ending in ("dropped", "error") or (not call.leg.ending and call.leg.bridged is None)
    ]
    assert lost_callers == []
    if not lost:
        assert late_rings(legs) == []
        begun = [entry.id for entry in rehearsal.log.entries if entry.moment.value == "started"]
        assert len(begun) == len(set(begun)) * (2 if twice else 1)


def late_rings(legs: list[Leg]) -> list[tuple[str, float]]:
    """Phones that rang on for more than two seconds after their call was settled or over."""
    settled: dict[str, float] = {}
    for leg in legs:
        call = leg.call
        over = min(at for at in (call.ended, call.bridged, 1e9) if at is not None)
        settled[call.sid] = over
    return [
        (leg.name, (leg.answered or leg.ended or 0) - settled[leg.call.sid])
        for leg in legs
        if leg.rung_for is not None
        and leg.rung is not None
        and leg.answered is None
        and (leg.ended or 0) - settled[leg.call.sid] > 2 + 1.5
    ]
