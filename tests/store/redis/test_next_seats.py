"""Choosing asks about the next seats first. It must choose as if it had asked about all, in a real Valkey."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.core.calls.hunt import Candidate, Candidates, Choice, Chosen, EndedRing, RingName, next_seats
from hotline.store.redis.live import RedisLive

NAMES = [f"v{number:02}" for number in range(24)]
PHONES = {name: f"+1410555{place:04}" for place, name in enumerate(NAMES)}
PLACES = {name: place for place, name in enumerate(NAMES)}
KEY, NOW, HOLD, CALLS = b"k" * 32, 1_000_000, 60, 4


@dataclass(frozen=True)
class Ring:
    """A ring of a call, asked for by one of two processes. The one before it ends, accepted or not."""

    call: int
    process: int
    pause: int
    accepted: bool
    tried: frozenset[int]
    candidates: Candidates


@st.composite
def candidates_of(draw: st.DrawFn) -> Candidates:
    seated = draw(st.sampled_from([NAMES, NAMES[::2], NAMES[3:20], NAMES[:9], NAMES[:3]]))
    tiers = sorted(draw(st.lists(st.integers(1, 2), min_size=len(seated), max_size=len(seated))))
    many = draw(st.booleans())
    ranks = st.integers(0, 1) if draw(st.booleans()) else st.just(0)
    members = tuple(
        Candidate(name, draw(ranks), False, 1 if many else tier) for name, tier in zip(seated, tiers, strict=True)
    )
    return Candidates(members, 1, False, in_turn=draw(st.integers(0, 4)) > 0)


rings = st.builds(
    Ring,
    call=st.integers(0, CALLS - 1),
    process=st.integers(0, 1),
    pause=st.sampled_from([0, 1, 30, 70]),
    accepted=st.booleans(),
    tried=st.frozensets(st.integers(0, len(NAMES) - 1), max_size=6),
    candidates=candidates_of(),
)


class Line:
    """A line with calls, served by two processes that ask about so many seats."""

    def __init__(self, redis_url: str, seats: int, missed: dict[int, int]) -> None:
        prefix = f"{secrets.token_hex(8)}:"
        self.processes = [RedisLive(redis_url, KEY, prefix, 10, seats) for _ in range(2)]
        self.numbers = [0] * CALLS
        self.ringing: list[tuple[RingName, str] | None] = [None] * CALLS
        self.now = NOW
        live = self.processes[0]
        for place, count in missed.items():
            phone = PHONES[NAMES[place]]
            live.server.client.hset(live._rung(NOW), live._member(phone)[0], str(count))

    def ring(self, step: Ring) -> Chosen:
        live, ended = self.processes[step.process], None
        self.now += step.pause
        self.numbers[step.call] += 1
        before = self.ringing[step.call]
        if before is not None:
            if step.accepted:
                live.accept(before[0], PHONES[before[1]], self.now, 100)
            ended = EndedRing(before[0], PHONES[before[1]], 40)
        members = tuple(replace(one, tried=PLACES[one.volunteer] in step.tried) for one in step.candidates.members)
        ring = RingName(f"call{step.call}", self.numbers[step.call])
        candidates = replace(step.candidates, members=members)
        choice = Choice("line", f"call{step.call}", ring, candidates, PHONES, PLACES, HOLD, ended, None, not step.tried)
        chosen = live.choose(choice, self.now)
        self.ringing[step.call] = (ring, chosen.turn.volunteer) if chosen.turn else None
        return chosen

    def state(self) -> dict[str, object]:
        client, prefix = self.processes[0].server.client, self.processes[0].prefix
        return {
            key.removeprefix(prefix): client.hgetall(key) if ":rung:" in key else client.get(key)
            for key in sorted(client.keys(f"{prefix}*"))
        }


def without_prefix(state: dict[str, object], prefix: str) -> str:
    return str(state).replace(prefix, "")


@settings(deadline=None, max_examples=150)
@given(
    st.lists(rings, min_size=1, max_size=30),
    st.sampled_from([1, 3, 6]),
    st.dictionaries(st.integers(0, len(NAMES) - 1), st.sampled_from([8, 9, 10, 15, 19, 20]), max_size=12),
)
def test_asking_about_the_next_seats_chooses_as_asking_about_all(
    redis_url: str, steps: list[Ring], seats: int, missed: dict[int, int]
) -> None:
    some, everyone = Line(redis_url, seats, missed), Line(redis_url, 0, missed)
    for step in steps:
        assert some.ring(step) == everyone.ring(step)
    ours, theirs = (without_prefix(line.state(), line.processes[0].prefix) for line in (some, everyone))
    assert ours == theirs


def test_a_ring_costs_the_same_however_many_are_on_call(redis_url: str) -> None:
    """Two rings after another: the second asks about few, once it is known who was rung last."""
    live = RedisLive(redis_url, KEY, f"{secrets.token_hex(8)}:", 10)
    people = [f"p{number}" for number in range(2_000)]
    phones = {name: f"+1410{place:07}" for place, name in enumerate(people)}
    places = {name: place for place, name in enumerate(people)}
    candidates = Candidates(tuple(map(Candidate, people)), 1, False, True)

    def rings(number: int) -> tuple[str | None, int]:
        before = live.server.client.info("commandstats")["cmdstat_evalsha"]["calls"]
        choice = Choice("line", "call", RingName("call", number), candidates, phones, places, HOLD)
        turn = live.choose(choice, NOW).turn
        return turn and turn.volunteer, live.server.client.info("commandstats")["cmdstat_evalsha"]["calls"] - before

    assert [rings(number)[0] for number in range(1, 8)] == people[:7]
    assert rings(8) == ("p7", 1)
    found = next_seats(candidates, lambda _: ("p1999", 0), 12)
    assert found is not None
    assert [one.volunteer for one in found.members[:3]] == ["p1999", "p0", "p1"]


def test_the_next_seats_are_those_of_the_lowest_tier_with_anyone_left() -> None:
    members = tuple(Candidate(name, tried=place < 12, tier=1 + place // 12) for place, name in enumerate(NAMES))
    candidates = Candidates(members, 1, False, True)
    found = next_seats(candidates, {2: ("v14", 14)}.get, 3)
    assert found is not None
    assert ([one.volunteer for one in found.members], found.tier, found.rank) == (["v14", "v15", "v16", "v17"], 2, 0)
    assert next_seats(candidates, lambda _: None, 3) is None, "nobody knows who was rung last"
    assert next_seats(candidates, {2: ("v14", 14)}.get, 10) is None, "these are all but one"
