"""Stand-ins: volunteers who could be asked for some time, free then, least loaded first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from hotline.core.planning.fairness import exceeded
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota
from hotline.core.rota.spells import spells
from hotline.core.times.spans import Span, joined, seconds
from hotline.core.times.wall_clock import utc


class Pool:
    """The volunteers of a rota, with their load in the weeks around the times in question."""

    def __init__(self, schedule: Schedule, around: Span) -> None:
        """`around`: the period in which hours are counted."""
        self._schedule = schedule
        self._end = around.end
        self._times = spells(schedule.stretches(around.start, around.end))
        self._away = _away(schedule)
        self._load = {who: seconds(times) for who, times in self._times.items()}
        self._regular = regular(schedule.rota)

    def free(self, wanted: Sequence[Span], even_away: bool = False) -> list[str]:
        """Return who is not on call, and (unless `even_away`) not away, at any of these times (in order, apart).

        Volunteers in a shift, a rotation or a cover come first, then those in nothing, then those who are only backup.
        In each group, those within the rota's limits come first, then those with the fewest hours, then by place in the
        rota.
        """
        places, later = self._schedule.places, self._later(wanted)
        free = [
            who
            for who in places
            if not _meet(self._times.get(who, ()), wanted)
            and not _meet(later.get(who, ()), wanted)
            and (even_away or not _meet(self._away.get(who, ()), wanted))
        ]
        free.sort(key=lambda who: (self._rank(who), self._load.get(who, 0), places[who]))
        beyond = {who for who in free[:_MOST_CHECKED] if self.exceeds(who, wanted)}
        return sorted(free, key=lambda who: (self._rank(who), who in beyond))

    def _later(self, wanted: Sequence[Span]) -> Mapping[str, Sequence[Span]]:
        """Return each volunteer's times on call after the period, as far as some times go on after it."""
        end = max((one.end for one in wanted), default=self._end)
        return spells(self._schedule.stretches(self._end, end)) if end > self._end else {}

    def ask(self, who: str, times: Sequence[Span]) -> None:
        """Count a volunteer as on call at more times, so that the next question finds someone else."""
        self._times[who] = joined((*self._times.get(who, ()), *times))
        self._load[who] = seconds(self._times[who])

    def seconds(self, who: str) -> int:
        """Return how long a volunteer is on call in the period."""
        return self._load.get(who, 0)

    def _rank(self, who: str) -> int:
        return 0 if who in self._regular else 2 if who in self._schedule.rota.backup else 1

    def exceeds(self, who: str, wanted: Sequence[Span]) -> bool:
        """Return whether these times make a volunteer exceed a limit that they would not exceed without them.

        Adjacent times are one long time, with no rest between that could be too short. Here they count as too close.
        """
        limits, times = self._schedule.rota.limits, self._times.get(who, [])
        rest = timedelta(seconds=limits.rest_between)
        near = joined(Span(one.start - rest, one.end + rest) for one in wanted)
        if who not in limits.silenced and _meet(times, near):
            return True
        return bool(exceeded(self._schedule, who, joined((*times, *wanted))) - exceeded(self._schedule, who, times))


_MOST_CHECKED = 10
"""The number of volunteers, of a thousand, say, who are checked against limits."""


def regular(rota: Rota) -> frozenset[str]:
    """Return who is in a shift, a rotation or a cover."""
    return frozenset(
        (
            *(who for shift in rota.shifts for who in shift.on_call),
            *(who for rotation in rota.rotations for who in rotation.everyone),
            *(entry.who for entry in rota.cover),
        )
    )


def _away(schedule: Schedule) -> Mapping[str, list[Span]]:
    clock = schedule.clock
    found: dict[str, list[Span]] = {}
    for entry in schedule.rota.away:
        found.setdefault(entry.who, []).append(Span(utc(clock.first(entry.start)), utc(clock.last(entry.end))))
    for absence in schedule.absences:
        found.setdefault(absence.who, []).append(Span(utc(absence.start), utc(absence.end)))
    return {who: joined(times) for who, times in found.items()}


def _meet(times: Sequence[Span], wanted: Sequence[Span]) -> bool:
    """Return whether two lists of times (each in order, apart) share a moment."""
    first = second = 0
    while first < len(times) and second < len(wanted):
        one, other = times[first], wanted[second]
        if one.start < other.end and other.start < one.end:
            return True
        if one.end <= other.end:
            first += 1
        else:
            second += 1
    return False
