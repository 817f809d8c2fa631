"""Guesses for days, times or numbers that are written in other words than the files use.

Each function returns the words for a file, or nothing if there is more than one possible meaning: proposals are written
into rotas unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Literal

from hotline.core.wording import Wording
from hotline.files.findings.suggest import nearest, without_accents

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLACES = ("1st", "2nd", "3rd", "4th", "5th", "last")

COUNTED = {
    word: PLACES[place]
    for place, words in enumerate(("first 1", "second 2", "third 3", "fourth 4", "fifth 5", "last"))
    for word in (*words.split(), PLACES[place])
}
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("zero", "one once", "two twice", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
    for word in words.split()
}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTHS = tuple(name[:3] for name in _MONTHS)

EARLIEST_YEAR = 1970
"""The first year that a date may have."""

# --- days ---

_GROUPS = {
    **dict.fromkeys(("weekdays", "weekday", "workdays", "working days", "business days"), "mon-fri"),
    **dict.fromkeys(("weekends", "weekend"), "sat-sun"),
    **dict.fromkeys(("daily", "all", "always", "any day", "each day", "all days", "all week", "24/7"), "every day"),
    **dict.fromkeys(("every day", "everyday", "7 days a week"), "every day"),
    **dict.fromkeys(("holidays", "holiday", "public holidays", "public holiday"), "holidays"),
    **dict.fromkeys(("bank holidays", "bank holiday"), "holidays"),
    **dict.fromkeys(
        ("todos los días", "todos los dias", "diario", "tous les jours", "jeden tag", "täglich"), "every day"
    ),
    **dict.fromkeys(("fines de semana", "fin de semana", "week-end", "week-ends", "wochenende"), "sat-sun"),
    **dict.fromkeys(("días laborables", "dias laborables", "entre semana"), "mon-fri"),
    **dict.fromkeys(("días festivos", "dias festivos", "festivos", "feriados", "jours fériés"), "holidays"),
}
_GROUP = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _GROUPS), key=len, reverse=True))})(?!\w)")
_OF_MONTH = re.compile(r"\b(?:of|in) (?:the |each |every |a )?months?\b")
_TO = re.compile(r"\s*[-–—]\s*|\s+(?:to|through|thru|until|till)\s+")
_TO_DAY = re.compile(rf"{_TO.pattern}|\s*(?:\.\.+|…)\s*|\s+(?:bis|al?|hasta|au|à)\s+")
_LISTED = re.compile(r"[,;/&+]|\b(?:and|or|y|et|und)\b")
_ALL_BUT = re.compile(r",?\s*\b(?:except(?: for| on)?|excluding|but not|but|not|excepto|salvo|menos|sauf)\b\s*")
_FROM_THE_END = re.compile(r"\b(?:second|2nd|third|3rd|next|one) (?:to |from |but )?(?:the )?last\b|\blast but\b")
_BETWEEN_DAYS = re.compile("and|or|on|the|every|each|from|y|e|et|ou|und|de|del|du|von|los|las|les|le|el")
_INITIALS = {"m": "mon", "w": "wed", "f": "fri"}
"""Letters that begin one day only."""
_DAY_TOKEN = re.compile(r"-|[^\s,;/&+-]+")
_LONGEST_DAYS = 1_000
"""Characters. All days of a month, one by one, take a third of it."""


def days_meant(written: str) -> str | None:
    """Days as files have them, guessed: `mon-fri, 1st sat`, of `Monday through Friday and first Saturday`."""
    if len(written) > _LONGEST_DAYS:
        return None
    plain = _OF_MONTH.sub("", " ".join(written.casefold().split()))
    if re.search(r"\bevery (?:other|second|third|fourth|2nd|3rd|4th|[0-9])", plain) or _FROM_THE_END.search(plain):
        return None
    parts = _ALL_BUT.split(plain)
    if len(parts) > 1:
        return _all_but(*parts) if len(parts) == 2 else None
    tokens = _tokens(plain)
    if len(tokens) == 2 and tokens[0] in WEEKDAYS and tokens[1] in PLACES:
        tokens.reverse()
    found = [*dict.fromkeys(_in_days(tokens))]
    doubtful = len(found) > 1 and ("every day" in found or ("holidays" in found and not _LISTED.search(plain)))
    return ", ".join(found) if found and not doubtful else None


def _all_but(whole: str, less: str) -> str | None:
    """Days of every week less some of them: `mon-sat`, of `every day` and `sundays`. `whole` empty: of all days."""
    days, gone = (_weekly(part) for part in (whole or "every day", less))
    if not gone or not gone < days:
        return None
    runs: list[list[int]] = []
    for day in sorted(days - gone):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join("-".join(dict.fromkeys((WEEKDAYS[run[0]], WEEKDAYS[run[-1]]))) for run in runs)


def _weekly(written: str) -> set[int]:
    """The days of every week of some words; none if they mean other days."""
    found = set[int]()
    for part in (days_meant(written) or "").replace("every day", "mon-sun").split(", "):
        ends = part.split("-")
        if not set(ends) <= set(WEEKDAYS):
            return set()
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return found


def _tokens(plain: str) -> list[str]:
    """Split text into days, places and groups of days as in files, `-` between the ends of a range, and other words."""
    tokens: list[str] = []
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_GROUPS[found[0]])
        return f" @{len(kept) - 1} "

    for token in _DAY_TOKEN.findall(_TO_DAY.sub("-", _GROUP.sub(keep, plain))):
        if token.startswith("@") and token[1:].isdigit():
            tokens.append(kept[int(token[1:])])
        elif not _BETWEEN_DAYS.fullmatch(token):
            tokens.append(COUNTED.get(token.rstrip("."), "") or _INITIALS.get(token) or day_meant(token) or token)
    return tokens


def _in_days(tokens: Sequence[str]) -> list[str]:
    """The days of some tokens; none if one of them is unclear."""
    found: list[str] = []
    places: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = tokens[at + 2] if tokens[at + 1 : at + 2] == ["-"] and at + 2 < len(tokens) else None
        if token in PLACES and (end is None or end in PLACES):
            if end and ("last" in (token, end) or end < token):
                return []
            places.append(f"{token}-{end}" if end else token)
        elif token in WEEKDAYS and (end is None or (end in WEEKDAYS and not places)):
            found += [f"{place} {token}" for place in places] or [f"{token}-{end}" if end else token]
            places = []
        elif token in _GROUPS.values() and not places and end is None:
            found.append(token)
        else:
            return []
        at += 1 if end is None else 3
    return [] if places else found


_ELSEWHERE = (
    *("lunes lundi montag lunedi segunda maandag", "martes mardi dienstag martedi terca dinsdag"),
    *("miercoles mercredi mittwoch mercoledi quarta woensdag", "jueves jeudi donnerstag giovedi quinta donderdag"),
    *("viernes vendredi freitag venerdi sexta vrijdag", "sabado samedi samstag sabato zaterdag"),
    "domingo dimanche sonntag domenica zondag",
)
"""Each weekday in Spanish, French, German, Italian, Portuguese and Dutch, without accents."""


def day_meant(word: str) -> str | None:
    """A weekday as files have it, guessed: `tue`, of `Tues`, `tuesdays`, `Tu`, `tusday` or `martes`."""
    name = without_accents(word.casefold().rstrip("."))
    for full in FULL_NAMES:
        if len(name) > 1 and (full.startswith(name) or name.rstrip("s") == full):
            return full[:3]
    if len(name) < 2 or not name.isalpha():
        return None
    elsewhere = [day for day, names in zip(WEEKDAYS, _ELSEWHERE, strict=True) if f" {name}" in f" {names}"]
    if elsewhere or len(name) < 3:
        return elsewhere[0] if len(elsewhere) == 1 else None
    short = len(name) < 5
    known = [day for day in (WEEKDAYS if short else FULL_NAMES) if day[0] == name[0]]
    if len(name) == 3:  # a slip has the same letters: `for` is not `fri`
        known = [day for day in known if sorted(day) == sorted(name)]
    near = nearest(name, tuple(known), 0.6 if short else 0.75)
    return near[:3] if near else None


# --- times of day ---

_TWELVE = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?\s?m\.?", re.ASCII)
_TWENTY_FOUR = re.compile(r"(\d{1,2})(?:\s?h\s?(\d{2})?|[:.](\d{2})(?:[:.]00)?|(\d{2}))?(?:\s?(?:h|hrs))?", re.ASCII)
_MOST_HOURS_WORDS = 9
"""Hours are never written in more words: `from 6 p.m. to 8 a.m.` has six."""
_AROUND = ("24", "24/7", "24 h", "24 hours", "24 hrs", "24hrs", "24hours", "all day", "around the clock")


def clock_meant(written: str) -> str | None:
    """A time as files have it, guessed: `18:00`, of `6pm`, `18.00`, `1800` or `18h`."""
    found = _minute(written)
    return f"{found[0] // 60:02}:{found[0] % 60:02}" if found and found[0] < 1440 else None


def hours_meant(written: str) -> str | None:
    """Hours as files have them, guessed: `18:00-08:00`, of `6pm to 8am` or `18-8`; none of `9-5`."""
    plain = " ".join(written.casefold().split())
    if plain in _AROUND:
        return "24h"
    ends = [_minute(end) for end in _TO.split(plain.removeprefix("from "))]
    known = [one for one in ends if one]
    if len(ends) != 2 or len(known) != 2:
        return None
    (start, start_clock), (end, end_clock) = known
    if start == 1440 or {start_clock, end_clock} in ({"either"}, {"either", "twelve"}):
        return None
    whole = (start, end) in ((0, 1440), (0, 0))
    return "24h" if whole else f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def days_and_hours_meant(written: str) -> tuple[str, str] | None:
    """Days and hours as files have them, guessed, of both in one text: `mon-fri 08:00-18:00`, `Sat 9am to 5pm`."""
    words = written.split()
    for at in range(max(1, len(words) - _MOST_HOURS_WORDS), len(words)):
        hours = hours_meant(" ".join(words[at:]))
        days = hours and days_meant(" ".join(words[:at]).rstrip(","))
        if days and hours:
            return days, hours
    return None


def both_in_one(written: str) -> Wording | None:
    """Tell how to write days and hours that are in one text. None if it has not both."""
    ends = [week_moment_meant(end) for end in _TO.split(" ".join(written.split()))]
    if len(ends) == 2 and all(ends):
        return Wording("In place of `days` and `hours`, write from: %(start)s, to: %(end)s", start=ends[0], end=ends[1])
    both = days_and_hours_meant(written)
    if both is None:
        return None
    days = f'"{both[0]}"' if "," in both[0] else both[0]
    return Wording("Write each in its own field: days: %(days)s, hours: %(hours)s", days=days, hours=both[1])


def _minute(written: str) -> tuple[int, Literal["twelve", "24", "either"]] | None:
    """The minute of the day, and its clock: with am and pm, of 24 hours, or unclear."""
    plain = written.strip().casefold()
    if plain in ("noon", "midday", "12 noon"):
        return 720, "24"
    if plain in ("midnight", "24:00", "24"):
        return (0 if plain == "midnight" else 1440), "24"
    twelve = _TWELVE.fullmatch(plain)
    if twelve and 1 <= int(twelve[1]) <= 12 and int(twelve[2] or 0) < 60:
        return (int(twelve[1]) % 12 + (12 if twelve[3] == "p" else 0)) * 60 + int(twelve[2] or 0), "twelve"
    found = _TWENTY_FOUR.fullmatch(plain)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or found[4] or 0)
    if hour > 23 or minute > 59:
        return None
    return hour * 60 + minute, "24" if hour > 12 or found[1].startswith("0") or found[4] or "h" in plain else "either"


# --- dates ---


def dates_meant(written: str) -> list[date]:
    """Return the possible dates of `24.12.2026`, `12/24/2026`, `2026/12/24` or `Dec 24, 2026`, day first if unclear."""
    plain = " ".join(written.casefold().replace(",", " ").split())
    found: list[date] = []
    for year, month, day in _readings(plain):
        with suppress(ValueError):
            found.append(date(int(year), month, int(day)))
    return [day for day in dict.fromkeys(found) if day.year >= EARLIEST_YEAR]


def _readings(plain: str) -> Iterator[tuple[str, int, str]]:
    if whole := re.fullmatch(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})|(\d{4})(\d{2})(\d{2})", plain, re.ASCII):
        year, month, day = whole.groups()[:3] if whole[1] else whole.groups()[3:]
        yield year, int(month), day
    elif numbered := re.fullmatch(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})", plain, re.ASCII):
        first, second, year = numbered.groups()
        yield year, int(second), first
        yield year, int(first), second
    elif named := re.fullmatch(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)? (\d{4})", plain):
        yield from ((named[3], month, named[2]) for month in _months(named[1]))
    elif named := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?\.? (?:of )?([a-z]+)\.? (\d{4})", plain):
        yield from ((named[3], month, named[1]) for month in _months(named[2]))


def _months(word: str) -> Iterator[int]:
    for place, name in enumerate(_MONTHS):
        if word in (name[:3], name, "sept" if name == "september" else name):
            yield place + 1


_LONGEST_MOMENT = 200
"""Characters: many more than a moment has in any words."""


def moment_meant(written: str) -> str | None:
    """A moment as files have it, guessed: `2026-12-24 18:00`, of `24.12.2026 6pm`; a date alone, of a date alone."""
    if len(written) > _LONGEST_MOMENT:
        return None
    plain = " ".join(written.replace("T", " ").split())
    words = plain.split(" ")
    for length in range(len(words), 0, -1):
        days = dates_meant(" ".join(words[:length]).rstrip(","))
        rest = " ".join(word for word in words[length:] if word.casefold() != "at")
        time = clock_meant(rest) if rest else ""
        if len(days) == 1 and time is not None:
            return f"{days[0]} {time}".rstrip()
    return None


def week_moment_meant(written: str) -> str | None:
    """A moment of the week, guessed: `fri 18:00`, of `Friday 6pm` or `friday at 18`."""
    if len(written) > _LONGEST_MOMENT:
        return None
    words = [word.rstrip(",") for word in written.split() if word.casefold() not in ("at", "on")]
    if len(words) < 2:
        return None
    for name, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
        day, time = day_meant(name), clock_meant(" ".join(rest))
        if day and time:
            return f"{day} {time}"
    return None


# --- how often, how long, how many ---

_FORTNIGHTLY = (
    *("biweekly", "bi-weekly", "fortnight", "fortnightly", "every fortnight", "every other week", "every second week"),
    *("alternating", "alternate weeks", "alternating weeks", "every 2nd week", "other week", "second week"),
)
_EVERY_OTHER_DAY = (
    *("every other day", "every second day", "every 2nd day", "every two days", "other day", "second day"),
    *("alternate days", "alternating days", "on alternate days"),
)
_SO_MANY = re.compile(r"(?:every )?(\d{1,4}|[a-z]+) ?(d|days?|w|wks?|weeks?)", re.ASCII)
_FIXED = {
    "daily": ("day", "every day", "1 day"), "weekly": ("week", "every week", "each week"),
    "monthly": ("month", "every month", "each month", "1 month"),
}  # fmt: skip
_UNITS = {
    "h": ("h", "hr", "hrs", "hour", "hours"), "m": ("m", "min", "mins", "minute", "minutes"),
    "s": ("s", "sec", "secs", "second", "seconds"),
}  # fmt: skip


DAYS_IN_TURN = Wording(
    "Shifts repeat by the week. To take turns by the day, write it under `rotations` with change: daily, starting:"
    " 2026-01-05 and turns: [amy, ben] in place of `on_call`: each is on call every other day."
)


def so_often(written: str) -> tuple[int, str] | None:
    """An interval, guessed: the number, and `day` or `week`, of `every two weeks`, `fortnightly` or `14d`."""
    plain = " ".join(written.casefold().split())
    if plain in _FORTNIGHTLY:
        return 2, "week"
    if plain in _EVERY_OTHER_DAY:
        return 2, "day"
    found = _SO_MANY.fullmatch(plain)
    number = number_meant(found[1]) if found else None
    return (number, "day" if found[2].startswith("d") else "week") if found and number else None


def change_meant(written: str) -> str | None:
    """A rotation's `change`, guessed: `weekly`, of `every week`; `2 weeks`, of `fortnightly`."""
    plain = " ".join(written.casefold().split())
    fixed = next((name for name, others in _FIXED.items() if plain in others), None)
    often = so_often(plain)
    return fixed or (f"{often[0]} {often[1]}{'' if often[0] == 1 else 's'}" if often else None)


