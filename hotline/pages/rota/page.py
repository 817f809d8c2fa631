"""The rota: its calendar, its load, its gaps, its callers' waits, and the forms that change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.calls.flow import Hotline, with_every_rota
from hotline.core.planning.fairness import Breach, fairness
from hotline.core.rota.days import full_hour_after, start_of_day
from hotline.core.rota.rota import Cover
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import utc
from hotline.files.edits.in_words import breach_in_words
from hotline.output.data.colours import colours
from hotline.output.data.gaps import FoundGap, gaps
from hotline.pages.frame.files_saved import just_saved, path_of
from hotline.pages.frame.paging import asked_search, paged
from hotline.pages.frame.parts import PageParts
from hotline.pages.rota.calendar import month_weeks, shown_days
from hotline.pages.rota.forms import add_forms
from hotline.pages.rota.requests import add_requests
from hotline.pages.rota.shift import add_shift, typed
from hotline.pages.rota.waits import shown_waits
from hotline.pages.words import rota as told

EARLIEST, LATEST = date(1970, 2, 1), date(2999, 11, 30)
PERIODS = (4, 8, 13, 26)
"""Weeks that can be looked at."""
DEPTHS = (1, 2, 3)
VIEWS = ("week", "month")
_MOST_LINES, _MOST_BREACHES = 6, 6
_MOST_ROTAS, _MOST_LOADS = 50, 30
"""Entries on one page."""


class RotaPages:
    """The pages at `/rota` and below it, except the editor and the versions of the file."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        rota = Blueprint("rota", __name__)
        add_forms(rota, self._parts)
        add_requests(rota, self._parts)
        add_shift(rota, self._parts)
        rota.get("/rota")(self.choose)
        rota.get("/rota/<rota>")(self.calendar)
        rota.get("/rota/<rota>/load")(self.load)
        rota.get("/rota/<rota>/gaps")(self.holes)
        rota.get("/rota/<rota>/waits")(self.waits)
        return rota

    def choose(self) -> Response | str:
        lines = rotas(self._parts)
        if len(lines) == 1:
            return redirect(url_for("rota.calendar", rota=next(iter(lines))), 303)
        wanted = asked_search().casefold()
        named = [(rota, names) for rota, names in lines.items() if wanted in names.casefold() or wanted in rota]
        found = paged(named, _MOST_ROTAS)
        return render_template("rota/choose.html", found=found, broken=broken_lines(self._parts)[:_MOST_ROTAS])

    def calendar(self, rota: str) -> str:
        hotline = line_of(self._parts, rota)
        view = request.args.get("view", "week")
        view = view if view in VIEWS else "week"
        today = self._parts.instant().astimezone(hotline.rota.zone).date()
        day = asked_day(today)
        first, count = (day, 7) if view == "week" else month_weeks(day)
        shown = shown_days(
            self._parts.schedule(hotline), first, count, self._parts.instant(), _by_themselves(self._parts, hotline)
        )
        back, onward = _neighbours(view, day, first)
        return render_template(
            "rota/calendar.html",
            line=hotline,
            title=title_of(self._parts, rota),
            view=view,
            day=day,
            today=today,
            first=first,
            weeks=[shown.days[at : at + 7] for at in range(0, count, 7)],
            month=day.replace(day=1),
            now=self._parts.instant(),
            back=back,
            onward=onward,
            told=told,
            zone=hotline.rota.zone,
            breaches=_alike(shown.breaches),
            breach_in_words=breach_in_words,
            most=_MOST_BREACHES,
            backup=told.backups(hotline.rota),
            closes=any(stretch.who.closed for shown_day in shown.days for stretch in shown_day.day.stretches),
            saved=just_saved(self._parts, path_of(self._parts, "rota", rota)),
            stale=is_stale(self._parts, hotline),
        )

    def load(self, rota: str) -> str:
        hotline = line_of(self._parts, rota)
        weeks, day = _asked_weeks(8), asked_day(self._parts.instant().astimezone(hotline.rota.zone).date())
        start, end = start_of_day(hotline.schedule, day), start_of_day(hotline.schedule, day + timedelta(weeks=weeks))
        found = fairness(self._parts.schedule(hotline), start, end)
        on_call = [load for load in found.loads if load.on_call]
        names = {who: volunteer.name for who, volunteer in hotline.rota.volunteers.items()}
        wanted = asked_search().casefold()
        breaches = _alike(found.breaches)
        return render_template(
            "rota/load.html",
            line=hotline,
            title=title_of(self._parts, rota),
            found=found,
            on_call=on_call,
            loads=paged([load for load in on_call if wanted in names[load.volunteer].casefold()], _MOST_LOADS),
            idle=[load for load in found.loads if not load.on_call],
            most_listed=_MOST_LOADS,
            most={
                "on_call": max((one.on_call for one in on_call), default=0),
                "nights": max((one.nights for one in on_call), default=0),
                "weekends": max((one.weekends for one in on_call), default=0),
            },
            mean=sum(one.on_call for one in on_call) / len(on_call) if on_call else 0,
            colour=colours(hotline.rota.volunteers),
            weeks=weeks,
            periods=PERIODS,
            day=day,
            last=day + timedelta(weeks=weeks, days=-1),
            told=told,
            zone=hotline.rota.zone,
            breaches=breaches,
            breach_in_words=breach_in_words,
            silenced={hotline.rota.volunteers[who].name: why for who, why in found.silenced.items()},
            stale=is_stale(self._parts, hotline),
        )

    def holes(self, rota: str) -> str:
        hotline = line_of(self._parts, rota)
        weeks, depth = _asked_weeks(4), request.args.get("depth", 2, type=int)
        depth = depth if depth in DEPTHS else 2
        start = self._parts.instant().astimezone(UTC)
        end = full_hour_after(hotline.schedule, start, weeks)
        found = gaps(hotline.title, self._parts.schedule(hotline), start, end, depth)
        return render_template(
            "rota/gaps.html",
            line=hotline,
            title=title_of(self._parts, rota),
            gaps=found,
            colour=colours(hotline.rota.volunteers),
            ways=[_ways_to_close(rota, one) for one in found.found],
            most=_MOST_LINES,
            weeks=weeks,
            periods=PERIODS,
            depth=depth,
            depths=DEPTHS,
            told=told,
            zone=hotline.rota.zone,
            stale=is_stale(self._parts, hotline),
        )

    def waits(self, rota: str) -> tuple[str, dict[str, str]]:
        hotline = line_of(self._parts, rota)
        waits = shown_waits(self._parts, hotline)
        page = render_template(
            "rota/waits.html",
            line=hotline,
            title=title_of(self._parts, rota),
            zone=hotline.rota.zone,
            stale=is_stale(self._parts, hotline),
            waits=waits,
        )
        again = url_for("rota.waits", rota=rota, auto=1)
        return page, {} if waits.again is None else {"Refresh": f"{waits.again}; url={again}"}


