"""The volunteers of each rota: when they are next on call, and a link to each one's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, g, render_template

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.rota.spells import spells
from hotline.core.rota.volunteer_page import page_query
from hotline.core.times.spans import Span
from hotline.output.data.colours import colours
from hotline.pages.frame.parts import PageParts
from hotline.pages.rota.page import title_of

_AHEAD = timedelta(weeks=4)
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
        now = parts.instant()
        lines = by_rota(parts.directory.state.hotlines.values())
        tables = [
            (hotline, title_of(parts, hotline.rota.id), _rows(parts, hotline, now, g.person.coordinator))
            for hotline in lines.values()
        ]
        return render_template("volunteers/everyone.html", tables=tables, now=now)

    return volunteers


def masked(phone: str) -> str:
    """A number for people who need not call it: its length, and its end."""
    return "•" * (len(phone) - _SHOWN) + phone[-_SHOWN:]


def _rows(parts: PageParts, hotline: Hotline, now: datetime, coordinator: bool) -> list[VolunteerRow]:
    rota, numbers = hotline.rota, colours(hotline.rota.volunteers)
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
        for volunteer in rota.volunteers.values()
    ]
