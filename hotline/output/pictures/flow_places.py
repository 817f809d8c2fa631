"""Positions of the steps of a layer: as close together as their size allows, and then as close to connected steps.

The order in a layer is given. Each layer in turn takes the positions nearest (least squares) to the middle of the
neighbours of its steps and bends. This repeats, down and up, until nothing moves much. Numbers are pixels.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

ASIDE, ASIDE_OF_LOOPS = 56, 130
"""The space between two steps, and beside a step that leads to itself."""
_PAST = 26
"""The space between a bend, where an arrow passes a layer, and its neighbours."""
_ROUNDS = 8
_STRAIGHT = 8.0
"""The weight of a straight arrow past two layers, compared with a step in the middle."""

_Node = str | tuple[str, str, int]
"""A step by name, or a bend by its arrow and layer."""


@dataclass(frozen=True, slots=True)
class Places:
    """The layer of each step, and its middle; where each arrow bends: layer and x, from the top down."""

    layers: Mapping[str, int]
    x: Mapping[str, float]
    bends: Mapping[tuple[str, str], Sequence[tuple[int, float]]]


@dataclass(slots=True)
class _Net:
    """Steps and bends by layer, in order, and the connections of each with their strengths."""

    layers: list[list[_Node]] = field(default_factory=list)
    joined: dict[_Node, list[tuple[_Node, float]]] = field(default_factory=dict)


def placed_apart(places: Places, loops: Collection[str], width: float, margin: float) -> Places:
    """Place steps of a given width in pixels, in their order; `loops` are those that lead to themselves."""
    net = _net(places)
    gaps = [_gaps(nodes, loops, width) for nodes in net.layers]
    x: dict[_Node, float] = {}
    for nodes, apart in zip(net.layers, gaps, strict=True):
        x.update(zip(nodes, accumulate(apart, initial=-sum(apart) / 2), strict=True))
    for _ in range(_ROUNDS):
        before = dict(x)
        for nodes, apart in (*zip(net.layers, gaps, strict=True), *zip(net.layers[::-1], gaps[::-1], strict=True)):
            x.update(zip(nodes, nearest([_middle(node, net, x) for node in nodes], apart), strict=True))
        if all(abs(x[node] - before[node]) < 1 for node in x):
            break
    left = margin - min(one - (width / 2 if isinstance(node, str) else 0) for node, one in x.items())
    bends = {arrow: [(layer, x[(*arrow, layer)] + left) for layer, _ in known] for arrow, known in places.bends.items()}
    return Places(places.layers, {name: x[name] + left for name in places.layers}, bends)


def nearest(wanted: Sequence[tuple[float, float]], gaps: Sequence[float]) -> list[float]:
    """Return places at least so far apart, in order, nearest to those wanted, each with its weight.

    Least squares under an order, by pooling neighbours in the wrong order (Ayer et al. 1955).
    """
    offsets = list(accumulate(gaps, initial=0.0))
    pools: list[tuple[float, float, int]] = []
    for (place, weight), offset in zip(wanted, offsets, strict=True):
        mean, total, count = place - offset, weight, 1
        while pools and pools[-1][0] > mean:
            before, heavy, many = pools.pop()
            mean, total, count = (before * heavy + mean * total) / (heavy + total), heavy + total, many + count
        pools.append((mean, total, count))
    found = [mean for mean, _, count in pools for _ in range(count)]
    return [one + offset for one, offset in zip(found, offsets, strict=True)]


def _net(places: Places) -> _Net:
    net = _Net([[] for _ in range(max(places.layers.values()) + 1)])
    at: dict[_Node, float] = {}
    for name, layer in places.layers.items():
        net.layers[layer].append(name)
        net.joined[name], at[name] = [], places.x[name]
    for (source, target), bends in places.bends.items():
        along: list[_Node] = [(source, target, layer) for layer, _ in bends]
        for node, (layer, x) in zip(along, bends, strict=True):
            net.layers[layer].append(node)
            net.joined[node], at[node] = [], x
        ends = (source, target) if places.layers[source] < places.layers[target] else (target, source)
        chain: list[_Node] = [ends[0], *along, ends[1]]
        for one, other in pairwise(chain):
            strong = _STRAIGHT if not isinstance(one, str) and not isinstance(other, str) else 1.0
            net.joined[one].append((other, strong))
            net.joined[other].append((one, strong))
    for nodes in net.layers:
        nodes.sort(key=lambda node: at[node])
    return net


def _gaps(nodes: Sequence[_Node], loops: Collection[str], width: float) -> list[float]:
    """Return the least distance between the middles of each two neighbours."""
    found = []
    for one, other in pairwise(nodes):
        steps = [node for node in (one, other) if isinstance(node, str)]
        aside = ASIDE_OF_LOOPS if one in loops else ASIDE if len(steps) == 2 else _PAST
        found.append(aside + width / 2 * len(steps))
    return found


def _middle(node: _Node, net: _Net, x: Mapping[_Node, float]) -> tuple[float, float]:
    """Return the middle of a step's connections, and its weight."""
    place = total = 0.0
    for other, weight in net.joined[node]:
        place += x[other] * weight
        total += weight
    return (place / total, total) if total else (x[node], 0.01)
