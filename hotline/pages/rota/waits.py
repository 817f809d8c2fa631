"""Callers' waits in the weeks ahead, by the forecast that a worker made.

This process only asks for one and shows it: a forecast takes seconds of computing, and callers wait for none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import Enum

from babel.numbers import format_decimal

from hotline.core.calls.flow import Hotline
from hotline.core.forecast.handsets import HANDSETS
from hotline.core.forecast.lines import rings_somebody
from hotline.core.forecast.summary import ForecastSummary
from hotline.errors import LiveStateUnavailable
from hotline.output.data.forecast import seconds
from hotline.output.pictures.waits import WaitCell, reached_within, week_of_waits
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import locale, long_day, weekday_of
from hotline.pages.words.wording import in_words

LATE_AFTER = 60
"""Seconds after which a forecast that is asked for should have been made."""
_LOOK_AGAIN, _LOOK_AGAIN_LATER = 5, 30
_HARDLY_ANY, _NEARLY_ALL, _LEAST = 0.01, 0.99, 0.001


class ForecastState(Enum):
    """The state of a forecast: there, being made, late, out of reach without Redis, or nothing to forecast."""

    THERE = "there"
    MAKING = "making"
    LATE = "late"
    AWAY = "away"
    NO_RINGS = "no rings"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A forecast in words and pictures, in the reader's language. `people`: each with rings a year, and at night."""

    headline: str
    figures: Sequence[tuple[str, str]]
    bars: str
    rows: Sequence[tuple[str, Sequence[WaitCell]]]
    people: Sequence[tuple[str, str, str]]
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownWaits:
    """The page's content. `again`: seconds after which the browser looks again; None: not by itself."""

    state: ForecastState
    again: int | None = None
    problem: str = ""
    drawn: Drawn | None = field(default=None)


def shown_waits(parts: PageParts, hotline: Hotline) -> ShownWaits:
    """Return the forecast, or what is said until it is there."""
    if not rings_somebody(hotline):
        return ShownWaits(ForecastState.NO_RINGS)
    try:
        found = parts.forecasts.find(hotline)
        if found is not None:
            return ShownWaits(ForecastState.THERE, drawn=_drawn(found, hotline))
        now = parts.now()
        if now - parts.forecasts.ask(hotline, now) < LATE_AFTER:
            return ShownWaits(ForecastState.MAKING, _LOOK_AGAIN)
        return ShownWaits(ForecastState.LATE, _LOOK_AGAIN_LATER)
    except LiveStateUnavailable as error:
        return ShownWaits(ForecastState.AWAY, _LOOK_AGAIN_LATER, in_words(error))


def _drawn(found: ForecastSummary, hotline: Hotline) -> Drawn:
    volunteers = hotline.rota.volunteers
    names = {who: volunteers[who].name if who in volunteers else who for who in found.rings}
    return Drawn(
        headline=_headline(found),
        figures=[
            *((_("within %(seconds)s s", seconds=limit), _share(share)) for limit, share in found.within.items()),
            (_("half within"), seconds(found.median)),
            (_("nine in ten within"), seconds(found.p90)),
            (_("reach nobody"), _share(found.nobody)),
        ],
        bars=reached_within(found.within, _("Of 100 callers, how many talk to somebody in time"), _share),
        rows=list(zip(_weekdays(), week_of_waits(found.week), strict=True)),
        people=[
            (names[who], _count(rings), _count(found.night_rings[who]))
            for who, rings in sorted(found.rings.items(), key=lambda one: (-one[1], names[one[0]]))
        ],
        notes=_notes(found, hotline.rota.zone),
    )


def _headline(found: ForecastSummary) -> str:
    if found.median is None:
        return _("Only %(share)s of callers ever talk to somebody.", share=_share(1 - found.nobody))
    if found.p90 is None:
        return _(
            "Only %(share)s of callers ever talk to somebody, half within %(half)s.",
            share=_share(1 - found.nobody),
            half=seconds(found.median),
        )
    return _(
        "90%% of callers talk to somebody within %(most)s, half within %(half)s.",
        most=seconds(found.p90),
        half=seconds(found.median),
    )


def _notes(found: ForecastSummary, zone: tzinfo) -> list[str]:
    day = long_day(datetime.fromtimestamp(found.made_at, zone).date())
    count = _count(found.calls_a_month)
    return [
        _(
            "This is a forecast: %(calls)s calls of the year from %(day)s, simulated by the rota and its rules.",
            calls=_count(found.calls),
            day=day,
        ),
        _(
            "It assumes handsets %(handsets)s: %(tenths)s of 10 are picked up.",
            handsets=found.handsets,
            tenths=_count(10 * HANDSETS[found.handsets].picks_up),
        ),
        _("It assumes %(count)s calls a month, as in the call log.", count=count)
        if found.from_log
        else _("It assumes %(count)s calls a month: the call log cannot tell yet.", count=count),
        _("Absences set by text or on a page do not count."),
    ]


def _share(share: float) -> str:
    """`62%`; near both ends with a decimal: `99.6%`, `<0.1%`."""
    if 0 < share < _LEAST:
        return f"<{_decimal(100 * _LEAST)}%"
    if 1 - _LEAST < share < 1:
        return f">{_decimal(100 * (1 - _LEAST))}%"
    return f"{_decimal(round(100 * share, 1 if 0 < share < _HARDLY_ANY or _NEARLY_ALL <= share < 1 else 0))}%"


def _count(number: float) -> str:
    return _decimal(round(number))


def _decimal(number: float) -> str:
    return format_decimal(number, locale=locale())


def _weekdays() -> list[str]:
    return [weekday_of(date(2024, 1, day)) for day in range(1, 8)]
