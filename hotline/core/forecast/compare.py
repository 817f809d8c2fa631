"""Two versions of a line compared: what an edit does to waits, and what it costs at night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hotline.core.forecast.chance import Chance
from hotline.core.forecast.forecast import Year, forecast
from hotline.core.forecast.lines import Line
from hotline.core.forecast.waits import Forecast
from hotline.core.planning.rota_diff import RotaDiff
from hotline.core.rota.rota import Ringing


@dataclass(frozen=True, slots=True)
class WaitsCompared:
    """The forecasts of a line before and after an edit."""

    old: Forecast
    new: Forecast


def compare_waits(old: Line, new: Line, year: Year, chance: Callable[[], Chance]) -> WaitsCompared:
    """Return what an edit does to waits. `chance` is asked for twice, for the same numbers each time."""
    return WaitsCompared(forecast(old, year, chance()), forecast(new, year, chance()))


def bears_on_waits(diff: RotaDiff, old: Ringing, new: Ringing) -> bool:
    """Return whether an edit changes who is on call when, or how phones are rung: anything that waits depend on."""
    alike = replace(old, accept_key=new.accept_key, say=new.say, test=new.test)
    who = (diff.gained, diff.lost, diff.new_gaps, diff.closed_gaps, diff.left_alone, diff.reordered)
    settings = any(altered.what == "backup" or altered.what.endswith(": languages") for altered in diff.altered)
    return any(who) or settings or alike != new
