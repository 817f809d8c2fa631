"""Calls by day, weekday and hour: what is shown, what is hidden, and when there is nothing to show."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from hotline.core.reports.breakdown import (
    PARTS,
    Breakdown,
    CallCount,
    Withheld,
    full_breakdown,
    may_break_down,
    part_of_day,
    safe_breakdown,
)
from hotline.core.reports.report import LoggedCall, SlotCount, count
from hotline.core.reports.small_cells import SMALL
from hotline.core.times.periods import Period, period

NEW_YORK = ZoneInfo("America/New_York")
PRIME = (1 << 61) - 1
QUARTER = period(date(2026, 1, 1), date(2026, 3, 31), NEW_YORK)


def some_calls(number: int, seed: int = 1, days: Period = QUARTER) -> tuple[SlotCount, ...]:
    """Calls at any time of a period, more of them in the evening."""
    chance = random.Random(seed)
    calls = []
    for _ in range(number):
        day = chance.choice(days.days)
        at = day.start + int(min(chance.triangular(0, 86_399, 72_000), day.end - day.start - 1))
        calls.append(LoggedCall("rise", at, at + 10 if chance.random() < 0.9 else None, at + 600))
    return count(days, calls).slots


def figures(breakdown: Breakdown) -> list[CallCount]:
    rows = (*breakdown.cells, *breakdown.cells_by_part, breakdown.weekdays, breakdown.hours, breakdown.parts)
    return [one for row in rows for one in row] + [*breakdown.days.values(), breakdown.day, breakdown.night]


@pytest.mark.parametrize("number", [0, 3, 40, 300, 1_500, 6_000, 40_000])
def test_no_figure_of_1_to_10_is_shown(number: int) -> None:
    shown = [one.calls for one in figures(safe_breakdown(some_calls(number))) if one.calls is not None]
    assert all(calls > SMALL for calls in shown)


@pytest.mark.parametrize("number", [300, 1_500, 6_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_hidden_figure_follows_from_the_shown_ones(number: int, seed: int) -> None:
    slots = some_calls(number, seed)
    breakdown, full = safe_breakdown(slots), full_breakdown(slots)
    equations, unknown = _equations(breakdown, full)
    solved = _solved(equations, len(unknown))
    assert not [unknown[place] for place in solved if 0 < unknown[place] <= SMALL]


@pytest.mark.parametrize(("number", "seed"), [(400, 274), (1_000, 278), (1_000, 1)])
def test_no_hidden_figure_of_an_hour_follows_if_the_calls_of_each_day_are_asked_for(number: int, seed: int) -> None:
    """The calls of a day, and so of all Mondays, are in that day's totals, or in two totals that differ by it."""
    slots = mostly_on_some_days(number, seed)
    breakdown, full = safe_breakdown(slots), full_breakdown(slots)
    known = (*breakdown.days.values(), *breakdown.weekdays)
    equations, unknown = _equations(breakdown, full, known)
    solved = _solved(equations, len(unknown))
    assert not [unknown[place] for place in solved if 0 < unknown[place] <= SMALL]


def mostly_on_some_days(number: int, seed: int) -> tuple[SlotCount, ...]:
    """Calls of which nearly all come on few weekdays and at few hours, as where a line is new or seldom open."""
    chance = random.Random(seed)
    by_hour = [chance.random() ** 5 for _ in range(24)]
    by_weekday = [chance.random() ** 3 for _ in range(7)]
    weights = [by_hour[slot.hour] * by_weekday[slot.date.weekday()] for slot in QUARTER.slots]
    starts = [slot.start for slot in chance.choices(QUARTER.slots, weights, k=number)]
    return count(QUARTER, [LoggedCall("rise", start, None, start + 60) for start in starts]).slots


def _equations(
    breakdown: Breakdown, full: Breakdown, known: Sequence[CallCount] = ()
) -> tuple[list[list[int]], list[int]]:
    """All sums that hold between figures, with the shown ones left out: rows of 0, 1 and -1; and the hidden figures.

    Whoever reckons knows the figures of `known` too.
    """
    names: dict[int, int] = {}
    unknown: list[int] = []
    told = {id(one) for one in known}
    for one, real in zip(figures(breakdown), figures(full), strict=True):
        if one.calls is None and id(one) not in told:
            names[id(one)] = len(unknown)
            assert real.calls is not None
            unknown.append(real.calls)
    b = breakdown
    sums: list[tuple[CallCount | None, Sequence[CallCount]]] = []
    for weekday in range(7):
        sums.append((b.weekdays[weekday], b.cells_by_part[weekday]))
        sums.append((b.weekdays[weekday], [one for day, one in b.days.items() if day.weekday() == weekday]))
        for part, cell in zip(PARTS, b.cells_by_part[weekday], strict=True):
            sums.append((cell, [b.cells[weekday][hour] for hour in range(24) if part_of_day(hour) == part]))
    sums += [(b.hours[hour], [row[hour] for row in b.cells]) for hour in range(24)]
    sums += [
        (b.parts[place], [b.hours[hour] for hour in range(24) if part_of_day(hour) == part])
        for place, part in enumerate(PARTS)
    ]
    sums += [(b.day, b.parts[1:]), (b.night, b.parts[:1]), (None, [b.day, b.night])]
    sums += [(None, [one for day, one in b.days.items() if day.month == month]) for month in (1, 2, 3)]
    rows = []
    for total, parts in sums:
        row = [0] * len(unknown)
        for sign, one in [(-1, total), *((1, part) for part in parts)]:
            if one is not None and id(one) in names:
                row[names[id(one)]] += sign
        rows.append(row)
    return rows, unknown


