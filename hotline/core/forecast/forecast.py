"""A forecast of one line: a year of calls, often enough for steady figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.core.calls.flow import Hotline
from hotline.core.forecast.chance import Chance
from hotline.core.forecast.decisions import Decisions
from hotline.core.forecast.lines import AssumedHotline
from hotline.core.forecast.run import Run
from hotline.core.forecast.waits import Forecast, Outcome, by_hour, waits_of
from hotline.core.times.spans import Span, seconds
from hotline.core.times.wall_clock import epoch_seconds, utc

USUAL_CALLS_A_MONTH = 30.0
YEAR = timedelta(days=364)
"""Whole weeks, so that each hour of the week is in it equally often."""
_MONTHS = 12
_MOST_RUNS = 20_000


@dataclass(frozen=True, slots=True)
class Year:
    """The calls of a forecast: the year from `start` on, with so many calls a month that come at random.

    The year, or a time of another `length`, is run again and again until there were about `at_least` so many calls.
    With `only`, calls come at these times and no others.
    """

    start: datetime
    calls_a_month: float = USUAL_CALLS_A_MONTH
    at_least: int = 12_000
    length: timedelta = YEAR
    only: tuple[Span, ...] = ()

    @property
    def times(self) -> tuple[Span, ...]:
        """The times at which calls come."""
        return self.only or (Span(self.start, self.start + self.length),)

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.calls_a_month * _MONTHS / YEAR.total_seconds()

    @property
    def calls(self) -> float:
        """The number of calls that come in one run."""
        return self.rate * seconds(self.times)

    @property
    def years(self) -> float:
        """The length of one run in years."""
        return self.length / YEAR

    @property
    def runs(self) -> int:
        """The number of runs of the year."""
        return min(_MOST_RUNS, max(1, round(self.at_least / self.calls)))


def forecast(
    line: AssumedHotline, year: Year, chance: Chance, progress: Callable[[float], object] = lambda share: None
) -> Forecast:
    """Return how long callers of a line will wait. `progress` is told the share that is done, from 0 to 1."""
    outcomes: list[Outcome] = []
    rings, night_rings = dict[str, int](), dict[str, int]()
    decisions, runs = Decisions(line.hotline), year.runs
    for number in range(runs):
        run = Run(line.hotline, line.assumed, chance, decisions)
        outcomes.extend(run.outcomes(_arrivals(line.hotline, year, chance)))
        for found, more in ((rings, run.rings), (night_rings, run.night_rings)):
            for name, times in more.items():
                found[name] = found.get(name, 0) + times
        progress((number + 1) / runs)
    names, years = [name for name in line.hotline.rota.volunteers if name in rings], runs * year.years
    return Forecast(
        waits_of(outcomes),
        by_hour(outcomes),
        sum(outcome.rings for outcome in outcomes) / max(1, len(outcomes)),
        {name: rings[name] / years for name in names},
        {name: night_rings.get(name, 0) / years for name in names},
    )


def _arrivals(hotline: Hotline, year: Year, chance: Chance) -> Iterator[float]:
    """Give the starts of a year's calls (epoch seconds): at random, and only while the line is open."""
    for time in year.times:
        now, end = float(epoch_seconds(time.start)), time.end.timestamp()
        while (now := now + chance.expovariate(year.rate)) < end:
            if hotline.opening is None or hotline.is_open(utc(int(now))):
                yield now
