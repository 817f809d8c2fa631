"""Puts the parts together. Nothing here connects to anything before it is first used."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

from hotline.calendar_output import calendar_ics
from hotline.carrier.signature import SignatureCheck
from hotline.core.aftermath import Aftermath
from hotline.deployment import aftermath, now, outbox_dir, redis_url, secret_key, spool_dir, webhook_token
from hotline.errors import LiveStateUnavailable
from hotline.files.watch import WatchedDirectory
from hotline.jobs.queue import JobQueue
from hotline.logs import Notices
from hotline.pages.mount import Mounted
from hotline.ports import CallLog, Clock, Directory, Jobs, Live
from hotline.ports import Notices as NoticesPort
from hotline.service import Answering
from hotline.settings import Pages, Settings, read_settings
from hotline.store.calllog import CallLog as Database
from hotline.store.drainer import Drainer
from hotline.store.live import RedisLive
from hotline.store.outbox import Outbox
from hotline.store.spool import Spool
from hotline.web.app import make_app
from hotline.web.calendar import make_calendar
from hotline.web.health import Part, make_health
from hotline.web.rescue import Rescue
from hotline.web.voice import make_voice

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

BACKLOG_TOO_OLD = 30
PATIENCE = 2.0
"""Seconds for which a web process leaves what waits on disk to a worker on the same machine."""


@dataclass(frozen=True, slots=True)
class Web:
    """A web process's parts; `app` is what a server runs."""

    app: Flask
    directory: WatchedDirectory


def build_web(settings: Settings) -> Web:
    """The web process for these settings."""
    notice = Notices()
    key = secret_key(settings)
    directory = WatchedDirectory(settings.config_dir, settings.data_dir / "last-good", now, notice)
    live = RedisLive(redis_url(settings), key)
    spool, outbox = Spool(spool_dir(settings)), Outbox(outbox_dir(settings), key)
    app = answering_app(
        *(settings.public_url, webhook_token(settings), key, directory, live),
        *(spool, outbox, aftermath(settings), now, notice),
    )

    def files() -> Part:
        state = directory.state
        if not state.hotlines:
            return Part("No call flow can be used.", "Run `hotline check`.", needed=True)
        problems = [
            f"{what}: {', '.join(sorted(ids))}."
            for what, ids in (
                ("Edits refused, the last good files go on serving", state.kept),
                ("No usable files", state.missing),
                ("Nobody to ring at some hours", state.uncovered),
            )
            if ids
        ]
        return Part(" ".join(problems), "Run `hotline check`.") if problems else Part()

    def redis() -> Part:
        try:
            live.ping()
        except LiveStateUnavailable as error:
            return Part(error.message, error.remedy)
        return Part()

    def call_log() -> Part:
        if in_memory := spool.in_memory():
            return Part(
                f"The spool {spool.directory} cannot be written: {in_memory} entries are in memory only.",
                "Free some disk space, or make the folder writable.",
            )
        waiting, age = spool.backlog()
        progress = spool.progress()
        if progress.failing_since is not None:
            return Part(progress.failure, f"{waiting} entries wait on disk. See DATABASE_URL.")
        if age > BACKLOG_TOO_OLD:
            return Part(f"{waiting} entries wait to be written for {age:.0f} s.", "Is a worker running?")
        return Part()

    parts = {"files": files, "redis": redis, "call_log": call_log}
    app.register_blueprint(make_health(parts))
    app.register_blueprint(make_calendar(directory.by_rota, key, now, calendar_ics))

    drainers = Drainer(spool, Database(settings.database_url)), Drainer(outbox, JobQueue(redis_url(settings)))

    @app.before_request
    def keep_up() -> None:
        """Threads belong to one process, and a server may fork: they start with its first request."""
        with suppress(RuntimeError):  # no thread is to be had: the call comes first, and the next one tries again
            for drainer in drainers:
                drainer.start(PATIENCE)
            directory.watch()

    if settings.pages is not Pages.OFF:

        def pages() -> WSGIApplication:
            from hotline.wiring_pages import pages_app  # at the first page: calls do without what it brings along

            return pages_app(settings, directory, notice, parts)

        only = settings.pages is Pages.ONLY
        mounted = Mounted(app.wsgi_app, pages, settings.path, only)
        app.wsgi_app = mounted  # type: ignore[method-assign]
    return Web(app, directory)


def answering_app(
    public_url: str,
    token: str,
    key: bytes,
    directory: Directory,
    live: Live,
    log: CallLog,
    jobs: Jobs,
    aftermath: Aftermath,
    clock: Clock,
    notice: NoticesPort,
) -> Flask:
    """The voice webhooks over whatever state and clock are given: the line itself, or a rehearsal."""
    prefix = urlsplit(public_url).path.rstrip("/")
    service = Answering(live, log, jobs, aftermath, clock, key, notice)
    rescue = Rescue(directory, clock, prefix, notice)
    signature = SignatureCheck(public_url, token)
    return make_app(make_voice(service, directory, rescue, signature, key, prefix, notice))


def wsgi_app() -> Flask:
    """The web process for the settings in the environment, as servers are given it."""
    return build_web(read_settings()).app
