"""Counters of web processes, almost free for a webhook: in memory first, and once a minute into Redis.

Keys, under `hotline:`; all expire:

    counts:day:<day>       the counts of a day (UTC), for two days
    counts:month:<month>   the counts of a month, for some ten weeks
    counts:batch:<random>  a minute's counts of one process were added

Fields are "ring|<hotline>|<outcome>", "took|<route>|<step>", "spent|<route>" (microseconds), "refused", "misfit"
(refused with a signature that does not fit), and "signed|<setting>" (minutes in which the carrier signed with the
secret in a setting, while that is being changed). These exact counts are never shown: see
`hotline.core.reports.metrics`. The last minute's counts of a killed process are lost.
"""

from __future__ import annotations

import atexit
import secrets
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from hotline.core.reports.metrics import WEBHOOK_BUCKETS, RingOutcome, Took, WebCounts
from hotline.errors import LiveStateUnavailable
from hotline.store.after_fork import forget_in_child
from hotline.store.lua import lua
from hotline.store.redis.client import REDIS_GONE, redis_client, told_as

_TIMEOUT = 1.0
_KEEP_DAY, _KEEP_MONTH, _KEEP_BATCH = 2 * 86_400, 70 * 86_400, 3_600

_TAKE = lua(__file__, "take_tallies")

Batch = tuple[tuple[str, str, str], dict[str, int]]
"""Counts in transit: the keys of day, month and batch, and the fields."""


class Tallies:
    """Implements `hotline.ports.Meter`. Counts in memory. Connects at the first flush; usable after a fork."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.time,
        prefix: str = "hotline:",
        every: float = 60.0,
    ) -> None:
        self._redis = redis_client(url, _TIMEOUT)
        self._take = self._redis.register_script(_TAKE)
        self._clock = clock
        self._prefix = f"{prefix}counts:"
        self._every = every
        self._lock, self._flushing = threading.Lock(), threading.Lock()
        self._counted: Counter[str] = Counter()
        self._batch: Batch | None = None
        self._thread: threading.Thread | None = None
        forget_in_child(self._forget)

    def webhook(self, route: str, seconds: float) -> None:
        """Count a webhook that was answered."""
        step, spent = f"took|{route}|{bisect_left(WEBHOOK_BUCKETS, seconds)}", int(seconds * 1e6)
        with self._lock:
            self._counted[step] += 1
            self._counted[f"spent|{route}"] += spent

    def ring(self, hotline: str, outcome: RingOutcome) -> None:
        """Count a ring by its outcome."""
        with self._lock:
            self._counted[f"ring|{hotline}|{outcome.value}"] += 1

    def refused(self, signed: bool) -> None:
        """Count a webhook that was refused for its signature; `signed`: it had one, which did not fit."""
        with self._lock:
            self._counted["refused"] += 1
            if signed:
                self._counted["misfit"] += 1

    def signed(self, setting: str) -> None:
        """Note, once a minute, that the carrier signed with the secret in a setting."""
        with self._lock:
            self._counted[f"signed|{setting}"] = 1

    def start(self) -> None:
        """Write counts once a minute, and at the end of this process. Does nothing if it has started already."""
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._keep_flushing, name="tallies", daemon=True)
        self._thread.start()
        atexit.register(self.flush)

    def flush(self) -> bool:
        """Write the counts. False if Redis could not take them, which leaves them for the next time."""
        with self._flushing:
            return self._hand_on() and self._hand_on()

    def told(self, now: datetime) -> WebCounts:
        """Return the counts that may be shown: past days of yesterday's month; refused signatures of this month.

        Raises LiveStateUnavailable.
        """
        today = now.astimezone(UTC)
        yesterday = today - timedelta(days=1)
        with told_as(LiveStateUnavailable), self._redis.pipeline() as ask:
            ask.hgetall(self._month(yesterday))
            ask.hgetall(self._day(today))
            ask.hget(self._month(today), "refused")
            month, day, refused = ask.execute()
        same_month = self._month(today) == self._month(yesterday)
        before_today = {name: int(count) - int(day.get(name, 0) if same_month else 0) for name, count in month.items()}
        return _counts({name: count for name, count in before_today.items() if count}, int(refused or 0))

    def misfits(self, now: datetime) -> int:
        """Return how many signatures did not fit today and yesterday. Raises LiveStateUnavailable."""
        today = now.astimezone(UTC)
        with told_as(LiveStateUnavailable), self._redis.pipeline() as ask:
            for day in (today, today - timedelta(days=1)):
                ask.hget(self._day(day), "misfit")
            return sum(int(count or 0) for count in ask.execute())

    def signed_lately(self, now: datetime) -> frozenset[str]:
        """Return the settings whose secrets the carrier signed with today or yesterday. Raises LiveStateUnavailable."""
        today = now.astimezone(UTC)
        with told_as(LiveStateUnavailable), self._redis.pipeline() as ask:
            for day in (today, today - timedelta(days=1)):
                ask.hkeys(self._day(day))
            fields = [field.partition("|") for fields in ask.execute() for field in fields]
        return frozenset(setting for kind, _, setting in fields if kind == "signed")

    def _hand_on(self) -> bool:
        if self._batch is None:
            with self._lock:
                counted, self._counted = self._counted, Counter()
            if not counted:
                return True
            now = datetime.fromtimestamp(self._clock(), UTC)
            keys = (self._day(now), self._month(now), f"{self._prefix}batch:{secrets.token_hex(8)}")
            self._batch = keys, dict(counted)
        keys, batch = self._batch
        args: list[str | int] = [_KEEP_DAY, _KEEP_MONTH, _KEEP_BATCH]
        for name, count in batch.items():
            args += (name, count)
        try:
            self._take(keys=keys, args=args)
        except REDIS_GONE:
            return False
        self._batch = None
        return True

    def _keep_flushing(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._every):
            self.flush()

    def _day(self, when: datetime) -> str:
        return f"{self._prefix}day:{when:%Y-%m-%d}"

    def _month(self, when: datetime) -> str:
        return f"{self._prefix}month:{when:%Y-%m}"

    def _forget(self) -> None:
        """In a forked child, forget the counts: the parent writes them."""
        self._lock, self._flushing = threading.Lock(), threading.Lock()
        self._counted, self._batch, self._thread = Counter(), None, None


def _counts(fields: Mapping[str, int], refused: int) -> WebCounts:
    rings: dict[tuple[str, RingOutcome], int] = {}
    steps: dict[str, list[int]] = {}
    spent: dict[str, int] = {}
    for name, count in fields.items():
        match name.split("|"):
            case ["ring", hotline, outcome]:
                rings[hotline, RingOutcome(outcome)] = count
            case ["took", route, step]:
                steps.setdefault(route, [0] * (len(WEBHOOK_BUCKETS) + 1))[int(step)] = count
            case ["spent", route]:
                spent[route] = count
    webhooks = {route: Took(tuple(counted), spent.get(route, 0) / 1e6) for route, counted in sorted(steps.items())}
    return WebCounts(rings, webhooks, refused)