def rotas(parts: PageParts) -> dict[str, str]:
    """The rotas that are in use, each with the names of its hotlines."""
    found: dict[str, list[str]] = {}
    for hotline in with_every_rota(parts.directory.state.hotlines.values()):
        found.setdefault(hotline.rota.id, []).append(hotline.title)
    return {rota: ", ".join(names) for rota, names in sorted(found.items())}


def line_of(parts: PageParts, rota: str) -> Hotline:
    """A hotline that uses this rota. Aborts with 404 if there is none."""
    line = parts.directory.by_rota(rota)
    if line is None:
        abort(404)
    return line


def title_of(parts: PageParts, rota: str) -> str:
    """Return what people call a rota: by its hotlines."""
    return rotas(parts).get(rota, rota)


def is_stale(parts: PageParts, hotline: Hotline) -> bool:
    """Return whether this is the last good version, since the files are broken."""
    kept = (one for one in with_every_rota(_lines(parts)) if one.id in parts.directory.state.kept)
    return any(one.rota.id == hotline.rota.id for one in kept)


def broken_lines(parts: PageParts) -> Sequence[str]:
    """The hotlines without any usable version."""
    return sorted(parts.directory.state.missing)


def _lines(parts: PageParts) -> Sequence[Hotline]:
    return list(parts.directory.state.hotlines.values())


def asked_day(otherwise: date) -> date:
    """The date in the address, if it can be shown."""
    try:
        day = date.fromisoformat(request.args.get("date", ""))
    except ValueError:
        return otherwise
    return day if EARLIEST <= day <= LATEST else otherwise


def _asked_weeks(otherwise: int) -> int:
    weeks = request.args.get("weeks", otherwise, type=int)
    return weeks if weeks in PERIODS else otherwise


def _by_themselves(parts: PageParts, hotline: Hotline) -> Mapping[str, Sequence[Span]]:
    """Return when volunteers have set themselves off, beside the rota's file."""
    found: dict[str, list[Span]] = {}
    for one in parts.absences.of(hotline.rota.id):
        if one.who in hotline.rota.volunteers and one.start < one.end:
            found.setdefault(one.who, []).append(Span(utc(one.start), utc(one.end)))
    return found


def _neighbours(view: str, day: date, first: date) -> tuple[date, date]:
    if view == "week":
        return first - timedelta(weeks=1), first + timedelta(weeks=1)
    month = day.replace(day=1)
    return (month - timedelta(days=1)).replace(day=1), (month + timedelta(days=32)).replace(day=1)


def _alike(breaches: Sequence[Breach]) -> Sequence[tuple[Breach, int]]:
    """Merge breaches of the same kind and size of one volunteer, with their number; the worst first."""
    groups: dict[object, list[Breach]] = {}
    for breach in breaches:
        groups.setdefault((breach.volunteer, breach.kind, breach.severity, breach.size), []).append(breach)
    ordered = sorted(groups.values(), key=lambda some: (some[0].severity, some[0].kind, some[0].span.start))
    return [(some[0], len(some)) for some in ordered]


def _ways_to_close(rota: str, found: FoundGap) -> Sequence[Mapping[str, str]]:
    """Return, for each cover that would close a gap, the address of the form with it filled in."""
    return [{"who": cover.who, "to": _cover_form(rota, cover)} for cover in found.closing.covers[:_MOST_LINES]]


def _cover_form(rota: str, one: Cover) -> str:
    start, end = (typed(minute) for minute in (one.start, one.end))
    return url_for(
        "rota.form",
        rota=rota,
        change="cover",
        who=one.who,
        from_date=start[0],
        from_time=start[1],
        to_date=end[0],
        to_time=end[1],
        look="1",
    )
