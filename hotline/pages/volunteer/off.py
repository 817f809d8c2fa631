"""The buttons for volunteers who cannot be rung, on their own page, and the messages afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from hotline.core.texts.commands import ClockTime, Lasting
from hotline.core.texts.off import Left, Place
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later, moment_of, ngettext, zone_words
from hotline.pages.words.rota import times_of

_HOURS = (1, 2, 4)
_DAY = timedelta(days=1)
_MORNING = 8
"""O'clock."""
_NIGHT_LEFT = 3
"""The hours left of a night for which it is worth being off. Later, "the morning" is that of the next day."""


@dataclass(frozen=True, slots=True)
class OffButton:
    """A button: the value it sends, its label, its end, and the day of a morning."""

    sent: str
    words: str
    until: Lasting | ClockTime
    day: date | None = None


def choices(now: datetime, zone: tzinfo, shown: str = "") -> tuple[OffButton, ...]:
    """List the possible times to be off.

    `shown`: the day of the morning on a page that was opened before, so that a button does what it said then. Once that
    morning is over, it is left out.
    """
    hours = (
        OffButton(f"{hour}h", ngettext("for %(num)d hour", "for %(num)d hours", hour), Lasting(hour * 3600))
        for hour in _HOURS
    )
    local, time = now.astimezone(zone), f"{_MORNING:02}:00"
    today = local.date()
    day = today if local.hour + _NIGHT_LEFT < _MORNING else today + _DAY
    with suppress(ValueError):
        day = date.fromisoformat(shown)
    if day == today and local.hour < _MORNING:
        words = _("until this morning, %(time)s", time=time)
        return (*hours, OffButton("morning", words, ClockTime(_MORNING * 60), day))
    if day == today + _DAY:
        words = _("until tomorrow morning, %(time)s", time=time)
        return (*hours, OffButton("morning", words, ClockTime(_MORNING * 60, ahead=1), day))
    return tuple(hours)


def off_in_words(places: Sequence[Place], ends: Mapping[str, int], last: Set[str]) -> list[str]:
    """Return until when (epoch seconds, by rota) they are off.

    In rotas of `last` they are rung if nobody else is available.
    """
    told = []
    for place in places:
        rota = place.line.rota
        if rota.id in ends:
            end = moment_of(ends[rota.id], rota.zone)
            words = later("You are off until %(end)s (%(zone)s) and will not be rung.")
            if rota.id in last:
                words = later("You are off until %(end)s (%(zone)s). If nobody else is on call, you are still rung.")
            words = _(words, end=end, zone=_zone(place))
            told.append(_named(place, places, words))
    return told


def left_in_words(places: Sequence[Place], left: Mapping[str, Left]) -> list[str]:
    """Say what an absence leaves, for each rota in which that is too little."""
    told = []
    for place in places:
        rota, zone = place.line.rota, _zone(place)
        if nobody := left[rota.id].nobody:
            times = times_of(nobody, rota.zone)
            words = _("While you are off, callers reach nobody: %(times)s (%(zone)s).", times=times, zone=zone)
            told.append(_named(place, places, words))
        if backup := left[rota.id].backup:
            times = times_of(backup, rota.zone)
            words = _("While you are off, only the backup is rung: %(times)s (%(zone)s).", times=times, zone=zone)
            told.append(_named(place, places, words))
    return told


def _zone(place: Place) -> str:
    return zone_words(place.line.rota.zone, place.line.rota.zone_name)


def _named(place: Place, places: Sequence[Place], words: str) -> str:
    """Put the hotline's name before a text, if there are several hotlines."""
    return f"{place.line.flow.name}: {words}" if len(places) > 1 else words
