"""Gaps and thin stretches of a rota, each recurring one once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Rota, Stretch
from hotline.core.times.recurring import BEYOND, alike, on_the_wall, when, whole
from hotline.core.times.spans import Span, joined


@dataclass(frozen=True, slots=True)
class Lack:
    """Times, alike on the wall clock of the rota's zone, with too few people on call.

    `people` are on call then. `nobody`: there is no backup either. `said` says in words when it is.
    """

    people: int
    nobody: bool
    times: tuple[Span, ...]
    said: str

    @property
    def gap(self) -> bool:
        return self.people == 0


def lacks(
    schedule: Schedule,
    start: datetime,
    end: datetime,
    depth: int = 1,
    at_start: str = "now, until",
    stretches: Sequence[Stretch] = (),
) -> list[Lack]:
    """Return when fewer than `depth` people are on call from `start` to `end` (aware), some weeks; the earliest first.

    Each time is whole: it keeps a start before `start`, and an end after `end`. `at_start` begins the words of a time
    already under way. `stretches` are those from `start` to `end`, if they are known.
    """
    weeks = max(1, round((end - start) / timedelta(weeks=1)))
    kinds: dict[tuple[int, bool], list[Span]] = {}
    for stretch in _around(schedule, stretches or schedule.stretches(start, end), depth):
        people = len(stretch.who.on_call)
        if people < depth:
            times = kinds.setdefault((people, stretch.who.nobody), [])
            if times and times[-1].end == stretch.start:
                times[-1] = Span(times[-1].start, stretch.end)
            else:
                times.append(Span(stretch.start, stretch.end))
    found = [
        Lack(people, nobody, tuple(group), when(group, start, end, weeks, at_start))
        for (people, nobody), times in kinds.items()
        for group in alike(on_the_wall(whole(schedule.while_open(times), start, end), schedule.rota.zone), start, end)
    ]
    return sorted(found, key=lambda lack: (lack.times[0].start, lack.people))


def has_backup_always(rota: Rota) -> bool:
    """Return whether some volunteer is backup at any time. Then nobody need look for hours without anybody."""
    away = {one.who for one in rota.away}
    return any(who not in away for who in rota.backup_by_turns[0])


def _around(schedule: Schedule, found: Sequence[Stretch], depth: int) -> Sequence[Stretch]:
    """The stretches of a time, and those around it if people are lacking at an edge."""
    if found and len(found[0].who.on_call) < depth:
        found = [*schedule.stretches(found[0].start - BEYOND, found[0].start), *found]
    if found and len(found[-1].who.on_call) < depth:
        found = [*found, *schedule.stretches(found[-1].end, found[-1].end + BEYOND)]
    return found


NEAR = timedelta(hours=48)
_BACK = timedelta(days=8)
_ON = timedelta(days=8)
"""The time for which a gap is followed beyond the near time, so that its ends do not depend on when we look."""


def near_gaps(schedule: Schedule, now: datetime) -> list[Span]:
    """The gaps of the next 48 hours, each whole: with a start in the past, or an end beyond."""
    empty = (
        Span(stretch.start, stretch.end)
        for stretch in schedule.stretches(now - _BACK, now + NEAR + _ON)
        if not stretch.who.on_call
    )
    return [one for one in schedule.while_open(joined(empty)) if one.end > now and one.start < now + NEAR]
