"""Checks behind the web server: Redis, the database, workers, clocks, and the work that waits for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from hotline.carrier.mail import SmtpMail
from hotline.core.checkup.machine import judge_ends, judge_redis, judge_revision
from hotline.core.checkup.result import CheckResult, failed, passed, skipped, warned
from hotline.core.times.wall_clock import epoch_seconds
from hotline.doctor.site import Site
from hotline.jobs.watching import Backends
from hotline.store.database.call_log import CallLog
from hotline.store.database.engine import database_address
from hotline.store.database.migrate import revision
from hotline.store.database.revision import REVISION
from hotline.store.redis.facts import redis_facts

ENDS_OF = 30
"""Days of calls in which to look for ends that were never reported."""
_LATE = 2
"""Days that rounding may be late: it is done once a day, by the clock of the hotline's zone."""
_TOO_OLD = 60.0
"""Seconds that something may wait on disk without a warning."""


def redis(site: Site) -> Iterable[CheckResult]:
    """Check that Redis answers, and keeps its data."""
    return judge_redis(redis_facts(site.parts.redis_url))


def database(site: Site) -> Iterable[CheckResult]:
    """Check that the database answers, with the schema of the installed release."""
    url = site.settings.database_url
    backend = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "postgres": "PostgreSQL"}
    kind = database_address(url).get_backend_name()
    yield judge_revision(revision(url), REVISION, backend.get(kind, kind))
    if kind not in backend:
        yield warned(f"Hotline is not tested with {kind}.", "Use PostgreSQL or SQLite.")
    if site.settings.round_after_days is not None and revision(url) == REVISION:
        yield _rounding(url, site.clock() - timedelta(days=site.settings.round_after_days + _LATE))


def _rounding(url: str, before: datetime) -> CheckResult:
    """Judge whether old starts are rounded, as HOTLINE_ROUND_AFTER_DAYS promises."""
    log = CallLog(url)
    try:
        overdue = log.not_rounded(before.date())
    finally:
        log.close()
    if overdue:
        return warned(
            f"Old starts of calls are not rounded, or still in a file: {', '.join(overdue)}.",
            "A worker does it daily, at 04:30 UTC. See processes and jobs.",
        )
    return passed("Old starts of calls are rounded.")


def ends(site: Site) -> Iterable[CheckResult]:
    """Check that the ends of calls are reported."""
    url, now = site.settings.database_url, epoch_seconds(site.clock())
    if revision(url) != REVISION:  # asking would migrate it
        yield skipped("It could not be checked. See database.")
        return
    log = CallLog(url)
    try:
        tally = log.tally(now - ENDS_OF * 86_400, now)
    finally:
        log.close()
    yield judge_ends(tally.calls, tally.end_not_reported, ENDS_OF)


def processes(site: Site) -> Iterable[CheckResult]:
    """Check that a worker and a clock run."""
    alive = Backends(site.parts.redis_url).alive()
    told = {
        "worker": "jobs wait, and the carrier's records are not deleted",
        "clock": "due jobs are not queued: no heartbeats, reminders or sweeps",
    }
    for name, there in alive.items():
        if there:
            yield passed(f"A {name} is running.")
        else:
            yield failed(f"No {name} is running: {told[name]}.", f"Start one: `hotline {name}`.")


def jobs(site: Site) -> Iterable[CheckResult]:
    """Check that jobs are done, and that none failed permanently."""
    depths = Backends(site.parts.redis_url).depths()
    waiting = depths["tonight"] + depths["later"]
    if depths["failed"]:
        jobs_failed = "1 job" if depths["failed"] == 1 else f"{depths['failed']} jobs"
        yield warned(f"{jobs_failed} failed for good.", "`hotline jobs` shows them and can retry them.")
    if waiting > 100:
        yield warned(f"{waiting} jobs wait.", "Start another worker: `hotline worker`.")
    if not depths["failed"] and waiting <= 100:
        yield passed(f"No job failed. {waiting} wait now, and {depths['scheduled']} are scheduled.")


def backlog(site: Site) -> Iterable[CheckResult]:
    """Check that files waiting on this machine's disk are moved."""
    spool, outbox = site.parts.spool, site.parts.outbox
    for what, where in (("times of calls for the database", spool), ("jobs for Redis", outbox)):
        count, age = where.backlog()
        failure = where.progress().failure
        if failure and count:
            yield failed(f"{count} {what} wait on this machine's disk. {failure}", "They are moved when it answers.")
        elif age > _TOO_OLD:
            yield failed(
                f"{count} {what} wait on this machine's disk, the oldest for {age / 60:.0f} minutes.",
                "Start a worker on this machine, with the same HOTLINE_DATA_DIR.",
            )
    if not any(where.backlog()[1] > _TOO_OLD or where.progress().failure for where in (spool, outbox)):
        yield passed("Nothing waits too long on this machine's disk.")


def mail(site: Site) -> Iterable[CheckResult]:
    """Check whether the mail server answers, and lets us in."""
    server = site.settings.smtp
    if server is None:
        rotas = [line.rota for line in site.hotlines]
        wanting = sum(bool(one.email) for rota in rotas for one in rota.volunteers.values())
        wanting += sum(bool(one.email) for rota in rotas for one in rota.coordinators.values())
        if wanting:
            people = "1 person of the rotas has" if wanting == 1 else f"{wanting} people of the rotas have"
            yield warned(f"{people} an e-mail address, but no mail server is set.", "Set HOTLINE_SMTP_URL.")
        else:
            yield skipped("No mail server is set, so no e-mail is sent.")
        return
    SmtpMail(server, site.settings.mail_from).check()
    how = "without TLS" if server.tls == "none" else "with TLS"
    yield passed(f"The mail server answers {how}{', and accepts the password' if server.password else ''}.")
