"""The volunteers of each rota: when they are next on call, and a link to each one's own page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, g, render_template

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.rota.spells import spells
from hotline.core.rota.volunteer_page import page_query
from hotline.core.times.spans import Span
from hotline.output.data.colours import colours
from hotline.pages.frame.paging import Paged, asked_search, paged
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
    """The blueprint of `/volunteers`."""
    volunteers = Blueprint("volunteers", __name__)

    @volunteers.get("/volunteers")
    def everyone() -> str:
        found = _found(parts)
        return render_template(
            "volunteers/everyone.html", tables=_tables(parts, found), now=parts.instant(), found=found
        )

    return volunteers


def _found(parts: PageParts) -> Paged[tuple[Hotline, str]]:
    """Search volunteers by their name or their hotline's, and take one page of them: each with a hotline and an id."""
    titles, wanted = rotas(parts), asked_search().casefold()
    known = [
        (line, volunteer.id)
        for rota, line in by_rota(parts.directory.state.hotlines.values()).items()
        for volunteer in line.rota.volunteers.values()
        if wanted in volunteer.name.casefold() or wanted in titles.get(rota, rota).casefold()
    ]
    return paged(known, _MOST_ROWS)


def _tables(parts: PageParts, found: Paged[tuple[Hotline, str]]) -> list[tuple[Hotline, str, Sequence[VolunteerRow]]]:
    """Return the rows of each rota, with its title."""
    titles, now = rotas(parts), parts.instant()
    people: dict[str, tuple[Hotline, list[str]]] = {}
    for line, who in found.shown:
        people.setdefault(line.rota.id, (line, []))[1].append(who)
    return [(line, titles.get(rota, rota), _rows(parts, line, now, who)) for rota, (line, who) in people.items()]


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
