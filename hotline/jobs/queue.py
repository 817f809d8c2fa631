"""The RQ queues: jobs for tonight, and jobs that can wait.

Jobs are named by string and carry ids only, as JSON; descriptions and results say nothing about calls. Besides RQ's
own keys there are

    hotline:jobs            all unfinished jobs, by id, with the time when they last had a place
    hotline:queued:<token>  this job was queued once already, and its outbox must not queue it again
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from redis import Redis

from hotline.core.jobs import Ticket, Urgency
from hotline.core.wording import Wording
from hotline.errors import QueueUnavailable
from hotline.jobs.rq_inside import failed_key, job_key, queue_key, results_key, scheduled_key
from hotline.store.lua import lua
from hotline.store.redis.client import probe, redis_client, told_as

if TYPE_CHECKING:
    from rq import Queue

TONIGHT, LATER = "hotline-tonight", "hotline-later"
QUEUES = {Urgency.TONIGHT: TONIGHT, Urgency.LATER: LATER}
TASKS = "hotline.jobs.tasks"
ALL_JOBS = "hotline:jobs"
KEEP_FAILURE = 3 * 24 * 3600
"""Seconds for which a failed job can be viewed and tried again."""
NOT_KEPT = frozenset({"missed_ring"})
"""Tasks that leave no record when they fail. A volunteer's failed job would reveal when their phone rang."""
LONGEST_RUN = 300
"""Seconds after which a job counts as stuck."""
_TOKEN_KEPT = 45 * 24 * 3600
_AT_ONCE = 500

_QUEUE = lua(__file__, "queue")


def connection(url: str, name: str | None = None) -> Redis:
    """A connection for queues and workers, which may wait longer than a caller may. A worker makes its own waits.

    `name` is what the server lists it by.
    """
    client: Redis = redis_client(url, 3, 1, text=False, name=name)
    return client


def queues(to: Redis, names: Sequence[str] = (TONIGHT, LATER)) -> list[Queue]:
    """The queues of these names, or all in the order a worker serves them."""
    # Imported here, so that a web process, which hardly ever queues anything by itself, does without RQ.
    from rq import Queue
    from rq.serializers import JSONSerializer

    return [Queue(name, connection=to, serializer=JSONSerializer) for name in names]


class JobQueue:
    """Takes jobs from an outbox. Each is queued once, however often it is written. Connects at the first use."""

    def __init__(self, url: str) -> None:
        self._redis = connection(url)
        self._queue = self._redis.register_script(_QUEUE)

    def write(self, tickets: Sequence[Ticket], /) -> None:
        """Queue jobs: all of them, or some if Redis goes away meanwhile. Raises QueueUnavailable."""
        with _unavailable():
            for first in range(0, len(tickets), _AT_ONCE):
                pipeline = self._redis.pipeline(transaction=False)
                for ticket in tickets[first : first + _AT_ONCE]:
                    keys, args = self._asked(ticket, _TOKEN_KEPT)
                    self._queue(keys=keys, args=args, client=pipeline)
                pipeline.execute()

    def queue(self, ticket: Ticket, remembered: int) -> bool:
        """Queue a job unless its token was used within so many seconds.

        Returns whether it did. Raises QueueUnavailable.

        It replaces a job of the same id that waits for another try, which may be in hours.
        """
        keys, args = self._asked(ticket, remembered, "1")
        with _unavailable():
            return bool(self._queue(keys=keys, args=args))

    def settled(self, tickets: Sequence[Ticket], /) -> tuple[list[Ticket], list[Ticket]]:
        """Return which of these jobs are done, and which are unknown: Redis has lost them. Raises QueueUnavailable.

        A job's token is stored from the moment it is queued. A token without a job means that the job is done, or was
        given up so long ago that it was forgotten. A dead worker's notes about a lost job do not count as a job.
        """
        done: list[Ticket] = []
        lost: list[Ticket] = []
        with _unavailable():
            for first in range(0, len(tickets), _AT_ONCE):
                some = tickets[first : first + _AT_ONCE]
                pipeline = self._redis.pipeline()
                for ticket in some:
                    pipeline.hexists(job_key(ticket.id), "data")
                    pipeline.exists(f"hotline:queued:{ticket.token}")
                there = iter(pipeline.execute())
                for ticket, job, token in zip(some, there, there, strict=True):
                    if not job:
                        (done if token else lost).append(ticket)
        return done, lost

    def forget(self, tokens: Collection[str], /) -> None:
        """Note that these jobs will never be written again. Raises QueueUnavailable."""
        if tokens:
            with _unavailable():
                self._redis.delete(*(f"hotline:queued:{token}" for token in tokens))

    def ping(self) -> None:
        """Raise QueueUnavailable unless Redis accepts writes."""
        with _unavailable():
            probe(self._redis)

    def close(self) -> None:
        """Close all connections. The next use opens new ones."""
        self._redis.close()

    def _asked(self, ticket: Ticket, remembered: int, replaces: str = "") -> tuple[list[str], list[Any]]:
        """The keys and arguments of the script for one job."""
        name, job, now = QUEUES[ticket.job.urgency], ticket.job, datetime.now(UTC)
        keys = [
            f"hotline:queued:{ticket.token}",
            job_key(ticket.id),
            queue_key(name),
            scheduled_key(name),
            failed_key(name),
            ALL_JOBS,
            results_key(ticket.id),
        ]
        when = "" if job.at is None or job.at <= now.timestamp() else job.at
        fields = [part for pair in self._fields(ticket, now, scheduled=when != "").items() for part in pair]
        return keys, [remembered, ticket.id, when, int(now.timestamp()), replaces, *fields]

    def _fields(self, ticket: Ticket, now: datetime, *, scheduled: bool) -> dict[str, Any]:
        """A job in RQ's format. Its creation time is rounded to the day: some jobs are created during a call."""
        from rq.job import Job, JobStatus
        from rq.serializers import JSONSerializer

        job = Job.create(
            f"{TASKS}.{ticket.job.task}",
            args=ticket.job.ids,
            connection=self._redis,
            id=ticket.id,
            origin=QUEUES[ticket.job.urgency],
            description=ticket.job.task,
            status=JobStatus.SCHEDULED if scheduled else JobStatus.QUEUED,
            timeout=LONGEST_RUN,
            result_ttl=0,
            failure_ttl=0 if ticket.job.task in NOT_KEPT else KEEP_FAILURE,
            serializer=JSONSerializer,
        )
        job.created_at = job.enqueued_at = now.replace(hour=0, minute=0, second=0, microsecond=0)
        fields: dict[str, Any] = job.to_dict()
        return fields


def _unavailable() -> AbstractContextManager[None]:
    return told_as(QueueUnavailable, Wording("Jobs wait on disk."))
