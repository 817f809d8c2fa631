"""Tonight: who is on call now, and whether the hours ahead are covered. It updates itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from hotline.core.calls.flow import Hotline, with_every_rota
from hotline.core.planning.cover import CoverState
from hotline.core.reports.report import CountedSpan, Tally, percentile
from hotline.core.rota.days import start_of_day
from hotline.core.rota.on_call import Schedule
from hotline.errors import DatabaseUnavailable
from hotline.pages.frame.paging import Paged, asked_search, paged
from hotline.pages.frame.parts import HealthState, PageParts
from hotline.pages.frame.sessions import still_signed_in
from hotline.pages.tonight.board import board
from hotline.pages.tonight.first_steps import first_steps
from hotline.pages.tonight.stream import EVENTS, NO_ROOM, Stream, waiter
from hotline.pages.words.language import gettext as _

MOST_SHOWN = 8
"""Hotlines on one page. Each takes some milliseconds to draw."""
MOST_STREAMS = 2
"""Streams at a time in one process. Each takes one of its threads. Other pages reload now and then."""
LONGEST_CALL = timedelta(hours=6)
"""A call that began earlier counts as ended (see `hotline.jobs.tasks`)."""


@dataclass(frozen=True, slots=True)
class TotalsToday:
    """Today's calls of one hotline, in the rota's zone. Totals are always whole: there is no breakdown here."""

    calls: int
    answered: int
    median_wait: int | None


@dataclass(frozen=True, slots=True)
class CallsToday:
    """The calls of today, from the call log. None if it is down."""

    in_progress: int
    today: dict[str, TotalsToday]


def make_tonight(parts: PageParts) -> Blueprint:
    """The blueprint of `/`, the home page, and of `/tonight/changes`, which says when to fetch it again."""
    tonight = Blueprint("tonight", __name__)
    streams = BoundedSemaphore(MOST_STREAMS)

    @tonight.get("/")
    def home() -> str:
        now = parts.instant()
        state = parts.directory.state
        found = _found(parts, with_every_rota(state.hotlines.values()), now)
        shown = parts.schedules(found.shown)
        boards = [board(line, schedule, parts.absences.of(line.rota.id), now) for line, schedule in shown]
        boards.sort(key=lambda one: one.urgency)
        return render_template(
            "tonight/home.html",
            boards=boards,
            steps=first_steps(parts, boards) if g.person.coordinator else None,
            found=found,
            now=now,
            calls=_calls(parts, found.shown, now) if g.person.coordinator else None,
            approvals=_approvals(parts) if g.person.coordinator else {},
            parts=_health(parts),
            kept=state.kept,
        )

    @tonight.post("/tonight/steps/<hotline>/hide")
    def hide_steps(hotline: str) -> Redirect:
        if hotline not in parts.directory.state.hotlines:
            abort(404)
        parts.milestones.reach(hotline, "ready")
        return redirect(url_for("tonight.home"), 303)

    @tonight.get("/tonight/changes")
    def changes() -> Response:
        if not streams.acquire(blocking=False):
            return Response(NO_ROOM, mimetype=EVENTS)
        listens, may = waiter(request.environ), still_signed_in(parts)
        live = g.person.coordinator

        def stays(seconds: float) -> bool:
            return listens(seconds) and may()

        return Response(Stream(lambda: _look(parts, live), stays, streams.release), mimetype=EVENTS)

    return tonight


def _found(parts: PageParts, rotas: Sequence[Hotline], now: datetime) -> Paged[Hotline]:
    """Search hotlines by name, put those with nobody to answer first, and take one page of them."""
    search = asked_search().casefold()
    wanted = [line for line in rotas if search in line.title.casefold()]
    if len(wanted) > MOST_SHOWN:  # on one page the boards are put in order, by more
        ordered = sorted(parts.schedules(wanted), key=lambda one: (_now(one[1], one[0], now), one[0].title))
        wanted = [line for line, _ in ordered]
    return paged(wanted, MOST_SHOWN)


def _now(schedule: Schedule, line: Hotline, now: datetime) -> int:
    """Return how bad a hotline's state is now: 0 if callers reach nobody, 1 if only the backup, else 2."""
    who = schedule.at(now)
    if who.on_call or not line.is_open(now):
        return 2
    return 1 if who.backup else 0


def _look(parts: PageParts, live: bool) -> str:
    """A digest of what the page shows, less its time. `live`: with the calls of today, for coordinators."""
    now, state = parts.instant(), parts.directory.state
    who = [schedule.at(now) for _, schedule in parts.schedules(with_every_rota(state.hotlines.values()))]
    health = [(name, part.problem) for name, part, _ in _health(parts)]
    calls = _calls(parts, list(state.hotlines.values())[:MOST_SHOWN], now) if live else None
    approvals = _approvals(parts) if live else {}
    return sha256(repr((id(state), who, calls, approvals, health)).encode()).hexdigest()


def _approvals(parts: PageParts) -> dict[str, int]:
    """Return how many requests for cover wait for a coordinator's yes, by rota."""
    try:
        agreed = [one.rota for one in parts.covers.book.of() if one.state is CoverState.AGREED]
    except DatabaseUnavailable:
        return {}
    return {rota: agreed.count(rota) for rota in sorted(set(agreed)) if parts.directory.by_rota(rota)}


def _calls(parts: PageParts, shown: Sequence[Hotline], now: datetime) -> CallsToday | None:
    """Count the calls in progress of all hotlines, and today's of those shown."""
    until, longest = int(now.timestamp()) + 60, int((now - LONGEST_CALL).timestamp())
    spans = [CountedSpan(longest, until)]
    for line in shown:
        midnight = start_of_day(line.schedule, now.astimezone(line.rota.zone).date())
        spans.append(CountedSpan(int(midnight.timestamp()), until, (line.id,)))
    try:
        going_on, *today = parts.calls.tallies(spans)
    except DatabaseUnavailable:
        return None
    return CallsToday(going_on.in_progress, {line.id: _totals(one) for line, one in zip(shown, today, strict=True)})


def _totals(tally: Tally) -> TotalsToday:
    return TotalsToday(tally.calls, tally.answered, percentile(tally.waits, 50) if tally.waits else None)


def _health(parts: PageParts) -> list[tuple[str, HealthState, str]]:
    """List each part, its state, and its usual name: those with a problem first."""
    names = {
        "files": _("Call flows and rotas"),
        "redis": _("Redis: who is being rung"),
        "carrier": _("Carrier"),
        "call_log": _("Call log"),
        "jobs": _("Jobs"),
        "work": _("Worker and clock"),
        "absences": _("Volunteers' absences"),
        "heartbeat": _("Heartbeat"),
    }
    found = [(name, check(), names.get(name, name)) for name, check in parts.checks.items()]
    return sorted(found, key=lambda one: not one[1].problem)
