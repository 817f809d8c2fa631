"""Several phones that ring at once for one call: how many, and the hunt that all web processes share.

The caller waits in a queue at the carrier, whose waiting document asks again every few seconds. Whichever process gets
that request reads the hunt, starts the rings that are due, and answers. Who is rung next is decided in
`hotline.core.calls.hunt`, as for one phone after another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hotline.core.calls.hunt import Turn, ringing
from hotline.core.calls.position import HuntPosition, Position

CLAIM_LASTS = 6
"""Seconds after which a ring that was claimed, and that the carrier never confirmed, counts as failed."""
WAY_OUT_AFTER = 60
"""Seconds of waiting after which a caller is offered the flow's way out."""
GONE, NOBODY_LEFT, ONE_BY_ONE = "gone", "nobody", "one by one"
"""Why a hunt is over: the caller left, nobody is left to ring, or the call goes on with one phone after another."""
_KEY = "key "


def phones_due(at_once: int, stagger: float, elapsed: float, ringing: int) -> int:
    """Return how many more phones should start to ring now.

    `at_once` start together, and one more each `stagger` seconds (0: never one more). `elapsed` is in seconds since
    the first of them could start; `ringing` is how many ring now.
    """
    target = at_once + int(elapsed // stagger) if stagger else at_once
    return max(0, target - ringing)


@dataclass(frozen=True, slots=True)
class SharedRing:
    """A ring of a shared hunt, begun at `started` (epoch seconds). `leg`: its CallSid, once it is placed.

    `picked_up`: somebody, or a voicemail, is being asked whether they take the call. `let_go`: the phone is silent.
    """

    turn: Turn
    started: int
    leg: str = ""
    over: bool = False
    picked_up: bool = False
    let_go: bool = False


@dataclass(frozen=True, slots=True)
class SharedHunt:
    """A hunt as all processes know it: its rings by number, from 1.

    `won`: the number of the ring whose volunteer takes the call, 0 for none. `bridged`: they talk. `closed`: why it is
    over, "" while it is not. `failed`: the carrier did not place a ring. `caller`: the CallSid of the caller's leg.
    `queued`: the caller was sent to the queue. `language`: the one they speak by now, "" while that is not known.
    `people`: the rota that is rung; None for the flow's own.
    """

    rings: Mapping[int, SharedRing] = field(default_factory=dict)
    won: int = 0
    bridged: bool = False
    closed: str = ""
    failed: bool = False
    caller: str = ""
    queued: bool = False
    people: str | None = None
    language: str = ""

    @property
    def alive(self) -> dict[int, SharedRing]:
        """The rings that are not over."""
        return {number: ring for number, ring in self.rings.items() if not ring.over}

    @property
    def ringing_in_vain(self) -> dict[int, SharedRing]:
        """The rings that are over while their phone may still ring: whoever was to end them failed."""
        return {number: ring for number, ring in self.rings.items() if ring.over and ring.leg and not ring.let_go}

    @property
    def unwanted(self) -> dict[int, SharedRing]:
        """The rings of a settled hunt whose phone may still ring: all but that of a volunteer who takes the call."""
        if not (self.won or self.closed):
            return {}
        wanted = self.won if self.bridged or not self.closed else 0
        return {
            number: ring
            for number, ring in self.rings.items()
            if ring.leg and not ring.let_go and not (ring.over and ring.picked_up) and number != wanted
        }

    @property
    def key(self) -> str:
        """The key with which the caller took the way out; "" if they did not."""
        return self.closed.removeprefix(_KEY) if self.closed.startswith(_KEY) else ""

    def lost(self, now: int) -> list[int]:
        """Return the rings whose process died before the carrier confirmed them."""
        return [number for number, ring in self.alive.items() if not ring.leg and now - ring.started >= CLAIM_LASTS]

    def spared(self, now: int, seconds: int) -> frozenset[str]:
        """Return whose phone began to ring within the last seconds: it does not ring again while others ring."""
        if not self.alive:
            return frozenset()
        return frozenset(ring.turn.volunteer for ring in self.rings.values() if now - ring.started < seconds)

    def elapsed(self, now: int) -> int:
        """Return the seconds since the first ring started; 0 before."""
        return now - min((ring.started for ring in self.rings.values()), default=now)

    def progress(self, began: HuntPosition) -> HuntPosition:
        """Return how far the hunt is that began like this: who was rung, and in which round."""
        hunt = began
        for _, ring in sorted(self.rings.items()):
            hunt = replace(ringing(hunt, ring.turn, ring.started), ringing=None, ringing_since=0)
        return hunt


def by_key(key: str) -> str:
    """Return why a hunt is over that the caller ended with a key."""
    return _KEY + key


def hunt_name(position: Position) -> str:
    """Return the name of the hunt that begins at a position, for live state and for the carrier's queue."""
    return f"{position.token}.{position.rings}"


def leg_position(position: Position, number: int, turn: Turn, now: int) -> Position:
    """Return the position that a volunteer's leg carries. `position` is the caller's, at which the hunt began."""
    assert position.hunt is not None
    hunt = HuntPosition(position.hunt.since, turn.round, ringing=turn.volunteer, ringing_since=now)
    return replace(position, token=hunt_name(position), visits=(), rings=number, hunt=hunt, prompts=0)


def callers_position(leg: Position) -> Position:
    """Return the position at which the hunt of a volunteer's leg began, as far as the leg knows it."""
    assert leg.hunt is not None
    token, _, rings = leg.token.rpartition(".")
    return replace(leg, token=token, rings=int(rings), hunt=HuntPosition(leg.hunt.since), prompts=0)


def one_by_one(position: Position, hunt: SharedHunt) -> Position:
    """Return the position at which one phone after another rings on, from the caller's position and what was shared."""
    assert position.hunt is not None
    return replace(position, hunt=hunt.progress(position.hunt), rings=position.rings + len(hunt.rings), one_by_one=True)
