"""Redis or Valkey as callers may wait for it: not long, and not again and again while it is gone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hotline.errors import LiveStateUnavailable

TIMEOUT = 0.3
"""Seconds a caller may be kept waiting by Redis, for connecting and for each answer."""
PAUSE_AFTER_FAILURE = 2.0
"""Seconds for which Redis is not asked again after it failed, so that only few callers wait for it."""

Answer = TypeVar("Answer")


class Server:
    """Connects at the first question; safe to share between threads and to fork. `timeout` is in seconds."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self.client: redis.Redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 1),
        )
        self._asked_again_at = 0.0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """The answer to a question that uses `client`. Raises LiveStateUnavailable."""
        if time.monotonic() < self._asked_again_at:
            raise LiveStateUnavailable("Redis failed a moment ago.")
        try:
            return question()
        except (redis.RedisError, OSError) as error:
            self._asked_again_at = time.monotonic() + PAUSE_AFTER_FAILURE
            raise LiveStateUnavailable(
                f"Redis does not answer ({type(error).__name__}).",
                "Calls go on without it. Start it, or see REDIS_URL.",
            ) from None

    def ask_again(self) -> None:
        """Ask the next question even if Redis failed a moment ago."""
        self._asked_again_at = 0.0
