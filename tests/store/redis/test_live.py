"""Live state, in a real Valkey."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.core.calls.hunt import (
    Candidate,
    Candidates,
    Choice,
    EndedRing,
    RingEnd,
    RingName,
    Turn,
    choose,
    starts_after,
)
from hotline.errors import LiveStateUnavailable
from hotline.store.redis.live import RedisLive

NAMES = "abcdefgh"
PHONES = {name: f"+1410555{place:04}" for place, name in enumerate(NAMES)}
PLACES = {name: place for place, name in enumerate(NAMES)}
KEY = b"k" * 32
NOW, HOLD = 1_000_000, 80


@pytest.fixture
def live(redis_url: str) -> RedisLive:
    return RedisLive(redis_url, KEY, timeout=10, prefix=f"{secrets.token_hex(8)}:")


def candidates(names: str = "abc", *, tried: str = "", backup: bool = False, in_turn: bool = True) -> Candidates:
    return Candidates(tuple(Candidate(name, 0, name in tried) for name in names), 1, backup, in_turn)


def ring(token: str = "call", number: int = 1) -> RingName:
    return RingName(token, number)


def chosen(
    live: RedisLive, of: Candidates, to: RingName, ended: EndedRing | None = None, now: int = NOW, call: str = "call"
) -> str | None:
    turn = live.choose(Choice("line", call, to, of, PHONES, PLACES, HOLD, ended), now).turn
    return turn.volunteer if turn else None


def over(token: str, number: int, volunteer: str, rest: int = 0) -> EndedRing:
    return EndedRing(RingName(token, number), PHONES[volunteer], rest)


def test_the_round_robin_goes_on_from_ring_to_ring(live: RedisLive) -> None:
    assert [chosen(live, candidates(), ring(f"call{n}")) for n in range(3)] == ["a", "b", "c"]


def test_one_ring_is_dealt_once_however_often_it_is_asked_for(live: RedisLive) -> None:
    assert [chosen(live, candidates(), ring()) for _ in range(3)] == ["a", "a", "a"]
    assert chosen(live, candidates(), ring("other")) == "b"


def test_whoever_is_being_rung_or_talks_is_busy(live: RedisLive) -> None:
    for n in range(3):
        chosen(live, candidates(), ring(f"call{n}"))
    assert live.accept(ring("call0"), PHONES["a"], NOW, 14_400)
    answer = live.choose(Choice("line", "call", ring("late"), candidates(), PHONES, PLACES, HOLD), NOW)
    assert (answer.turn, answer.busy) == (None, frozenset("abc"))


def test_a_ring_whose_end_was_never_told_holds_nobody_for_ever(live: RedisLive) -> None:
    assert chosen(live, candidates("a"), ring("one")) == "a"
    assert chosen(live, candidates("a"), ring("two")) is None
    assert chosen(live, candidates("a"), ring("three"), now=NOW + HOLD) == "a"


def test_a_phone_is_taken_while_it_is_rung_for_a_call_or_talked_on(live: RedisLive) -> None:
    assert not live.is_taken(PHONES["a"], NOW)
    chosen(live, candidates("a"), ring())
    assert live.is_taken(PHONES["a"], NOW)
    assert not live.is_taken(PHONES["a"], NOW + HOLD), "a ring whose end was never told"
    live.accept(ring(), PHONES["a"], NOW, 14_400)
    assert live.is_taken(PHONES["a"], NOW + HOLD)
    live.release(over("call", 1, "a", rest=300), NOW)
    assert not live.is_taken(PHONES["a"], NOW), "whoever rests may be rung for a test"


def test_every_key_expires(live: RedisLive, redis_url: str) -> None:
    chosen(live, candidates(), ring())
    live.accept(ring(), PHONES["a"], NOW, 14_400)
    live.release(over("call", 1, "a", rest=300), NOW)
    client = redis.Redis.from_url(redis_url)
    assert all(client.ttl(key) > 0 for key in client.scan_iter(f"{live.prefix}*"))


def test_a_released_volunteer_rests_only_if_they_had_taken_the_call(live: RedisLive) -> None:
    chosen(live, candidates("ab"), ring("one"))
    assert live.release(over("one", 1, "a", rest=300), NOW) is RingEnd.UNANSWERED
    assert chosen(live, candidates("ab", in_turn=False), ring("two")) == "a"
    live.accept(ring("two"), PHONES["a"], NOW, 14_400)
    assert live.release(over("two", 1, "a", rest=300), NOW) is RingEnd.ACCEPTED
    assert chosen(live, candidates("ab", in_turn=False), ring("three")) == "b"
    assert chosen(live, candidates("ab", in_turn=False), ring("four"), now=NOW + 81) == "b", "a rests still"
    assert chosen(live, candidates("ab", in_turn=False), ring("five"), now=NOW + 300) == "a"


def test_the_resting_are_dealt_when_there_is_nobody_else(live: RedisLive) -> None:
    chosen(live, candidates("a"), ring("one"))
    live.accept(ring("one"), PHONES["a"], NOW, 14_400)
    live.release(over("one", 1, "a", rest=300), NOW)
    assert chosen(live, candidates("a"), ring("two")) == "a"


def test_a_release_is_the_same_however_often_it_is_told(live: RedisLive) -> None:
    chosen(live, candidates("a"), ring("one"))
    live.accept(ring("one"), PHONES["a"], NOW, 14_400)
    assert [live.release(over("one", 1, "a"), NOW) for _ in range(3)] == [RingEnd.ACCEPTED] * 3
    chosen(live, candidates("a"), ring("two"))
    live.release(over("one", 1, "a"), NOW)
    assert chosen(live, candidates("a"), ring("three")) is None, "an old release frees nobody from a new ring"


def test_a_ring_that_is_passed_on_is_told_as_that_and_leaves_nobody_resting(live: RedisLive) -> None:
    chosen(live, candidates("a"), ring("one"))
    live.pass_on(ring("one"), PHONES["a"])
    assert chosen(live, candidates("a"), ring("two")) is None, "their phone is not free before the ring is over"
    assert [live.release(over("one", 1, "a", rest=300), NOW) for _ in range(2)] == [RingEnd.PASSED] * 2
    assert chosen(live, candidates("ab"), ring("three")) == "b"
    assert chosen(live, candidates("a"), ring("four")) == "a"


def test_passing_a_ring_on_late_changes_nothing(live: RedisLive) -> None:
    chosen(live, candidates("a"), ring("one"))
    live.release(over("one", 1, "a"), NOW)
    live.pass_on(ring("one"), PHONES["a"])
    assert chosen(live, candidates("a"), ring("two")) == "a"
    live.pass_on(ring("one"), PHONES["a"])
    assert live.release(over("two", 1, "a"), NOW) is RingEnd.UNANSWERED


def test_what_is_known_of_a_pass_goes_with_the_ring(live: RedisLive, redis_url: str) -> None:
    chosen(live, candidates("a"), ring("one"))
    server = redis.Redis.from_url(redis_url, decode_responses=True)
    (line,) = server.scan_iter(f"{live.prefix}line:*")
    live.pass_on(ring("one"), PHONES["a"])
    assert str(server.get(line)).startswith("passed|one.1|")
    assert 0 < server.ttl(line) <= HOLD


def test_of_a_ring_dealt_a_second_time_the_one_before_is_not_told_again(live: RedisLive) -> None:
    chosen(live, candidates("ab"), ring(number=1))
    live.pass_on(ring(number=1), PHONES["a"])
    choice = Choice("line", "call", ring(number=2), candidates("ab"), PHONES, PLACES, HOLD, over("call", 1, "a"))
    told = [live.choose(choice, NOW).ended for _ in range(2)]
    assert told == [RingEnd.PASSED, None]


def test_a_ring_that_ended_cannot_be_accepted(live: RedisLive) -> None:
    chosen(live, candidates("a"), ring("one"))
    live.release(over("one", 1, "a"), NOW)
    assert live.is_over(ring("one"))
    assert live.accept(ring("one"), PHONES["a"], NOW, 14_400) is False


def test_a_ring_forgotten_by_a_restart_can_still_be_accepted(live: RedisLive) -> None:
    assert live.accept(ring("lost"), PHONES["a"], NOW, 14_400) is True
    assert chosen(live, candidates("a"), ring("two")) is None


def test_an_ended_ring_is_released_in_the_same_step(live: RedisLive) -> None:
    chosen(live, candidates("ab"), ring("one", 1))
    live.accept(ring("one", 1), PHONES["a"], NOW, 14_400)
    next_one = candidates("ab", tried="a")
    choice = Choice("line", "call", ring("one", 2), next_one, PHONES, PLACES, HOLD, over("one", 1, "a"))
    answer = live.choose(choice, NOW)
    assert (answer.turn, answer.ended) == (Turn("b", 1, False), RingEnd.ACCEPTED)
    assert chosen(live, candidates("a"), ring("two")) == "a"


def test_a_call_that_ends_before_its_ring_began_frees_the_volunteer_at_once(live: RedisLive) -> None:
    """A caller may hang up during the words before the ringing: the carrier then reports no ring, only the call."""
    assert chosen(live, candidates("a"), ring("one")) == "a"
    live.call_over("another", NOW, 300, 600)
    assert chosen(live, candidates("a"), ring("two")) is None
    live.call_over("call", NOW, 300, 600)
    live.call_over("call", NOW, 300, 600)
    assert chosen(live, candidates("a"), ring("three"), call="next") == "a"


def test_nobody_is_dealt_to_a_call_that_is_over(live: RedisLive) -> None:
    """Some carriers ask for more after they said that the call has ended. So does whoever sends a copy of a request."""
    assert chosen(live, candidates("ab"), ring("one")) == "a"
    live.call_over("call", NOW, 300, 600)
    for number in (1, 2, 3):
        answer = live.choose(Choice("line", "call", ring("one", number), candidates("ab"), PHONES, PLACES, HOLD), NOW)
        assert (answer.turn, answer.over) == (None, True)
    assert chosen(live, candidates("ab"), ring("two"), call="next") == "b"
    assert chosen(live, candidates("ab"), ring("three"), call="third") == "a", "no phone is held"


def test_a_call_that_ends_while_they_talk_lets_the_volunteer_rest(live: RedisLive) -> None:
    chosen(live, candidates("ab"), ring("one"))
    live.accept(ring("one"), PHONES["a"], NOW, 14_400)
    live.call_over("call", NOW, 300, 600)
    assert live.release(over("one", 1, "a", rest=300), NOW) is RingEnd.ACCEPTED, "and the ring's own end says the same"
    assert chosen(live, candidates("ab", in_turn=False), ring("two"), call="next") == "b"


def test_the_backup_does_not_move_the_round_robin(live: RedisLive) -> None:
    chosen(live, candidates("abc"), ring("one"))
    chosen(live, candidates("h", backup=True, in_turn=False), ring("one", 2))
    assert chosen(live, candidates("abc"), ring("two")) == "b"


def test_a_volunteer_of_two_hotlines_is_not_rung_by_both(live: RedisLive) -> None:
    live.choose(Choice("one", "call1", ring("one"), candidates("a"), PHONES, PLACES, HOLD), NOW)
    assert live.choose(Choice("two", "call2", ring("two"), candidates("a"), PHONES, PLACES, HOLD), NOW).turn is None


def test_hotlines_have_round_robins_of_their_own(live: RedisLive) -> None:
    for line in ("one", "two"):
        turn = live.choose(Choice(line, f"call-{line}", ring(line), candidates("abc"), PHONES, PLACES, HOLD), NOW).turn
        assert turn is not None
        live.release(over(line, 1, turn.volunteer), NOW)
        assert turn.volunteer == "a"


def test_many_callers_at_once_get_different_volunteers(live: RedisLive) -> None:
    """Two callers at once ring the same volunteer while another sits free (lessons)."""
    start = threading.Barrier(8)

    def one(n: int) -> str | None:
        start.wait()
        return chosen(live, candidates(NAMES), ring(f"call{n}"))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(filter(None, pool.map(one, range(8)))) == list(NAMES)


def test_the_round_robin_is_remembered_by_volunteer_across_changes_of_the_list(live: RedisLive) -> None:
    """It must survive restarts, reloads and membership changes, and be keyed by volunteer (lessons)."""
    chosen(live, candidates("abcd"), ring("one"))
    chosen(live, candidates("abcd"), ring("two"))
    assert chosen(live, candidates("cda"), ring("three")) == "c", "b, last rung, is followed by c wherever c now stands"
    assert chosen(live, candidates("ef"), ring("four")) == "e"


TIERED = (Candidate("a"), Candidate("b"), Candidate("c"), Candidate("e", tier=2), Candidate("f", tier=2))


def test_a_round_rings_all_of_a_tier_before_the_next_each_in_a_round_robin_of_its_own(live: RedisLive) -> None:
    orders = []
    for call in range(3):
        tried: list[str] = []
        while len(tried) < len(TIERED):
            of = Candidates(
                tuple(replace(candidate, tried=candidate.volunteer in tried) for candidate in TIERED), 1, False, True
            )
            who = chosen(live, of, ring(f"call{call}", len(tried) + 1))
            assert who is not None
            live.release(over(f"call{call}", len(tried) + 1, who), NOW)
            tried.append(who)
        orders.append("".join(tried))
    assert orders == ["abcef", "abcef", "abcef"]
    assert chosen(live, Candidates(TIERED, 1, False, True), ring("first")) == "a"
    assert chosen(live, Candidates(TIERED[3:], 1, False, True), ring("second")) == "e", (
        "rings of tier 1 did not move tier 2"
    )
    assert chosen(live, Candidates(TIERED, 1, False, True), ring("third")) == "b"
    assert chosen(live, Candidates(TIERED[3:], 1, False, True), ring("fourth")) == "f"


def test_a_resting_volunteer_of_a_tier_comes_before_the_next_tier(live: RedisLive) -> None:
    live.accept(ring("talk"), PHONES["a"], NOW, 100)
    live.release(over("talk", 1, "a", rest=300), NOW)
    of = Candidates((Candidate("a"), Candidate("e", tier=2)), 1, False, True)
    assert chosen(live, of, ring()) == "a"


def test_the_volunteer_last_rung_is_known_from_before_there_were_tiers(live: RedisLive) -> None:
    live.server.client.set(f"{live.prefix}last:line", "b")
    assert chosen(live, Candidates(TIERED, 1, False, True), ring()) == "c"


members = st.lists(
    st.builds(
        Candidate, volunteer=st.sampled_from(NAMES), rank=st.integers(0, 2), tried=st.booleans(), tier=st.integers(1, 3)
    ),
    unique_by=lambda candidate: candidate.volunteer,
    min_size=1,
)
some = st.frozensets(st.sampled_from(NAMES))


@settings(deadline=None)
@given(members, st.booleans(), some, some, st.dictionaries(st.integers(1, 3), st.sampled_from(NAMES)))
def test_it_deals_exactly_as_the_core_does(
    redis_url: str,
    taken: list[Candidate],
    in_turn: bool,
    busy: frozenset[str],
    resting: frozenset[str],
    last: dict[int, str],
) -> None:
    live = RedisLive(redis_url, KEY, timeout=10, prefix=f"{secrets.token_hex(8)}:")
    for tier, name in last.items():
        chosen(live, Candidates((Candidate(name, tier=tier),), 1, False, True), ring(f"last{tier}"))
        live.release(over(f"last{tier}", 1, name), NOW)
    for name in resting:
        live.accept(ring(f"rest-{name}"), PHONES[name], NOW, 100)
        live.release(over(f"rest-{name}", 1, name, rest=300), NOW)
    for name in busy:
        live.accept(ring(f"busy-{name}"), PHONES[name], NOW, 100)
    of = Candidates(tuple(taken), 2, False, in_turn)
    answer = live.choose(Choice("line", "call", ring(), of, PHONES, PLACES, HOLD), NOW)
    assert answer.turn == choose(of, starts_after(of, last, PLACES), busy, resting)
    if answer.turn is None:
        assert answer.busy == busy & {candidate.volunteer for candidate in taken}


def test_a_script_that_the_server_has_forgotten_is_sent_whole(live: RedisLive) -> None:
    assert chosen(live, candidates(), ring("one")) == "a"
    live.server.client.script_flush()
    assert chosen(live, candidates(), ring("two")) == "b"
    assert chosen(live, candidates(), ring("three")) == "c"


def test_a_connection_that_was_cut_is_made_again(live: RedisLive) -> None:
    assert chosen(live, candidates(), ring("one")) == "a"
    client = live.server.client
    client.client_kill_filter(_type="normal", skipme=False)
    assert chosen(live, candidates(), ring("two")) == "b"
    connection = client.connection_pool.get_connection()
    client.connection_pool.release(connection)
    connection.disconnect()
    assert chosen(live, candidates(), ring("three")) == "c"


def test_a_script_that_fails_leaves_no_answer_behind(live: RedisLive) -> None:
    fails = live.server.script("return redis.call('INCR', KEYS[1])")
    live.server.client.set(f"{live.prefix}word", "no number")
    with pytest.raises(redis.ResponseError):
        fails([f"{live.prefix}word"], [])
    assert chosen(live, candidates(), ring("one")) == "a"


def test_a_redis_that_is_not_there_says_so_at_once_and_is_left_alone_for_a_while() -> None:
    live = RedisLive("unix:///nowhere/valkey.sock", KEY)
    for _ in range(50):
        with pytest.raises(LiveStateUnavailable):
            live.is_over(ring())
    with pytest.raises(LiveStateUnavailable, match="Redis"):
        live.ping()
