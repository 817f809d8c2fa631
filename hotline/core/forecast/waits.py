"""Waits: how long callers waited for a human in a forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotline.core.reports.report import WITHIN

HOURS_OF_THE_WEEK = 7 * 24


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one forecast call: seconds from its start to a human, or None; phones rung, and when it began.

    `hour` is the hour of the week on the rota's wall: 0 is Monday 00:00 to 01:00.
    """

    hour: int
    wait: float | None
    rings: int


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits of some calls: in order, of those that reached a human. `calls` counts them all."""

    calls: int
    reached: Sequence[float]

    @property
    def nobody(self) -> float:
        """The share who reached nobody on call and no backup: between 0 and 1."""
        return 1 - len(self.reached) / self.calls if self.calls else 0.0

    def within(self, seconds: float) -> float:
        """Return the share of all calls that reached a human within so many seconds: between 0 and 1."""
        return sum(wait <= seconds for wait in self.reached) / self.calls if self.calls else 0.0

    def percentile(self, percent: int) -> float | None:
        """Return the seconds within which so many of 100 callers reached a human; None: fewer ever did."""
        rank = -(-self.calls * percent // 100)
        return self.reached[rank - 1] if 0 < rank <= len(self.reached) else None

    @property
    def shares(self) -> Mapping[int, float]:
        """The shares of calls that reached a human within some seconds: the same as in `hotline report`."""
        return {seconds: self.within(seconds) for seconds in WITHIN}


@dataclass(frozen=True, slots=True)
class HourWait:
    """An hour of the week: how many calls began in it, and the seconds within which 90 % of them reached a human."""

    calls: int
    p90: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast of one line. `hours`: by hour of the week, None where no call began.

    `rings` and `night_rings` count rings of each volunteer's phone in a year; a night is 23:00 to 06:00.
    """

    waits: Waits
    hours: tuple[Waits | None, ...]
    rings_a_call: float
    rings: Mapping[str, float]
    night_rings: Mapping[str, float]

    @property
    def week(self) -> tuple[HourWait, ...]:
        """The hours of the week, from Monday 00:00 on."""
        return tuple(HourWait(hour.calls, hour.percentile(90)) if hour else HourWait(0, None) for hour in self.hours)

    @property
    def all_night_rings(self) -> float:
        """Rings at night in a year, of all phones together."""
        return sum(self.night_rings.values())


def waits_of(outcomes: Iterable[Outcome]) -> Waits:
    """Sort the waits of some calls."""
    found = [outcome.wait for outcome in outcomes]
    return Waits(len(found), sorted(wait for wait in found if wait is not None))


def by_hour(outcomes: Iterable[Outcome]) -> tuple[Waits | None, ...]:
    """Return the waits of each hour of the week."""
    hours: list[list[Outcome]] = [[] for _ in range(HOURS_OF_THE_WEEK)]
    for outcome in outcomes:
        hours[outcome.hour].append(outcome)
    return tuple(waits_of(hour) if hour else None for hour in hours)


def together(hours: Iterable[Waits | None]) -> Waits:
    """Return the waits of several hours as one."""
    there = [hour for hour in hours if hour is not None]
    return Waits(sum(hour.calls for hour in there), sorted(wait for hour in there for wait in hour.reached))
