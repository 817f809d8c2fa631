"""Gaps: when nobody is on call before backup, and when there is no backup either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.core.calls.flow import by_rota
from hotline.core.planning.gap_repair import closing
from hotline.core.planning.gaps import lacks
from hotline.core.planning.stand_ins import Pool
from hotline.core.rota.days import full_hour_after
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Stretch
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import epoch_seconds
from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding, in_order
from hotline.files.findings.wording import During, Lacking
from hotline.files.loading.load import Loaded
from hotline.files.values.rota_lines import help_with, to_write

_MOST_HELPED = 20
_WEEK = timedelta(weeks=1)


def check_coverage(loaded: Loaded, now: datetime, weeks: int = 8) -> list[Finding]:
    """The gaps of every rota in use, from `now` (aware) on, each recurring gap once.

    A gap is a warning if the backup is rung in it, and an error if nobody is. It is a note if the only backup is also
    the only volunteer on call.
    """
    findings: list[Finding] = []
    schedules = {id: hotline.schedule for id, hotline in by_rota(loaded.hotlines.values()).items()}
    for rota, schedule in schedules.items():
        place = loaded.rota_places[rota]
        stretches = schedule.stretches(now, full_hour_after(schedule, now, weeks))
        findings.extend(_findings(place, schedule, now, weeks, stretches))
        findings.extend(_backup_alone(place, schedule, stretches))
    return list(in_order(findings))


def is_covered(loaded: Loaded, now: datetime, weeks: int = 8) -> bool:
    """Return whether `check_coverage` finds nothing. It may say no where that finds nothing either.

    Of a rota that is the same each week, it looks at one week, and at those with a clock change.
    """
    schedules = (hotline.schedule for hotline in by_rota(loaded.hotlines.values()).values())
    return not any(
        not who.on_call or (who.backup and len({*who.on_call, *who.backup}) == 1)
        for schedule in schedules
        for time in _unlike(schedule, now, full_hour_after(schedule, now, weeks))
        for who in (stretch.who for stretch in schedule.stretches(time.start, time.end))
    )


def _unlike(schedule: Schedule, start: datetime, end: datetime) -> Iterator[Span]:
    """Return the weeks from `start` to `end` that are not like one of the others."""
    seen = False
    while start < end:
        until = min(start + _WEEK, end)
        is_even = schedule.clock.is_even(epoch_seconds(start), epoch_seconds(until))
        if not (seen and is_even and schedule.repeats_weekly):
            yield Span(start, until)
        seen = seen or (is_even and until - start == _WEEK)
        start = until


def _findings(
    place: Finding, schedule: Schedule, start: datetime, weeks: int, stretches: Sequence[Stretch]
) -> Iterator[Finding]:
    end = full_hour_after(schedule, start, weeks)
    found = lacks(schedule, start, end, stretches=stretches)
    if not found:
        return
    pool = Pool(schedule, Span(full_hour_after(schedule, start, 0), end))
    for number, lack in enumerate(found):
        help = Wording("`hotline gaps` suggests cover.")
        if number < _MOST_HELPED:
            help = help_with(to_write(closing(schedule, lack, pool, start, end), schedule.rota))
        when = Lacking(lack, start, end)
        yield replace(
            place,
            code="nobody-at-all" if lack.nobody else "gap",
            severity="error" if lack.nobody else "warning",
            message=Wording("Nobody is on call %(when)s, and there is no backup.", when=when)
            if lack.nobody
            else Wording("Nobody is on call %(when)s. Only the backup is rung then.", when=when),
            help=help,
        )


def _backup_alone(place: Finding, schedule: Schedule, stretches: Iterable[Stretch]) -> Iterator[Finding]:
    """Return a finding for each volunteer who is at some time both on call and the backup, with nobody else."""
    first: dict[str, Span] = {}
    for stretch in stretches:
        there = {*stretch.who.on_call, *stretch.who.backup}
        if len(there) == 1 and stretch.who.on_call and stretch.who.backup:
            first.setdefault(stretch.who.on_call[0], Span(stretch.start, stretch.end))
    for name, span in first.items():
        yield replace(
            place,
            code="backup-alone",
            severity="note",
            message=Wording(
                "`%(name)s` is both on call and the backup, with nobody else. The first time is %(when)s.",
                name=name,
                when=During(span, schedule.rota.zone),
            ),
            help=Wording("Add somebody else to the backup, or to that shift: a phone may be off."),
        )
