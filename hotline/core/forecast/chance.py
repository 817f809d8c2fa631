"""Chance, as forecasts use it. The core has no source of its own: `random.Random` fits."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Protocol


class Chance(Protocol):
    """A source of random numbers."""

    def random(self) -> float: ...

    def uniform(self, a: float, b: float, /) -> float: ...

    def lognormvariate(self, mu: float, sigma: float, /) -> float: ...

    def expovariate(self, lambd: float, /) -> float: ...


class Duration(Protocol):
    """A length of time in seconds that chance decides."""

    def draw(self, chance: Chance) -> float: ...


@dataclass(frozen=True, slots=True)
class Evenly:
    """Any length from `least` to `most` seconds, all alike."""

    least: float
    most: float

    def draw(self, chance: Chance) -> float:
        return chance.uniform(self.least, self.most)


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A length that is mostly short and sometimes long: log-normal, with `mean` in seconds."""

    mean: float
    sigma: float

    def draw(self, chance: Chance) -> float:
        return chance.lognormvariate(log(self.mean) - self.sigma**2 / 2, self.sigma)
