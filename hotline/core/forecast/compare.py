"""Two versions of a line compared: what an edit does to waits, and what it costs at night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hotline.core.forecast.chance import Chance
from hotline.core.forecast.forecast import Year, forecast
from hotline.core.forecast.lines import Line
from hotline.core.forecast.waits import Forecast
from hotline.core.planning.rota_diff import RotaDiff
from hotline.core.rota.rota import Rota
from hotline.core.times.spans import Span, joined


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


def compare_waits(old: Line, new: Line, year: Year, chance: Callable[[], Chance]) -> WaitsCompared:
    """Return what an edit does to waits. `chance` is asked for twice, for the same numbers each time."""
    return WaitsCompared(forecast(old, year, chance()), forecast(new, year, chance()), year)


def bears_on_waits(diff: RotaDiff, old: Rota, new: Rota) -> bool:
    """Return whether an edit changes who is on call when, or how phones are rung: anything that waits depend on."""
    return bool(hours_changed(diff)) or always_differs(diff, old, new)


def always_differs(diff: RotaDiff, old: Rota, new: Rota) -> bool:
    """Return whether an edit changes how phones are rung at any hour."""
    rules = new.ringing
    alike = replace(old.ringing, accept_key=rules.accept_key, say=rules.say, test=rules.test)
    named = any(altered.what == "backup" or altered.what.endswith(": languages") for altered in diff.altered)
    return named or alike != rules


def hours_changed(diff: RotaDiff) -> tuple[Span, ...]:
    """Return the times at which other people are on call, or the same in another order."""
    changed = (*diff.gained.values(), *diff.lost.values(), diff.reordered, diff.left_alone)
    return tuple(joined(span for times in changed for span in times))
