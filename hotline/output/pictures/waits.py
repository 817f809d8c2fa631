"""Pictures of waits, for the page that `hotline forecast --html` writes and for the rota's pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hotline.core.forecast.waits import HourWait
from hotline.output.pictures.charts import Column, distribution

MOST_SHADES = 8
_DARKEST_FROM = 60
"""A wait of so many seconds is as dark as can be, or a longer one if there is one: short waits are never dark."""


@dataclass(frozen=True, slots=True)
class WaitCell:
    """A cell of the week: whole seconds, a dash where fewer than 90 % are reached, or nothing where no call comes.

    `shade`: from 1 to `MOST_SHADES`; None where no call comes.
    """

    text: str
    shade: int | None


def reached_within(shares: Mapping[int, float], title: str, percent: Callable[[float], str]) -> str:
    """Bars of how many of 100 callers are reached within so many seconds, as SVG."""
    bars = [Column(f"{limit} s", round(100 * share), f"{limit} s: {percent(share)}") for limit, share in shares.items()]
    return distribution(bars, title)


def week_of_waits(hours: Sequence[HourWait]) -> list[list[WaitCell]]:
    """Return the cells of the seconds within which 90 % are reached: a row a day, Monday first."""
    most = max([_DARKEST_FROM, *(hour.p90 for hour in hours if hour.p90 is not None)])
    cells = [_cell(hour, most) for hour in hours]
    return [cells[first : first + 24] for first in range(0, len(cells), 24)]


def _cell(hour: HourWait, most: float) -> WaitCell:
    if not hour.calls:
        return WaitCell("", None)
    if hour.p90 is None:
        return WaitCell("–", MOST_SHADES)
    return WaitCell(f"{round(hour.p90)}", max(1, round(MOST_SHADES * hour.p90 / most)))
