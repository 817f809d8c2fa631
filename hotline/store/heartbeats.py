"""The last heartbeat, in Redis: `hotline:heartbeat`, which expires after a week. It tells of no call."""

from __future__ import annotations

import json
from dataclasses import asdict

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hotline.core.heartbeat import Beat, Heartbeat
from hotline.errors import LiveStateUnavailable

_KEY = "hotline:heartbeat"
_KEEP = 7 * 86_400
_TIMEOUT = 0.3


class RedisHeartbeats:
    """Fits `hotline.ports.Heartbeats`. Connects at the first use."""

    def __init__(self, url: str) -> None:
        self._redis: redis.Redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )

    def keep(self, heartbeat: Heartbeat) -> None:
        try:
            self._redis.set(_KEY, json.dumps(asdict(heartbeat)), ex=_KEEP)
        except (redis.RedisError, OSError) as error:
            raise _gone(error) from None

    def last(self) -> Heartbeat | None:
        try:
            text = self._redis.get(_KEY)
        except (redis.RedisError, OSError) as error:
            raise _gone(error) from None
        try:
            kept = json.loads(text or "null")
            beats = tuple(Beat(**beat) for beat in kept["beats"])
            return Heartbeat(int(kept["at"]), beats, str(kept["ping_problem"]))
        except (TypeError, KeyError, ValueError):  # none yet, or one of another release
            return None


def _gone(error: Exception) -> LiveStateUnavailable:
    return LiveStateUnavailable(f"Redis does not answer ({type(error).__name__}).", "Start it, or see REDIS_URL.")
