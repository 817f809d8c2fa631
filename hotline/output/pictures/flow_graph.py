"""A call flow as a graph: the position of each step, and the route of each arrow between them. Numbers are pixels.

Steps are in layers, the first step on top, each step below those that lead to it. Loops lead up again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import shorten, wrap
from typing import Literal

from hotline.core.calls.flow import Continue, FixedDial, Flow, Goodbye, Hunt, Menu, Step
from hotline.files.checks.graph import hopeful, reached, silent_circles
from hotline.output.pictures.flow_places import ASIDE_OF_LOOPS, Places, placed_apart

Kind = Literal["menu", "ring", "dial", "hang_up", "then"]
By = Literal["key", "no_key", "wrong_key", "answered", "not_answered", "then", "instead"]
Point = tuple[float, float]

WIDTH = 250
"""The width of every step."""
LINE = 19
HEAD, FOOT, MARK = 40, 36, 26
_LINES, _LETTERS = 4, 31
_APART, _MARGIN = 112, 28
_ABREAST = 4
"""The most steps in a layer: the drawing may be high, but not wider than a screen."""


@dataclass(frozen=True, slots=True)
class Way:
    """A reason to go from a step to the next: a `key`, or the event without one.

    `language`: the language it changes to.
    """

    by: By
    key: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """The ways from one step to another. `back`: it leads to a step above, or to the same one."""

    source: str
    target: str
    ways: tuple[Way, ...]
    points: tuple[Point, ...] = ()
    back: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A step, its words in lines, and its problem.

    It cannot be reached, no path leads from it to a person or a goodbye, or a silent caller loops in it forever.
    """

    step: Step
    kind: Kind
    lines: tuple[str, ...]
    first: bool = False
    unreached: bool = False
    dead_end: bool = False
    goes_round: bool = False
    left: float = 0
    top: float = 0
    height: float = 0

    @property
    def wrong(self) -> bool:
        return self.unreached or self.dead_end or self.goes_round


@dataclass(frozen=True, slots=True)
class Graph:
    """The steps in the order of the file, the arrows, and the total size."""

    boxes: Mapping[str, Box]
    arrows: Sequence[Arrow]
    width: float = 0
    height: float = 0


def flow_graph(flow: Flow, language: str) -> Graph:
    """The graph of a flow, with its words in one language (or the first one)."""
    boxes = {one.step.name: one for one in _boxes(flow, language)}
    arrows = list(_arrows(flow))
    places = _laid_out(flow, arrows)
    tops = _tops(boxes, places.layers)

    def past(layer: int, x: float) -> tuple[Point, Point]:
        """Go straight down past the layer of a bend, so that no arrow cuts through the steps in it."""
        top, height = tops[layer]
        return (x, top), (x, top + height)

    placed = {
        name: replace(box, left=places.x[name] - WIDTH / 2, top=tops[places.layers[name]][0], height=height_of(box))
        for name, box in boxes.items()
    }
    ways = []
    for arrow in arrows:
        points = [point for bend in places.bends.get((arrow.source, arrow.target), ()) for point in past(*bend)]
        down = placed[arrow.source].top < placed[arrow.target].top
        ways.append(_Route(arrow, placed, points if down else points[::-1]))
    drawn = [_routed(way, ways) for way in ways]
    right = max(one.left + WIDTH for one in placed.values())
    right = max(
        right, *(x + (ASIDE_OF_LOOPS - 40 if one.source == one.target else 0) for one in drawn for x, _ in one.points)
    )
    bottom = max(one.top + one.height for one in placed.values())
    return Graph(placed, drawn, right + _MARGIN, bottom + _MARGIN)


def _boxes(flow: Flow, language: str) -> Iterator[Box]:
    known, good = reached(flow), hopeful(flow)
    circles = {name for circle in silent_circles(flow) for name in circle}
    for name, step in flow.steps.items():
        said = step.say.get(language) or step.say.get(flow.first_language, "")
        lines = wrap(shorten(said, 10_000), _LETTERS)
        if len(lines) > _LINES:
            lines = [*lines[: _LINES - 1], lines[_LINES - 1][: _LETTERS - 1].rstrip(" .,") + "…"]
        dead_end = name not in good
        yield Box(
            step,
            kind_of(step),
            tuple(lines),
            name == flow.start,
            name not in known,
            dead_end,
            name in circles and not dead_end,
        )


def kind_of(step: Step) -> Kind:
    """Return the action of a step after its words."""
    match step.action:
        case Menu():
            return "menu"
        case Hunt():
            return "ring"
        case FixedDial():
            return "dial"
        case Goodbye():
            return "hang_up"
        case Continue():
            return "then"


def ways_on(step: Step) -> list[tuple[str, Way]]:
    """Every way from a step to another, with that other step."""
    found: list[tuple[str, Way]] = []
    match step.action:
        case Menu(keys=keys, no_key=no_key, wrong_key=wrong_key):
            found += [(to.step, Way("key", key, to.language)) for key, to in keys.items()]
            found += [(no_key, Way("no_key")), (wrong_key, Way("wrong_key"))]
        case Hunt(answered=answered, not_answered=not_answered, way_out=way_out):
            found += [(answered, Way("answered"))] if answered is not None else []
            found += [(not_answered, Way("not_answered"))]
            found += [(to.step, Way("key", key, to.language)) for key, to in way_out.items()]
        case FixedDial(then=str() as then):
            found += [(then, Way("then"))]
        case Continue(to=to):
            found += [(to, Way("then"))]
    if step.instead is not None:
        found.append((step.instead, Way("instead")))
    return found


