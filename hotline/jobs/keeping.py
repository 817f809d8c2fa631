"""Requeues jobs whose worker died, and queues scheduled jobs that are due.

RQ alone loses a job whose worker dies between taking it off a queue and recording that (with more than one queue it
takes jobs with BLPOP). It gives up a job whose worker died later, unless it was queued with retries. It schedules from
a process that survives a killed worker. Here, one set contains every unfinished job. A job is put back if for some
seconds it is in no queue, not scheduled, not failed, and with no living worker. A job that is missing from that set,
for example after a failover of Redis, is added once a minute. Several keepers may run at the same time: each move is
atomic, and changes nothing the second time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from redis import Redis

from hotline.jobs.alive import alive
from hotline.jobs.queue import ALL_JOBS, KEEP_FAILURE, LATER, TONIGHT
from hotline.jobs.rq_inside import execution_key, failed_key, job_key, queue_key, scheduled_key, started_key
from hotline.store.lua import lua

PUT_BACK_AFTER = 5.0
"""Seconds for which a job has no place before it is put back. Jobs have none for a moment when they move."""
_MOST_DEATHS = 5
"""The number of workers that die during a job before the job counts as the cause."""
_AT_ONCE = 500
TAKE_UP_EVERY = 60.0
"""Seconds between two looks through all keys of Redis for jobs that are in no list."""

_BRING_DUE = lua(__file__, "bring_due")

_PUT_BACK = lua(__file__, "put_back")

_FORGET_DONE = lua(__file__, "forget_done")

_TAKE_UP = lua(__file__, "take_up")


@dataclass(frozen=True, slots=True)
class _Look:
    """A look at all jobs at one moment. `left`: by job, what dead workers left in the registry of started jobs."""

    loose: frozenset[str]
    done: frozenset[str]
    left: Mapping[str, tuple[str, ...]]


class Keeper:
    """Keeps the jobs of one Redis. Raises RedisError or OSError while that is down, and can be called again later."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis
        self._clock = clock
        self._bring_due = redis.register_script(_BRING_DUE)
        self._put_back = redis.register_script(_PUT_BACK)
        self._forget_done = redis.register_script(_FORGET_DONE)
        self._take_up = redis.register_script(_TAKE_UP)
        self._loose_since: dict[str, float] = {}
        self._took_up_at = 0.0

    def bring_due(self) -> int:
        """Queue the jobs whose time has come. Returns how many."""
        brought = 0
        for name in (TONIGHT, LATER):
            keys = [scheduled_key(name), queue_key(name)]
            while (some := int(self._bring_due(keys=keys, args=[int(self._clock()), _AT_ONCE]))) > 0:
                brought += some
        return brought

    def put_back(self) -> int:
        """Put back the jobs that have had no place for long enough, and forget those that are done.

        Returns how many.
        """
        if self._clock() - self._took_up_at >= TAKE_UP_EVERY:
            self._took_up_at = self._clock()
            self._take_up_strays()
        look, now, count = self._look(), self._clock(), 0
        self._loose_since = {job: self._loose_since.get(job, now) for job in look.loose}
        for job in [job for job, since in self._loose_since.items() if now - since >= PUT_BACK_AFTER]:
            count += self._put_back_one(job, look.left.get(job, ()))
            del self._loose_since[job]
        if look.done:
            self._forget_done(keys=[ALL_JOBS], args=list(look.done))
        return count

    def _take_up_strays(self) -> None:
        """Add the jobs that are not in the set of all jobs, and remove what is left of others."""
        prefix = job_key("")
        for key in self._redis.scan_iter(f"{prefix}*", count=1_000, _type="hash"):
            job = key.decode().removeprefix(prefix)
            self._take_up(keys=[ALL_JOBS, job_key(job)], args=[job, int(self._clock())])

    def _look(self) -> _Look:
        pipeline = self._redis.pipeline()
        pipeline.zrange(ALL_JOBS, 0, -1)
        for name in (TONIGHT, LATER):
            pipeline.zremrangebyscore(failed_key(name), 0, self._clock())
            pipeline.lrange(queue_key(name), 0, -1)
            pipeline.zrange(scheduled_key(name), 0, -1)
            pipeline.zrange(failed_key(name), 0, -1)
            pipeline.zrange(started_key(name), 0, -1, withscores=True)
        known, *there = pipeline.execute()
        placed: set[bytes] = set()
        started: list[tuple[bytes, float]] = []
        for first in (0, 5):
            _, *lists, in_hand = there[first : first + 5]
            placed.update(*lists)
            started += in_hand
        held, left = self._hands(started)
        loose = [job.decode() for job in known if job not in placed and job.decode() not in held]
        exist = self._exist(loose)
        return _Look(frozenset(exist), frozenset(loose) - exist, left)

    def _hands(self, started: list[tuple[bytes, float]]) -> tuple[set[str], dict[str, tuple[str, ...]]]:
        """Return the jobs that living workers are doing, and what dead workers left of theirs."""
        held: set[str] = set()
        left: dict[str, tuple[str, ...]] = {}
        if not started:
            return held, left
        workers, now = alive(self._redis, "worker") | alive(self._redis, "hand"), self._clock()
        pipeline = self._redis.pipeline(transaction=False)
        for raw, _ in started:
            pipeline.hget(execution_key(raw.decode()), "worker_name")
        for (raw, until), worker in zip(started, pipeline.execute(), strict=True):
            entry = raw.decode()
            job = entry.partition(":")[0]
            if worker is not None and worker.decode() in workers and now < until:
                held.add(job)
            else:
                left[job] = (*left.get(job, ()), entry)
        return held, left

    def _exist(self, jobs: list[str]) -> set[str]:
        pipeline = self._redis.pipeline(transaction=False)
        for job in jobs:
            pipeline.exists(job_key(job))
        return {job for job, there in zip(jobs, pipeline.execute(), strict=True) if there}

    def _put_back_one(self, job: str, left: tuple[str, ...]) -> int:
        origin = self._redis.hget(job_key(job), "origin")
        name = TONIGHT if origin == TONIGHT.encode() else LATER
        keys = [job_key(job), queue_key(name), scheduled_key(name), failed_key(name), started_key(name)]
        forgotten = int(self._clock()) + KEEP_FAILURE
        return int(self._put_back(keys=keys, args=[job, _MOST_DEATHS, forgotten, KEEP_FAILURE, *left]) == 1)
