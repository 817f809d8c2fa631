"""Counts of web processes: none lost, none counted twice, and whole days told only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from hotline.core.reports.metrics import RingOutcome, Took, WebCounts
from hotline.errors import LiveStateUnavailable
from hotline.store.redis.tallies import Tallies

EVENING = datetime(2026, 3, 4, 20, tzinfo=UTC)
TOMORROW = EVENING + timedelta(days=1)
ACCEPTED, BUSY = RingOutcome.ACCEPTED, RingOutcome.BUSY


class Now:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = EVENING

    def __call__(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def url(redis_url: str) -> str:
    return f"{redis_url}?db=6"


@pytest.fixture
def redis(url: str) -> Iterator[Redis]:
    with Redis.from_url(url, decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def tallies(redis: Redis, url: str, now: Now) -> Tallies:
    return Tallies(url, now)


def test_a_day_is_told_once_it_is_over(tallies: Tallies, now: Now) -> None:
    tallies.ring("rise", ACCEPTED)
    tallies.webhook("/voice", 0.004)
    assert tallies.flush()
    assert tallies.told(EVENING) == WebCounts()
    assert tallies.told(EVENING + timedelta(hours=3, minutes=59)) == WebCounts()
    now.at = TOMORROW
    tallies.ring("rise", ACCEPTED)
    tallies.webhook("/voice", 0.3)
    tallies.flush()
    told = tallies.told(TOMORROW)
    assert told.rings == {("rise", ACCEPTED): 1}
    assert told.webhooks == {"/voice": Took((1, *[0] * 10), 0.004)}


def test_the_last_day_of_a_month_is_told_on_the_first_and_then_it_starts_over(tallies: Tallies, now: Now) -> None:
    """A counter that goes back must go to 0, or who reads it takes the rest for new."""
    seen = []
    for day in (30, 31, 32, 33):
        now.at = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day - 1)
        tallies.ring("rise", ACCEPTED)
        tallies.flush()
        seen.append(tallies.told(now.at).rings.get(("rise", ACCEPTED), 0))
    assert seen == [0, 1, 2, 1]


def test_signatures_refused_are_told_at_once(tallies: Tallies) -> None:
    tallies.refused(signed=False)
    tallies.refused(signed=False)
    assert tallies.told(EVENING).refused == 0
    tallies.flush()
    assert tallies.told(EVENING).refused == 2


def test_processes_add_up(url: str, redis: Redis, now: Now) -> None:
    for tallies in (Tallies(url, now), Tallies(url, now)):
        for _ in range(3):
            tallies.ring("rise", BUSY)
        assert tallies.flush()
        assert tallies.flush(), "nothing is left to hand on"
    assert Tallies(url, now).told(TOMORROW).rings == {("rise", BUSY): 6}


def test_what_redis_could_not_take_is_kept_and_a_lost_answer_counts_nothing_twice(
    tallies: Tallies, redis: Redis, url: str
) -> None:
    tallies.refused(signed=False)
    redis.execute_command("CLIENT", "PAUSE", "1300", "WRITE")  # type: ignore[no-untyped-call]
    assert not tallies.flush(), "Redis answers after the time is up, and takes it all the same"
    tallies.refused(signed=False)
    with Redis.from_url(url, socket_timeout=5) as patient:
        patient.set("pause", "over")
    assert tallies.flush()
    assert tallies.told(EVENING).refused == 2


def test_without_redis_counting_goes_on_and_reading_says_so(now: Now) -> None:
    tallies = Tallies("redis://127.0.0.1:1", now)
    tallies.ring("rise", BUSY)
    assert not tallies.flush()
    with pytest.raises(LiveStateUnavailable):
        tallies.told(EVENING)


def test_a_forked_child_does_not_count_what_its_parent_did(tallies: Tallies) -> None:
    tallies.refused(signed=False)
    child = os.fork()
    if child == 0:
        tallies.refused(signed=False)
        os._exit(0 if tallies.flush() else 1)
    assert os.waitpid(child, 0)[1] == 0
    tallies.flush()
    assert tallies.told(EVENING).refused == 2


def test_all_that_is_kept_expires_and_names_no_volunteer(tallies: Tallies, redis: Redis) -> None:
    tallies.ring("rise", ACCEPTED)
    tallies.webhook("/voice/rung", 9.0)
    tallies.flush()
    keys = sorted(redis.keys("hotline:*"))
    assert [key.rpartition(":")[0] for key in keys] == [
        "hotline:counts:batch",
        "hotline:counts:day",
        "hotline:counts:month",
    ]
    assert all(0 < redis.ttl(key) <= 70 * 86_400 for key in keys)
    fields = {"ring|rise|accepted": "1", "took|/voice/rung|10": "1", "spent|/voice/rung": "9000000"}
    assert redis.hgetall("hotline:counts:day:2026-03-04") == fields