def duration_meant(written: str) -> str | None:
    """A duration as files have it, guessed: `1m30s`, of `1 min 30 sec`."""
    plain = " ".join(written.casefold().replace("and", " ").split())
    if not re.fullmatch(r"(?:\d{1,6} ?[a-z]+\.? ?)+", plain, re.ASCII):
        return None
    found: dict[str, str] = {}
    for number, word in re.findall(r"(\d+) ?([a-z]+)", plain):
        unit = next((unit for unit, words in _UNITS.items() if word in words), None)
        if unit is None or unit in found or [*_UNITS].index(unit) < max(map([*_UNITS].index, found), default=-1):
            return None
        found[unit] = number
    return "".join(f"{number}{unit}" for unit, number in found.items())


def number_meant(written: str) -> int | None:
    """A number, guessed: 2, of `two`, `twice`, `2x` or `2.0`."""
    plain = written.strip().casefold()
    found = re.fullmatch(r"(\d{1,9})(?:\.0+| ?x| times)?", plain, re.ASCII)
    return int(found[1]) if found else _NUMBERS.get(plain.removesuffix(" times"))


def names_meant(written: str) -> list[str]:
    """Names, guessed: `amy` and `ben`, of `amy, ben`, `amy and ben` or `amy/ben`."""
    return [one for one in re.split(r" ?[,;/&+，、] ?| (?:and|or|then) ", " ".join(written.split())) if one]


