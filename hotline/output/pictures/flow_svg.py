"""A call flow as SVG, for a page with the style sheet: every mark has a class, none a colour.

Each step links to its entry in the list that says the same in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from hotline.core.calls.flow import Hunt
from hotline.output.pictures.flow_graph import FOOT, HEAD, LINE, MARK, WIDTH, Arrow, Box, Graph, Kind, Point, Way

_PAD = 16
_CAP, _CAP_HEIGHT = 22, 20
_LETTER = 6.7
_TRIES = (0.24, 0.34, 0.44, 0.54, 0.16, 0.64, 0.74, 0.84, 0.5)
_ROUND = 10


@dataclass(frozen=True, slots=True)
class FlowWords:
    """The words in the drawing, in the reader's language. `instead` contains `{visit}`, and `rings` `{rota}`."""

    title: str
    description: str
    kinds: Mapping[Kind, str]
    rings: str
    no_key: str
    wrong_key: str
    answered: str
    not_answered: str
    instead: str
    at_most: str
    first: str
    unreached: str
    dead_end: str
    goes_round: str


@dataclass(frozen=True, slots=True)
class _Area:
    left: float
    top: float
    width: float
    height: float

    def meets(self, other: _Area) -> bool:
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )


def flow_svg(graph: Graph, words: FlowWords, zoom: float = 1.0) -> str:
    """A call flow's drawing as SVG, `zoom` times its usual size."""
    parts = [
        f'<svg class="flow" role="group" aria-labelledby="flow-title flow-description"'
        f' viewBox="0 0 {graph.width:.0f} {graph.height:.0f}"'
        f' width="{graph.width * zoom:.0f}" height="{graph.height * zoom:.0f}">',
        f'<title id="flow-title">{escape(words.title)}</title>',
        f'<desc id="flow-description">{escape(words.description)}</desc>',
        '<defs><marker id="flow-head" class="flow-head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8"'
        ' markerHeight="8" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker></defs>',
        '<g class="flow-arrows" aria-hidden="true">',
        *(_line(arrow) for arrow in graph.arrows),
        "</g>",
        *(part for box in graph.boxes.values() for part in _box(box, words)),
        '<g class="flow-labels" aria-hidden="true">',
        *_labels(graph, words),
        "</g>",
        "</svg>",
    ]
    return "".join(parts)


def _line(arrow: Arrow) -> str:
    by = " ".join(dict.fromkeys(f"by-{way.by}" for way in arrow.ways))
    back = " back" if arrow.back else ""
    return f'<path class="flow-arrow {by}{back}" marker-end="url(#flow-head)" d="{_path(arrow.points)}"/>'


def _path(points: Sequence[Point]) -> str:
    (x, y), *rest = points
    found = [f"M{x:.1f} {y:.1f}"]
    if len(points) == 4 and points[0][0] == points[3][0]:  # a way back to the same step, at its side
        (ax, ay), (bx, by), (cx, cy) = rest
        return f"{found[0]}C{ax:.1f} {ay:.1f} {bx:.1f} {by:.1f} {cx:.1f} {cy:.1f}"
    for nx, ny in rest:
        if nx == x:
            found.append(f"V{ny:.1f}")
        else:
            middle = (y + ny) / 2
            found.append(f"C{x:.1f} {middle:.1f} {nx:.1f} {middle:.1f} {nx:.1f} {ny:.1f}")
        x, y = nx, ny
    return "".join(found)


# ---------------------------------------------------------------------------------------------------------- the steps


def _box(box: Box, words: FlowWords) -> Iterator[str]:
    name, left, top = box.step.name, box.left, box.top
    classes = [f"flow-step {box.kind}", *(["first"] if box.first else []), *(["wrong"] if box.wrong else [])]
    spoken = [name, _does(box, words), *_wrongs(box, words)]
    yield f'<a href="#step-{escape(name)}" class="{" ".join(classes)}" aria-label="{escape(". ".join(spoken))}">'
    yield _rect("flow-box", _Area(left, top, WIDTH, box.height), _ROUND)
    yield _rect("flow-edge", _Area(left, top + _ROUND, 5, box.height - 2 * _ROUND), 2)
    yield f'<text class="flow-name" x="{left + _PAD:.1f}" y="{top + 26:.1f}">{escape(_clipped(name, 26))}</text>'
    if box.first:
        yield f'<text class="flow-first" x="{left + WIDTH - 12:.1f}" y="{top + 25:.1f}">{escape(words.first)}</text>'
    for number, line in enumerate(box.lines):
        y = top + HEAD + LINE * number + 12
        yield f'<text class="flow-words" x="{left + _PAD:.1f}" y="{y:.1f}">{escape(line)}</text>'
    y = top + HEAD + LINE * len(box.lines) + FOOT - 14
    foot = _does(box, words)
    if box.step.at_most is not None:
        foot += f" · {words.at_most.format(visits=box.step.at_most)}"
    yield f'<text class="flow-does" x="{left + _PAD:.1f}" y="{y:.1f}">{escape(_clipped(foot, 33))}</text>'
    for number, wrong in enumerate(_wrongs(box, words)):
        y = top + HEAD + LINE * len(box.lines) + FOOT + MARK * number
        yield _rect("flow-mark", _Area(left + 8, y - 4, WIDTH - 16, MARK - 4), 5)
        yield f'<text class="flow-wrong" x="{left + _PAD:.1f}" y="{y + 11:.1f}">{escape(_clipped(wrong, 36))}</text>'
    yield "</a>"


