"""Being off: in which rotas, until when, and who is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.core.calls.flow import Hotline, by_rota
from hotline.core.rota.absence import Absence
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import OnCall, Stretch
from hotline.core.rota.spells import spells
from hotline.core.rota.text_rules import Alert
from hotline.core.texts.commands import ClockTime, Lasting, end_of
from hotline.core.times.spans import Span, joined, without
from hotline.core.times.wall_clock import epoch_seconds, utc

LONGEST_OFF = 14 * 86_400
"""Seconds. Longer absences belong in the rota, where everyone sees them."""
_LONGEST_SHIFT = timedelta(hours=24)
_SHIFT = timedelta(hours=12)
_SOON = timedelta(days=2)
AHEAD = timedelta(weeks=8)
_STEP = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A volunteer in one rota."""

    line: Hotline
    who: str


@dataclass(frozen=True, slots=True)
class Left:
    """Times with `nobody` to ring, and times with the `backup` alone, that exist only because of an absence."""

    nobody: tuple[Span, ...] = ()
    backup: tuple[Span, ...] = ()
    one: tuple[Span, ...] = ()
    """Times with fewer than two people to ring, the backup counted."""

    @property
    def enough(self) -> bool:
        return not self.nobody and not self.backup


@dataclass(frozen=True, slots=True)
class OffSaid:
    """The effect of a volunteer's word that they are off: what it leaves, by rota.

    `asked`: nothing has changed, since it leaves too few people and they did not confirm. `failed` are the rotas for
    which it could not be stored anywhere.
    """

    left: Mapping[str, Left]
    asked: bool
    failed: frozenset[str] = frozenset()


def places_of(hotline: Hotline, phone: str, lines: Iterable[Hotline]) -> list[Place]:
    """Return the rotas in which a phone belongs to a volunteer: this line's rotas first, then the others.

    None for a phone that this line does not ring.
    """
    rung = (volunteer for one in hotline.everyone() for volunteer in one.rota.volunteers.values())
    if not any(volunteer.phone == phone for volunteer in rung):
        return []
    own = {one.rota.id: one for one in (hotline, *hotline.everyone())}
    ordered = (own | {rota: one for rota, one in by_rota(lines).items() if rota not in own}).values()
    return [Place(each, who) for each in ordered for who, one in each.rota.volunteers.items() if one.phone == phone]


def ends_of(until: Lasting | ClockTime | None, places: Sequence[Place], now: datetime) -> dict[str, int]:
    """Return until when (epoch seconds, of a whole minute) a volunteer is off, by rota. None: until their shift ends.

    Nothing if that is past, or they are in no shift.
    """
    ends: dict[str, int] = {}
    for place in places:
        if until is not None:
            end = end_of(until, epoch_seconds(now), place.line.rota.zone)
        else:
            shift = end_of_shift(place.line.schedule, place.who, now)
            end = None if shift is None else epoch_seconds(shift)
        if end is not None:
            ends[place.line.rota.id] = -(-end // 60) * 60  # so that what is told is what holds
    if until is None and ends:  # on call in one rota only, and off in all of them
        return {place.line.rota.id: ends.get(place.line.rota.id, max(ends.values())) for place in places}
    return ends if len(ends) == len(places) else {}


def too_long(ends: Mapping[str, int], now: datetime) -> bool:
    """Return whether this is longer than an absence may last."""
    return max(ends.values()) - epoch_seconds(now) > LONGEST_OFF + 60


def left_by(schedule: Schedule, absences: Iterable[Absence], absence: Absence) -> Left:
    """Return what an absence leaves, besides the other volunteers' `absences`."""
    others = [one for one in absences if one.who != absence.who]
    start, end = utc(absence.start), utc(absence.end)
    before = schedule.with_absences(others).stretches(start, end)
    then = schedule.with_absences([*others, absence]).stretches(start, end)
    nobody = without(_times(then, _nobody), _times(before, _nobody))
    gaps = without(_times(then, _gap), _times(before, _gap))
    few = without(_times(then, _few), _times(before, _few))
    return Left(
        tuple(schedule.while_open(nobody)),
        tuple(schedule.while_open(without(gaps, nobody))),
        tuple(schedule.while_open(few)),
    )


def marked_away(schedule: Schedule, who: str, now: datetime) -> datetime | None:
    """Return until when the rota's file has a volunteer away, without a break from now on. None if they can be rung."""
    clock, instant = schedule.clock, epoch_seconds(now)
    if who in schedule.at(now).on_call:
        return None  # they cover for somebody, away or not
    spans = [(clock.first(one.start), clock.last(one.end)) for one in schedule.rota.away if one.who == who]
    end = instant
    while later := [last for first, last in spans if first <= end < last]:
        end = max(later)
    return utc(end) if end > instant else None


def long_off(places: Sequence[Place], ends: Mapping[str, int], now: datetime) -> bool:
    """Return whether this is longer than the present shift, and than twelve hours."""
    for place in places:
        shift = end_of_shift(place.line.schedule, place.who, now) or now
        if ends[place.line.rota.id] > epoch_seconds(max(shift, now + _SHIFT)) + 60:
            return True
    return False


def to_ring(schedule: Schedule, absences: Iterable[Absence], instant: datetime) -> OnCall:
    """Return whom a call may ring at an instant: everyone who is not off or, if that is nobody, everyone in the rota.

    Anyone can forge a text from another's number. So absences alone never leave a caller with nobody to ring.
    """
    present = schedule.with_absences(absences).at(instant)
    return schedule.at(instant) if present.nobody else present


def somebody_is_told(hotline: Hotline) -> bool:
    """Return whether a coordinator wants to hear that nobody is left."""
    return any(Alert.NOBODY_LEFT in coordinator.alerts for coordinator in hotline.rota.coordinators.values())


def leave_nobody(schedule: Schedule, absences: Sequence[Absence], now: datetime) -> bool:
    """Return whether absences leave nobody to ring at some time within two days."""
    if not absences:
        return False
    then = _times(schedule.with_absences(absences).stretches(now, now + _SOON), _nobody)
    new = without(then, _times(schedule.stretches(now, now + _SOON), _nobody))
    return bool(schedule.while_open(new))


def end_of_shift(schedule: Schedule, who: str, now: datetime) -> datetime | None:
    """Return when a volunteer's present time on call ends. None if they are not on call, or if it lasts another day."""
    present = spells(schedule.stretches(now, now + _LONGEST_SHIFT)).get(who, [])
    if present and present[0].start == now and present[0].end < now + _LONGEST_SHIFT:
        return present[0].end
    return None


def next_times(schedule: Schedule, who: str, now: datetime, most: int) -> list[Span]:
    """A volunteer's next times on call, the current one first, that begin within eight weeks; at most so many."""
    found: list[Span] = []
    start = now
    while start < now + AHEAD and len(found) <= most:  # an extra one, so that the end of the last is known
        found = joined([*found, *spells(schedule.stretches_when_open(start, start + _STEP)).get(who, [])])
        start += _STEP
    return found[:most]


def _times(stretches: Sequence[Stretch], lacks: Callable[[OnCall], bool]) -> list[Span]:
    return joined(Span(stretch.start, stretch.end) for stretch in stretches if lacks(stretch.who))


def _gap(who: OnCall) -> bool:
    return not who.on_call


def _few(who: OnCall) -> bool:
    return len({*who.on_call, *who.backup}) < 2


def _nobody(who: OnCall) -> bool:
    return who.nobody
