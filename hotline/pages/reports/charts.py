"""A report's charts, and its other drawn or laid-out parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from hotline.core.reports.breakdown import Breakdown, CallCount
from hotline.core.reports.report import HistogramBar, Report
from hotline.output.pictures.charts import Column, columns, distribution, levels
from hotline.pages.words.language import gettext as _


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell of the heat map: its figure, its darkness (0 to 8), and its width in hours. None: hidden."""

    count: CallCount
    level: int | None
    hours: int


@dataclass(frozen=True, slots=True)
class Charts:
    """The drawn charts: SVG texts, and the rows of the heat map, Monday first.

    Empty for a breakdown without data, and where more than half would be hidden.
    """

    waits: str
    talks: str
    days: str
    hours: str
    heat: tuple[tuple[HeatCell, ...], ...]
    by_hour: bool
    lengths: tuple[tuple[str, int], ...]
    """The lengths of conversations in words, as in the bars."""


def charts(
    report: Report, breakdown: Breakdown | None, day: Callable[[date], str], short: Callable[[date], str]
) -> Charts:
    """Draw all charts of a report. `day` formats a date, and `short` a short one."""
    waits = distribution(_bars(report.wait_bars), _("Waits until a person answered"))
    talks = distribution(_bars(report.talk_bars), _("Lengths of conversations"))
    lengths = tuple((range_words(talk_bar), talk_bar.count) for talk_bar in report.talk_bars)
    if breakdown is None:
        return Charts(waits, talks, "", "", (), by_hour=False, lengths=lengths)
    by_day = [Column(short(one), count.calls, _tip(day(one), count)) for one, count in breakdown.days.items()]
    by_hour = [Column(f"{hour}", count.calls, _tip(f"{hour}:00", count)) for hour, count in enumerate(breakdown.hours)]
    fine = breakdown.whole or _shows(chain.from_iterable(breakdown.cells))
    coarse = _shows(chain.from_iterable(breakdown.cells_by_part))
    return Charts(
        waits,
        talks,
        columns(by_day, _("Calls by day")) if _shows(breakdown.days.values()) else "",
        columns(by_hour, _("Calls by hour of the day")) if _shows(breakdown.hours) else "",
        _heat(breakdown.cells, [1] * 24) if fine else _heat(breakdown.cells_by_part, [7, 6, 6, 5]) if coarse else (),
        by_hour=fine,
        lengths=lengths,
    )


def _shows(counts: Iterable[CallCount]) -> bool:
    """Return whether enough of a table can be shown for a truthful picture: at least half."""
    known = list(counts)
    return sum(one.calls is not None for one in known) * 2 >= len(known)


def _heat(rows: Sequence[Sequence[CallCount]], hours: Sequence[int]) -> tuple[tuple[HeatCell, ...], ...]:
    """Shade a cell by its calls per hour, however many hours it is wide."""
    shades = levels(
        [
            [None if one.calls is None else one.calls * 100 // wide for one, wide in zip(row, hours, strict=True)]
            for row in rows
        ]
    )
    return tuple(
        tuple(HeatCell(one, shade, wide) for one, shade, wide in zip(row, dark, hours, strict=True))
        for row, dark in zip(rows, shades, strict=True)
    )


def _bars(bars: Sequence[HistogramBar]) -> list[Column]:
    return [Column(range_words(bar), bar.count, f"{range_words(bar)}: {bar.count}") for bar in bars]


def range_words(bar: HistogramBar) -> str:
    """A range of seconds in the reader's words: `15 to 30 s`, `over 60 min`."""
    in_minutes = bar.over >= 60 or (bar.up_to or 0) > 60
    over, up_to = (bar.over // 60, (bar.up_to or 0) // 60) if in_minutes else (bar.over, bar.up_to or 0)
    unit = "min" if in_minutes else "s"
    if bar.up_to is None:
        return _("over %(least)d %(unit)s", least=over, unit=unit)
    return _("%(least)d to %(most)d %(unit)s", least=over, most=up_to, unit=unit)


def _tip(label: str, count: CallCount) -> str:
    return f"{label}: {_('hidden') if count.calls is None else count.calls}"
