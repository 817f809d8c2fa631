"""Puts together what places heartbeats. Nothing here connects to anything before it is first used."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from hotline.carrier.synthetic import PublicLine, SyntheticCalls, ping
from hotline.core.calls.flow import Hotline
from hotline.deployment import PRACTICE_ACCOUNT, now, redis_url, secret_key, webhook_token
from hotline.files.loading.watch import LOOK_EVERY, WatchedDirectory
from hotline.logs import Notices
from hotline.services.heartbeat import Beating
from hotline.settings import Settings
from hotline.store.redis.heartbeats import RedisHeartbeats


def build_beating(settings: Settings, directory: Callable[[], WatchedDirectory], notice: Notices) -> Beating:
    """Heartbeats for these settings. `directory` gives the hotlines as their files are when it is asked."""
    token = webhook_token(settings)
    line = SyntheticCalls(PublicLine(settings.public_url, token), settings.account_sid or PRACTICE_ACCOUNT, token)

    def hotlines() -> list[Hotline]:
        return list(directory().served().values())

    def look_again() -> None:
        """Give web the time in which it takes up an edit."""
        time.sleep(LOOK_EVERY + 1)

    return Beating(
        hotlines=hotlines,
        line=line,
        kept=RedisHeartbeats(redis_url(settings)),
        clock=now,
        key=secret_key(settings),
        notice=notice,
        look_again=look_again,
        ping=partial(ping, settings.heartbeat_ping_url) if settings.heartbeat_ping_url else None,
    )