def _arrows(flow: Flow) -> Iterator[Arrow]:
    for name, step in flow.steps.items():
        together: dict[str, list[Way]] = {}
        for target, way in ways_on(step):
            together.setdefault(target, []).append(way)
        yield from (Arrow(name, target, tuple(ways)) for target, ways in together.items())


# ------------------------------------------------------------------------------------------------------- the layout


def _laid_out(flow: Flow, arrows: Sequence[Arrow]) -> Places:
    from igraph import Graph as Layers  # only callers that draw a flow pay for it

    layers = _layers(flow, arrows)
    names = list(flow.steps)
    between = [arrow for arrow in arrows if arrow.source != arrow.target]
    graph = Layers(len(names), [(names.index(one.source), names.index(one.target)) for one in between], directed=True)
    layout = graph.layout_sugiyama(layers=[layers[name] for name in names], maxiter=200)
    x = {name: place[0] for name, place in zip(names, layout, strict=True)}
    bends = {
        (one.source, one.target): sorted((round(bend[1]), float(bend[0])) for bend in bends)
        for one, bends in zip(between, layout.edge_routing, strict=True)
    }
    loops = {arrow.source for arrow in arrows if arrow.source == arrow.target}
    return placed_apart(Places(layers, x, bends), loops, WIDTH, _MARGIN)


def _layers(flow: Flow, arrows: Sequence[Arrow]) -> dict[str, int]:
    """Put each step below all that lead to it, loops aside: as deep as the longest way to it, or as there is room."""
    onward: dict[str, list[str]] = {name: [] for name in flow.steps}
    for arrow in arrows:
        onward[arrow.source].append(arrow.target)
    order: list[str] = []
    back: set[tuple[str, str]] = set()
    seen: set[str] = set()
    for root in (flow.start, *flow.steps):
        if root in seen:
            continue
        seen.add(root)
        path, pending = [root], [iter(onward[root])]
        while path:
            target = next(pending[-1], None)
            if target is None:
                order.append(path.pop())
                pending.pop()
            elif target in path:
                back.add((path[-1], target))
            elif target not in seen:
                seen.add(target)
                path.append(target)
                pending.append(iter(onward[target]))
    layers = dict.fromkeys(flow.steps, 0)
    abreast = Counter[int]()
    for name in reversed(order):
        while abreast[layers[name]] >= _ABREAST:
            layers[name] += 1
        abreast[layers[name]] += 1
        for target in onward[name]:
            if (name, target) not in back:
                layers[target] = max(layers[target], layers[name] + 1)
    return layers


def _tops(boxes: Mapping[str, Box], layers: Mapping[str, int]) -> list[tuple[float, float]]:
    """Return the top and the height of each layer."""
    tops: list[tuple[float, float]] = []
    top = float(_MARGIN)
    for row in range(max(layers.values()) + 1):
        height = max((height_of(boxes[name]) for name, layer in layers.items() if layer == row), default=LINE)
        tops.append((top, height))
        top += height + _APART
    return tops


def height_of(box: Box) -> float:
    """Return the height of a step."""
    marks = MARK * sum((box.unreached, box.dead_end, box.goes_round))
    return HEAD + LINE * len(box.lines) + FOOT + marks


@dataclass(frozen=True, slots=True)
class _Route:
    arrow: Arrow
    boxes: Mapping[str, Box]
    bends: Sequence[Point]

    @property
    def source(self) -> Box:
        return self.boxes[self.arrow.source]

    @property
    def target(self) -> Box:
        return self.boxes[self.arrow.target]

    @property
    def itself(self) -> bool:
        return self.arrow.source == self.arrow.target

    @property
    def down(self) -> bool:
        return self.source.top < self.target.top

    def heads_for(self, name: str) -> float:
        """The x towards which it leaves a step, or from which it arrives at one."""
        if self.bends:
            return (self.bends[0] if name == self.arrow.source else self.bends[-1])[0]
        other = self.target if name == self.arrow.source else self.source
        return other.left + WIDTH / 2


def _routed(route: _Route, routes: Sequence[_Route]) -> Arrow:
    source, target = route.source, route.target
    if route.itself:
        right, middle = source.left + WIDTH, source.top + HEAD
        points = [(right, middle - 14), (right + 40, middle - 14), (right + 40, middle + 14), (right, middle + 14)]
        return replace(route.arrow, points=tuple(points), back=True)
    leaves = _port(route, routes, source, below=route.down)
    arrives = _port(route, routes, target, below=not route.down)
    start = (leaves, source.top + source.height if route.down else source.top)
    end = (arrives, target.top if route.down else target.top + target.height)
    return replace(route.arrow, points=(start, *route.bends, end), back=not route.down)


def _port(route: _Route, routes: Sequence[_Route], box: Box, below: bool) -> float:
    """Return where on a step's edge an arrow begins or ends: beside the others, in the order of their other ends."""
    name = box.step.name

    def here(other: _Route) -> bool:
        if other.itself or name not in (other.arrow.source, other.arrow.target):
            return False
        return other.down == below if name == other.arrow.source else other.down != below

    beside = sorted((one for one in routes if here(one)), key=lambda one: (one.heads_for(name), one.arrow.source))
    place = next(number for number, one in enumerate(beside) if one is route)
    return box.left + WIDTH * (place + 1) / (len(beside) + 1)
