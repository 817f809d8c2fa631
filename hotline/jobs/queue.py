"""The RQ queues: what matters to tonight, and what can wait.

Jobs are named by string and carry ids only, as JSON; descriptions and results say nothing about calls.
"""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

TONIGHT, LATER = "hotline-tonight", "hotline-later"
_KEEP_RESULT = 60
_KEEP_FAILURE = 24 * 3600


def connection(url: str) -> Redis:
    """A connection for queues and workers, which may wait longer than a caller may. A worker makes its own waits."""
    return Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3, retry=Retry(NoBackoff(), 1))


def queues(to: Redis) -> list[Queue]:
    """The queues in the order a worker serves them."""
    return [Queue(name, connection=to, serializer=JSONSerializer) for name in (TONIGHT, LATER)]


def enqueue(to: Redis, name: str, task: str, *ids: str) -> None:
    """Queue the task `hotline.jobs.tasks.<task>`."""
    queue = Queue(name, connection=to, serializer=JSONSerializer)
    queue.enqueue(
        f"hotline.jobs.tasks.{task}",
        args=ids,
        description=task,
        result_ttl=_KEEP_RESULT,
        failure_ttl=_KEEP_FAILURE,
        job_timeout=300,
    )
