"""Puts together what a worker's tasks work with. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, timedelta, tzinfo

from hotline.core.calls.flow import Hotline
from hotline.core.reports.retention import kept_from
from hotline.core.rota.absence import Absence
from hotline.deployment import carrier, now, secret_key, text_carrier
from hotline.files.loading.watch import WatchedDirectory
from hotline.jobs.tasks import Tools
from hotline.logs import Notices
from hotline.ports import LiveAbsences
from hotline.services.deleting_records import Deletion
from hotline.settings import Settings
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.people import AuditList
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.disk.outbox import Outbox
from hotline.wiring.heartbeats import build_beating
from hotline.wiring.ring_tests import build_ring_tests
from hotline.wiring.texts import build_texting

_SETTLED = timedelta(days=1)
"""How long a month is over before it is counted: by then calls have ended, and late entries have come."""


def build_tools(settings: Settings, absences: LiveAbsences, jobs: Outbox) -> Tools:
    """The tools for these settings. `jobs`: where they put further jobs, which somebody has to drain and to tidy."""
    notice, account = Notices(), carrier(settings)
    deletes = account is not None and settings.delete_records
    directory, call_log = _directory(settings, notice), CallLog(settings.database_url)

    def zones() -> dict[str, tzinfo]:
        return {line.id: line.rota.zone for line in directory().lines()}

    def prune() -> int:
        pruned = call_log.prune(now(), settings.keep_months, zones())
        AuditList(Database(settings.database_url)).prune(kept_from(now(), UTC, settings.keep_months))
        return pruned

    def count_months() -> int:
        return call_log.count_months(int((now() - _SETTLED).timestamp()), zones())

    def numbers() -> Collection[str]:
        return directory().state.numbers

    return Tools(
        call_log=call_log,
        clock=now,
        prune=prune,
        count_months=count_months,
        deletion=Deletion(account, numbers, jobs, now, notice) if account and deletes else None,
        heartbeat=build_beating(settings, directory, notice).beat,
        ring_tests=build_ring_tests(
            settings, lambda: directory().state.hotlines.values(), _Latest(absences), jobs, notice
        ),
        optouts=TextOptouts(Database(settings.database_url), secret_key(settings)),
        texting=build_texting(settings, _Lines(directory), _Latest(absences), text_carrier(settings), now, notice),
    )


def _directory(settings: Settings, notice: Notices) -> Callable[[], WatchedDirectory]:
    """The hotlines, from their files as they are when it is asked, or as they were last good."""
    kept: list[WatchedDirectory] = []

    def directory() -> WatchedDirectory:
        if not kept:
            kept.append(
                WatchedDirectory(settings.config_dir, settings.data_dir / "last-good", now, notice, settings.countries)
            )
        kept[0].refresh()
        return kept[0]

    return directory


class _Latest:
    """Fits `hotline.ports.Absences`; asks Redis each time, since nobody waits for a text as a caller does."""

    def __init__(self, absences: LiveAbsences) -> None:
        self._absences = absences

    def of(self, rota: str) -> Sequence[Absence]:
        return self._absences.look_again(rota).absences


class _Lines:
    """Fits `hotline.ports.Lines`; the files are read when they are first asked for."""

    def __init__(self, directory: Callable[[], WatchedDirectory]) -> None:
        self._directory = directory

    def lines(self) -> Sequence[Hotline]:
        return self._directory().lines()

    def refused(self) -> Mapping[str, str]:
        return self._directory().refused()
