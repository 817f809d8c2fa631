"""Puts together what rings phones to see whether they ring: for workers, and for `hotline ring-test`."""

from __future__ import annotations

from collections.abc import Callable, Collection

from hotline.core.calls.absent_phones import phone_digest
from hotline.core.calls.flow import Hotline
from hotline.deployment import carrier, now, redis_url, secret_key
from hotline.logs import Notices
from hotline.ports import Absences, Jobs
from hotline.services.ring_tests import RingTesting
from hotline.settings import Settings
from hotline.store.database.lazy import Database
from hotline.store.database.ring_tests import RingTests
from hotline.store.redis.live import RedisLive
from hotline.webhooks.ring_test_paths import addresses

_PATIENCE = 3.0
"""Seconds to wait for Redis: no caller waits for it here."""


def build_ring_tests(
    settings: Settings, lines: Callable[[], Collection[Hotline]], absences: Absences, jobs: Jobs, notice: Notices
) -> RingTesting | None:
    """Return what rings the phones of these lines' volunteers; None where there is no carrier."""
    account = carrier(settings)
    if account is None:
        return None
    key = secret_key(settings)
    return RingTesting(
        carrier=account,
        kept=RingTests(Database(settings.database_url)),
        jobs=jobs,
        lines=lines,
        absences=absences,
        is_taken=RedisLive(redis_url(settings), key, timeout=_PATIENCE).is_taken,
        addresses=addresses(settings.public_url, key),
        clock=now,
        notice=notice,
        digest=lambda phone: phone_digest(key, phone),
    )
