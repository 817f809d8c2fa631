"""A forecast: the words that the terminal and the page share, and as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.core.forecast.compare import EditedWaits, WaitsCompared
from hotline.core.forecast.forecast import Year
from hotline.core.forecast.improve import BACKUP_AFTER, BLOCK, RING_EARLY, STAGGER, Change, ChangeKind, Improvement
from hotline.core.forecast.lines import AssumedHotline
from hotline.core.forecast.policies import Policy
from hotline.core.forecast.waits import Forecast, Waits
from hotline.core.reports.report import Report

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NEARLY_ALL, _HARDLY_ANY = 0.99, 0.01


@dataclass(frozen=True, slots=True)
class PolicyForecast:
    """A policy for this line, and by itself: `depths` has the share within 20 s of the hunt with 1, 2, 3 … on call."""

    policy: Policy
    forecast: Forecast
    depths: tuple[float, ...]
    rings_a_call: float


@dataclass(frozen=True, slots=True)
class Forecasted:
    """The forecast of one line, with whatever else was asked for. `really`: what the call log has, if it has enough."""

    title: str
    line: AssumedHotline
    year: Year
    seed: int
    forecast: Forecast
    policies: tuple[PolicyForecast, ...] = ()
    improvements: tuple[Improvement, ...] | None = None
    really: Report | None = None

    @property
    def start(self) -> datetime:
        return self.year.start.astimezone(self.line.hotline.rota.zone)

    def name(self, who: str) -> str:
        """A volunteer's name."""
        known = self.line.hotline.rota.volunteers.get(who)
        return known.name if known else who


def percent(share: float) -> str:
    """A share in words: `62 %`; near both ends with a decimal: `99.6 %`."""
    decimals = 1 if 0 < share < _HARDLY_ANY or _NEARLY_ALL <= share < 1 else 0
    said = f"{100 * share:.{decimals}f}"
    return "under 0.1 %" if said == "0.0" else "over 99.9 %" if said == "100.0" else f"{said} %"


def seconds(time: float | None) -> str:
    """A wait in words: `18 s`, `2:05`; a dash where so many never reach anybody."""
    if time is None:
        return "–"
    whole = round(time)
    return f"{whole} s" if whole < 120 else f"{whole // 60}:{whole % 60:02}"


def headline(waits: Waits) -> str:
    """A forecast in a sentence: `90 % of callers talk to somebody within 18 s, half within 12 s.`"""
    ninety, half = waits.percentile(90), waits.percentile(50)
    if half is None:
        return f"Only {percent(1 - waits.nobody)} of callers ever talk to somebody."
    if ninety is None:
        return f"Only {percent(1 - waits.nobody)} of callers ever talk to somebody, half within {seconds(half)}."
    return f"90 % of callers talk to somebody within {seconds(ninety)}, half within {seconds(half)}."


def waits_words(compared: WaitsCompared) -> str:
    """An edit's waits: `waits at the hours that change: 90 % within 18 s → 41 s; rings at night: 9 → 14 in 8 weeks`"""
    waits = EditedWaits.of(compared)
    (old, new), (was, becomes), (before, after) = waits.p90, waits.nobody, waits.nights
    if old is None or new is None:
        said = f"{percent(was)} → {percent(becomes)} reach nobody"
        if waits.same_nobody:
            said = f"{percent(becomes)} reach nobody, as before"
    elif waits.same_wait:
        said = f"90 % within {seconds(new)}, as before"
    else:
        said = f"90 % within {seconds(old)} → {seconds(new)}"
    at_night = "" if waits.same_nights else f"; rings at night: {before:.0f} → {after:.0f} in {waits.weeks} weeks"
    return f"waits{' at the hours that change' if waits.only else ''}: {said}{at_night}"


