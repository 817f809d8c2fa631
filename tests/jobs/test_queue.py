"""The queues: what a job looks like in Redis, and that each is queued once."""

from __future__ import annotations

import json
import time
import zlib

import pytest
from redis import Redis
from rq.job import Job as QueuedJob
from rq.serializers import JSONSerializer

from hotline.core.jobs import Job, Ticket, Urgency
from hotline.errors import QueueUnavailable
from hotline.jobs.queue import LATER, TONIGHT, JobQueue, queues
from tests.jobs.conftest import waiting

JOB = Job("close_unended_calls")


def test_a_job_is_plain_json_and_says_nothing_but_its_task(redis: Redis, queue: JobQueue) -> None:
    """Never in a job's arguments: a caller's number, keys, volunteers. What is stored is searched byte for byte."""
    queue.write([Ticket("a-token", "an-id", Job("close_unended_calls", ("one",), Urgency.TONIGHT))])
    (job,) = queues(redis)[0].jobs
    stored = redis.hgetall(QueuedJob.key_for(job.id))
    assert json.loads(zlib.decompress(stored[b"data"])) == ["hotline.jobs.tasks.close_unended_calls", None, ["one"], {}]
    assert stored[b"description"] == b"close_unended_calls"
    assert stored[b"created_at"].endswith(b"T00:00:00.000000Z"), "when a call went on is nobody's business here"
    assert stored[b"enqueued_at"] == stored[b"created_at"]
    assert job.result_ttl == 0
    assert job.failure_ttl == 3 * 24 * 3600


def test_tonight_is_served_before_what_can_wait(redis: Redis, queue: JobQueue) -> None:
    assert [each.name for each in queues(redis)] == [TONIGHT, LATER]
    queue.write([Ticket("a", "a", Job("later")), Ticket("b", "b", Job("tonight", urgency=Urgency.TONIGHT))])
    assert waiting(redis) == ["tonight", "later"]


def test_jobs_come_in_the_order_in_which_they_were_put(redis: Redis, queue: JobQueue) -> None:
    queue.write([Ticket(f"{n}", f"{n}", Job(f"task-{n}")) for n in range(1_200)])
    assert waiting(redis) == [f"task-{n}" for n in range(1_200)]


def test_a_job_written_again_is_queued_once(redis: Redis, queue: JobQueue) -> None:
    """Whoever moves jobs may die before they count as moved: then they are written once more."""
    ticket = Ticket("a-token", "an-id", JOB)
    queue.write([ticket, ticket])
    queue.write([ticket])
    assert waiting(redis) == [JOB.task]
    queues(redis)[1].jobs[0].delete()
    queue.write([ticket])
    assert waiting(redis) == [], "it has been done meanwhile"


def test_two_jobs_of_one_name_are_one_for_as_long_as_the_first_waits(redis: Redis, queue: JobQueue) -> None:
    queue.write([Ticket("first", "a-name", JOB), Ticket("second", "a-name", JOB)])
    assert waiting(redis) == [JOB.task]
    queues(redis)[1].jobs[0].delete()
    queue.write([Ticket("third", "a-name", JOB)])
    assert waiting(redis) == [JOB.task]


def test_a_job_that_failed_does_not_keep_the_next_of_its_name_from_being_done(redis: Redis, queue: JobQueue) -> None:
    queue.write([Ticket("first", "a-name", JOB)])
    job, (_, later) = queues(redis)[1].jobs[0], queues(redis)
    redis.delete(later.key)
    job.set_status("failed")
    later.failed_job_registry.add(job, ttl=60)
    queue.write([Ticket("second", "a-name", JOB)])
    assert waiting(redis) == [JOB.task]
    assert later.failed_job_registry.count == 0


def test_a_job_for_later_waits_where_rq_looks_for_it(redis: Redis, queue: JobQueue) -> None:
    when = int(time.time()) + 3_600
    queue.write([Ticket("a", "a", Job("later", at=when)), Ticket("b", "b", Job("now", at=when - 7_200))])
    assert waiting(redis) == ["now"]
    registry = queues(redis)[1].scheduled_job_registry
    assert registry.get_job_ids() == ["a"]
    assert redis.zscore(registry.key, "a") == when
    assert QueuedJob.fetch("a", connection=redis, serializer=JSONSerializer).get_status() == "scheduled"


def test_a_redis_that_is_gone_is_said_in_our_own_words() -> None:
    queue = JobQueue("unix:///nowhere/valkey.sock")
    with pytest.raises(QueueUnavailable, match="wait on disk"):
        queue.write([Ticket("a", "a", JOB)])
    with pytest.raises(QueueUnavailable):
        queue.ping()
