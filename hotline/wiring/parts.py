"""The parts of a process, by its settings."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from hotline.carrier.practice_texts import PracticeTexts
from hotline.carrier.rest import RestCarrier
from hotline.clock import now
from hotline.core.calls.absent_phones import phone_digest, phones_of
from hotline.core.calls.flow import Hotline
from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.rota.absence import Absence
from hotline.errors import ServerError
from hotline.logs import Notices
from hotline.ports import Absences, Clock, LiveAbsences
from hotline.settings import Settings
from hotline.store.disk.kept_secrets import kept_secret
from hotline.store.disk.outbox import Outbox
from hotline.store.disk.spool import Spool
from hotline.store.redis.embedded import socket_url

# What brings SQLAlchemy, Redis or the files' libraries along is imported where it is made: a clock, a supervisor and
# most commands never need it, and it takes some 35 MB.
if TYPE_CHECKING:
    from hotline.carrier.mail import SmtpMail
    from hotline.carrier.synthetic import SyntheticCalls
    from hotline.files.edits.saving import SavedFiles
    from hotline.files.loading.watch import WatchedDirectory
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
    from hotline.store.absences.book import AbsenceBook
    from hotline.store.absences.rounds import AbsenceRounds
    from hotline.store.database.call_log import CallLog
    from hotline.store.database.lazy import Database
    from hotline.store.database.own_choices import OwnChoicesBook
    from hotline.store.database.text_optouts import TextOptouts
    from hotline.store.database.texts_sent import TextsSent
    from hotline.store.redis.forecasts import RedisForecasts
    from hotline.store.redis.heartbeats import RedisHeartbeats
    from hotline.store.redis.live import RedisLive

_RING_TEST_TIMEOUT = 3.0
"""Seconds to wait for Redis before a test ring: no caller waits for it."""
_WHILE_A_CALLER_WAITS = 2.0
"""Seconds to wait for the carrier's REST API; after that one phone rings after another."""
_NO_PHONES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Limits of what is computed for pages. A slow machine may be given more time."""

    forecast_calls: int = 30_000
    """Enough for steady figures of each hour of the week, and few enough for two or three seconds."""
    edit_calls: int = 4_000
    """Simulated calls for what an edit does to waits: a second or two."""
    edit_waits_within: float = 6.0
    """Seconds after which an edit is shown without its waits, and how to ask again."""
    call_tests_within: float = 60.0
    """Seconds: a hundred tests take about ten."""


class Parts:
    """The parts of one process. Each is made when it is first asked for, and connects when it is first used.

    Fits `hotline.jobs.tasks.TaskParts`.
    """

    def __init__(self, settings: Settings, clock: Clock = now, effort: Effort = Effort()) -> None:
        self.settings = settings
        self.clock = clock
        self.effort = effort
        self.notice = Notices()

    # Keys and addresses

    @cached_property
    def key(self) -> bytes:
        """The key of all digests and seals. Raises ServerError where it is not set and cannot be kept."""
        return hashlib.sha256(
            (self.settings.secret_key or kept_secret(self.settings.data_dir, "secret-key")).encode()
        ).digest()

    @cached_property
    def token(self) -> str:
        """The token that signs webhooks: the carrier account's, or in practice mode one made here."""
        return self.settings.auth_token or kept_secret(self.settings.data_dir, "practice-token")

    @property
    def redis_url(self) -> str:
        """The Redis to use: the one that is set, or the embedded one of the data directory."""
        return self.settings.redis_url or socket_url(self.settings.data_dir)

    # The carrier

    @cached_property
    def carrier(self) -> RestCarrier | None:
        """The carrier's REST API; None in practice mode."""
        if self.settings.account_sid is None or self.settings.auth_token is None:
            return None
        return RestCarrier(self.settings.account_sid, self.settings.auth_token, self.settings.api_base_url)

    @cached_property
    def phone_calls(self) -> RestCarrier | None:
        """The carrier's REST API for calls whose caller waits: it has little time. None in practice mode."""
        if self.settings.account_sid is None or self.settings.auth_token is None:
            return None
        return RestCarrier(
            self.settings.account_sid, self.settings.auth_token, self.settings.api_base_url, _WHILE_A_CALLER_WAITS
        )

    @cached_property
    def text_carrier(self) -> RestCarrier | PracticeTexts:
        """The sender of texts: the carrier, or in practice mode a file in which they can be read."""
        return self.carrier or PracticeTexts(self.settings.data_dir / "texts.jsonl", time.time)

    @cached_property
    def mail(self) -> SmtpMail | PracticeTexts | None:
        """The mail server; in practice mode without one, the file of practice texts. None: no e-mails are sent."""
        from hotline.carrier.mail import SmtpMail

        if self.settings.smtp is not None:
            return SmtpMail(self.settings.smtp, self.settings.mail_from)
        return self.text_carrier if isinstance(self.text_carrier, PracticeTexts) else None

    @cached_property
    def synthetic_calls(self) -> SyntheticCalls:
        """Test calls through the public address."""
        from hotline.carrier.synthetic import PublicLine, SyntheticCalls

        return SyntheticCalls(PublicLine(self.settings.public_url, self.token), self.settings.account, self.token)

    @property
    def follow_up_jobs(self) -> FollowUpJobs:
        """The jobs that follow from calls here. In practice mode the carrier keeps nothing to delete."""
        return FollowUpJobs(carrier=not self.settings.practice, records=self.settings.delete_records)

    # The disk

    @cached_property
    def spool(self) -> Spool:
        """Facts about calls that wait for the database."""
        return Spool(self.settings.spool_dir)

    @cached_property
    def outbox(self) -> Outbox:
        """Jobs that wait for the queue. A process that puts jobs has to drain it."""
        return Outbox(self.settings.outbox_dir, self.key)

    @cached_property
    def directory(self) -> WatchedDirectory:
        """The call flow and rota files, as they were last good."""
        from hotline.files.loading.watch import WatchedDirectory

        settings = self.settings
        last_good = settings.data_dir / "last-good"
        return WatchedDirectory(settings.config_dir, last_good, self.clock, self.notice, settings.countries)

    def latest(self) -> WatchedDirectory:
        """Return `directory` after another look at the files. All of them are read by then."""
        self.directory.refresh()
        self.directory.complete()
        return self.directory

    # Redis

    @cached_property
    def live(self) -> RedisLive:
        """The live state of calls."""
        from hotline.store.redis.live import RedisLive

        return RedisLive(self.redis_url, self.key)

    @cached_property
    def heartbeats(self) -> RedisHeartbeats:
        """The last heartbeat."""
        from hotline.store.redis.heartbeats import RedisHeartbeats

        return RedisHeartbeats(self.redis_url)

    @cached_property
    def kept_forecasts(self) -> RedisForecasts:
        """The forecasts of waits."""
        from hotline.store.redis.connection import RedisConnection
        from hotline.store.redis.forecasts import RedisForecasts

        return RedisForecasts(RedisConnection(self.redis_url))

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

    # The database

    @cached_property
    def database(self) -> Database:
        """The database of everything but calls."""
        from hotline.store.database.lazy import Database

        return Database(self.settings.database_url)

    @cached_property
    def call_log(self) -> CallLog:
        """The call log."""
        from hotline.store.database.call_log import CallLog

        return CallLog(self.settings.database_url)

    @cached_property
    def optouts(self) -> TextOptouts:
        """The phones that want no texts."""
        from hotline.store.database.text_optouts import TextOptouts

        return TextOptouts(self.database, self.key)

    @cached_property
    def own_choices(self) -> OwnChoicesBook:
        """The choices of volunteers on their own pages."""
        from hotline.store.database.own_choices import OwnChoicesBook

        return OwnChoicesBook(self.database)

    @cached_property
    def text_ledger(self) -> TextsSent:
        """The texts that were sent."""
        from hotline.store.database.texts_sent import TextsSent

        return TextsSent(self.database, self.key)

    # Volunteers' absences: in Redis, on disk and in the database

    @cached_property
    def absences(self) -> AbsenceBook:
        """The times for which volunteers have set themselves off.

        Its `phones` look at the files again each time. A process that watches them sets its own.
        """
        from hotline.store.absences.book import AbsenceBook
        from hotline.store.absences.in_redis import SharedAbsences
        from hotline.store.redis.connection import RedisConnection

        book = AbsenceBook(SharedAbsences(RedisConnection(self.redis_url)), self.settings.absences_file)
        book.phones = self._phones
        return book

    @cached_property
    def absence_rounds(self) -> AbsenceRounds:
        """The rounds that keep absences alike in Redis, in the database and on disk."""
        from hotline.store.absences.rounds import AbsenceRounds

        return AbsenceRounds(self.absences, self.database, self.settings.absences_file.with_name("rounds.lock"))

    def _phones(self, rota: str) -> Mapping[str, str]:
        try:
            return self._phones_of(rota)
        except ServerError:  # the data directory cannot be written, so there is no key: ids are all that is known
            return _NO_PHONES

    @cached_property
    def _phones_of(self) -> Callable[[str], Mapping[str, str]]:
        return phones_of(self.key, lambda rota: self.latest().by_rota(rota))

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
        return self.ring_tests_of(lambda: self.latest().lines(), _LatestAbsences(self.absences))

    def ring_tests_of(self, hotlines: Callable[[], Collection[Hotline]], absences: Absences) -> RingTesting | None:
        """Return test rings of these hotlines' volunteers; None where there is no carrier."""
        from hotline.services.ring_tests import RingTesting
        from hotline.store.database.ring_tests import RingTests
        from hotline.store.redis.live import RedisLive
        from hotline.webhooks.ring_test_paths import addresses

        if self.carrier is None:
            return None
        return RingTesting(
            carrier=self.carrier,
            kept=RingTests(self.database),
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
            _LatestLines(self.latest), _LatestAbsences(self.absences), self._sender, self.clock, self.readers
        )

    @cached_property
    def edit_notices(self) -> EditNotices:
        """Texts about what edits of a rota changed."""
        from hotline.services.texts.edit_notices import EditNotices
        from hotline.store.database.times_told import ToldTimes

        return EditNotices(_LatestLines(self.latest), ToldTimes(self.database), self._sender, self.clock, self.readers)

    @cached_property
    def alerts(self) -> Alerts:
        """Alerts to coordinators."""
        from hotline.services.texts.alerts import Alerts
        from hotline.store.database.unreached import Unreached

        return Alerts(
            _LatestLines(self.latest),
            _LatestAbsences(self.absences),
            Unreached(self.database),
            self._sender,
            self.clock,
            self.readers,
        )

    @cached_property
    def missed_rings(self) -> MissedRings:
        """Notes to volunteers whose phones rang unanswered."""
        from hotline.services.texts.missed_rings import MissedRings

        return MissedRings(
            _LatestLines(self.latest), _LatestAbsences(self.absences), self._sender, self.clock, self.readers
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
        return SavedFiles(settings.config_dir, versions, settings.editing.value, settings.practice, settings.countries)

    @cached_property
    def cover_desk(self) -> CoverDesk:
        """Requests for cover, as people act on them by text."""
        return self.cover_desk_of(self.database)

    def cover_desk_of(self, database: Database) -> CoverDesk:
        """Return the desk for requests for cover in a database: pages wait for theirs only so long."""
        from hotline.services.covers.desk import CoverDesk
        from hotline.store.database.cover_book import CoverBook
        from hotline.store.database.times_told import ToldTimes
        from hotline.wiring.rota_edits import FileEdits

        return CoverDesk(
            book=CoverBook(database),
            edits=FileEdits(self.saved_files, self.latest, self.clock),
            line=lambda rota: self.latest().by_rota(rota),
            absences=_LatestAbsences(self.absences),
            told=ToldTimes(database),
            jobs=self.outbox,
            clock=self.clock,
        )

    @cached_property
    def digests(self) -> Digests:
        """Summaries for coordinators."""
        from hotline.services.texts.digest import Digests
        from hotline.store.database.cover_book import CoverBook

        return Digests(
            lines=_LatestLines(self.latest),
            absences=_LatestAbsences(self.absences),
            calls=self.call_log,
            covers=CoverBook(self.database),
            sender=self._sender,
            clock=self.clock,
            readers=self.readers,
        )

    @cached_property
    def cover_rounds(self) -> CoverRounds:
        """The steps that are due about requests for cover."""
        from hotline.services.covers.rounds import CoverRounds
        from hotline.store.database.cover_book import CoverBook

        return CoverRounds(
            CoverBook(self.database),
            _LatestLines(self.latest),
            _LatestAbsences(self.absences),
            self.readers,
            self._sender,
            self.clock,
        )

    @cached_property
    def _sender(self) -> Sender:
        from hotline.services.texts.sending import Sender

        return Sender(self.text_carrier, self.text_ledger, self.optouts, self.clock, self.notice, self.mail)


class _LatestAbsences:
    """Absences as Redis has them now, since nobody waits for a text as a caller does. Fits `hotline.ports.Absences`."""

    def __init__(self, absences: LiveAbsences) -> None:
        self._absences = absences

    def of(self, rota: str) -> Sequence[Absence]:
        return self._absences.look_again(rota).absences


class _LatestLines:
    """Hotlines as their files are now. Fits `hotline.ports.Lines`."""

    def __init__(self, latest: Callable[[], WatchedDirectory]) -> None:
        self._latest = latest

    def lines(self) -> Sequence[Hotline]:
        return self._latest().lines()

    def by_rota(self, rota: str) -> Hotline | None:
        return self._latest().by_rota(rota)

    def refused(self) -> Mapping[str, str]:
        return self._latest().refused()
