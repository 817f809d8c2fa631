"""The volunteers of each rota: when they are next on call, and a link to each one's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, g, render_template, request

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.rota.spells import spells
from hotline.core.rota.volunteer_page import page_query
from hotline.core.times.spans import Span
from hotline.output.data.colours import colours
from hotline.pages.frame.parts import PageParts
from hotline.pages.rota.page import rotas

_AHEAD = timedelta(weeks=4)
_MOST_ROWS = 50
"""Volunteers on one page."""
_SHOWN = 2
"""Last digits of a number that a viewer sees."""


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """A volunteer's row in the overview.

    `query` opens their page, for coordinators; `following` is their next time on call.
    """

    name: str
    colour: int
    phone: str
    languages: tuple[str, ...]
    backup: bool
    following: Span | None
    query: dict[str, str]


def make_volunteers(parts: PageParts) -> Blueprint:
    """`/volunteers`."""
    volunteers = Blueprint("volunteers", __name__)

    @volunteers.get("/volunteers")
    def everyone() -> str:
        found = _found(parts, request.args.get("search", "").strip()[:60], request.args.get("page", 1, type=int))
        now = parts.instant()
        tables = [(line, title, _rows(parts, line, now, who)) for line, title, who in found.tables]
        return render_template("volunteers/everyone.html", tables=tables, now=now, found=found)

    return volunteers


@dataclass(frozen=True, slots=True)
class FoundVolunteers:
    """A page of the volunteers found: of each rota, its title and their ids. `all` of them are on so many `pages`."""

    tables: Sequence[tuple[Hotline, str, Sequence[str]]]
    search: str
    all: int
    page: int
    pages: int
    most: int = _MOST_ROWS


def _found(parts: PageParts, search: str, page: int) -> FoundVolunteers:
    """Search volunteers by their name or their hotline's, and take one page of them."""
    titles, wanted = rotas(parts), search.casefold()
    known = [
        (line, volunteer.id)
        for rota, line in by_rota(parts.directory.state.hotlines.values()).items()
        for volunteer in line.rota.volunteers.values()
        if wanted in volunteer.name.casefold() or wanted in titles.get(rota, rota).casefold()
    ]
    pages = max(1, -(-len(known) // _MOST_ROWS))
    page = min(max(1, page), pages)
    tables: dict[str, tuple[Hotline, str, list[str]]] = {}
    for line, who in known[(page - 1) * _MOST_ROWS : page * _MOST_ROWS]:
        tables.setdefault(line.rota.id, (line, titles.get(line.rota.id, line.rota.id), []))[2].append(who)
    return FoundVolunteers(list(tables.values()), search, len(known), page, pages)


def masked(phone: str) -> str:
    """A number for people who need not call it: its length, and its end."""
    return "•" * (len(phone) - _SHOWN) + phone[-_SHOWN:]


def _rows(parts: PageParts, hotline: Hotline, now: datetime, shown: Sequence[str]) -> list[VolunteerRow]:
    rota, numbers, coordinator = hotline.rota, colours(hotline.rota.volunteers), g.person.coordinator
    ahead = spells(parts.schedule(hotline).stretches_when_open(now, now + _AHEAD))
    return [
        VolunteerRow(
            volunteer.name,
            numbers[volunteer.id],
            volunteer.phone if coordinator else masked(volunteer.phone),
            volunteer.languages,
            volunteer.id in rota.backup,
            ahead[volunteer.id][0] if volunteer.id in ahead else None,
            page_query(parts.secret, rota, volunteer.id) if coordinator else {},
        )
        for volunteer in (rota.volunteers[who] for who in shown)
    ]
