"""The last heartbeat, in Redis: `hotline:heartbeat`, which expires after a week. It reveals no call."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.core.wording import data_of, words_of
from hotline.errors import LiveStateUnavailable
from hotline.store.redis.client import redis_client, told_as
from hotline.store.redis.connection import TIMEOUT

_KEY = "hotline:heartbeat"
_KEEP = 7 * 86_400


class RedisHeartbeats:
    """Implements `hotline.ports.Heartbeats`. Connects at the first use."""

    def __init__(self, url: str) -> None:
        self._redis = redis_client(url, TIMEOUT)

    def keep(self, heartbeat: Heartbeat) -> None:
        with told_as(LiveStateUnavailable):
            wordings = [[data_of(beat.problem), data_of(beat.remedy)] for beat in heartbeat.beats]
            self._redis.set(_KEY, json.dumps({**asdict(heartbeat), "wordings": wordings}), ex=_KEEP)

    def last(self) -> Heartbeat | None:
        with told_as(LiveStateUnavailable):
            text = self._redis.get(_KEY)
        try:
            kept = json.loads(text or "null")
            beats = tuple(Beat(**beat) for beat in kept["beats"])
            wordings = kept.get("wordings") or [[beat.problem, beat.remedy] for beat in beats]
            beats = tuple(
                replace(beat, problem=words_of(problem), remedy=words_of(remedy))
                for beat, (problem, remedy) in zip(beats, wordings, strict=True)
            )
            return Heartbeat(int(kept["at"]), beats, str(kept["ping_problem"]))
        except (TypeError, KeyError, ValueError):  # none yet, or one of another release
            return None
