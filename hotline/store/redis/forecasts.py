"""Forecasts of waits, in Redis: small figures about a rota, and nothing about calls.

hotline:forecast:<rota>:<digest>        the forecast of files with this digest; a day
hotline:forecast-asked:<rota>:<digest>  when it was asked for, so that it is asked for once; ten minutes
"""

from __future__ import annotations

import json

from hotline.core.forecast.summary import ForecastSummary
from hotline.store.redis.connection import RedisConnection

_KEPT = 86_400
_ASKED = 600


class RedisForecasts:
    """Implements `hotline.ports.KeptForecasts`. Connects at the first use."""

    def __init__(self, redis: RedisConnection) -> None:
        self._redis = redis

    def keep(self, rota: str, digest: str, summary: ForecastSummary) -> None:
        text = json.dumps(summary.as_data(), separators=(",", ":"))
        self._redis.ask(lambda: self._redis.client.set(f"hotline:forecast:{rota}:{digest}", text, ex=_KEPT))

    def find(self, rota: str, digest: str) -> ForecastSummary | None:
        text = self._redis.ask(lambda: self._redis.client.get(f"hotline:forecast:{rota}:{digest}"))
        try:
            return ForecastSummary.of_data(json.loads(text or "null"))
        except (TypeError, KeyError, ValueError):  # none yet, or one of another release
            return None

    def asked(self, rota: str, digest: str, now: int) -> int | None:
        key = f"hotline:forecast-asked:{rota}:{digest}"
        if self._redis.ask(lambda: self._redis.client.set(key, now, nx=True, ex=_ASKED)):
            return None
        since = self._redis.ask(lambda: self._redis.client.get(key))
        return int(since) if isinstance(since, str) and since.isdecimal() else now
