"""Checks behind `/health/ready`, one for each part. None waits for long, and none is on a caller's way.

Anybody may read the answers, so they hold no count and no age: what waits, waits for a call that came just then.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from hotline.clock import now
from hotline.core.calls.flow import with_every_rota
from hotline.core.calls.heartbeat import pulse
from hotline.core.texts.off import leave_nobody
from hotline.core.wording import InARow, Wording, in_a_row, together
from hotline.errors import LiveStateUnavailable
from hotline.feeds.health import Checks, HealthPart, of_work
from hotline.files.loading.watch import WatchedDirectory
from hotline.jobs.watching import Backends
from hotline.ports import Absences
from hotline.store.disk.outbox import Outbox
from hotline.store.disk.spool import Spool
from hotline.store.redis.heartbeats import RedisHeartbeats
from hotline.store.redis.live import RedisLive

BACKLOG_TOO_OLD = 30
"""Seconds."""
_WRITABLE = Wording("Free some disk space, or make the folder writable.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthOf:
    """The parts of a web process. `heartbeat_every` in seconds; `since` on the monotonic clock."""

    directory: WatchedDirectory
    absences: Absences
    live: RedisLive
    spool: Spool
    outbox: Outbox
    heartbeats: RedisHeartbeats
    backends: Backends
    heartbeat_every: int
    since: float = field(default_factory=time.monotonic)

    @property
    def checks(self) -> Checks:
        """Return each check by the name of its part."""
        return {
            "files": self.files,
            "redis": self.redis,
            "carrier": self.carrier,
            "call_log": self.call_log,
            "jobs": self.jobs,
            "heartbeat": self.heartbeat,
            "work": self.work,
        }

    def files(self) -> HealthPart:
        state = self.directory.state
        if self.directory.reading:  # calls are answered all the same
            return HealthPart()
        if not state.hotlines:
            return HealthPart(Wording("No call flow can be used."), Wording("Run `hotline check`."), needed=True)
        problems = []
        if state.kept:
            problems.append(
                Wording("Edits were refused. The last good files are still in use: %(ids)s.", ids=_ids(state.kept))
            )
        if state.missing:
            problems.append(Wording("No usable files: %(ids)s.", ids=_ids(state.missing)))
        if state.uncovered:
            problems.append(Wording("At some hours nobody can be rung: %(ids)s.", ids=_ids(state.uncovered)))
        if alone := self._left_alone():
            problems.append(
                Wording(
                    "Soon nobody can be rung, because volunteers are off (see `hotline off`): %(ids)s.", ids=_ids(alone)
                )
            )
        return HealthPart(together(*problems), Wording("Run `hotline check`.")) if problems else HealthPart()

    def redis(self) -> HealthPart:
        try:
            self.live.ping()
        except LiveStateUnavailable as error:
            return HealthPart(error.message, error.remedy)
        return HealthPart()

    def carrier(self) -> HealthPart:
        try:
            found = self.live.signs(self.directory.state.hotlines)
        except LiveStateUnavailable:  # which is told of elsewhere
            return HealthPart()
        signs = {sign: hotlines for sign, hotlines in found.items() if sign.is_fault}
        problems = [sign.problem(hotlines) for sign, hotlines in signs.items()]
        return HealthPart(together(*problems), together(*(sign.remedy for sign in signs)))

    def call_log(self) -> HealthPart:
        if self.spool.in_memory():
            return HealthPart(Wording("The spool cannot be written. Entries are only in memory."), _WRITABLE)
        progress = self.spool.progress()
        if progress.failing_since is not None:
            return HealthPart(progress.failure, Wording("Entries wait on disk. Check DATABASE_URL."))
        if self.spool.backlog()[1] > BACKLOG_TOO_OLD:
            return HealthPart(
                Wording("Entries wait and are not being written."), Wording("Check that a worker is running.")
            )
        return HealthPart()

    def jobs(self) -> HealthPart:
        if self.outbox.in_memory():
            return HealthPart(Wording("The outbox cannot be written. Jobs are only in memory."), _WRITABLE)
        if self.outbox.backlog()[1] > BACKLOG_TOO_OLD:
            return HealthPart(
                Wording("Jobs wait on disk and are not queued."),
                Wording("Check that Redis is running. See `hotline jobs`."),
            )
        return HealthPart()

    def heartbeat(self) -> HealthPart:
        try:
            self.live.ping()  # where nobody can write, no heartbeat is kept
            last = self.heartbeats.last()
        except LiveStateUnavailable:  # which is told of elsewhere
            return HealthPart()
        how = pulse(last, now().timestamp(), self.heartbeat_every, time.monotonic() - self.since)
        return HealthPart(how.problem, how.remedy)

    def work(self) -> HealthPart:
        try:
            alive = self.backends.alive()
        except LiveStateUnavailable:
            return HealthPart()
        return of_work(alive, time.monotonic() - self.since)

    def _left_alone(self) -> list[str]:
        instant, lines = now(), with_every_rota(self.directory.state.hotlines.values())
        return [
            hotline.ring_id
            for hotline in lines
            if leave_nobody(hotline.schedule, self.absences.of(hotline.rota.id), instant)
        ]


def _ids(ids: Iterable[str]) -> InARow:
    return in_a_row(sorted(ids))
