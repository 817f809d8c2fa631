"""Puts a web process together. Nothing here connects to anything before it is first used."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flask import Flask

from hotline.core.calls.absent_phones import phones_of
from hotline.core.reports.metrics import WaitingCount
from hotline.errors import SettingsError
from hotline.feeds.calendar import make_calendar
from hotline.feeds.health import make_health
from hotline.feeds.metrics import make_metrics
from hotline.files.checks.dialling import may_answer
from hotline.jobs.queue import JobQueue
from hotline.jobs.watching import Backends
from hotline.output.data.calendar_ics import calendar_ics
from hotline.pages.frame.beside_webhooks import BesideWebhooks
from hotline.services.call_notes import CallNotes
from hotline.services.legs import Legs
from hotline.services.metrics import Measuring, Sources
from hotline.services.parts import AnswerParts, OnlySignatures
from hotline.services.texts.cover_texts import CoverTexts
from hotline.services.texts.incoming import IncomingTexts
from hotline.settings import Pages, read_settings
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.outbox_drainer import OutboxDrainer
from hotline.store.redis.client import refuse_cluster
from hotline.store.redis.tallies import Tallies
from hotline.store.redis.text_memory import RedisTextMemory
from hotline.webhooks.answering import answering_app
from hotline.webhooks.practice_clock import practice_clock
from hotline.wiring.health import HealthOf
from hotline.wiring.parts import Parts
from hotline.wiring.sweeper import Sweeper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE = 2.0
"""Seconds for which a web process leaves what waits on disk to a worker on the same machine."""


_CHECK_THREADS_EVERY = 1.0
"""Seconds after which it is looked again whether the threads of a process still run."""


class Thread(Protocol):
    """Background work of a process."""

    def start(self, patience: float) -> None: ...
    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Web:
    """A web process; `app` is what a server runs."""

    app: Flask
    parts: Parts
    threads: Sequence[Thread]

    def stop(self) -> None:
        """End the threads, in a process that runs on without the app."""
        for thread in self.threads:
            thread.stop()
        self.parts.directory.stop()


def build_web(parts: Parts) -> Web:
    """Return the web process of these parts."""
    settings, directory = parts.settings, parts.directory
    directory.expect_calls()
    parts.absences.phones = phones_of(parts.key, directory.by_rota)
    tallies, backends = Tallies(parts.redis_url, every=parts.effort.count_every), Backends(parts.redis_url)
    answer_parts = _answer_parts(parts, tallies)
    app = answering_app(answer_parts)
    checks = HealthOf(
        directory=directory,
        absences=parts.absences,
        live=parts.live,
        spool=parts.spool,
        outbox=parts.outbox,
        heartbeats=parts.heartbeats,
        backends=backends,
        heartbeat_every=settings.heartbeat_seconds,
    ).checks
    app.register_blueprint(make_health(checks))
    app.register_blueprint(make_calendar(directory.by_rota, parts.key, parts.clock, calendar_ics))
    app.register_blueprint(make_metrics(settings.metrics_token, _measuring(parts, tallies, backends)))

    threads: list[Thread] = [
        Drainer(parts.spool, parts.call_log),
        OutboxDrainer(parts.outbox, JobQueue(parts.redis_url)),
        parts.absence_rounds,
    ]
    if parts.phone_calls is not None and answer_parts.rings is not None:
        legs = Legs(answer_parts, answer_parts.rings, CallNotes(answer_parts))
        threads.append(Sweeper(legs.sweep, parts.notice))

    checked = (0, 0.0)  # by which process, and until when

    @app.before_request
    def start_threads() -> None:
        """Threads belong to one process, and a server may fork: they start with its first request."""
        nonlocal checked
        if checked[0] == os.getpid() and time.monotonic() < checked[1]:
            return
        with suppress(RuntimeError):  # no thread is to be had: the call comes first, and the next one tries again
            for thread in threads:
                thread.start(PATIENCE)
            tallies.start()
            directory.watch()
            checked = os.getpid(), time.monotonic() + _CHECK_THREADS_EVERY

    if settings.pages is not Pages.OFF:

        def pages() -> WSGIApplication:
            from hotline.wiring.pages import pages_app  # at the first page: calls do without what it brings along

            return pages_app(parts, checks)

        mounted = BesideWebhooks(app.wsgi_app, pages, settings.path, settings.pages is Pages.ONLY)
        app.wsgi_app = mounted  # type: ignore[method-assign]
    return Web(app, parts, threads)


def _answer_parts(parts: Parts, tallies: Tallies) -> AnswerParts:
    settings, directory = parts.settings, parts.directory
    texts = IncomingTexts(
        by_number=directory.by_number,
        lines=lambda: directory.served().values(),
        absences=parts.absences,
        memory=RedisTextMemory(parts.live.server, parts.key, parts.live.prefix),
        optouts=parts.optouts,
        jobs=parts.outbox,
        clock=parts.clock,
        notice=parts.notice,
        may_answer=lambda sender, own: may_answer(sender, own, settings.countries),
        covers=CoverTexts(lambda: parts.cover_desk),
    )
    return AnswerParts(
        public_url=settings.public_url,
        token=parts.token,
        previous_token=settings.previous_auth_token,
        shared_keys=settings.shared_keys,
        key=parts.key,
        directory=directory,
        live=parts.live,
        log=parts.spool,
        absences=parts.absences,
        jobs=parts.outbox,
        follow_up_jobs=parts.follow_up_jobs,
        clock=practice_clock(parts.clock) if settings.practice else parts.clock,
        notice=parts.notice,
        meter=tallies if settings.metrics_token else OnlySignatures(tallies),
        texts=texts,
        rings=parts.rings,
    )


def _measuring(parts: Parts, tallies: Tallies, backends: Backends) -> Measuring:
    spool, outbox = parts.spool, parts.outbox
    return Measuring(
        Sources(
            hotlines=parts.directory,
            call_log=parts.call_log,
            database_fails=lambda: spool.progress().failing_since is not None,
            counts=tallies.told,
            queues=backends.depths,
            alive=backends.alive,
            backlogs=lambda: {"call_log": WaitingCount(*spool.backlog()), "outbox": WaitingCount(*outbox.backlog())},
            heartbeat=parts.heartbeats.last,
            absences=parts.absences,
        ),
        parts.clock,
    )


def wsgi_app() -> Flask:
    """Return the web process for the settings in the environment, as servers are given it.

    Settings that cannot be used end the server, with what is wrong and no traceback.
    """
    try:
        settings = read_settings()
        refuse_cluster(settings.redis_url)
    except SettingsError as error:
        sys.exit("\n".join(f"hotline: {problem}" for problem in error.problems))
    return build_web(Parts(settings)).app
