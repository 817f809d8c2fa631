"""Two versions of a line compared: what an edit does to waits, and what it costs at night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from hotline.core.calls.flow import Hotline
from hotline.core.forecast.chance import Chance
from hotline.core.forecast.forecast import Year, forecast
from hotline.core.forecast.lines import AssumedHotline, line_of
from hotline.core.forecast.waits import Forecast
from hotline.core.planning.rota_diff import RotaDiff, rota_diff
from hotline.core.rota.rota import Rota
from hotline.core.times.spans import Span, joined

_ALIKE_SECONDS, _ALIKE_SHARE_OF_A_WAIT, _ALIKE_SHARES, _ALIKE_NIGHTS = 1.0, 0.05, 0.01, 0.05
"""Differences below these may be those of chance."""


@dataclass(frozen=True, slots=True)
class WaitsCompared:
    """The forecasts of a line before and after an edit, over some weeks: of all calls, or of those in `year.only`."""

    old: Forecast
    new: Forecast
    year: Year

    @property
    def night_rings(self) -> tuple[float, float]:
        """Rings at night before and after, in the time compared."""
        years = self.year.years
        return self.old.all_night_rings * years, self.new.all_night_rings * years


@dataclass(frozen=True, slots=True)
class EditedWaits:
    """The effect of an edit on waits, in short. Pairs are before and after.

    `p90`: the seconds within which 90 % of callers reach a human, None: fewer ever do. `nobody`: the share who reach
    nobody, 0 to 1. `nights`: rings at night in so many `weeks`. `only`: of the calls at the hours that change.
    """

    p90: tuple[float | None, float | None]
    nobody: tuple[float, float]
    nights: tuple[float, float]
    weeks: int
    only: bool

    @classmethod
    def of(cls, waits: WaitsCompared) -> Self:
        """Return a comparison in short."""
        old, new = waits.old.waits, waits.new.waits
        return cls(
            (old.percentile(90), new.percentile(90)),
            (old.nobody, new.nobody),
            waits.night_rings,
            max(1, round(waits.year.length.days / 7)),
            bool(waits.year.only),
        )

    @classmethod
    def of_data(cls, data: Any) -> Self:
        """Return what `dataclasses.asdict` made. Raises KeyError, TypeError or ValueError for anything else."""
        p90 = tuple(None if one is None else float(one) for one in data["p90"])
        nobody, nights = (tuple(float(one) for one in data[name]) for name in ("nobody", "nights"))
        if {len(p90), len(nobody), len(nights)} != {2}:
            raise ValueError("not a comparison")
        return cls(p90, nobody, nights, int(data["weeks"]), bool(data["only"]))  # type: ignore[arg-type]

    @property
    def same_wait(self) -> bool:
        """Return whether the waits of those who reach somebody differ by no more than chance makes them."""
        old, new = self.p90
        if old is None or new is None:
            return old is new
        return abs(old - new) < max(_ALIKE_SECONDS, _ALIKE_SHARE_OF_A_WAIT * old)

    @property
    def same_nobody(self) -> bool:
        """Return whether the shares who reach nobody differ by no more than chance makes them."""
        return abs(self.nobody[0] - self.nobody[1]) < _ALIKE_SHARES

    @property
    def same_nights(self) -> bool:
        """Return whether the rings at night differ by no more than chance makes them."""
        before, after = self.nights
        return abs(after - before) < max(1.0, _ALIKE_NIGHTS * before)


def waits_of_edit(
    old: Hotline, new: Hotline, start: datetime, weeks: timedelta, calls: int, chance: Callable[[], Chance]
) -> EditedWaits | None:
    """Return what an edit of files does to the waits of about so many calls from `start` on; None: it does nothing.

    Of an edit that changes who is on call at some hours, only calls at those hours are simulated.
    """
    before, after = line_of(old), line_of(new)
    diff = rota_diff(old.schedule, new.schedule, start, start + weeks)
    always = before.assumed != after.assumed or always_differs(diff, old.rota, new.rota)
    if not always and not hours_changed(diff):
        return None
    year = Year(start, at_least=calls, length=weeks, only=() if always else hours_changed(diff))
    return EditedWaits.of(compare_waits(before, after, year, chance))


def compare_waits(old: AssumedHotline, new: AssumedHotline, year: Year, chance: Callable[[], Chance]) -> WaitsCompared:
    """Return what an edit does to waits. `chance` is asked for twice, for the same numbers each time."""
    return WaitsCompared(forecast(old, year, chance()), forecast(new, year, chance()), year)


def bears_on_waits(diff: RotaDiff, old: Rota, new: Rota) -> bool:
    """Return whether an edit changes who is on call when, or how phones are rung: anything that waits depend on."""
    return bool(hours_changed(diff)) or always_differs(diff, old, new)


def always_differs(diff: RotaDiff, old: Rota, new: Rota) -> bool:
    """Return whether an edit changes how phones are rung at any hour."""
    rules = new.ringing
    alike = replace(old.ringing, accept_key=rules.accept_key, say=rules.say, test=rules.test)
    named = any(
        altered.what in ("backup", "handsets") or altered.what.endswith((": languages", ": handset"))
        for altered in diff.altered
    )
    return named or alike != rules


def hours_changed(diff: RotaDiff) -> tuple[Span, ...]:
    """Return the times at which other people are on call, or the same in another order."""
    changed = (*diff.gained.values(), *diff.lost.values(), diff.reordered, diff.left_alone)
    return tuple(joined(span for times in changed for span in times))
