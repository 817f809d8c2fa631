"""A rota day by day: the calendar days of its time zone, each with its stretches, for previews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import OnCall, Stretch
from hotline.core.times.wall_clock import utc, wall_minute

_USUAL = 86_400


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day from `start` to `end` (UTC), filled by its stretches. `holiday` is its name, if it is one.

    `carried_over`: the first stretch began the day before. A date that the zone skipped has no stretches.
    """

    date: date
    start: datetime
    end: datetime
    stretches: tuple[Stretch, ...]
    carried_over: bool = False
    holiday: str = ""

    @property
    def seconds(self) -> int:
        """The length of the day: usually 82800, 86400 or 90000."""
        return round((self.end - self.start).total_seconds())

    @property
    def clock_change(self) -> int:
        """Return by how many seconds the clocks go ahead on this day; negative if they go back."""
        return _USUAL - self.seconds


def start_of_day(schedule: Schedule, day: date) -> datetime:
    """The instant (UTC) at which a date begins on the rota's wall clock."""
    return utc(schedule.clock.first(wall_minute(day)))


def full_hour_after(schedule: Schedule, start: datetime, weeks: int) -> datetime:
    """The full hour (UTC) of an instant, so many weeks later on the rota's wall clock."""
    local = start.astimezone(schedule.rota.zone)
    return utc(schedule.clock.first(wall_minute(local.date() + timedelta(weeks=weeks), local.hour * 60)))


def handovers(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Merge neighbouring stretches with the same people on call, even if the backup differs."""
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1].who if joined else None
        if last is not None and _read(last) == _read(stretch.who):
            joined[-1] = Stretch(joined[-1].start, stretch.end, last)
        else:
            joined.append(stretch)
    return joined


def _read(who: OnCall) -> tuple[object, ...]:
    return who.in_tiers(), who.nobody, who.closed


def _same_people(who: OnCall, then: OnCall) -> bool:
    return (who.on_call, who.closed) == (then.on_call, then.closed)


def day_by_day(schedule: Schedule, first: date, days: int) -> list[Day]:
    """The days from `first` on, as many as requested. Together they cover all time, without overlap."""
    ordinals = range(first.toordinal(), first.toordinal() + days)
    edges = [start_of_day(schedule, date.fromordinal(one)) for one in (*ordinals, first.toordinal() + days)]
    stretches = schedule.stretches_when_open(edges[0], edges[-1])
    before = schedule.stretches_when_open(start_of_day(schedule, date.fromordinal(first.toordinal() - 1)), edges[0])
    found: list[Day] = []
    place, last = 0, before[-1].who if before else None
    for ordinal, start, end in zip(ordinals, edges[:-1], edges[1:], strict=True):
        day = date.fromordinal(ordinal)
        held: list[Stretch] = []
        while place < len(stretches) and stretches[place].start < end:
            one = stretches[place]
            if start < end:
                held.append(Stretch(max(one.start, start), min(one.end, end), one.who))
            if one.end > end:
                break
            place += 1
        carried = bool(held) and last is not None and _same_people(last, held[0].who)
        found.append(Day(day, start, end, tuple(held), carried, schedule.rota.holidays.get(day, "")))
        last = held[-1].who if held else last
    return found
