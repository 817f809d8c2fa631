"""The parts of a process that store or send something, by its settings."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from hotline.carrier.practice_texts import PracticeTexts
from hotline.carrier.rest import RestCarrier
from hotline.clock import now
from hotline.core.calls.absent_phones import phones_of
from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.errors import ServerError
from hotline.logs import LoggedNotices
from hotline.ports import Clock
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
    from hotline.files.loading.watch import WatchedDirectory
    from hotline.store.absences.book import AbsenceBook
    from hotline.store.absences.rounds import AbsenceRounds
    from hotline.store.database.call_log import CallLog
    from hotline.store.database.lazy import Database
    from hotline.store.database.own_choices import OwnChoicesTable
    from hotline.store.database.text_optouts import TextOptouts
    from hotline.store.database.texts_sent import TextsSent
    from hotline.store.redis.forecasts import RedisForecasts
    from hotline.store.redis.heartbeats import RedisHeartbeats
    from hotline.store.redis.live import RedisLive

_WHILE_A_CALLER_WAITS = 2.0
"""Seconds to wait for the carrier's REST API; after that one phone rings after another."""
_NO_PHONES: Mapping[str, str] = {}


class StateParts:
    """The parts of one process that store or send something: keys, the carrier, the disk, Redis and the database.

    Each is made when it is first asked for, and connects when it is first used.
    """

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self.settings = settings
        self.clock = clock
        self.notice = LoggedNotices()

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
    def own_choices(self) -> OwnChoicesTable:
        """The choices of volunteers on their own pages."""
        from hotline.store.database.own_choices import OwnChoicesTable

        return OwnChoicesTable(self.database)

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
