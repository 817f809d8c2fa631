"""A forecast in short: the figures that a page shows, small enough to keep for a while."""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from hotline.core.calls.flow import Hotline
from hotline.core.forecast.handsets import HANDSETS
from hotline.core.forecast.waits import HOURS_OF_THE_WEEK, Forecast, HourWait
from hotline.core.reports.report import WITHIN


@dataclass(frozen=True, slots=True)
class ForecastSummary:
    """The figures of a forecast, made at `made_at` (epoch seconds) for the year that begins then.

    `from_log`: the calls a month are those of the call log. `within`, `nobody`: shares of all calls, 0 to 1. `median`
    and `p90`: seconds, None if so many never reach anybody. `rings` and `night_rings`: in a year, by volunteer's id.
    """

    made_at: int
    handsets: str
    calls_a_month: float
    from_log: bool
    calls: int
    within: Mapping[int, float]
    nobody: float
    median: float | None
    p90: float | None
    week: tuple[HourWait, ...]
    rings: Mapping[str, float]
    night_rings: Mapping[str, float]

    def as_data(self) -> dict[str, Any]:
        """Return plain objects for `json.dumps`."""
        return {
            "made_at": self.made_at,
            "handsets": self.handsets,
            "calls_a_month": self.calls_a_month,
            "from_log": self.from_log,
            "calls": self.calls,
            "within": [self.within[limit] for limit in WITHIN],
            "nobody": self.nobody,
            "median": self.median,
            "p90": self.p90,
            "week": [[hour.calls, hour.p90] for hour in self.week],
            "rings": [[who, rings, self.night_rings[who]] for who, rings in self.rings.items()],
        }

    @classmethod
    def of_data(cls, data: Any) -> Self:
        """Return the summary of `as_data`. Raises KeyError, TypeError or ValueError for anything else."""
        week = tuple(HourWait(int(_number(calls)), _time(p90)) for calls, p90 in data["week"])
        if data["handsets"] not in HANDSETS or len(week) != HOURS_OF_THE_WEEK:
            raise ValueError("not a forecast")
        return cls(
            made_at=int(_number(data["made_at"])),
            handsets=data["handsets"],
            calls_a_month=_number(data["calls_a_month"]),
            from_log=bool(data["from_log"]),
            calls=int(_number(data["calls"])),
            within={limit: _number(share) for limit, share in zip(WITHIN, data["within"], strict=True)},
            nobody=_number(data["nobody"]),
            median=_time(data["median"]),
            p90=_time(data["p90"]),
            week=week,
            rings={str(who): _number(rings) for who, rings, _ in data["rings"]},
            night_rings={str(who): _number(at_night) for who, _, at_night in data["rings"]},
        )


def summary_of(
    found: Forecast, *, made_at: int, handsets: str, calls_a_month: float, from_log: bool
) -> ForecastSummary:
    """Return a forecast in short, rounded to what is worth showing."""
    return ForecastSummary(
        made_at=made_at,
        handsets=handsets,
        calls_a_month=round(calls_a_month, 1),
        from_log=from_log,
        calls=found.waits.calls,
        within={limit: round(share, 4) for limit, share in found.waits.shares.items()},
        nobody=round(found.waits.nobody, 4),
        median=_rounded(found.waits.percentile(50)),
        p90=_rounded(found.waits.percentile(90)),
        week=tuple(HourWait(hour.calls, _rounded(hour.p90)) for hour in found.week),
        rings={who: round(rings, 1) for who, rings in found.rings.items()},
        night_rings={who: round(rings, 1) for who, rings in found.night_rings.items()},
    )


def files_digest(hotline: Hotline, key: bytes) -> str:
    """Return a digest of what a hotline's files say, the same in every process. It changes when they say otherwise.

    It is keyed, since the files hold phone numbers.
    """
    return hmac.digest(key, b"forecast\0" + repr((hotline.flow, hotline.rota)).encode(), "sha256").hex()[:32]


def _rounded(time: float | None) -> float | None:
    return None if time is None else round(time, 1)


def _time(value: Any) -> float | None:
    return None if value is None else _number(value)


def _number(value: Any) -> float:
    """A number that counts or measures something. Raises TypeError or ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(type(value).__name__)
    if not math.isfinite(value) or value < 0:
        raise ValueError("not a figure")
    return float(value)
