"""Shared hunts in a real Valkey: who of several waiting callers may have phones rung."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.core.calls.hunt import Turn
from hotline.store.redis.connection import RedisConnection
from hotline.store.redis.hunts import RedisHunts

KEY = b"k" * 32
NOW = 1_000_000
WAITS = 15


@pytest.fixture
def hunts(redis_url: str) -> RedisHunts:
    return RedisHunts(RedisConnection(redis_url, timeout=10), KEY, f"{secrets.token_hex(8)}:")


def may_ring(hunts: RedisHunts, hunt: str, since: int, now: int = NOW) -> bool:
    return hunts.look("rota", hunt, since, now)[1]


def test_looking_reads_the_whole_hunt(hunts: RedisHunts) -> None:
    hunts.open("h", "call", "CA1", "others")
    hunts.claim("h", 1, Turn("amy", 1, False), NOW)
    hunts.placed("h", 1, "CA2")
    hunts.queue("h", "es")
    hunt, first = hunts.look("rota", "h", NOW, NOW)
    assert (hunt, first) == (hunts.read("h"), True)
    assert (hunt.caller, hunt.people, hunt.language, hunt.rings[1].leg) == ("CA1", "others", "es", "CA2")


def test_whoever_waits_for_longer_comes_first(hunts: RedisHunts) -> None:
    hunts.line_up("rota", "first", NOW - 9, NOW)
    assert not may_ring(hunts, "second", NOW - 5)
    assert may_ring(hunts, "first", NOW - 9)
    assert not may_ring(hunts, "third", NOW - 1)
    assert not may_ring(hunts, "third", NOW - 1, NOW + WAITS - 1), "first may just be between two documents"
    assert may_ring(hunts, "third", NOW - 1, NOW + 3 * WAITS), "the others have hung up"


def test_a_caller_who_lined_up_by_looking_is_waited_for(hunts: RedisHunts) -> None:
    hunts.line_up("rota", "first", NOW - 9, NOW)
    assert not may_ring(hunts, "second", NOW - 5)
    hunts.close("first", "nobody")
    assert not may_ring(hunts, "third", NOW - 1), "second is in line"
    assert may_ring(hunts, "second", NOW - 5)


@pytest.mark.parametrize("settled", ["rings", "won", "closed", "failed"])
def test_a_hunt_that_rings_or_is_settled_waits_for_nobody(hunts: RedisHunts, settled: str) -> None:
    hunts.line_up("rota", "first", NOW - 9, NOW)
    hunts.claim("second", 1, Turn("amy", 1, False), NOW)
    if settled != "rings":
        hunts.over("second", 1)
        assert not may_ring(hunts, "second", NOW - 5)
    if settled == "won":
        hunts.win("second", 1)
    elif settled == "closed":
        hunts.close("second", "gone")
    elif settled == "failed":
        hunts.fail("second")
    assert may_ring(hunts, "second", NOW - 5)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8), st.booleans()), max_size=25))
def test_the_line_is_in_order_of_waiting(redis_url: str, steps: list[tuple[int, int, bool]]) -> None:
    """Six callers, two a second, look at any time. A model says who comes first."""
    hunts = RedisHunts(RedisConnection(redis_url, timeout=10), KEY, f"{secrets.token_hex(8)}:")
    now, seen = NOW, dict[int, int]()
    for caller, pause, leaves in steps:
        now += pause
        if leaves:
            hunts.close(str(caller), "gone")
            seen.pop(caller, None)
            continue
        if hunts.read(str(caller)).closed:
            continue
        waits = any(other < caller and now - at < WAITS for other, at in seen.items())
        assert may_ring(hunts, str(caller), caller // 2, now) is not waits
        if waits or pause % 2:
            hunts.line_up("rota", str(caller), caller // 2, now)
            seen[caller] = now
