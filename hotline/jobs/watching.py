"""Watching the queue: whether workers and clocks run, and how many jobs wait for them."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.errors import LiveStateUnavailable
from hotline.jobs.alive import alive
from hotline.jobs.queue import LATER, TONIGHT
from hotline.jobs.rq_inside import failed_key, queue_key, scheduled_key
from hotline.store.redis.client import probe, redis_client, told_as

_TIMEOUT = 1.0


class Backends:
    """The processes behind the web server, as recorded in Redis.

    Each method raises LiveStateUnavailable. Connects when used.
    """

    def __init__(self, url: str) -> None:
        self._redis = redis_client(url, _TIMEOUT, text=False)

    def alive(self) -> Mapping[str, bool]:
        """Return whether there is a worker, and a clock."""
        with told_as(LiveStateUnavailable):
            probe(self._redis)  # without write access, nobody can record that they are running
            return {kind: bool(alive(self._redis, kind)) for kind in ("worker", "clock")}

    def depths(self) -> Mapping[str, int]:
        """Return how many jobs wait in each queue, wait for their time, and have failed permanently."""
        with told_as(LiveStateUnavailable), self._redis.pipeline(transaction=False) as ask:
            for name in (TONIGHT, LATER):
                ask.llen(queue_key(name))
                ask.zcard(scheduled_key(name))
                ask.zcard(failed_key(name))
            tonight, soon, bad, later, someday, worse = ask.execute()
            return {"tonight": tonight, "later": later, "scheduled": soon + someday, "failed": bad + worse}
