"""The state of the queue for people: waiting, running and failed jobs, and retries. Never what a job is about."""

from __future__ import annotations

import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from redis import Redis

from hotline.core.wording import Wording
from hotline.errors import QueueUnavailable
from hotline.jobs.alive import alive
from hotline.jobs.queue import LATER, TONIGHT
from hotline.jobs.rq_inside import failed_key, job_key, queue_key, results_key, scheduled_key, started_key
from hotline.store.lua import lua
from hotline.store.redis.client import probe, told_as

_TONIGHTS = {TONIGHT: True, LATER: False}

_RETRY = lua(__file__, "retry")


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job in the queue. `tries`: how often it was restarted. `due`: epoch seconds, for a job to be done later.

    `problem`: the kind and place of the error it failed with.
    """

    id: str
    task: str
    tonight: bool
    tries: int = 0
    due: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class JobsState:
    """The queue: all jobs, each list in order, and the numbers of workers and clocks."""

    workers: int
    clocks: int
    running: tuple[QueuedJob, ...]
    waiting: tuple[QueuedJob, ...]
    scheduled: tuple[QueuedJob, ...]
    failed: tuple[QueuedJob, ...]


def read_state(redis: Redis) -> JobsState:
    """Return the current state. Raises QueueUnavailable."""
    with told_as(QueueUnavailable, Wording("The queue cannot be read.")):
        probe(redis)  # without write access, nobody can record that they are running
        waiting = [job for name in _TONIGHTS for job in _jobs(redis, name, _listed(redis, name))]
        scheduled = [job for name in _TONIGHTS for job in _jobs(redis, name, _scored(redis, scheduled_key(name)))]
        failed = [job for name in _TONIGHTS for job in _jobs(redis, name, _scored(redis, failed_key(name)))]
        running = [job for name in _TONIGHTS for job in _jobs(redis, name, _started(redis, name))]
        return JobsState(
            workers=len(alive(redis, "worker")),
            clocks=len(alive(redis, "clock")),
            running=tuple(running),
            waiting=tuple(waiting),
            scheduled=tuple(sorted(scheduled, key=lambda job: job.due or 0)),
            failed=_why(redis, failed),
        )


def retry_failed(redis: Redis) -> int:
    """Queue every failed job once more. Returns how many. Raises QueueUnavailable."""
    script, count = redis.register_script(_RETRY), 0
    with told_as(QueueUnavailable, Wording("No job was queued again.")):
        for name in _TONIGHTS:
            if failed := list(_scored(redis, failed_key(name))):
                count += int(script(keys=[failed_key(name), queue_key(name)], args=failed))
    return count


def _listed(redis: Redis, name: str) -> dict[str, int | None]:
    jobs: Any = redis.lrange(queue_key(name), 0, -1)
    return {job.decode(): None for job in jobs}


def _scored(redis: Redis, key: str) -> dict[str, int | None]:
    jobs: Any = redis.zrange(key, 0, -1, withscores=True)
    return {job.decode(): int(score) for job, score in jobs}


def _started(redis: Redis, name: str) -> dict[str, int | None]:
    entries: Any = redis.zrange(started_key(name), 0, -1)
    return {entry.decode().partition(":")[0]: None for entry in entries}


def _jobs(redis: Redis, name: str, ids: Mapping[str, int | None]) -> Iterator[QueuedJob]:
    pipeline = redis.pipeline(transaction=False)
    for job in ids:
        pipeline.hmget(job_key(job), "description", "number_of_retries")
    for (job, due), (task, tries) in zip(ids.items(), pipeline.execute(), strict=True):
        if task is not None:  # else it has been done since
            yield QueuedJob(job, task.decode(), _TONIGHTS[name], int(tries or 0), due)


def _why(redis: Redis, failed: list[QueuedJob]) -> tuple[QueuedJob, ...]:
    """Failed jobs with the known reason. Their score is the time at which they are forgotten, so there is no `due`."""
    pipeline = redis.pipeline(transaction=False)
    for job in failed:
        pipeline.xrevrange(results_key(job.id), count=1)
    return tuple(
        replace(job, due=None, problem=_problem(kept)) for job, kept in zip(failed, pipeline.execute(), strict=True)
    )


def _problem(results: list[tuple[bytes, dict[bytes, bytes]]]) -> str:
    """Return the error as `JobFailed` words it: the last line of the traceback in the result that RQ stores."""
    for _, result in results:
        with suppress(KeyError, ValueError, zlib.error):
            last = zlib.decompress(b64decode(result[b"exc_string"])).decode().strip().rpartition("\n")[2]
            return last.partition(": ")[2] or last
    return "several workers died while they did it"
