"""What the tests of jobs use: a database of the real Valkey that only they use, and a worker that does what waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from redis import Redis

from hotline.jobs.queue import JobQueue, connection, queues
from hotline.jobs.work import JobWorker


@pytest.fixture
def jobs_url(redis_url: str) -> str:
    """The address of that database."""
    return f"{redis_url}?db=7"


@pytest.fixture
def redis(jobs_url: str) -> Iterator[Redis]:
    """The database, emptied."""
    client = connection(jobs_url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def queue(redis: Redis, jobs_url: str) -> Iterator[JobQueue]:
    """The queues there."""
    queue = JobQueue(jobs_url)
    yield queue
    queue.close()


def waiting(redis: Redis) -> list[str]:
    """The tasks that wait, tonight's first."""
    return [job.description for queue in queues(redis) for job in queue.jobs]


def work(redis: Redis) -> None:
    """Do all that is queued, as a worker does it."""
    JobWorker(threading.Event(), redis, lambda event, /, **facts: None).work(burst=True, logging_level="CRITICAL")
