"""Parts of a rota without effect: volunteers who are never on call, and entries that change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from itertools import chain
from math import lcm
from typing import TypeVar

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Away, Cover, Rota, Rotation, Shift
from hotline.core.times.wall_clock import DAY, WallMinute

Entry = TypeVar("Entry", bound=Away | Cover)

_LONGEST_CYCLE = 3_700
"""Days of a rotation's turns to look at: ten years. Anyone with a later turn counts as on call."""
_LONG_ABSENCE = 300 * DAY
_LONG_COVER = 60 * DAY
_AHEAD = 371
"""Days ahead within which entries must begin to be looked at."""
_MONTH = 31


class Why(Enum):
    """Reasons why an entry has no effect, or probably not the intended one."""

    TWICE = "twice"
    WITHIN = "within"
    NOT_ON_CALL = "not-on-call"
    THERE_ANYWAY = "there-anyway"
    ONLY_TAKES_OUT = "only-takes-out"
    PARTLY = "partly"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Idle:
    """An entry of `away` or `cover`, by its index there. `first`: the index of the entry that says the same."""

    section: str
    place: int
    why: Why
    first: int = 0
    days: int = 0


def never_on_call(schedule: Schedule, now: datetime) -> list[str]:
    """Return who is named in a rota but never on call or backup from `now` on, in one round of all its turns."""
    rota = schedule.rota
    today = schedule.clock.span(int(now.timestamp()))[1] // 60
    away = _by_volunteer(rota.away)
    entries: tuple[Shift | Rotation, ...] = (*rota.shifts, *rota.rotations)
    named = {who for entry in entries for who in _people(entry)}
    left = named - {one.who for one in rota.cover if one.end > today}
    left -= {who for who in map(str, rota.backup) if not _holds(away.get(who, ()), today, today + _AHEAD * DAY)}
    for entry in entries:
        if not left.isdisjoint(_people(entry)):
            _take_out(left, entry, today, away, rota)
    return [who for who in rota.volunteers if who in left]


def idle_entries(schedule: Schedule, now: datetime) -> Iterator[Idle]:
    """Entries that are not over, and change nothing or last so long that the year is probably wrong."""
    rota = schedule.rota
    today = schedule.clock.span(int(now.timestamp()))[1] // 60
    yield from _idle_absences(schedule, today)
    yield from _idle_covers(schedule, today, _by_volunteer(rota.away))


