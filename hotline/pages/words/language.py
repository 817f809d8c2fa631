"""The pages' words in each language, and its formats of dates and times.

Code and templates are written in English. The translations are in `translations/<language>/`, one file for each area of
the pages, read at their first use: nothing is compiled when the project is built.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton, get_timezone_location
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, has_request_context, request, session

NAMES = {"en": "English", "es": "Español"}
"""The available languages, each by its own name; the first is the language of the code."""
FIRST = next(iter(NAMES))
_FOLDER = Path(__file__).parents[1] / "translations"


def current() -> str:
    """The language of this request: the person's choice, or else their browser's."""
    if not has_request_context():
        return FIRST
    known: str | None = g.get("language")  # called for each word of a page
    if known is None:
        person = g.get("person")
        chosen = (person.language if person else "") or session.get("language", "")
        known = g.language = chosen if chosen in NAMES else request.accept_languages.best_match(NAMES, FIRST)
    return known


def gettext(message: str, /, **values: object) -> str:
    """A text in the language of this request. `%(name)s` in it is replaced by a value."""
    text = translations(current()).gettext(message)
    return text % values if values else text


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """A text about a number of things, which is `%(num)d` in it, in the language of this request."""
    return translations(current()).ngettext(one, many, count) % {"num": count, **values}


def later(message: str) -> str:
    """Mark a text for translation that is shown later, with `gettext`."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """Return all texts in a language."""
    if language == FIRST:
        return NullTranslations()
    together = Catalog(locale=language)
    for file in sorted((_FOLDER / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if message.id and message.string:
                    together.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return GNUTranslations(compiled)


# ------------------------------------------------------------------------------------------------- dates and times


@cache
def _locale(language: str) -> Locale:
    # British forms of dates: "Wed 25 Nov" reads as in the rota's files and commands.
    return Locale.parse("en_GB" if language == "en" else language)


def locale() -> Locale:
    """Return the locale of dates and numbers for this request."""
    return _locale(current())


def language_name(code: str) -> str:
    """The name of a language in the reader's own."""
    names = locale().languages
    return str(names.get(code.replace("-", "_")) or names.get(code.partition("-")[0]) or code)


def clock_time(instant: datetime, zone: tzinfo) -> str:
    """An instant's time on a zone's clock, in the reader's language: `18:00`."""
    local = instant.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def in_address(instant: datetime, zone: tzinfo) -> str:
    """An instant by a zone's clock, as addresses of pages have it: with its offset if the clock shows it twice."""
    local = instant.astimezone(zone)
    return (local if local.fold else local.replace(tzinfo=None)).isoformat(timespec="minutes")


def day_name(day: date | datetime, zone: tzinfo | None = None) -> str:
    """A day in the reader's language, `Wed 25 Nov`, of an instant in a zone, or of a date."""
    local = day.astimezone(zone) if isinstance(day, datetime) and zone else day
    return _formatted(current(), local.toordinal(), "MMMEd")


def long_day(day: date) -> str:
    """A date written out, in the reader's language: `Wednesday 25 November 2026`."""
    return _formatted(current(), day.toordinal(), "full")


def weekday(instant: datetime, zone: tzinfo) -> str:
    """A weekday in the reader's language: `Wed`."""
    return weekday_of(instant.astimezone(zone))


def weekday_of(day: date) -> str:
    """A date's weekday in the reader's language: `Wed`."""
    return _formatted(current(), day.toordinal(), "EEE")


def moment_of(seconds: int, zone: tzinfo) -> str:
    """An instant in epoch seconds, in the reader's words: as `moment`."""
    return moment(datetime.fromtimestamp(seconds, UTC), zone)


def moment(instant: datetime, zone: tzinfo) -> str:
    """An instant in a zone, in the reader's language: `Wed 25 Nov, 18:00`."""
    local = instant.astimezone(zone)
    return f"{_formatted(current(), local.toordinal(), 'MMMEd')}, {local.hour:02}:{local.minute:02}"


def until(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """A later instant with as much of the date as needed: `18:00` of the same day, `Thu 18:00` within the week."""
    there, here = instant.astimezone(zone), now.astimezone(zone)
    if there.date() == here.date():
        return clock_time(instant, zone)
    if (there.date() - here.date()).days < 7:
        return f"{weekday_of(there)} {clock_time(instant, zone)}"
    return moment(instant, zone)


def zone_words(zone: tzinfo, name: str) -> str:
    """Return the time zone in words: `New York time`."""
    return gettext("%(place)s time", place=_place(current(), zone) or name)


@lru_cache(1_000)
def _place(language: str, zone: tzinfo) -> str:
    return get_timezone_location(zone, locale=_locale(language), return_city=True)


@lru_cache(5_000)
def _formatted(language: str, ordinal: int, form: str) -> str:
    """A date in a language, by CLDR's name of a form. Cached, since a page shows the same few days often."""
    day = date.fromordinal(ordinal)
    if form in {"full", "EEE"}:
        return format_date(day, form, locale=_locale(language))
    return format_skeleton(form, datetime.combine(day, time()), locale=_locale(language))


def duration(seconds: int) -> str:
    """Seconds in the reader's words: `45 s`, `3 min 20 s`, `2 h 5 min`: at most two parts."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes_left = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes_left, "min"), (rest if not hours else 0, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def in_words(length: timedelta) -> str:
    """Format a duration as people say it."""
    return duration(round(length.total_seconds()))


FILTERS: dict[str, Callable[..., object]] = {
    "clock_time": clock_time,
    "day_name": day_name,
    "long_day": long_day,
    "moment": moment,
    "until": until,
    "weekday": weekday,
    "weekday_of": weekday_of,
    "moment_of": moment_of,
    "duration": duration,
    "in_address": in_address,
}
