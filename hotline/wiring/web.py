"""Puts a web process together. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Flask

from hotline.core.calls.absent_phones import phones_of
from hotline.core.reports.metrics import WaitingCount
from hotline.deployment import aftermath, now, outbox_dir, redis_url, secret_key, spool_dir, webhook_token
from hotline.feeds.calendar import make_calendar
from hotline.feeds.health import make_health
from hotline.feeds.metrics import make_metrics
from hotline.files.checks.dialling import may_answer
from hotline.files.loading.watch import WatchedDirectory
from hotline.jobs.queue import JobQueue
from hotline.jobs.watching import Behind
from hotline.logs import Notices
from hotline.output.data.calendar_ics import calendar_ics
from hotline.pages.frame.mount import Mounted
from hotline.services.metrics import Measuring, Sources
from hotline.services.parts import UNMETERED, AnswerParts
from hotline.services.texts.incoming import IncomingTexts
from hotline.settings import Pages, Settings, read_settings
from hotline.store.database.call_log import CallLog as Database
from hotline.store.database.lazy import Database as AnyDatabase
from hotline.store.database.text_optouts import TextOptouts
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.outbox import Outbox
from hotline.store.disk.outbox_drainer import OutboxDrainer
from hotline.store.disk.spool import Spool
from hotline.store.redis.heartbeats import RedisHeartbeats
from hotline.store.redis.live import RedisLive
from hotline.store.redis.tallies import Tallies
from hotline.store.redis.text_memory import TextMemory
from hotline.webhooks.answering import answering_app
from hotline.webhooks.practice_clock import practice_clock
from hotline.wiring.absences import build_absences, build_rounds
from hotline.wiring.health import HealthOf

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE = 2.0
"""Seconds for which a web process leaves what waits on disk to a worker on the same machine."""


@dataclass(frozen=True, slots=True)
class Web:
    """A web process's parts; `app` is what a server runs. `stop` ends its threads, for whoever goes on without it."""

    app: Flask
    directory: WatchedDirectory
    stop: Callable[[], None]


def build_web(settings: Settings) -> Web:
    """The web process for these settings."""
    notice = Notices()
    key = secret_key(settings)
    directory = WatchedDirectory(settings.config_dir, settings.data_dir / "last-good", now, notice, settings.countries)
    live = RedisLive(redis_url(settings), key)
    spool, outbox = Spool(spool_dir(settings)), Outbox(outbox_dir(settings), key)
    tallies, behind = Tallies(redis_url(settings)), Behind(redis_url(settings))
    heartbeats = RedisHeartbeats(redis_url(settings))
    absences = build_absences(settings, live.server)
    absences.phones = phones_of(key, directory.by_rota)
    texts = IncomingTexts(
        by_number=directory.by_number,
        lines=lambda: directory.state.hotlines.values(),
        absences=absences,
        memory=TextMemory(live.server, key, live.prefix),
        optouts=TextOptouts(AnyDatabase(settings.database_url), key),
        jobs=outbox,
        clock=now,
        notice=notice,
        may_answer=lambda sender, own: may_answer(sender, own, settings.countries),
    )
    app = answering_app(
        AnswerParts(
            public_url=settings.public_url,
            token=webhook_token(settings),
            key=key,
            directory=directory,
            live=live,
            log=spool,
            absences=absences,
            jobs=outbox,
            aftermath=aftermath(settings),
            clock=practice_clock(now) if settings.practice else now,
            notice=notice,
            meter=tallies if settings.metrics_token else UNMETERED,
            texts=texts,
        )
    )

    health = HealthOf(
        directory=directory,
        absences=absences,
        live=live,
        spool=spool,
        outbox=outbox,
        heartbeats=heartbeats,
        behind=behind,
        heartbeat_every=settings.heartbeat_seconds,
    )
    app.register_blueprint(make_health(health.checks))
    app.register_blueprint(make_calendar(directory.by_rota, key, now, calendar_ics))

    database = Database(settings.database_url)
    measuring = Measuring(
        Sources(
            hotlines=directory,
            call_log=database,
            database_fails=lambda: spool.progress().failing_since is not None,
            counts=tallies.told,
            queues=behind.depths,
            alive=behind.alive,
            backlogs=lambda: {"call_log": WaitingCount(*spool.backlog()), "outbox": WaitingCount(*outbox.backlog())},
            heartbeat=heartbeats.last,
            absences=absences,
        ),
        now,
    )
    app.register_blueprint(make_metrics(settings.metrics_token, measuring))

    drainers = Drainer(spool, database), OutboxDrainer(outbox, JobQueue(redis_url(settings)))
    rounds = build_rounds(settings, absences)

    @app.before_request
    def keep_up() -> None:
        """Threads belong to one process, and a server may fork: they start with its first request."""
        with suppress(RuntimeError):  # no thread is to be had: the call comes first, and the next one tries again
            for background in (*drainers, rounds):
                background.start(PATIENCE)
            if settings.metrics_token:
                tallies.start()
            directory.watch()

    def stop() -> None:
        for background in (*drainers, rounds, directory):
            background.stop()

    if settings.pages is not Pages.OFF:

        def pages() -> WSGIApplication:
            from hotline.wiring.pages import pages_app  # at the first page: calls do without what it brings along

            return pages_app(settings, directory, absences, outbox, notice, health.checks)

        only = settings.pages is Pages.ONLY
        mounted = Mounted(app.wsgi_app, pages, settings.path, only)
        app.wsgi_app = mounted  # type: ignore[method-assign]
    return Web(app, directory, stop)


def wsgi_app() -> Flask:
    """The web process for the settings in the environment, as servers are given it."""
    return build_web(read_settings()).app
