"""Tonight: who is on call now, and whether the hours ahead are covered. It updates itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore

from flask import Blueprint, Response, g, render_template, request

from hotline.core.calls.flow import Hotline, with_every_rota
from hotline.core.reports.report import Tally, percentile
from hotline.core.rota.days import start_of_day
from hotline.errors import DatabaseUnavailable
from hotline.pages.frame.parts import HealthState, PageParts
from hotline.pages.frame.sessions import still_signed_in
from hotline.pages.tonight.board import board
from hotline.pages.tonight.stream import EVENTS, NO_ROOM, Stream, waiter
from hotline.pages.words.language import gettext as _

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
    """`/`, the home page, and `/tonight/changes`, which says when to fetch it again."""
    tonight = Blueprint("tonight", __name__)
    streams = BoundedSemaphore(MOST_STREAMS)

    @tonight.get("/")
    def home() -> str:
        now = parts.instant()
        state = parts.directory.state
        lines, rotas = list(state.hotlines.values()), with_every_rota(state.hotlines.values())
        return render_template(
            "tonight/home.html",
            boards=sorted(  # hotlines with nobody on call first
                (board(hotline, parts.schedule(hotline), parts.absences.of(hotline.rota.id), now) for hotline in rotas),
                key=lambda one: bool(one.on_call),
            ),
            now=now,
            calls=_calls(parts, lines, now) if g.person.coordinator else None,
            parts=_health(parts),
            kept=state.kept,
        )

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


def _look(parts: PageParts, live: bool) -> str:
    """A digest of the page's content without its time. `live`: with the calls of today, for coordinators."""
    now, lines = parts.instant(), list(parts.directory.state.hotlines.values())
    rotas = with_every_rota(lines)
    names = [(hotline.title, [volunteer.name for volunteer in hotline.rota.volunteers.values()]) for hotline in rotas]
    who = [(schedule.at(now), schedule.next_change(now)) for schedule in map(parts.schedule, rotas)]
    health = [(name, part.problem) for name, part, _ in _health(parts)]
    calls = _calls(parts, lines, now) if live else None
    return sha256(repr((names, who, calls, health)).encode()).hexdigest()


def _calls(parts: PageParts, lines: Sequence[Hotline], now: datetime) -> CallsToday | None:
    until, longest = int(now.timestamp()) + 60, int((now - LONGEST_CALL).timestamp())
    going_on, today = 0, {}
    try:
        for hotline in lines:
            midnight = int(start_of_day(hotline.schedule, now.astimezone(hotline.rota.zone).date()).timestamp())
            tally = parts.calls.tally(midnight, until, [hotline.id])
            going_on += tally.in_progress
            if longest < midnight:
                going_on += parts.calls.tally(longest, midnight, [hotline.id]).in_progress
            today[hotline.id] = _totals(tally)
    except DatabaseUnavailable:
        return None
    return CallsToday(going_on, today)


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
