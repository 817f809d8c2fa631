"""A time of the calendar, opened: who is on call, who could step in, and the forms for it, filled in.

The calendar's script shows it as a panel. Without the script, it is a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request, url_for

from hotline.core.calls.flow import Hotline
from hotline.core.planning.effects import could_step_in
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.rota.spells import spells
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import DAY, WallMinute, utc, wall_minute
from hotline.output.data.colours import colours
from hotline.pages.frame.parts import PageParts
from hotline.pages.words import rota as told

_AROUND = timedelta(days=9)
"""How far a time on call is followed, before and after."""
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class StandIn:
    """A volunteer who is free for a time: their hours on call around it, and the form that has them cover."""

    name: str
    colour: int
    hours: str
    form: str


@dataclass(frozen=True, slots=True)
class OpenedTime:
    """A time on call of `who`, or a time in which the same people are on call (or nobody). `beside`: who else is."""

    who: str
    span: Span
    beside: Sequence[str]
    covers_for: Sequence[str]
    backup: Sequence[str]
    closed: bool = False


def add_shift(blueprint: Blueprint, parts: PageParts) -> None:
    """Add `/rota/<rota>/time`, about one time of the calendar, to the rota's pages."""

    @blueprint.get("/rota/<rota>/time")
    def shift(rota: str) -> str:
        line = parts.directory.by_rota(rota)
        if line is None:
            abort(404)
        at = _asked_instant(line)
        opened = _opened(parts.schedule(line), request.args.get("who", ""), at) or abort(404)
        return render_template(
            "rota/shift.html",
            line=line,
            title=line.flow.name,
            opened=opened,
            zone=line.rota.zone,
            people=line.rota.volunteers,
            colour=colours(line.rota.volunteers),
            entry=_entry(line, opened),
            edit=_edit_form(line, opened),
            free=_stand_ins(line, opened),
            forms={change: entry_form(line.rota, change, opened.who, opened.span) for change in ("away", "swap")}
            | {"cover": cover_form(line.rota, "", opened.who, opened.span)},
            told=told,
            stale=False,
        )


def _asked_instant(line: Hotline) -> datetime:
    """The instant in the address, on the rota's wall clock if it has no offset."""
    try:
        wall = datetime.fromisoformat(request.args.get("at", ""))
    except ValueError:
        abort(404)
    if not 1970 < wall.year < 3000:
        abort(404)
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    return utc(line.schedule.clock.first(wall_minute(wall.date(), wall.hour * 60 + wall.minute)))


def _opened(schedule: Schedule, who: str, at: datetime) -> OpenedTime | None:
    stretches = schedule.stretches_when_open(at - _AROUND, at + _AROUND)
    now = next(one for one in stretches if one.start <= at < one.end)
    if not who:
        return OpenedTime("", Span(now.start, now.end), now.who.on_call, (), now.who.backup, now.who.closed)
    span = next((one for one in spells(stretches).get(who, ()) if one.start <= at < one.end), None)
    if span is None:
        return None
    held = [one for one in stretches if one.start < span.end and span.start < one.end]
    beside = dict.fromkeys(other for one in held for other in one.who.on_call if other != who)
    return OpenedTime(who, span, tuple(beside), _covered(schedule, who, span), now.who.backup)


def _covered(schedule: Schedule, who: str, span: Span) -> Sequence[str]:
    """Return for whom a volunteer covers at some moment of a time."""
    clock = schedule.clock
    return tuple(
        one.instead_of
        for one in schedule.rota.cover
        if one.who == who
        and one.instead_of
        and utc(clock.first(one.start)) < span.end
        and span.start < utc(clock.last(one.end))
    )


def _entry(line: Hotline, opened: OpenedTime) -> str:
    """Return what the rota calls the shift or rotation, if it has a name."""
    found = line.schedule.entry_at(opened.who, opened.span.start) if opened.who else None
    if found is None:
        return ""
    section, place = found
    return (line.rota.shifts if section == "shifts" else line.rota.rotations)[place].name


def _edit_form(line: Hotline, opened: OpenedTime) -> str:
    """Return the form for the shift or rotation, or for a new shift at this time."""
    found = line.schedule.entry_at(opened.who, opened.span.start) if opened.who else None
    if found is None:
        zone = line.rota.zone
        start, end = (f"{one.astimezone(zone):%Y-%m-%dT%H:%M}" for one in (opened.span.start, opened.span.end))
        return f"{url_for('setup.form', rota=line.rota.id, kind='shift')}?{urlencode({'from': start, 'to': end})}"
    kind = {"shifts": "shift", "rotations": "rotation"}[found[0]]
    return url_for("setup.form", rota=line.rota.id, kind=kind, entry=found[1])


def _stand_ins(line: Hotline, opened: OpenedTime) -> Sequence[StandIn]:
    if opened.closed:
        return ()
    numbers = colours(line.rota.volunteers)
    return [
        StandIn(
            line.rota.volunteers[who].name,
            numbers[who],
            told.hours(seconds),
            cover_form(line.rota, who, opened.who, opened.span),
        )
        for who, seconds in could_step_in(line.schedule, opened.span)[:_MOST_NAMED]
    ]


def cover_form(rota: Rota, who: str, instead_of: str, span: Span) -> str:
    """Return the address of the cover form, filled in; with `who`, of what it changes, too."""
    people = {"other": instead_of} if instead_of else {}
    known = {"who": who, "look": "1"} if who else {}
    return _form(rota, "cover", people | known | times(span, rota.zone))


def entry_form(rota: Rota, change: str, who: str, span: Span) -> str:
    """Return the address of the form for an absence or a swap, filled in. A swap is of whole shifts, by their day."""
    when = times(span, rota.zone)
    if change == "swap":
        when = {"from_date": when["from_date"]}
    return _form(rota, change, {"who": who} | when)


def _form(rota: Rota, change: str, filled: Mapping[str, str]) -> str:
    return f"{url_for('rota.form', rota=rota.id, change=change)}?{urlencode(filled)}"


def times(span: Span, zone: tzinfo) -> dict[str, str]:
    """A time as the fields of the forms have it."""
    start, end = (one.astimezone(zone) for one in (span.start, span.end))
    return {
        "from_date": f"{start:%Y-%m-%d}",
        "from_time": f"{start:%H:%M}",
        "to_date": f"{end:%Y-%m-%d}",
        "to_time": f"{end:%H:%M}",
    }


def typed(minute: WallMinute) -> tuple[str, str]:
    """A moment as the date and the time of a form."""
    return date.fromordinal(minute // DAY).isoformat(), f"{minute % DAY // 60:02}:{minute % 60:02}"
