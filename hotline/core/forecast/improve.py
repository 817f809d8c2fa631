"""Single changes that shorten waits, tried one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from hotline.core.forecast.chance import Chance
from hotline.core.forecast.forecast import Year, forecast
from hotline.core.forecast.lines import AssumedHotline, with_rota, with_rules
from hotline.core.forecast.waits import HOURS_OF_THE_WEEK, Forecast, together
from hotline.core.rota.rota import Pattern, Shift, Volunteer

STAGGER, BACKUP_AFTER, RING_EARLY = 4, 20, 5
"""The values that are tried, in seconds."""
ONE_MORE = "one more"
BLOCK = 8
"""Hours for which one more person is on call at a time."""
_FIRST_BLOCK = 7
_BLOCKS = 7
"""The number of blocks called the worst, of the 21 in a week."""


class ChangeKind(Enum):
    """A kind of change."""

    TWO_AT_ONCE = "two-at-once"
    STAGGER = "stagger"
    BACKUP_SOONER = "backup-sooner"
    RING_EARLY = "ring-early"
    ONE_MORE_ON_CALL = "one-more-on-call"


@dataclass(frozen=True, slots=True)
class Change:
    """A change, and the line with it. `blocks`: hours of the week from which `BLOCK` hours have one person more."""

    kind: ChangeKind
    line: AssumedHotline
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Improvement:
    """A change, and the forecast with it."""

    change: Change
    forecast: Forecast


def improvements(
    line: AssumedHotline, now: Forecast, year: Year, chance: Callable[[], Chance], progress: Callable[[float], object]
) -> list[Improvement]:
    """Try each change to a line whose forecast is `now`; the one that buys most comes first, then those that help."""
    changes = list(_changes(line, now))
    found = []
    for number, change in enumerate(changes):
        found.append(Improvement(change, forecast(change.line, year, chance())))
        progress((number + 1) / len(changes))
    return sorted(found, key=lambda one: -gain(one.forecast, now))


def gain(new: Forecast, old: Forecast) -> float:
    """Return what a change buys: how many more callers talk to somebody within 15 to 60 s, on average of the four."""
    more = [new.waits.shares[seconds] - share for seconds, share in old.waits.shares.items()]
    return sum(more) / len(more)


def _changes(line: AssumedHotline, now: Forecast) -> Iterator[Change]:
    rules = line.hotline.rota.ringing
    if rules.at_once == 1:
        yield Change(ChangeKind.TWO_AT_ONCE, with_rules(line, replace(rules, at_once=2)))
    if not 0 < rules.stagger <= STAGGER:
        yield Change(ChangeKind.STAGGER, with_rules(line, replace(rules, stagger=STAGGER)))
    if line.hotline.rota.backup and rules.backup_after > BACKUP_AFTER:
        yield Change(ChangeKind.BACKUP_SOONER, with_rules(line, replace(rules, backup_after=BACKUP_AFTER)))
    if line.assumed.early is None and line.assumed.first_ring > RING_EARLY:
        early = replace(line.assumed, early=float(RING_EARLY), early_hours=None)
        yield Change(ChangeKind.RING_EARLY, replace(line, assumed=early))
    blocks = worst_blocks(now)
    if blocks:
        yield Change(ChangeKind.ONE_MORE_ON_CALL, _one_more(line, blocks), blocks)


def worst_blocks(now: Forecast) -> tuple[int, ...]:
    """Return the hours of the week at which the blocks begin in which the fewest callers are reached in 30 s."""
    starts = range(_FIRST_BLOCK, HOURS_OF_THE_WEEK + _FIRST_BLOCK, BLOCK)
    shares = {start % HOURS_OF_THE_WEEK: _within_30(now, start) for start in starts}
    known = sorted((share, start) for start, share in shares.items() if share is not None)
    return tuple(sorted(start for _, start in known[:_BLOCKS]))


def _within_30(now: Forecast, start: int) -> float | None:
    hours = [now.hours[hour % HOURS_OF_THE_WEEK] for hour in range(start, start + BLOCK)]
    waits = together(hours)
    return waits.within(30) if waits.calls else None


def _one_more(line: AssumedHotline, blocks: tuple[int, ...]) -> AssumedHotline:
    rota = line.hotline.rota
    shifts = (
        Shift(ONE_MORE, Pattern(frozenset({start // 24}), start % 24 * 60, BLOCK * 60), (ONE_MORE,)) for start in blocks
    )
    volunteers = {**rota.volunteers, ONE_MORE: Volunteer(ONE_MORE, ONE_MORE, "")}
    return with_rota(line, replace(rota, volunteers=volunteers, shifts=(*rota.shifts, *shifts)))
