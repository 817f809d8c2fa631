"""Effects of entries written into a rota: who is on call more or less, new gaps, and newly broken limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from hotline.core.planning.fairness import Breach, breaches
from hotline.core.planning.stand_ins import Pool, regular
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Away, Cover
from hotline.core.rota.spells import backup_spells, spells
from hotline.core.times.spans import Span, without
from hotline.core.times.wall_clock import utc

LOAD_AROUND = timedelta(weeks=2)
"""The time before and after, in which hours on call decide who has the least to do."""
_NEAR = timedelta(days=1)
_FURTHEST = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class NewGap:
    """A time with nobody on call. `nobody`: with no backup either."""

    time: Span
    nobody: bool


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of entries: times, gaps and broken limits. Instants in UTC, in order.

    Times on call gained and lost, by volunteer, and times no longer a backup. Gaps where there was none, or where there
    was at least a backup. Limits broken by those who gain times, unless silenced.
    """

    gained: Mapping[str, Sequence[Span]]
    lost: Mapping[str, Sequence[Span]]
    backup_lost: Mapping[str, Sequence[Span]]
    gaps: tuple[NewGap, ...]
    breaches: tuple[Breach, ...]

    @property
    def left_alone(self) -> tuple[NewGap, ...]:
        """The times in which a caller would now find nobody at all."""
        return tuple(gap for gap in self.gaps if gap.nobody)


def reach(schedule: Schedule, entries: Sequence[Away | Cover]) -> Span:
    """Return the span from the first instant of some entries (at least one) to their last, at most about two years."""
    start = min(schedule.clock.first(entry.start) for entry in entries)
    end = max(schedule.clock.last(entry.end) for entry in entries)
    return Span(utc(start), min(utc(end), utc(start) + _FURTHEST))


def effects(before: Schedule, after: Schedule, when: Span) -> Effects:
    """Return the differences between two rotas in a time."""
    was, becomes = (one.stretches(when.start, when.end) for one in (before, after))
    gained = _more(spells(becomes), spells(was))
    start, end = when.start - _NEAR, when.end + _NEAR
    known = breaches(before, start, end)
    broken = [
        breach
        for breach in breaches(after, start, end)
        if breach.volunteer in gained
        and not any(_as_bad(other, breach) for other in known)
        and breach.volunteer not in after.rota.limits.silenced
    ]
    lost, backup_lost = _more(spells(was), spells(becomes)), _more(backup_spells(was), backup_spells(becomes))
    return Effects(gained, lost, backup_lost, tuple(_new_holes(before, after, when)), tuple(broken))


def could_step_in(schedule: Schedule, when: Span) -> list[tuple[str, int]]:
    """Return who is neither on call nor away during a time, with their seconds on call in the four weeks around it.

    Volunteers with a long enough rest before and after (by the rota's limits) come first, then the least loaded.
    Volunteers who are never more than backup are left out.
    """
    pool = Pool(schedule, Span(when.start - LOAD_AROUND, when.end + LOAD_AROUND))
    known = regular(schedule.rota) | (set(schedule.rota.volunteers) - set(schedule.rota.backup))
    rest = timedelta(seconds=schedule.rota.limits.rest_between)
    around = schedule.stretches_when_open(when.start - rest, when.end + rest)
    tired = spells(around).keys() - schedule.rota.limits.silenced.keys()
    free = [(who, pool.seconds(who)) for who in pool.free([when]) if who in known]
    return [one for one in free if one[0] not in tired] + sorted(
        (one for one in free if one[0] in tired), key=lambda one: one[1]
    )


def _as_bad(before: Breach, now: Breach) -> bool:
    """Return whether a breach is only the rest of an earlier one."""
    same = (before.volunteer, before.kind) == (now.volunteer, now.kind)
    within = before.span.start <= now.span.start and now.span.end <= before.span.end
    return same and within and (before.kind == "nights-running" or before.size <= now.size)


def _more(times: Mapping[str, Sequence[Span]], than: Mapping[str, Sequence[Span]]) -> dict[str, list[Span]]:
    return {who: found for who, spans in times.items() if (found := without(spans, than.get(who, ())))}


def _new_holes(before: Schedule, after: Schedule, when: Span) -> list[NewGap]:
    """Find new gaps: where there was none, and those with nobody at all where somebody was there before."""
    found: list[NewGap] = []
    for stretch in after.stretches(when.start, when.end):
        if stretch.who.on_call:
            continue
        for old in before.stretches(stretch.start, stretch.end):
            if not old.who.on_call and (old.who.nobody or not stretch.who.nobody):
                continue
            for hole in (NewGap(one, stretch.who.nobody) for one in after.while_open([Span(old.start, old.end)])):
                joins = found and found[-1].time.end == hole.time.start and found[-1].nobody == hole.nobody
                start = found.pop().time.start if joins else hole.time.start
                found.append(NewGap(Span(start, hole.time.end), hole.nobody))
    return found
