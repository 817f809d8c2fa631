"""Notes on a rota's public holidays: the coming ones, and gaps that the shifts for holidays leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from hotline.core.calls.flow import by_rota
from hotline.core.rota.on_call import Schedule
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import utc, wall_minute
from hotline.core.wording import Wording, in_a_row
from hotline.files.findings.finding import Finding, in_order
from hotline.files.findings.wording import OnTheWall
from hotline.files.loading.load import Loaded

_YEAR = 371
"""Days ahead to check for gaps: a holiday shift may first be needed months after it was written."""
_LONGEST = 8
"""Days after a holiday until which a stretch that would have started on it may last."""
_MOST_NAMED = 12


def check_holidays(loaded: Loaded, now: datetime, weeks: int = 8) -> list[Finding]:
    """Notes for each rota in use that names a country, from `now` (aware) on."""
    findings: list[Finding] = []
    schedules = {id: hotline.schedule for id, hotline in by_rota(loaded.hotlines.values()).items()}
    for rota, place in loaded.holiday_places.items():
        today = now.astimezone(schedules[rota].rota.zone).date()
        findings.extend(_ahead(place, schedules[rota], today, weeks))
        findings.extend(_gaps(place, schedules[rota], today))
    return list(in_order(findings))


def _ahead(place: Finding, schedule: Schedule, today: date, weeks: int) -> Iterator[Finding]:
    found = [
        Wording("%(holiday)s (%(day)s)", holiday=name, day=OnTheWall(day))
        for day, name in _holidays(schedule, today, 7 * weeks).items()
    ]
    if not found:
        return
    named, more = in_a_row(found[:_MOST_NAMED]), len(found) - _MOST_NAMED
    if any(shift.pattern.holidays for shift in schedule.rota.shifts):
        help = Wording("The holiday shifts apply then. `hotline preview` shows those days.")
    else:
        help = Wording(
            "Shifts continue as in any week. To have others on call then, add a shift with `days: holidays`."
        )
    message = Wording("Public holidays in the next %(weeks)s weeks: %(names)s.", weeks=weeks, names=named)
    if more > 0:
        message = Wording(
            "Public holidays in the next %(weeks)s weeks: %(names)s and %(more)s more.",
            weeks=weeks,
            names=named,
            more=more,
        )
    yield replace(place, code="holidays-ahead", message=message, help=help)


def _gaps(place: Finding, schedule: Schedule, today: date) -> Iterator[Finding]:
    if not any(shift.replaces for shift in schedule.rota.shifts):
        return
    holidays = _holidays(schedule, today, _YEAR)
    holes = list(_holes(schedule, holidays))
    if not holes:
        return
    zone = schedule.rota.zone
    start, end = (one.astimezone(zone) for one in (holes[0].start, holes[0].end))
    name = holidays[max(day for day in holidays if day <= start.date())]
    when: dict[str, object] = {"name": name, "start": OnTheWall(start), "end": OnTheWall(end)}
    message = Wording(
        "On %(name)s a holiday shift replaces others and leaves nobody on call from %(start)s to %(end)s.",
        **when,
    )
    if len(holes) > 1:
        message = Wording(
            "On %(name)s a holiday shift replaces others and leaves nobody on call from %(start)s to "
            "%(end)s. This happens %(more)s more times in the next year.",
            **when,
            more=len(holes) - 1,
        )
    yield replace(
        place,
        code="holiday-gap",
        message=message,
        help=Wording(
            "It replaces the shifts that start on a holiday during its hours, but its volunteers are away "
            "then. Name others, or add `also: true` to keep the other shifts."
        ),
    )


def _holidays(schedule: Schedule, first: date, days: int) -> Mapping[date, str]:
    dates = (first + timedelta(days=later) for later in range(days))
    return {day: name for day in dates if (name := schedule.rota.holidays.get(day))}


def _holes(schedule: Schedule, holidays: Mapping[date, str]) -> Iterator[Span]:
    """Times with nobody on call that would have somebody if holidays were ordinary days."""
    ordinary = Schedule(replace(schedule.rota, holidays={}))
    for window in _windows(schedule, holidays):
        for stretch in schedule.stretches(window.start, window.end):
            if not stretch.who.on_call:
                held = [one for one in ordinary.stretches(stretch.start, stretch.end) if one.who.on_call]
                if held:
                    yield Span(held[0].start, held[-1].end)


def _windows(schedule: Schedule, holidays: Mapping[date, str]) -> list[Span]:
    """The times that holidays may change. Adjacent times are merged."""
    windows: list[Span] = []
    for day in holidays:
        start, end = (utc(schedule.clock.first(wall_minute(one))) for one in (day, day + timedelta(days=_LONGEST)))
        if windows and start <= windows[-1].end:
            start = windows.pop().start
        windows.append(Span(start, end))
    return windows
