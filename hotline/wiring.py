"""Puts the parts together. Nothing here connects to anything before it is first used."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask

from hotline.absences import build_absences, build_rounds
from hotline.calendar_output import calendar_ics
from hotline.carrier.signature import SignatureCheck
from hotline.core.aftermath import Aftermath
from hotline.core.figures import Waiting
from hotline.core.heartbeat import is_marked, pulse
from hotline.core.off import leave_nobody
from hotline.core.wall import epoch_seconds
from hotline.deployment import aftermath, now, outbox_dir, redis_url, secret_key, spool_dir, webhook_token
from hotline.duties.incoming_texts import IncomingTexts
from hotline.errors import LiveStateUnavailable
from hotline.files.watch import WatchedDirectory
from hotline.jobs.queue import JobQueue
from hotline.jobs.watching import Behind
from hotline.logs import Notices
from hotline.measuring import Measuring, Sources
from hotline.pages.mount import Mounted
from hotline.ports import CallLog, Clock, Directory, Jobs, Live, LiveAbsences, Meter
from hotline.ports import Notices as NoticesPort
from hotline.service import Answering
from hotline.settings import Pages, Settings, read_settings
from hotline.store.calllog import CallLog as Database
from hotline.store.drainer import Drainer
from hotline.store.heartbeats import RedisHeartbeats
from hotline.store.live import RedisLive
from hotline.store.opened import Database as AnyDatabase
from hotline.store.outbox import Outbox
from hotline.store.outbox_drainer import OutboxDrainer
from hotline.store.spool import Spool
from hotline.store.tallies import Tallies
from hotline.store.text_memory import TextMemory
from hotline.store.text_optouts import TextOptouts
from hotline.web.app import make_app
from hotline.web.calendar import make_calendar
from hotline.web.health import Part, make_health, of_work
from hotline.web.metrics import make_metrics
from hotline.web.rescue import Rescue
from hotline.web.ring_test import RingTestRoutes
from hotline.web.sms import make_sms
from hotline.web.unmetered import UNMETERED
from hotline.web.voice import make_voice
from hotline.web.webhook import Webhook

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
    tallies, behind = Tallies(redis_url(settings)), Behind(redis_url(settings))
    heartbeats, started = RedisHeartbeats(redis_url(settings)), time.monotonic()
    absences = build_absences(settings, live.server)
    texts = IncomingTexts(
        directory.by_number,
        lambda: directory.state.hotlines.values(),
        absences,
        TextMemory(live.server, key, live.prefix),
        TextOptouts(AnyDatabase(settings.database_url), key),
        outbox,
        now,
        notice,
    )
    app = answering_app(
        *(settings.public_url, webhook_token(settings), key, directory, live, spool, absences),
        *(outbox, aftermath(settings), now, notice),
        meter=tallies if settings.metrics_token else UNMETERED,
        texts=texts,
    )

    def left_alone() -> list[str]:
        instant = now()
        lines = directory.state.hotlines.values()
        return [line.id for line in lines if leave_nobody(line.schedule, absences.of(line.rota.id), instant)]

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
                ("Nobody to ring soon, since volunteers are off (see `hotline off`)", left_alone()),
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

    def jobs() -> Part:
        if in_memory := outbox.in_memory():
            return Part(
                f"The outbox {outbox.directory} cannot be written: {in_memory} jobs are in memory only.",
                "Free some disk space, or make the folder writable.",
            )
        waiting, age = outbox.backlog()
        if age > BACKLOG_TOO_OLD:
            return Part(f"{waiting} jobs wait on disk for {age:.0f} s.", "Is Redis there? See `hotline jobs`.")
        return Part()

    def heartbeat() -> Part:
        try:
            last = heartbeats.last()
        except LiveStateUnavailable:  # which is told of elsewhere
            return Part()
        how = pulse(last, now().timestamp(), settings.heartbeat_seconds, time.monotonic() - started)
        return Part(how.problem, how.remedy)

    def work() -> Part:
        try:
            alive = behind.alive()
        except LiveStateUnavailable:
            return Part()
        return of_work(alive, time.monotonic() - started)

    parts = {"files": files, "redis": redis, "call_log": call_log, "jobs": jobs, "heartbeat": heartbeat, "work": work}
    app.register_blueprint(make_health(parts))
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
            backlogs=lambda: {"call_log": Waiting(*spool.backlog()), "outbox": Waiting(*outbox.backlog())},
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

    if settings.pages is not Pages.OFF:

        def pages() -> WSGIApplication:
            from hotline.wiring_pages import pages_app  # at the first page: calls do without what it brings along

            return pages_app(settings, directory, absences, outbox, notice, parts)

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
    absences: LiveAbsences,
    jobs: Jobs,
    aftermath: Aftermath,
    clock: Clock,
    notice: NoticesPort,
    meter: Meter = UNMETERED,
    texts: IncomingTexts | None = None,
) -> Flask:
    """The webhooks over whatever state and clock are given: the line itself, or a rehearsal. `texts` answers texts."""
    prefix = urlsplit(public_url).path.rstrip("/")
    service = Answering(live, log, absences, jobs, aftermath, clock, key, notice)
    rescue = Rescue(directory, absences, clock, prefix, notice)
    signature = SignatureCheck(public_url, token)
    ring_tests = RingTestRoutes(directory, jobs, aftermath, clock, key, prefix, notice)

    def is_heartbeat(hook: Webhook) -> bool:
        return is_marked(hook.mark, hook.call, token)

    voice = make_voice(service, directory, rescue, ring_tests, signature, key, prefix, notice, meter, is_heartbeat)

    def forget(text: str) -> None:
        for job in aftermath.text_came(text, epoch_seconds(clock())):
            jobs.put(job)

    return make_app(voice, *([make_sms(texts, signature, meter.refused, forget, notice)] if texts else []))


def wsgi_app() -> Flask:
    """The web process for the settings in the environment, as servers are given it."""
    return build_web(read_settings()).app
