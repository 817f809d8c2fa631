"""Signs of life: of workers and clocks, and how much waits for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from hotline.errors import LiveStateUnavailable
from hotline.jobs.alive import say_alive, say_goodbye
from hotline.jobs.queue import LATER, TONIGHT, connection
from hotline.jobs.watching import Backends


@pytest.fixture
def url(redis_url: str) -> str:
    return f"{redis_url}?db=8"


@pytest.fixture
def redis(url: str) -> Iterator[Redis]:
    client = connection(url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.mark.parametrize("kind", ["worker", "clock"])
def test_whoever_says_so_is_there_until_they_say_goodbye(redis: Redis, url: str, kind: str) -> None:
    backends = Backends(url)
    assert backends.alive() == {"worker": False, "clock": False}
    say_alive(redis, kind, "a-name")
    assert backends.alive() == {"worker": kind == "worker", "clock": kind == "clock"}
    say_alive(redis, kind, "another")
    say_goodbye(redis, kind, "a-name")
    assert backends.alive()[kind] is True
    say_goodbye(redis, kind, "another")
    assert backends.alive()[kind] is False


def test_one_that_was_killed_is_gone_once_its_sign_of_life_expires(redis: Redis, url: str) -> None:
    say_alive(redis, "worker", "a-name")
    (sign,) = redis.keys("hotline:alive:*")
    assert 0 < redis.ttl(sign) <= 15


def test_depths_are_by_where_jobs_are(redis: Redis, url: str) -> None:
    tonight, later = (Queue(name, connection=redis, serializer=JSONSerializer) for name in (TONIGHT, LATER))
    for queue in (tonight, later, later):
        queue.enqueue("hotline.jobs.tasks.nothing")
    redis.zadd(f"rq:scheduled:{TONIGHT}", {"a": 1})
    redis.zadd(f"rq:scheduled:{LATER}", {"b": 1, "c": 1})
    redis.zadd(f"rq:failed:{LATER}", {"d": 1})
    assert Backends(url).depths() == {"tonight": 1, "later": 2, "scheduled": 3, "failed": 1}


def test_without_redis_it_is_not_known() -> None:
    backends = Backends("redis://127.0.0.1:1")
    for ask in (backends.alive, backends.depths):
        with pytest.raises(LiveStateUnavailable):
            ask()
