"""What it means that a volunteer is off: until when, and who is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.core.absence import Absence
from hotline.core.hours import spells
from hotline.core.oncall import Schedule
from hotline.core.rota import OnCall, Stretch
from hotline.core.spans import Span, joined, without
from hotline.core.wall import utc

LONGEST_OFF = 14 * 86_400
"""Seconds. Whoever is away for longer is written into the rota, where everyone sees it."""
_LONGEST_SHIFT = timedelta(hours=24)
_SOON = timedelta(days=2)
_AHEAD = timedelta(weeks=8)
_STEP = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Left:
    """Times with `nobody` to ring, and times with the `backup` alone, that there would not be without an absence."""

    nobody: tuple[Span, ...] = ()
    backup: tuple[Span, ...] = ()

    @property
    def enough(self) -> bool:
        return not self.nobody and not self.backup


def left_by(schedule: Schedule, absences: Iterable[Absence], absence: Absence) -> Left:
    """What an absence leaves, beside the other volunteers' `absences`."""
    others = [one for one in absences if one.who != absence.who]
    start, end = utc(absence.start), utc(absence.end)
    before = schedule.with_absences(others).stretches(start, end)
    then = schedule.with_absences([*others, absence]).stretches(start, end)
    nobody = without(_times(then, _nobody), _times(before, _nobody))
    gaps = without(_times(then, _gap), _times(before, _gap))
    return Left(tuple(nobody), tuple(without(gaps, nobody)))


def leave_nobody(schedule: Schedule, absences: Sequence[Absence], now: datetime) -> bool:
    """Whether there is nobody to ring at some time within two days, and only since volunteers are off."""
    if not absences:
        return False
    then = _times(schedule.with_absences(absences).stretches(now, now + _SOON), _nobody)
    return bool(without(then, _times(schedule.stretches(now, now + _SOON), _nobody)))


def end_of_shift(schedule: Schedule, who: str, now: datetime) -> datetime | None:
    """When a volunteer's present time on call ends; None if they are not on call, or that is a day away or more."""
    present = spells(schedule.stretches(now, now + _LONGEST_SHIFT)).get(who, [])
    if present and present[0].start == now and present[0].end < now + _LONGEST_SHIFT:
        return present[0].end
    return None


def next_times(schedule: Schedule, who: str, now: datetime, most: int) -> list[Span]:
    """A volunteer's next times on call, the present one first, that begin within eight weeks; of those so many."""
    found: list[Span] = []
    start = now
    while start < now + _AHEAD and len(found) <= most:  # one more, so that the last one is known to its end
        found = joined([*found, *spells(schedule.stretches(start, start + _STEP)).get(who, [])])
        start += _STEP
    return found[:most]


def _times(stretches: Sequence[Stretch], lacks: Callable[[OnCall], bool]) -> list[Span]:
    return joined(Span(one.start, one.end) for one in stretches if lacks(one.who))


def _gap(who: OnCall) -> bool:
    return not who.on_call


def _nobody(who: OnCall) -> bool:
    return who.nobody
