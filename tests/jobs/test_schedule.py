"""The clock: what is due is queued once a period, however many clocks there are."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from hotline.core.report import Call
from hotline.jobs import tasks
from hotline.jobs.queue import LATER, TONIGHT, connection, enqueue, queues
from hotline.jobs.schedule import SCHEDULE, Periodic, queue_due
from hotline.store.calllog import CallLog
from tests.store.actors import NOON, answered, ended, started

TASK = Periodic("close_unended_calls", 600)


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """A database of the real Valkey that only these tests use, emptied."""
    client = connection(f"{redis_url}?db=7")
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


def waiting(redis: Redis) -> list[str]:
    return [job.description for queue in queues(redis) for job in queue.jobs]


def test_a_task_is_queued_once_a_period(redis: Redis) -> None:
    assert queue_due(redis, 6_000.0, [TASK]) == ["close_unended_calls"]
    assert [queue_due(redis, at, [TASK]) for at in (6_000.0, 6_005.0, 6_599.9)] == [[], [], []]
    assert queue_due(redis, 6_600.0, [TASK]) == ["close_unended_calls"]
    assert len(waiting(redis)) == 2


def test_many_clocks_at_once_queue_it_once(redis: Redis, redis_url: str) -> None:
    def one(_: int) -> list[str]:
        with connection(f"{redis_url}?db=7") as own:
            return queue_due(own, 6_000.0, [TASK])

    with ThreadPoolExecutor(16) as pool:
        assert sum(map(len, pool.map(one, range(32)))) == 1
    assert waiting(redis) == ["close_unended_calls"]


def test_a_clock_that_stood_still_does_not_make_up_for_what_it_missed(redis: Redis) -> None:
    queue_due(redis, 6_000.0, [TASK])
    queue_due(redis, 60_000.0, [TASK])
    assert len(waiting(redis)) == 2


def test_a_clock_whose_time_is_put_back_does_nothing_twice(redis: Redis) -> None:
    assert queue_due(redis, 6_600.0, [TASK])
    assert queue_due(redis, 6_000.0, [TASK])
    assert not queue_due(redis, 6_600.0, [TASK])


def test_what_the_clock_remembers_expires(redis: Redis) -> None:
    queue_due(redis, 6_000.0, [TASK])
    marks = list(redis.scan_iter("hotline:clock:*"))
    assert marks
    assert all(0 < redis.ttl(mark) <= 1_200 for mark in marks)


def test_every_scheduled_task_exists_and_takes_nothing() -> None:
    for periodic in SCHEDULE:
        assert getattr(tasks, periodic.task).__code__.co_argcount == 0
        assert periodic.queue in {TONIGHT, LATER}
        assert periodic.seconds >= 60


def test_a_job_is_plain_json_and_says_nothing_but_its_task(redis: Redis) -> None:
    """Never in a job's arguments: a caller's number, keys, volunteers. What is stored is searched byte for byte."""
    enqueue(redis, TONIGHT, "close_unended_calls", "an-id")
    (job,) = queues(redis)[0].jobs
    stored = redis.hgetall(Job.key_for(job.id))
    assert json.loads(zlib.decompress(stored[b"data"])) == [
        "hotline.jobs.tasks.close_unended_calls",
        None,
        ["an-id"],
        {},
    ]
    assert stored[b"description"] == b"close_unended_calls"
    assert job.result_ttl == 60
    assert job.failure_ttl == 24 * 3600


def test_tonight_is_served_before_what_can_wait(redis: Redis) -> None:
    assert [queue.name for queue in queues(redis)] == [TONIGHT, LATER]


def work(redis: Redis) -> None:
    """Do all that is queued."""
    worker = SimpleWorker(queues(redis), connection=redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="ERROR")


@pytest.fixture
def call_log(tmp_path: object) -> Iterator[CallLog]:
    log = CallLog(f"sqlite:///{tmp_path}/calls.db")
    yield log
    log.close()


def test_the_sweep_closes_calls_whose_end_was_never_reported(redis: Redis, call_log: CallLog) -> None:
    """A status callback is never configured, and reports are empty (lessons): a call does not go on for ever."""
    long_ago = NOON - int(tasks.LONGEST_CALL.total_seconds()) - 1
    call_log.write([started(long_ago, "lost"), answered(long_ago + 20, "lost")])
    call_log.write([started(long_ago, "whole"), ended(long_ago + 90, "whole")])
    call_log.write([started(NOON - 60, "going on")])
    tasks.bind(tasks.Tools(call_log, lambda: datetime.fromtimestamp(NOON, UTC)))
    queue_due(redis, float(NOON))
    work(redis)
    assert call_log.call("lost") == Call("rise", long_ago, long_ago + 20, long_ago + 20)
    assert call_log.call("whole") == Call("rise", long_ago, None, long_ago + 90)
    assert call_log.call("going on") == Call("rise", NOON - 60, None, None)
    assert waiting(redis) == []


def test_a_task_that_fails_is_kept_for_a_day_and_the_next_is_done_all_the_same(redis: Redis, call_log: CallLog) -> None:
    class Broken:
        def close_unended(self, before: int) -> int:
            raise RuntimeError("the sweep failed")

    tasks.bind(tasks.Tools(Broken(), lambda: datetime.fromtimestamp(NOON, UTC)))
    queue_due(redis, float(NOON))
    work(redis)
    (failed,) = queues(redis)[1].failed_job_registry.get_job_ids()
    assert redis.ttl(Job.key_for(failed)) <= 24 * 3600
    tasks.bind(tasks.Tools(call_log, lambda: datetime.fromtimestamp(NOON, UTC)))
    queue_due(redis, float(NOON) + 600)
    work(redis)
    assert queues(redis)[1].failed_job_registry.get_job_ids() == [failed]
    assert waiting(redis) == []