def change_words(change: Change) -> str:
    """Say what to change, as an imperative."""
    return {
        ChangeKind.TWO_AT_ONCE: "Ring two phones at once (`at_once: 2`)",
        ChangeKind.STAGGER: f"Start one more phone each {STAGGER} s while the others ring (`stagger: {STAGGER}s`)",
        ChangeKind.BACKUP_SOONER: f"Ring the backup sooner (`backup_after: {BACKUP_AFTER}s`)",
        ChangeKind.RING_EARLY: f"Ring while the greeting speaks (`ring_early: {RING_EARLY}s` on the first step)",
        ChangeKind.ONE_MORE_ON_CALL: f"Have one more person on call {blocks_words(change.blocks)}",
    }[change.kind]


def blocks_words(blocks: Sequence[int]) -> str:
    """Hours of the week in words: `Mon, Tue 23:00–07:00; Sat 07:00–15:00`: the days on which blocks begin."""
    days: dict[int, list[str]] = {}
    for start in blocks:
        days.setdefault(start % 24, []).append(WEEKDAYS[start // 24])
    return "; ".join(
        f"{', '.join(names)} {hour:02}:00–{(hour + BLOCK) % 24:02}:00" for hour, names in sorted(days.items())
    )


def forecast_json(found: Forecasted) -> dict[str, Any]:
    """Return a forecast as data for `json.dumps`: seconds, shares between 0 and 1, null where there is none."""
    assumed, now = found.line.assumed, found.forecast
    return {
        "hotline": found.line.hotline.id,
        **({} if found.line.hotline.whole is None else {"rota": found.line.hotline.rota.id}),
        "title": found.title,
        "from": found.start.isoformat(),
        "handsets": assumed.handset.name,
        **({"own_handsets": {who: one.name for who, one in assumed.own.items()}} if assumed.own else {}),
        "calls_a_month": round(found.year.calls_a_month, 1),
        "seed": found.seed,
        "first_ring": round(assumed.first_ring if assumed.early is None else assumed.early, 1),
        **_values(now),
        **_nights(now),
        "volunteers": [
            {"id": who, "rings_a_year": round(rings, 1), "night_rings_a_year": round(now.night_rings[who], 1)}
            for who, rings in now.rings.items()
        ],
        "hours": [
            [hour and _times(hour) for hour in now.hours[day * 24 : day * 24 + 24]] for day in range(len(WEEKDAYS))
        ],
        "policies": [
            {"policy": one.policy.name, "at_once": one.policy.at_once, "stagger": one.policy.stagger}
            | _values(one.forecast)
            | _nights(one.forecast)
            | {"within_20_by_depth": [round(share, 4) for share in one.depths]}
            for one in found.policies
        ],
        "improvements": None
        if found.improvements is None
        else [
            {"change": one.change.kind.value, "said": change_words(one.change)}
            | _values(one.forecast)
            | _nights(one.forecast)
            for one in found.improvements
        ],
        "really": found.really and _really(found.really),
    }


def waits_json(waits: WaitsCompared) -> dict[str, Any]:
    """Return waits before and after an edit as data."""
    before, after = waits.night_rings
    return {
        "only_hours_that_change": bool(waits.year.only),
        "old": _values(waits.old) | {"night_rings": round(before, 1)},
        "new": _values(waits.new) | {"night_rings": round(after, 1)},
    }


def _values(now: Forecast) -> dict[str, Any]:
    return {
        "simulated_calls": now.waits.calls,
        **_times(now.waits),
        "within": {str(limit): round(share, 4) for limit, share in now.waits.shares.items()},
        "reach_nobody": round(now.waits.nobody, 4),
        "rings_a_call": round(now.rings_a_call, 2),
    }


def _nights(now: Forecast) -> dict[str, float]:
    return {"night_rings_a_year": round(now.all_night_rings, 1)}


def _times(waits: Waits) -> dict[str, float | None]:
    half, ninety = waits.percentile(50), waits.percentile(90)
    return {"median": half and round(half, 1), "p90": ninety and round(ninety, 1)}


def _really(report: Report) -> dict[str, Any]:
    return {
        "from": report.period.first.isoformat(),
        "to": report.period.last.isoformat(),
        "calls": report.calls,
        "median": report.waits.median if report.waits else None,
        "p90": report.waits.p90 if report.waits else None,
        "within_30": report.share_within(30),
    }
