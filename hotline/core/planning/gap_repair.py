"""The change to a rota that closes a gap or a thin stretch: a longer shift, another shift, or covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hotline.core.planning.gaps import Lack
from hotline.core.planning.stand_ins import Pool
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Cover, Pattern, Rota, Shift
from hotline.core.times.recurring import days_later, named_days
from hotline.core.times.spans import Span
from hotline.core.times.wall_clock import DAY, WEEK, WallMinute, wall_minute

_EVERY_DAY = frozenset(range(7))
_FOLLOWED = timedelta(days=366)
_SOON = timedelta(weeks=8)
"""The time after those looked at within which a gap that ends is closed by a cover, and not by a shift for good."""


@dataclass(frozen=True, slots=True)
class Longer:
    """A shift of the rota, by its place in `shifts`, with longer hours."""

    place: int
    shift: Shift


@dataclass(frozen=True, slots=True)
class Closing:
    """A change that closes a gap: one shift to lengthen, or shifts or covers to add.

    `asked` are the volunteers newly on call then.
    """

    longer: Longer | None = None
    shifts: tuple[Shift, ...] = ()
    covers: tuple[Cover, ...] = ()
    asked: tuple[str, ...] = ()

    def applied(self, rota: Rota) -> Rota:
        """The rota with this change."""
        shifts = list(rota.shifts)
        if self.longer:
            shifts[self.longer.place] = self.longer.shift
        return replace(rota, shifts=(*shifts, *self.shifts), cover=(*rota.cover, *self.covers))


def closing(schedule: Schedule, lack: Lack, pool: Pool, start: datetime, end: datetime, depth: int = 1) -> Closing:
    """Return the change that puts at least `depth` people on call at all times of a lack, as far as there are enough.

    A shift is made longer if one ends at, or begins after, each of the times. Otherwise the free and least loaded are
    asked: in a shift for recurring times, in a cover for others.
    """
    regular = _regular(lack, start, end)
    for longer in _longer_shifts(schedule, lack) if regular else ():
        found = Closing(longer, asked=longer.shift.on_call)
        if _closes(found, schedule, lack, depth):
            return found
    wanted = depth - lack.people
    endless = lack.times[-1].end >= end and (len(lack.times) == 1 or lack.times[0].start <= start)
    own_end = _own_end(schedule, lack.times[-1].end, depth) if endless else None
    soon = own_end is not None and lack.times[0].start > start and own_end <= end + _SOON
    if (endless and not soon) or regular:
        last = lack.times[-1]
        followed = (*lack.times[:-1], Span(last.start, last.end + _SOON)) if endless else ()
        asked = _least_loaded(pool, lack.times, wanted, followed)
        found = Closing(shifts=tuple(_shifts(lack, asked, endless, start)), asked=asked)
        if asked and _closes(found, schedule, lack, lack.people + len(asked)):
            _ask(pool, asked, lack.times)
            return found
    covers: list[Cover] = []
    last = lack.times[-1]
    if endless:
        last = Span(last.start, own_end or _midnight_after(last.end))
    for time in (*lack.times[:-1], last):
        ahead = Span(max(time.start, _full_hour(start.astimezone(time.start.tzinfo))), time.end)
        asked = _least_loaded(pool, [ahead], wanted)
        _ask(pool, asked, [ahead])
        covers.extend(Cover(who, None, _wall(ahead.start), _wall(ahead.end, up=True)) for who in asked)
    return Closing(covers=tuple(covers), asked=tuple(dict.fromkeys(cover.who for cover in covers)))


def _own_end(schedule: Schedule, end: datetime, depth: int) -> datetime | None:
    """The instant from which enough people are on call again after `end`; None if there is none within a year."""
    after = schedule.stretches(end, end + _FOLLOWED)
    found = next((stretch.start for stretch in after if len(stretch.who.on_call) >= depth), None)
    return found.astimezone(end.tzinfo) if found else None


def _midnight_after(moment: datetime) -> datetime:
    return _full_hour(moment).replace(hour=0) + timedelta(days=1)


def _regular(lack: Lack, start: datetime, end: datetime) -> bool:
    """Return whether times recur in at least half of the weeks looked at, and more than once."""
    weeks = (end - start) / timedelta(weeks=1)
    return len(lack.times) > 1 and 2 * len(lack.times) >= weeks * len(named_days(lack.times))


def _least_loaded(pool: Pool, times: Sequence[Span], wanted: int, followed: Sequence[Span] = ()) -> tuple[str, ...]:
    """Return whom to ask: those who are free, or else those who are away too. May be fewer than wanted.

    Those who are also free at the `followed` times come first.
    """
    longest = pool.free(followed) if followed else ()
    return tuple(dict.fromkeys((*longest, *pool.free(times), *pool.free(times, even_away=True))))[:wanted]


def _ask(pool: Pool, asked: Sequence[str], times: Sequence[Span]) -> None:
    for who in asked:
        pool.ask(who, times)


def _closes(closing: Closing, schedule: Schedule, lack: Lack, depth: int) -> bool:
    mended = Schedule(closing.applied(schedule.rota))
    return all(
        len(stretch.who.on_call) >= depth for time in lack.times for stretch in mended.stretches(time.start, time.end)
    )


def _longer_shifts(schedule: Schedule, lack: Lack) -> Iterator[Longer]:
    """Shifts that end where the times begin, or begin where they end, on exactly as many weekdays."""
    first = lack.times[0]
    if days_later(first) > 1:
        return
    days, begin, length = frozenset(named_days(lack.times)), _minute(first.start), _length(first)
    for place, shift in enumerate(schedule.rota.shifts):
        pattern = shift.pattern
        if pattern.weekdays != pattern.days or pattern.every != 1:
            continue
        longest = DAY if len(pattern.days) > 1 else WEEK
        if pattern.length + length > longest:
            continue
        ends = pattern.start + pattern.length
        if ends % DAY == begin and _moved(pattern.days, ends // DAY) == days:
            yield Longer(place, replace(shift, pattern=replace(pattern, length=pattern.length + length)))
        earlier = pattern.start - length
        if pattern.start == _minute(first.end) and earlier >= 0 and pattern.days == days:
            yield Longer(place, replace(shift, pattern=replace(pattern, start=earlier, length=pattern.length + length)))


def _shifts(lack: Lack, asked: tuple[str, ...], endless: bool, start: datetime) -> Iterator[Shift]:
    first = lack.times[0]
    days, length = frozenset(named_days(lack.times)), _length(first)
    if endless and first.start > start:
        yield Shift("", Pattern(_EVERY_DAY, 0, DAY, starting=first.start.date()), asked)
    elif endless or length > WEEK:
        yield Shift("", Pattern(_EVERY_DAY, 0, DAY), asked)
    elif length <= DAY:
        yield Shift("", Pattern(days, _minute(first.start), length), asked)
    else:
        for day in sorted(days):
            yield Shift("", Pattern(frozenset((day,)), _minute(first.start), length), asked)


def _length(time: Span) -> int:
    """Return how many minutes pass on the wall clock, ignoring clock changes."""
    return _wall(time.end, up=True) - _wall(time.start)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _wall(moment: datetime, up: bool = False) -> WallMinute:
    """The minute that the wall clock shows: seconds are dropped, or with `up` count as a whole minute."""
    if up and (moment.second or moment.microsecond):
        moment += timedelta(minutes=1)
    return wall_minute(moment.date(), _minute(moment))


def _moved(days: frozenset[int], by: int) -> frozenset[int]:
    return frozenset((day + by) % 7 for day in days)
