"""A call as a picture: a bar for the caller, and one for each phone that rang, on a common time scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from hotline.core.calls.rehearsed import Played, RehearsedRing

_ROW, _BAR, _NAMES, _WIDTH, _FOOT = 30, 14, 150, 760, 34
_STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 1_800)
_MOST_TICKS = 8

Span = tuple[str, float, float]
"""A part of a bar: waiting, ringing, screened or talking, from and to which second."""


def caller_spans(played: Played) -> Iterator[Span]:
    """The caller's bar: on the line, and in conversation."""
    yield "waiting", 0.0, played.until
    for ring in played.rings:
        if ring.connected is not None:
            yield "talking", ring.connected, played.until if ring.ended is None else ring.ended


def ring_spans(ring: RehearsedRing, until: float) -> Iterator[Span]:
    """The bar of a phone that rang."""
    end = until if ring.ended is None else ring.ended
    yield "ringing", ring.at, end if ring.answered is None else ring.answered
    if ring.answered is not None:
        yield "screened", ring.answered, end if ring.connected is None else ring.connected
    if ring.connected is not None:
        yield "talking", ring.connected, end


def lanes(
    played: Played, names: Mapping[str, str], caller: str, title: str, said: Callable[[RehearsedRing], str]
) -> str:
    """A call's picture as SVG. Only `title` describes it: the transcript beside it says the same."""
    rows = [(caller, list(caller_spans(played)), "")]
    rows += [(names.get(ring.who, ring.who), list(ring_spans(ring, played.until)), said(ring)) for ring in played.rings]
    height = _ROW * len(rows) + _FOOT
    scale = (_WIDTH - _NAMES - 10) / max(played.until, 1.0)
    parts = [f'<svg class="picture lanes" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">']
    for second in _ticks(played.until):
        x = _NAMES + second * scale
        parts.append(f'<line class="line" x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{height - _FOOT + 6}"/>')
        anchor = "start" if second == 0 else "middle"
        parts.append(f'<text x="{x:.1f}" y="{height - 12}" text-anchor="{anchor}">{_clock(second)}</text>')
    for number, (name, spans, verdict) in enumerate(rows):
        y = number * _ROW + (_ROW - _BAR) / 2
        parts.append(f'<text class="name" x="0" y="{y + _BAR - 2:.1f}">{escape(_clipped(name))}</text>')
        for kind, start, end in spans:
            width = max(2.0, (end - start) * scale)
            parts.append(
                f'<rect class="{kind}" x="{_NAMES + start * scale:.1f}" y="{y:.1f}" width="{width:.1f}" '
                f'height="{_BAR}" rx="3"><title>{escape(f"{name}: {verdict}" if verdict else name)}</title></rect>'
            )
    return "".join(parts) + "</svg>"


def _ticks(until: float) -> range:
    step = next((one for one in _STEPS if until / one <= _MOST_TICKS), _STEPS[-1])
    return range(0, int(until) + 1, step)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _clipped(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"