def _does(box: Box, words: FlowWords) -> str:
    """The name of a step's action, with the other rota that it rings."""
    people = box.step.action.people if isinstance(box.step.action, Hunt) else None
    return words.kinds[box.kind] if people is None else words.rings.format(rota=people)


def _rect(kind: str, area: _Area, corners: int) -> str:
    place = f'x="{area.left:.1f}" y="{area.top:.1f}" width="{area.width:.1f}" height="{area.height:.1f}"'
    return f'<rect class="{kind}" {place} rx="{corners}"/>'


def _wrongs(box: Box, words: FlowWords) -> list[str]:
    found = ((box.dead_end, words.dead_end), (box.goes_round, words.goes_round), (box.unreached, words.unreached))
    return [said for so, said in found if so]


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# --------------------------------------------------------------------------------------------------------- the labels


def _labels(graph: Graph, words: FlowWords) -> Iterator[str]:
    """Return the labels of the arrows, each in a free place near the start of its arrow."""
    taken = [_Area(box.left, box.top, WIDTH, box.height) for box in graph.boxes.values()]
    for arrow in graph.arrows:
        marks = _marks(arrow, graph.boxes[arrow.source], words)
        if not marks:
            continue
        width = sum(mark.width for mark in marks) + 4 * (len(marks) - 1)
        if arrow.source == arrow.target:
            yield from _beside(arrow, marks)
            continue
        place = next((area for area in _candidates(arrow, width) if not any(map(area.meets, taken))), None)
        if place is None:
            place = next(_candidates(arrow, width))
        taken.append(place)
        x = place.left + 2
        for mark in marks:
            yield mark.drawn(x, place.top + 2)
            x += mark.width + 4


def _beside(arrow: Arrow, marks: Sequence[_Mark]) -> Iterator[str]:
    """The labels of a way back to the same step, one under the other at its side, where the layout left room."""
    x, y = arrow.points[1]
    for number, mark in enumerate(marks):
        yield mark.drawn(x - 6, y + 4 + (_CAP_HEIGHT + 4) * number)


def _candidates(arrow: Arrow, width: float) -> Iterator[_Area]:
    for place in _TRIES:
        x, y = _on_curve(arrow.points[0], arrow.points[1], place)
        yield _Area(x - width / 2 - 2, y - _CAP_HEIGHT / 2 - 2, width + 4, _CAP_HEIGHT + 4)


def _on_curve(start: Point, end: Point, at: float) -> Point:
    middle = (start[1] + end[1]) / 2
    a, b, c, d = (1 - at) ** 3, 3 * (1 - at) ** 2 * at, 3 * (1 - at) * at**2, at**3
    return (a + b) * start[0] + (c + d) * end[0], a * start[1] + (b + c) * middle + d * end[1]


@dataclass(frozen=True, slots=True)
class _Mark:
    text: str
    key: bool

    @property
    def width(self) -> float:
        return max(_CAP, _LETTER * len(self.text) + 12)

    def drawn(self, left: float, top: float) -> str:
        kind = "flow-key" if self.key else "flow-said"
        return (
            f'<g class="{kind}">{_rect("flow-pill", _Area(left, top, self.width, _CAP_HEIGHT), 5)}'
            f'<text x="{left + self.width / 2:.1f}" y="{top + 14.5:.1f}">{escape(self.text)}</text></g>'
        )


def _marks(arrow: Arrow, source: Box, words: FlowWords) -> list[_Mark]:
    return [_Mark(text, way.by == "key") for way in arrow.ways if (text := way_in_words(way, source, words))]


def way_in_words(way: Way, source: Box, words: FlowWords) -> str:
    """Return the label of an arrow for one way: a key, or the event without one. Empty for a plain `then`."""
    match way.by:
        case "key":
            return f"{way.key} {way.language}" if way.language else way.key
        case "no_key":
            return words.no_key
        case "wrong_key":
            return words.wrong_key
        case "answered":
            return words.answered
        case "not_answered":
            return words.not_answered
        case "instead":
            return words.instead.format(visit=source.step.at_most)
        case "then":
            return ""
