"""Heartbeats of workers and clocks. Each sends one every few seconds, and counts as gone without them."""

from __future__ import annotations

from redis import Redis

BEAT = 2.0
"""Seconds between two heartbeats."""
_GONE_AFTER = 12
_PREFIX = "hotline:alive:"


def say_alive(redis: Redis, kind: str, name: str) -> None:
    """Record that a worker ("worker"), its thread for tonight's jobs ("hand"), or a clock ("clock") is running."""
    redis.set(f"{_PREFIX}{kind}:{name}", "1", ex=_GONE_AFTER)


def say_goodbye(redis: Redis, kind: str, name: str) -> None:
    """Forget that this process is alive."""
    redis.delete(f"{_PREFIX}{kind}:{name}")


def alive(redis: Redis, kind: str) -> frozenset[str]:
    """The names of the running workers, or clocks, as `kind` says."""
    prefix = f"{_PREFIX}{kind}:"
    return frozenset(key.decode().removeprefix(prefix) for key in redis.scan_iter(f"{prefix}*", count=1_000))