# --- languages ---

_LANGUAGES = {
    name: code
    for code, names in {
        "am": "amharic", "ar": "arabic", "bn": "bengali", "ca": "catalan català", "cs": "czech", "da": "danish dansk",
        "de": "german deutsch", "el": "greek", "en": "english inglés", "es": "spanish español espanol castellano",
        "fa": "farsi persian", "fi": "finnish suomi", "fr": "french français francais", "gu": "gujarati",
        "he": "hebrew", "hi": "hindi", "hmn": "hmong", "ht": "haitian creole kreyòl", "hu": "hungarian",
        "hy": "armenian", "it": "italian italiano", "ja": "japanese", "km": "khmer", "ko": "korean", "lo": "lao",
        "nb": "norwegian norsk", "ne": "nepali", "nl": "dutch nederlands", "pa": "punjabi panjabi",
        "pl": "polish polski",
        "ps": "pashto", "pt": "portuguese português portugues", "ro": "romanian", "ru": "russian", "so": "somali",
        "sv": "swedish svenska", "sw": "swahili", "ta": "tamil", "te": "telugu", "th": "thai", "tl": "tagalog filipino",
        "tr": "turkish", "uk": "ukrainian", "ur": "urdu", "vi": "vietnamese", "yi": "yiddish",
        "zh": "chinese mandarin cantonese",
    }.items()
    for name in names.split()
}  # fmt: skip


def languages_meant(written: str) -> tuple[str, ...]:
    """The codes that a language may have in a call flow: `es` of `Spanish`, `es-US` and `es` of `es-US`."""
    code = _LANGUAGES.get(written.strip().casefold(), written)
    base = re.match(r"([a-z]{2,3})[-_]", code.lower())
    return (code, base[1]) if base else (code,)


def understood(written: Sequence[str]) -> tuple[str, ...]:
    """A person's languages, best first, by every code that each may have in a call flow."""
    return tuple(dict.fromkeys(code for one in written for code in languages_meant(one)))


def is_language(code: str) -> bool:
    """Return whether a language has this code. Not all codes of three letters are known here."""
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", code):
        return False
    from babel import Locale  # only for a language that no call flow speaks

    return len(code.split("-")[0]) == 3 or code.split("-")[0] in Locale("en").languages
