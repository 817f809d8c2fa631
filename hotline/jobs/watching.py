"""Whether workers and clocks are there, and how much waits for them.

A worker's sign of life is RQ's own; a clock leaves `hotline:clock:alive`, which expires. Both tell of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from hotline.errors import LiveStateUnavailable
from hotline.jobs.queue import LATER, TONIGHT

CLOCK_GONE_AFTER = 60
"""Seconds without a sign of any clock after which there is none."""
_ALIVE = "hotline:clock:alive"
_TIMEOUT = 1.0


class Behind:
    """What is behind the web, as Redis knows of it. Each method raises LiveStateUnavailable. Connects when used."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0)
        )

    def clock_is_here(self, now: datetime) -> None:
        """A clock is at work."""
        with _unavailable():
            self._redis.set(_ALIVE, int(now.timestamp()), ex=CLOCK_GONE_AFTER)

    def alive(self) -> Mapping[str, bool]:
        """Whether there is a worker, and a clock."""
        with _unavailable():
            workers = sorted(self._redis.smembers("rq:workers"))
            found = self._redis.exists(*workers) if workers else 0
            return {"worker": bool(found), "clock": bool(self._redis.exists(_ALIVE))}

    def depths(self) -> Mapping[str, int]:
        """How many jobs wait in each queue, wait for their time, and failed for good."""
        with _unavailable(), self._redis.pipeline(transaction=False) as ask:
            for name in (TONIGHT, LATER):
                ask.llen(f"rq:queue:{name}")
                ask.zcard(f"rq:scheduled:{name}")
                ask.zcard(f"rq:failed:{name}")
            tonight, soon, bad, later, someday, worse = ask.execute()
            return {"tonight": tonight, "later": later, "scheduled": soon + someday, "failed": bad + worse}


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise LiveStateUnavailable(f"Redis does not answer ({type(error).__name__}).", "See REDIS_URL.") from None
