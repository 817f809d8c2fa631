"""Small charts as SVG, for reports. A table beside each has the same figures, so a chart needs no words but a name.

The style sheet gives each class its colour, in light and dark and on paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LEFT, _FOOT, _TOP = 720, 44, 24, 12
_ROUND = (1, 2, 5)
_MOST_LABELS, _LABEL = 12, 34


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart.

    `value` None: hidden. `label` is written under some columns; `tip` is the tooltip of each.
    """

    label: str
    value: int | None
    tip: str


def columns(points: Sequence[Column], title: str, height: int = 160) -> str:
    """Columns side by side, as for the days of a quarter. Hidden ones are low and hatched, all alike."""
    most = max((point.value or 0 for point in points), default=0)
    ticks = _ticks(most)
    top = max(ticks[-1], 1)
    room, step = height - _FOOT - _TOP, (_WIDTH - _LEFT) / max(len(points), 1)
    parts = [_open("columns", height, title)]
    for tick in ticks:
        y = _TOP + room - room * tick / top
        parts.append(f'<line class="line" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick}</text>')
    every = max(1, -(-len(points) // _MOST_LABELS))
    for place, one in enumerate(points):
        x, width = _LEFT + place * step, max(step * 0.78, 1.0)
        tall = 6.0 if one.value is None else room * one.value / top
        kind = "unseen" if one.value is None else "mark"
        if tall:
            parts.append(
                f'<rect class="{kind}" x="{x:.1f}" y="{_TOP + room - tall:.1f}" width="{width:.1f}" '
                f'height="{tall:.1f}" rx="{min(2.0, width / 4):.1f}"><title>{escape(one.tip)}</title></rect>'
            )
        if place % every == 0 and x + min(_LABEL, len(one.label) * 6) <= _WIDTH:
            parts.append(f'<text x="{x:.1f}" y="{height - 6}">{escape(one.label)}</text>')
    return "".join(parts) + "</svg>"


def distribution(points: Sequence[Column], title: str) -> str:
    """Bars below each other, each with its name before it and its figure behind it."""
    row, names, figures = 26, 118, 64
    most = max((point.value or 0 for point in points), default=0) or 1
    parts = [_open("distribution", row * len(points) + 4, title, 420)]
    for place, one in enumerate(points):
        y, width = place * row + 4, (420 - names - figures) * (one.value or 0) / most
        parts.append(f'<text x="{names - 10}" y="{y + 14}" text-anchor="end">{escape(one.label)}</text>')
        if width:
            parts.append(
                f'<rect class="mark" x="{names}" y="{y}" width="{max(width, 1.5):.1f}" height="18" rx="3">'
                f"<title>{escape(one.tip)}</title></rect>"
            )
        parts.append(f'<text class="value" x="{names + width + 8:.1f}" y="{y + 14}">{one.value}</text>')
    return "".join(parts) + "</svg>"


def levels(values: Sequence[Sequence[int | None]], most: int = 8) -> list[list[int | None]]:
    """Return the darkness of each cell of a heat map, from 0 for none to `most` for the largest; None: hidden."""
    largest = max((value or 0 for row in values for value in row), default=0) or 1
    return [[None if value is None else -(-value * most // largest) for value in row] for row in values]


def _open(kind: str, height: int, title: str, width: int = _WIDTH) -> str:
    return f'<svg class="picture {kind}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'


def _ticks(most: int) -> list[int]:
    """Round numbers from 0 to the largest or a little above."""
    step = next(one for one in _steps() if most / one <= 4)
    return list(range(0, most + step, step)) if most else [0, 1]


def _steps() -> Iterator[int]:
    power = 1
    while True:
        for one in _ROUND:
            yield one * power
        power *= 10
