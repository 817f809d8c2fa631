"""The parts of a process, by its settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from hotline.clock import now
from hotline.core.calls.absent_phones import phone_digest
from hotline.core.calls.flow import Hotline
from hotline.ports import Absences, Clock
from hotline.settings import Settings
from hotline.wiring.latest import LatestAbsences, LatestLines
from hotline.wiring.state_parts import StateParts

# What brings SQLAlchemy, Redis or the files' libraries along is imported where it is made: a clock, a supervisor and
# most commands never need it, and it takes some 35 MB.
if TYPE_CHECKING:
    from hotline.files.edits.saving import SavedFiles
    from hotline.services.call_log_upkeep import CallLogUpkeep
    from hotline.services.covers.desk import CoverDesk
    from hotline.services.covers.rounds import CoverRounds
    from hotline.services.deleting_records import Deletion
    from hotline.services.forecasting import AskedForecasts, Forecasting
    from hotline.services.heartbeat import Beating
    from hotline.services.parts import RingParts
    from hotline.services.ring_tests import RingTesting
    from hotline.services.texts.alerts import Alerts
    from hotline.services.texts.digest import Digests
    from hotline.services.texts.edit_notices import EditNotices
    from hotline.services.texts.missed_rings import MissedRings
    from hotline.services.texts.readers import Readers
    from hotline.services.texts.reminders import Reminders
    from hotline.services.texts.sending import Sender
    from hotline.store.database.lazy import Database

_RING_TEST_TIMEOUT = 3.0
"""Seconds to wait for Redis before a test ring: no caller waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Limits of what is computed for pages, and how often counts are written. A slow machine may have more time."""

    forecast_calls: int = 30_000
    """Enough for steady figures of each hour of the week, and few enough for two or three seconds."""
    edit_calls: int = 4_000
    """Simulated calls for what an edit does to waits: a second or two."""
    edit_waits_within: float = 6.0
    """Seconds after which an edit is shown without its waits, and how to ask again."""
    call_tests_within: float = 60.0
    """Seconds: a hundred tests take about ten."""
    count_every: float = 60.0
    """Seconds after which web processes write what they have counted."""


class Parts(StateParts):
    """The parts of one process. Each is made when it is first asked for, and connects when it is first used.

    Fits `hotline.jobs.tasks.TaskParts`.
    """

    def __init__(self, settings: Settings, clock: Clock = now, effort: Effort = Effort()) -> None:
        super().__init__(settings, clock)
        self.effort = effort

    # What calls and pages use

    @cached_property
    def asked_forecasts(self) -> AskedForecasts:
        """The forecasts of waits as pages ask for them."""
        from hotline.services.forecasting import AskedForecasts

        return AskedForecasts(self.kept_forecasts, self.outbox, self.key)

    @cached_property
    def rings(self) -> RingParts:
        """The parts that ring several phones at once: the carrier, or in practice mode the simulator of a call."""
        from hotline.services.parts import RingParts
        from hotline.store.redis.hunts import RedisHunts
        from hotline.wiring.background import Background
        from hotline.wiring.practice_rings import PracticeRings

        background, hunts = Background(self.notice), RedisHunts(self.live.server, self.key, self.live.prefix)
        if self.phone_calls is None:
            return PracticeRings(self.settings.account, self.token, background).parts(hunts)
        return RingParts(
            calls=self.phone_calls,
            hunts=hunts,
            soon=background.soon,
            later=background.later,
        )

    # What tasks of workers use

    @cached_property
    def upkeep(self) -> CallLogUpkeep:
        """The upkeep of the call log."""
        from hotline.services.call_log_upkeep import CallLogUpkeep
        from hotline.store.database.people import AuditList
        from hotline.store.disk.drainer import forget_set_aside

        def forget_unreadable(before: int) -> None:
            for folder in (self.settings.spool_dir, self.settings.outbox_dir):
                forget_set_aside(folder, before)

        return CallLogUpkeep(
            call_log=self.call_log,
            prune_audit=AuditList(self.database).prune,
            forget_unreadable=forget_unreadable,
            hotlines=lambda: self.latest().lines(),
            keep_months=self.settings.keep_months,
            round_after_days=self.settings.round_after_days,
            clock=self.clock,
        )

    @cached_property
    def deletion(self) -> Deletion | None:
        """The deletion of the carrier's records, if they are to be deleted."""
        from hotline.services.deleting_records import Deletion

        if self.carrier is None or not self.settings.delete_records:
            return None
        return Deletion(self.carrier, lambda: self.latest().state.numbers, self.outbox, self.clock, self.notice)

    @cached_property
    def beating(self) -> Beating:
        """Test calls to every hotline through the public address, every few minutes."""
        from hotline.carrier.synthetic import ping
        from hotline.files.loading.watch import LOOK_EVERY
        from hotline.services.heartbeat import Beating

        url = self.settings.heartbeat_ping_url
        return Beating(
            hotlines=lambda: self.latest().lines(),
            line=self.synthetic_calls,
            kept=self.heartbeats,
            clock=self.clock,
            key=self.key,
            notice=self.notice,
            look_again=lambda: time.sleep(LOOK_EVERY + 1),  # by then web processes have seen an edit, too
            ping=partial(ping, url) if url else None,
        )

    @cached_property
    def ring_tests(self) -> RingTesting | None:
        """Test rings of volunteers' phones; None where there is no carrier."""
        return self.ring_tests_of(lambda: self.latest().lines(), LatestAbsences(self.absences))

    def ring_tests_of(self, hotlines: Callable[[], Collection[Hotline]], absences: Absences) -> RingTesting | None:
        """Return test rings of these hotlines' volunteers; None where there is no carrier."""
        from hotline.services.ring_tests import RingTesting
        from hotline.store.database.ring_tests import RingTestTable
        from hotline.store.redis.live import RedisLive
        from hotline.webhooks.ring_test_paths import addresses

        if self.carrier is None:
            return None
        return RingTesting(
            carrier=self.carrier,
            kept=RingTestTable(self.database),
            jobs=self.outbox,
            lines=hotlines,
            absences=absences,
            is_taken=RedisLive(self.redis_url, self.key, timeout=_RING_TEST_TIMEOUT).is_taken,
            addresses=addresses(self.settings.public_url, self.key),
            clock=self.clock,
            notice=self.notice,
            digest=lambda phone: phone_digest(self.key, phone),
        )

    @cached_property
    def forecasting(self) -> Forecasting:
        """The making of forecasts that pages asked for."""
        from hotline.services.forecasting import Forecasting

        return Forecasting(
            line=lambda rota: self.latest().by_rota(rota),
            reports=self.call_log,
            kept=self.kept_forecasts,
            clock=self.clock,
            key=self.key,
            calls=self.effort.forecast_calls,
        )

    @cached_property
    def reminders(self) -> Reminders:
        """Reminders of shifts."""
        from hotline.services.texts.reminders import Reminders

        return Reminders(
            LatestLines(self.latest), LatestAbsences(self.absences), self._sender, self.clock, self.readers
        )

    @cached_property
    def edit_notices(self) -> EditNotices:
        """Texts about what edits of a rota changed."""
        from hotline.services.texts.edit_notices import EditNotices
        from hotline.store.database.times_told import ToldTimesTable

        return EditNotices(
            LatestLines(self.latest), ToldTimesTable(self.database), self._sender, self.clock, self.readers
        )

    @cached_property
    def alerts(self) -> Alerts:
        """Alerts to coordinators."""
        from hotline.services.texts.alerts import Alerts
        from hotline.store.database.unreached import UnreachedTable

        return Alerts(
            LatestLines(self.latest),
            LatestAbsences(self.absences),
            UnreachedTable(self.database),
            self._sender,
            self.clock,
            self.readers,
        )

    @cached_property
    def missed_rings(self) -> MissedRings:
        """Notes to volunteers whose phones rang unanswered."""
        from hotline.services.texts.missed_rings import MissedRings

        return MissedRings(
            LatestLines(self.latest), LatestAbsences(self.absences), self._sender, self.clock, self.readers
        )

    @cached_property
    def readers(self) -> Readers:
        """The ways to reach volunteers and coordinators."""
        from hotline.links import own_page, rota_page
        from hotline.services.texts.readers import Readers

        return Readers(
            choices=self.own_choices,
            mail=self.mail is not None,
            own_page=lambda line, who: own_page(self.settings, self.key, line.rota, who),
            rota_page=lambda line: rota_page(self.settings, line.rota.id),
        )

    @cached_property
    def saved_files(self) -> SavedFiles:
        """The files as pages and covers write them."""
        from hotline.files.edits.saving import SavedFiles
        from hotline.files.edits.versions import Versions

        settings = self.settings
        versions = Versions(settings.data_dir / "versions")
        return SavedFiles(
            settings.config_dir,
            versions,
            settings.editing.value,
            settings.practice,
            settings.countries,
            lambda: self.directory.look(),
        )

    @cached_property
    def cover_desk(self) -> CoverDesk:
        """Requests for cover, as people act on them by text."""
        return self.cover_desk_of(self.database)

    def cover_desk_of(self, database: Database) -> CoverDesk:
        """Return the desk for requests for cover in a database: pages wait for theirs only so long."""
        from hotline.services.covers.desk import CoverDesk
        from hotline.store.database.cover_book import CoverTables
        from hotline.store.database.times_told import ToldTimesTable
        from hotline.wiring.rota_edits import FileEdits

        return CoverDesk(
            book=CoverTables(database),
            edits=FileEdits(self.saved_files, self.latest, self.clock),
            line=lambda rota: self.latest().by_rota(rota),
            absences=LatestAbsences(self.absences),
            told=ToldTimesTable(database),
            jobs=self.outbox,
            clock=self.clock,
        )

    @cached_property
    def digests(self) -> Digests:
        """Summaries for coordinators."""
        from hotline.services.texts.digest import Digests
        from hotline.store.database.cover_book import CoverTables

        return Digests(
            lines=LatestLines(self.latest),
            absences=LatestAbsences(self.absences),
            calls=self.call_log,
            covers=CoverTables(self.database),
            sender=self._sender,
            clock=self.clock,
            readers=self.readers,
        )

    @cached_property
    def cover_rounds(self) -> CoverRounds:
        """The steps that are due about requests for cover."""
        from hotline.services.covers.rounds import CoverRounds
        from hotline.store.database.cover_book import CoverTables

        return CoverRounds(
            CoverTables(self.database),
            LatestLines(self.latest),
            LatestAbsences(self.absences),
            self.readers,
            self._sender,
            self.clock,
        )

    @cached_property
    def _sender(self) -> Sender:
        from hotline.services.texts.sending import Sender

        return Sender(self.text_carrier, self.text_ledger, self.optouts, self.clock, self.notice, self.mail)