def _solved(rows: list[list[int]], width: int) -> set[int]:
    """The unknowns that linear equations leave one value only. Reckoned modulo a large prime, which is quick."""
    left = [{place: value % PRIME for place, value in enumerate(row) if value} for row in rows]
    done: list[dict[int, int]] = []
    while left:
        row = left.pop()
        if not row:
            continue
        pivot = next(iter(row))
        scale = pow(row[pivot], -1, PRIME)
        row = {place: value * scale % PRIME for place, value in row.items()}
        for other in (*left, *done):
            factor = other.get(pivot)
            if factor:
                for place, value in row.items():
                    other[place] = (other.get(place, 0) - factor * value) % PRIME
                    if not other[place]:
                        del other[place]
        done.append(row)
    assert len(done) <= width
    return {next(iter(row)) for row in done if len(row) == 1}


def test_the_totals_of_all_tables_are_the_same() -> None:
    full = full_breakdown(some_calls(500))
    for table in (full.weekdays, full.hours, full.parts, full.days.values(), (full.day, full.night)):
        assert sum(one.calls or 0 for one in table) == 500
    assert sum(one.calls or 0 for row in full.cells for one in row) == 500
    assert sum(one.answered or 0 for one in full.hours) == sum(one.answered for one in some_calls(500))


def test_a_busy_line_shows_nearly_everything() -> None:
    breakdown = safe_breakdown(some_calls(40_000))
    assert all(one.calls is not None for one in (*breakdown.weekdays, *breakdown.hours, *breakdown.parts))
    hidden = [one for one in figures(breakdown) if one.calls is None]
    assert len(hidden) < len(figures(breakdown)) / 10


def test_a_quiet_line_shows_nothing_but_what_is_safe() -> None:
    assert safe_breakdown(some_calls(9)).hides_all
    assert not safe_breakdown(some_calls(300)).hides_all


def test_who_answered_is_told_in_full_figures_only() -> None:
    slots = some_calls(6_000)
    assert all(one.answered is None for one in figures(safe_breakdown(slots)))
    assert all(one.answered is not None for one in figures(full_breakdown(slots)))


def test_night_is_from_23_to_6() -> None:
    assert [hour for hour in range(24) if part_of_day(hour) == "night"] == [0, 1, 2, 3, 4, 5, 23]
    assert [part_of_day(hour) for hour in (6, 11, 12, 17, 18, 22)] == [
        *("morning", "morning", "afternoon", "afternoon", "evening", "evening")
    ]


def test_an_hour_that_occurs_twice_counts_as_one() -> None:
    """On 1 November 2026 the hour from 1:00 occurs twice in New York."""
    day = period(date(2026, 11, 1), date(2026, 11, 1), NEW_YORK)
    first = day.days[0].start + 3_600
    calls = [LoggedCall("rise", first, None, None), LoggedCall("rise", first + 3_600, None, None)]
    assert full_breakdown(count(day, calls).slots).cells[6][1] == CallCount(2, 0)


def test_breakdowns_that_are_not_full_never_overlap() -> None:
    """Of the periods within a year, those that may be broken down have no day in common."""
    months = [date(2026 + number // 12, number % 12 + 1, 1) for number in range(10)]
    edges = sorted({*months, date(2026, 4, 15)})
    now = 1 << 40
    allowed = [
        (first, last)
        for first, end in combinations(edges, 2)
        if may_break_down(period(first, last := date.fromordinal(end.toordinal() - 1), NEW_YORK), True, now) is None
    ]
    assert len(allowed) == 3
    assert all(one[1] < other[0] or other[1] < one[0] for one, other in combinations(allowed, 2))


def test_a_quarter_is_broken_down_once_it_is_over() -> None:
    assert may_break_down(QUARTER, True, QUARTER.end - 1) == Withheld("going on")
    assert may_break_down(QUARTER, True, QUARTER.end) is None


def test_several_hotlines_together_are_not_broken_down() -> None:
    """Two hotlines together, less the one, would be the other."""
    assert may_break_down(QUARTER, False, QUARTER.end) == Withheld("hotlines")
