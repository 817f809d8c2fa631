"""Hidden figures: nothing that is shown may lead to one of 1 to 10."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.reports.small_cells import SMALL, Arc, hidden


def table(rows: Sequence[Sequence[int]]) -> list[Arc]:
    """A table whose rows and columns have totals, as a network. Its whole is always shown."""
    width = len(rows[0])
    arcs = [Arc("whole", "end", "start", sum(map(sum, rows)), None)]
    arcs += [Arc(("row", y), "start", f"row {y}", sum(row), 100) for y, row in enumerate(rows)]
    arcs += [Arc(("column", x), f"column {x}", "end", sum(row[x] for row in rows), 100) for x in range(width)]
    arcs += [Arc((y, x), f"row {y}", f"column {x}", value) for y, row in enumerate(rows) for x, value in enumerate(row)]
    return arcs


def small(arcs: Sequence[Arc]) -> set[Hashable]:
    return {arc.name for arc in arcs if arc.price is not None and 0 < arc.value <= SMALL}


def worked_out(rows: Sequence[Sequence[int]], unseen: frozenset[Hashable]) -> set[Hashable]:
    """The small figures that have one value only in every table that looks the same, found by trying all tables.

    Whoever looks knows which hidden figures are small. Of the larger ones a few more and a few less are tried.
    """
    arcs = {arc.name: arc.value for arc in table(rows)}
    cells = [name for name in arcs if isinstance(name, tuple) and isinstance(name[0], int)]
    ranges = [_tried(arcs[name]) if name in unseen else (arcs[name],) for name in cells]
    found: dict[Hashable, set[int]] = {name: set() for name in unseen}
    for values in product(*ranges):
        tried = {arc.name: arc.value for arc in table(_rows(cells, values, len(rows[0])))}
        if all(_looks_the_same(tried[name], value, name in unseen) for name, value in arcs.items()):
            for name, seen in found.items():
                seen.add(tried[name])
    return {name for name, seen in found.items() if 0 < arcs[name] <= SMALL and len(seen) == 1}


def _tried(value: int) -> Sequence[int]:
    return range(SMALL + 1) if value <= SMALL else range(max(SMALL + 1, value - 4), value + 5)


def _rows(cells: Sequence[Hashable], values: Sequence[int], width: int) -> list[list[int]]:
    return [list(values[start : start + width]) for start in range(0, len(cells), width)]


def _looks_the_same(tried: int, value: int, unseen: bool) -> bool:
    return (tried <= SMALL) == (value <= SMALL) if unseen else tried == value


CELLS = st.one_of(st.integers(0, 14), st.integers(8, 12), st.integers(30, 60))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=2, max_size=2))
def test_no_small_figure_of_a_small_table_can_be_worked_out(rows: list[list[int]]) -> None:
    arcs = table(rows)
    unseen = hidden(arcs)
    assert small(arcs) <= unseen
    everything = {arc.name for arc in arcs if arc.price is not None}
    assert unseen == everything or not worked_out(rows, unseen)


@given(st.lists(st.lists(st.integers(0, 14), min_size=3, max_size=3), min_size=1, max_size=1))
def test_no_small_figure_of_a_single_row_can_be_worked_out(rows: list[list[int]]) -> None:
    unseen = hidden(table(rows))
    everything = {arc.name for arc in table(rows) if arc.price is not None}
    assert unseen == everything or not worked_out(rows, unseen)


def test_a_single_small_figure_takes_another_of_its_row_and_column_with_it() -> None:
    unseen = hidden(table([[5, 20, 30], [40, 50, 60], [70, 80, 90]]))
    assert unseen == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_small_figures_that_hide_each_other_hide_nothing_else() -> None:
    assert hidden(table([[5, 6, 50], [7, 4, 50], [50, 50, 50]])) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_large_figures_are_all_shown() -> None:
    assert hidden(table([[11, 12], [13, 14]])) == frozenset()


def test_figures_of_ten_each_are_not_told_by_their_total() -> None:
    """Two hidden figures of at most 10 that add up to 20 would both be known."""
    unseen = hidden(table([[10, 10, 40]]))
    assert unseen > {(0, 0), (0, 1)}


def test_where_nothing_helps_nothing_is_shown() -> None:
    arcs = [Arc("whole", "end", "start", 25, None), Arc("five", "start", "end", 5), Arc("twenty", "start", "end", 20)]
    assert hidden(arcs) == {"five", "twenty"}
    alone = [Arc("whole", "end", "start", 5, None), Arc("five", "start", "middle", 5), Arc("same", "middle", "end", 5)]
    assert hidden(alone) == {"five", "same"}
