"""Swaps: two volunteers exchange their times on call, as cover entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Cover
from hotline.core.rota.spells import spells
from hotline.core.times.spans import Span, joined, within, without
from hotline.core.times.wall_clock import DAY, WallMinute, utc, wall_minute

_LONGEST = timedelta(days=8)
"""The longest stretch of a rota: a week."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap: what the first volunteer gives to the second, and the second to the first.

    While both are on call there is nothing to exchange.
    """

    one: str
    other: str
    from_one: tuple[Span, ...]
    from_other: tuple[Span, ...]

    def entries(self, zone: tzinfo) -> list[Cover]:
        """The cover entries, in order of time. Each takes one time over, and no two overlap."""
        handed = [(span, self.other, self.one) for span in self.from_one]
        handed += [(span, self.one, self.other) for span in self.from_other]
        return [
            Cover(taker, giver, wall_at(span.start, zone), wall_at(span.end, zone))
            for span, taker, giver in sorted(handed)
        ]


def exchange(schedule: Schedule, one: str, other: str, start: WallMinute, end: WallMinute, whole_days: bool) -> Swap:
    """Return what two volunteers exchange from `start` to `end`.

    With `whole_days`, shifts, turns and covers that start in that time are exchanged whole, so a night is not cut off
    at midnight. One that ends on the first day belongs to the day before, and is left alone. Otherwise a time under way
    at `start` is exchanged from `start`, and one that continues beyond `end` until `end`.
    """
    first, last, second_day = (utc(schedule.clock.first(one)) for one in (start, end, start + DAY))
    found = spells(schedule.stretches(first - _LONGEST, last + _LONGEST))

    def handed(giver: str, taker: str) -> tuple[Span, ...]:
        alone = without(found.get(giver, []), found.get(taker, []))
        if not whole_days:
            return tuple(within(alone, first, last))
        parts = _apart(alone, _own_times(schedule, giver, start // DAY - 8, end // DAY + 8))
        new = [part for part in parts if first <= part.start < last]
        going_on = [part for part in parts if part.start < first and part.end >= second_day]
        return tuple(joined((*new, *within(going_on, first, last))))

    return Swap(one, other, handed(one, other), handed(other, one))


def shifts_of(schedule: Schedule, who: str, start: datetime, end: datetime) -> list[Span]:
    """Return a volunteer's times on call that begin from `start` until before `end`, each shift or turn by itself.

    One under way at `start` begins there.
    """
    found = spells(schedule.stretches_when_open(start, end + _LONGEST)).get(who, [])
    first, last = start.toordinal(), end.toordinal()
    parts = _apart(found, _own_times(schedule, who, first - 8, last + 9))
    return [part for part in parts if part.start < end]


def _own_times(schedule: Schedule, who: str, first: int, last: int) -> list[Span]:
    """The stretches of a volunteer's shifts and turns, and the times they cover, about the dates from first to last."""
    named = schedule.rostered(who, first, last)
    named |= {(cover.start, cover.end) for cover in schedule.rota.cover if cover.who == who}
    return [Span(utc(schedule.clock.first(start)), utc(schedule.clock.last(end))) for start, end in named]


def _apart(spans: Iterable[Span], own: Sequence[Span]) -> list[Span]:
    """The spans, cut where two of the volunteer's own times are adjacent."""
    edges = sorted({edge for one in own for edge in (one.start, one.end)})
    seams = [edge for edge in edges if not any(one.start < edge < one.end for one in own)]
    found = []
    for span in spans:
        cuts = [span.start, *(seam for seam in seams if span.start < seam < span.end), span.end]
        found += [Span(start, end) for start, end in pairwise(cuts)]
    return found


def wall_at(instant: datetime, zone: tzinfo) -> WallMinute:
    """The wall-clock minute in `zone` at an aware instant."""
    local = instant.astimezone(zone)
    return wall_minute(local.date(), local.hour * 60 + local.minute)
