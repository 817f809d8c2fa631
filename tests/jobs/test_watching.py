"""Signs of life: of workers and clocks, and how much waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from hotline.errors import LiveStateUnavailable
from hotline.jobs.queue import LATER, TONIGHT, connection, queues
from hotline.jobs.watching import CLOCK_GONE_AFTER, Behind

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


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


def test_a_worker_is_there_from_its_birth_to_its_death(redis: Redis, url: str) -> None:
    behind = Behind(url)
    assert behind.alive()["worker"] is False
    worker = SimpleWorker(queues(redis), connection=redis, serializer=JSONSerializer)
    worker.register_birth()
    assert behind.alive()["worker"] is True
    worker.register_death()
    assert behind.alive()["worker"] is False


def test_a_worker_that_was_killed_is_gone_once_its_sign_of_life_expires(redis: Redis, url: str) -> None:
    worker = SimpleWorker(queues(redis), connection=redis, serializer=JSONSerializer)
    worker.register_birth()
    assert redis.ttl(worker.key) > 0
    redis.delete(worker.key)
    assert redis.smembers("rq:workers")
    assert Behind(url).alive()["worker"] is False


def test_a_clock_is_there_for_a_minute_after_each_sign(redis: Redis, url: str) -> None:
    behind = Behind(url)
    assert behind.alive()["clock"] is False
    behind.clock_is_here(NOW)
    assert behind.alive()["clock"] is True
    assert 0 < redis.ttl("hotline:clock:alive") <= CLOCK_GONE_AFTER


def test_depths_are_by_where_jobs_are(redis: Redis, url: str) -> None:
    tonight, later = (Queue(name, connection=redis, serializer=JSONSerializer) for name in (TONIGHT, LATER))
    for queue in (tonight, later, later):
        queue.enqueue("hotline.jobs.tasks.nothing")
    redis.zadd(f"rq:scheduled:{TONIGHT}", {"a": 1})
    redis.zadd(f"rq:scheduled:{LATER}", {"b": 1, "c": 1})
    redis.zadd(f"rq:failed:{LATER}", {"d": 1})
    assert Behind(url).depths() == {"tonight": 1, "later": 2, "scheduled": 3, "failed": 1}


def test_without_redis_it_is_not_known() -> None:
    behind = Behind("redis://127.0.0.1:1")
    for ask in (behind.alive, behind.depths, lambda: behind.clock_is_here(NOW)):
        with pytest.raises(LiveStateUnavailable):
            ask()