def _idle_absences(schedule: Schedule, today: WallMinute) -> Iterator[Idle]:
    rota = schedule.rota
    covering = _by_volunteer(rota.cover)
    seen: dict[str, list[tuple[int, Away]]] = {}
    for place, entry in enumerate(rota.away):
        others = seen.setdefault(entry.who, [])
        around = next((first for first, one in others if one.start <= entry.start and entry.end <= one.end), None)
        others.append((place, entry))
        if entry.end <= today:
            continue
        if around is not None:
            yield Idle("away", place, Why.WITHIN, around)
        elif entry.end - entry.start > _LONG_ABSENCE:
            yield Idle("away", place, Why.LONG, days=(entry.end - entry.start) // DAY)
        elif (
            _near(entry, today)
            and entry.who not in rota.backup
            and not any(one.start < entry.end and entry.start < one.end for one in covering.get(entry.who, ()))
            and not _on_call(schedule, entry.who, entry.start, entry.end)
        ):
            yield Idle("away", place, Why.NOT_ON_CALL)


def _idle_covers(schedule: Schedule, today: WallMinute, away: Mapping[str, Sequence[Away]]) -> Iterator[Idle]:
    seen: dict[Cover, int] = {}
    covering = _by_volunteer(schedule.rota.cover)
    for place, entry in enumerate(schedule.rota.cover):
        first = seen.setdefault(entry, place)
        if entry.end <= today:
            continue
        if first != place:
            yield Idle("cover", place, Why.TWICE, first)
        elif entry.end - entry.start > _LONG_COVER:
            yield Idle("cover", place, Why.LONG, days=(entry.end - entry.start) // DAY)
        elif _near(entry, today):
            why = _why_idle(schedule, entry, away, covering)
            if why is not None:
                yield Idle("cover", place, why)


def _why_idle(
    schedule: Schedule, entry: Cover, away: Mapping[str, Sequence[Away]], covering: Mapping[str, Sequence[Cover]]
) -> Why | None:
    start, end, instead = entry.start, entry.end, entry.instead_of
    if instead == entry.who:
        return None  # already reported
    if instead is not None:
        covers = any(one.start < end and start < one.end for one in covering.get(instead, ()))
        held = _on_call(schedule, instead, start, end)
        if not covers and not held:
            return Why.NOT_ON_CALL
        whole_days = start % DAY == 0 and end % DAY == 0
        if not covers and not whole_days and not _reach_both_ends(held, start, end):
            return Why.PARTLY
    if any(one.start < end and start < one.end for one in away.get(entry.who, ())):
        return None  # the cover keeps them on call
    if not _holds(_on_call(schedule, entry.who, start, end), start, end):
        return None
    return Why.THERE_ANYWAY if instead is None else Why.ONLY_TAKES_OUT


def _near(entry: Away | Cover, today: WallMinute) -> bool:
    return entry.start < today + _AHEAD * DAY and entry.end - entry.start <= _LONG_COVER


@dataclass(frozen=True, slots=True)
class _Time:
    start: WallMinute
    end: WallMinute


def _on_call(schedule: Schedule, who: str, start: WallMinute, end: WallMinute) -> list[_Time]:
    """The times of shifts and turns that name a volunteer, of those that touch some minutes."""
    held = schedule.rostered(who, start // DAY, (end - 1) // DAY)
    return [_Time(*one) for one in sorted(held) if one[0] < end and start < one[1]]


def _holds(times: Sequence[Away | _Time], start: WallMinute, end: WallMinute) -> bool:
    """Return whether times, one after the other, contain all minutes from one to another."""
    at = start
    for time in sorted(times, key=lambda each: each.start):
        if time.start > at:
            break
        at = max(at, time.end)
    return at >= end


def _reach_both_ends(times: Sequence[_Time], start: WallMinute, end: WallMinute) -> bool:
    """Return whether the times contain both the first minute and the last. Breaks between them are normal."""
    return any(time.start <= start < time.end for time in times) and any(time.start < end <= time.end for time in times)


def _take_out(
    left: set[str], entry: Shift | Rotation, today: WallMinute, away: Mapping[str, Sequence[Away]], rota: Rota
) -> None:
    """Remove those whom a shift or rotation has on call at some time."""
    pattern = entry.pattern
    first = max(today // DAY - 8, _ordinal(pattern.starting))
    if isinstance(entry, Rotation):
        first = max(first, _ordinal(entry.starting))
    cycle = _cycle(entry)
    wanted = left & _people(entry)
    if cycle > _LONGEST_CYCLE:
        left -= wanted - {who for who in wanted if away.get(who)}
        cycle = _LONGEST_CYCLE
    back = _AHEAD if any(away.get(who) for who in wanted) else 0  # an absence of some months needs no note
    for ordinal in range(first, first + 8 + cycle + 1 + back):  # an entry that is over today recurs after a whole cycle
        if not wanted or (pattern.until and ordinal > pattern.until.toordinal()):
            return
        start = ordinal * DAY + pattern.start
        end = start + pattern.length
        holiday = pattern.holidays and rota.holidays.get(date.fromordinal(ordinal)) is not None
        if end <= today or not pattern.starts_on(ordinal, holiday):
            continue
        on_call = entry.on_call if isinstance(entry, Shift) else _names(entry.turn_on(ordinal))
        there = {who for who in wanted.intersection(on_call) if not _holds(away.get(who, ()), max(start, today), end)}
        wanted -= there
        left -= there


def _cycle(entry: Shift | Rotation) -> int:
    """Days after which a shift or rotation repeats: who is on call, and on which days."""
    weeks = 7 * entry.pattern.every
    yearly = 371 if entry.pattern.holidays or entry.pattern.monthly else 1
    if isinstance(entry, Shift):
        return max(weeks, yearly)
    if entry.change.unit == "month":
        return max(len(entry.turns) * entry.change.count * _MONTH * 2, weeks, yearly)
    return max(lcm(len(entry.turns) * entry.change.count, weeks), yearly)


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _people(entry: Shift | Rotation) -> set[str]:
    listed = entry.on_call if isinstance(entry, Shift) else entry.turns
    return set(chain.from_iterable(_names(one) for one in listed))


def _names(turn: object) -> tuple[str, ...]:
    """The volunteers of a turn, which may be a team."""
    return (turn,) if isinstance(turn, str) else tuple(turn) if isinstance(turn, tuple) else ()


def _by_volunteer(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.who, []).append(entry)
    return found
