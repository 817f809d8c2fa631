"""Whether workers and clocks are there, and how much waits for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from hotline.errors import LiveStateUnavailable
from hotline.jobs.alive import alive
from hotline.jobs.queue import LATER, TONIGHT

_TIMEOUT = 1.0


class Behind:
    """What is behind the web, as Redis knows of it. Each method raises LiveStateUnavailable. Connects when used."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0)
        )

    def alive(self) -> Mapping[str, bool]:
        """Whether there is a worker, and a clock."""
        with _unavailable():
            return {kind: bool(alive(self._redis, kind)) for kind in ("worker", "clock")}

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
