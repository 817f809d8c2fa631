"""The difference between two versions of a rota, over some weeks: who is on call when, gaps, and how phones are rung.

Phone numbers are compared and never given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hotline.core.planning.settings_diff import Altered, altered_settings, altered_volunteers
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import OnCall, Stretch
from hotline.core.rota.spells import spells
from hotline.core.times.recurring import BEYOND
from hotline.core.times.spans import Span, both, joined, seconds, without

Times = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class RotaDiff:
    """The differences from `start` to `end` (instants in UTC, like all times here).

    Times are whole. One under way at `start` counts from the full hour before. One that begins before `end` counts to
    its own end, within eight days; a longer one is cut off at `end`.

    `gained` and `lost`: times on call by volunteer, in the order of the new rota. `left_alone`: new times with neither
    volunteers nor backup; they are in `new_gaps` too if there was no gap before. `reordered`: the same people are on
    call, in another order or in other tiers. `added` and `removed`: volunteers' names by id.
    """

    start: datetime
    end: datetime
    gained: Mapping[str, Times] = field(default_factory=dict)
    lost: Mapping[str, Times] = field(default_factory=dict)
    new_gaps: Times = ()
    closed_gaps: Times = ()
    left_alone: Times = ()
    reordered: Times = ()
    added: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, str] = field(default_factory=dict)
    altered: tuple[Altered, ...] = ()

    @property
    def empty(self) -> bool:
        """Return whether the two versions have the same effect."""
        return self == RotaDiff(self.start, self.end)


def rota_diff(old: Schedule | None, new: Schedule | None, start: datetime, end: datetime) -> RotaDiff:
    """Return the differences. None means that there is no such rota.

    A new rota, or a removed one, has no gaps in the result.
    """
    zones = [each.rota.zone for each in (old, new) if each]
    hours = (start.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC) for zone in zones)
    first = min(hours, default=start)
    before, after = _stretches(old, first, end + BEYOND), _stretches(new, first, end + BEYOND)
    had, has = spells(before), spells(after)

    def less(some: Sequence[Span], taken: Sequence[Span]) -> Times:
        return tuple(
            Span(one.start, end if one.end >= end + BEYOND else one.end)
            for one in without(some, taken)
            if one.start < end and start < one.end
        )

    names, names_before = _volunteers(new), _volunteers(old)
    volunteers = dict.fromkeys((*names, *names_before))
    found = RotaDiff(
        start,
        end,
        gained={who: more for who in volunteers if (more := less(has.get(who, ()), had.get(who, ())))},
        lost={who: gone for who in volunteers if (gone := less(had.get(who, ()), has.get(who, ())))},
        left_alone=less(_when(new, after, _nobody), _when(old, before, _nobody)),
        added={who: name for who, name in names.items() if who not in names_before},
        removed={who: name for who, name in names_before.items() if who not in names},
    )
    if old is None or new is None:
        return found
    gaps, gaps_before = _when(new, after, _gap), _when(old, before, _gap)
    return replace(
        found,
        new_gaps=less(gaps, gaps_before),
        closed_gaps=less(gaps_before, gaps),
        reordered=less(_reordered(before, after), ()),
        altered=(*altered_settings(old.rota, new.rota), *altered_volunteers(old.rota, new.rota)),
    )


def balance(diff: RotaDiff) -> list[tuple[str, int]]:
    """Everyone whose times differ, with how many more seconds (negative: fewer) they are on call, most first."""
    changes = {
        who: seconds(diff.gained.get(who, ())) - seconds(diff.lost.get(who, ()))
        for who in dict.fromkeys((*diff.gained, *diff.lost))
    }
    return sorted(changes.items(), key=lambda one: -one[1])


def _stretches(schedule: Schedule | None, start: datetime, end: datetime) -> list[Stretch]:
    return schedule.stretches(start, end) if schedule else []


def _volunteers(schedule: Schedule | None) -> dict[str, str]:
    return {volunteer.id: volunteer.name for volunteer in schedule.rota.volunteers.values()} if schedule else {}


def _gap(who: OnCall) -> bool:
    return not who.on_call


def _nobody(who: OnCall) -> bool:
    return who.nobody


def _when(schedule: Schedule | None, stretches: Iterable[Stretch], holds: Callable[[OnCall], bool]) -> list[Span]:
    """Return the times of a condition while callers can reach the line."""
    found = joined(Span(stretch.start, stretch.end) for stretch in stretches if holds(stretch.who))
    if schedule is None or not schedule.opening or not found:
        return found
    return both(found, schedule.open_times(found[0].start, found[-1].end))


def _reordered(before: Sequence[Stretch], after: Sequence[Stretch]) -> list[Span]:
    found: list[Span] = []
    first = second = 0
    while first < len(before) and second < len(after):
        one, other = before[first], after[second]
        if one.who.in_tiers() != other.who.in_tiers() and set(one.who.on_call) == set(other.who.on_call):
            found.append(Span(max(one.start, other.start), min(one.end, other.end)))
        if one.end <= other.end:
            first += 1
        if other.end <= one.end:
            second += 1
    return joined(found)
