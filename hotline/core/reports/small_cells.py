"""Hiding figures of linked tables, so that no small figure can be read or worked out.

The tables are arcs of a network through which calls flow. The flow into a point equals the flow out of it: the figures
of a row add up to its total, and the totals to the whole. A figure of 0 to 10 is hidden. Others are hidden with it,
until each hidden figure of 1 to 10 could be one more or one less while every shown figure stays the same. Such a change
runs along a circle of hidden arcs. That is exact for such networks, whose extreme points are whole numbers. We assume
that a reader knows the rules, and so knows whether a hidden figure is small (0 to 10) or not (11 or more).
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

SMALL = 10
"""The largest figure that is always hidden."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A figure of a table: the number of calls from one point to another.

    `price` is what hiding it costs; None: always shown.
    """

    name: Hashable
    tail: Hashable
    head: Hashable
    value: int
    price: int | None = 1


def hidden(arcs: Sequence[Arc]) -> frozenset[Hashable]:
    """The names of the arcs to hide. If nothing else helps, that is every arc with a price."""
    found = {place for place, arc in enumerate(arcs) if arc.price is not None and arc.value <= SMALL}
    network = _Network(arcs, found)
    for place in sorted(found):
        if arcs[place].value and not network.protect(place):
            found.update(each for each, arc in enumerate(arcs) if arc.price is not None)
            break
    return frozenset(arcs[place].name for place in found)


class _Network:
    """Finds circles. `_hidden` grows as arcs are hidden to close them."""

    def __init__(self, arcs: Sequence[Arc], hidden: set[int]) -> None:
        self._arcs = arcs
        self._hidden = hidden
        self._at: dict[Hashable, list[int]] = {}
        for place, arc in enumerate(arcs):
            if arc.price is not None:
                self._at.setdefault(arc.tail, []).append(place)
                self._at.setdefault(arc.head, []).append(place)

    def protect(self, place: int) -> bool:
        """Hide the cheapest arcs that let a hidden figure be one more, or one less. False if there are none."""
        arc = self._arcs[place]
        if self._is_free(arc.tail, arc.head, place) or (arc.value < SMALL and self._is_free(arc.head, arc.tail, place)):
            return True
        less = self._path(arc.tail, arc.head, place)
        more = self._path(arc.head, arc.tail, place) if arc.value < SMALL else None
        ways = [way for way in (less, more) if way is not None]
        if not ways:
            return False
        self._hidden.update(min(ways)[1])
        return True

    def _is_free(self, start: Hashable, end: Hashable, without: int) -> bool:
        """Return whether hidden arcs alone make a path. Most do, and finding that out is quick."""
        reached, waiting = {start}, [start]
        while waiting:
            for place, further, _ in self._onward(waiting.pop()):
                if place in self._hidden and place != without and further not in reached:
                    if further == end:
                        return True
                    reached.add(further)
                    waiting.append(further)
        return False

    def _path(self, start: Hashable, end: Hashable, without: int) -> tuple[int, tuple[int, ...]] | None:
        """Return the cheapest path through arcs that can change: its cost, and the shown arcs on it."""
        order = 0
        waiting: list[tuple[int, int, Hashable, tuple[int, ...]]] = [(0, order, start, ())]
        reached: set[Hashable] = set()
        while waiting:
            cost, _, point, to_hide = heapq.heappop(waiting)
            if point == end:
                return cost, to_hide
            if point in reached:
                continue
            reached.add(point)
            for place, further, price in self._onward(point):
                if place != without and further not in reached:
                    order += 1
                    shown = to_hide if place in self._hidden else (*to_hide, place)
                    heapq.heappush(waiting, (cost + price, order, further, shown))
        return None

    def _onward(self, point: Hashable) -> Iterator[tuple[int, Hashable, int]]:
        """Return where a point can send one call more, or receive one less: the arc, the point, and the price."""
        for place in self._at.get(point, ()):
            arc = self._arcs[place]
            price = 0 if place in self._hidden else arc.price or 0
            if arc.tail == point and arc.value != SMALL:
                yield place, arc.head, price
            if arc.head == point and arc.value not in (0, SMALL + 1):
                yield place, arc.tail, price
