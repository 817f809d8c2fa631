"""Facts about a Redis, as it tells them itself."""

from __future__ import annotations

from typing import Any

import redis

from hotline.core.checkup.machine import RedisFacts
from hotline.errors import LiveStateUnavailable
from hotline.store.redis.client import probe, redis_client, told_as

_TIMEOUT = 3.0


def redis_facts(url: str) -> RedisFacts:
    """Return a server's facts, after a write like those of calls. Raises LiveStateUnavailable."""
    client: Any = redis_client(url, _TIMEOUT)
    with told_as(LiveStateUnavailable), client:
        probe(client)
        info = client.info()
        return RedisFacts(
            program="Valkey" if info.get("server_name") == "valkey" else "Redis",
            version=_version(str(info.get("valkey_version") or info.get("redis_version") or "0")),
            snapshots=_snapshots(client),
            saved=info.get("rdb_last_bgsave_status", "ok") == "ok",
            append_only=bool(info["aof_enabled"]) if "aof_enabled" in info else None,
            policy=info.get("maxmemory_policy"),
            used=int(info.get("used_memory", 0)),
            most=int(info.get("maxmemory", 0)),
        )


def _snapshots(client: Any) -> bool | None:
    """Return whether it saves itself from time to time. None if that may not be asked."""
    try:
        return bool(client.config_get("save").get("save", "").strip())
    except redis.ResponseError:
        return None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
