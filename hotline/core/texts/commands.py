"""Reads what volunteers text, in English or Spanish, however it is typed: any case, with accents or without.

`hotline off` reads its words in the same way.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum

from hotline.core.times.wall_clock import DAY, utc, wall_clock, wall_minute


class Word(Enum):
    """The first word of a text."""

    WHO = "who"
    NEXT = "next"
    OFF = "off"
    ON = "on"
    YES = "yes"
    NO = "no"
    CANT = "cant"
    CAN = "can"
    HELP = "help"
    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True)
class Lasting:
    """A length of time from now, in seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ClockTime:
    """The next time that a wall clock shows `minute` of the day.

    On `weekday` (Monday 0), or so many days `ahead`, if either is given.
    """

    minute: int
    weekday: int | None = None
    ahead: int | None = None


@dataclass(frozen=True, slots=True)
class DayMeant:
    """The day on which a shift begins: a weekday (Monday 0), so many days `ahead`, or a date without or with its year.

    `minute`: of that day, if given.
    """

    weekday: int | None = None
    ahead: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    minute: int | None = None

    def fits(self, start: datetime, today: date) -> bool:
        """Return whether a shift that begins at a local time is meant, on this date. A weekday is within a week."""
        ahead = (start.date() - today).days
        return (
            (self.weekday is None or (self.weekday == start.weekday() and ahead < 7))
            and self.ahead in (None, ahead)
            and self.day in (None, start.day)
            and self.month in (None, start.month)
            and self.year in (None, start.year)
            and self.minute in (None, start.hour * 60 + start.minute)
        )


@dataclass(frozen=True, slots=True)
class Command:
    """The commands of texts.

    For OFF only: `until` is the end, if given; `sure` if "yes" was beside it; `unclear` if some words were not
    understood. `ours` is a word for STOP or START that the carrier does not know. `loose`: it only begins like a
    question for us, so a machine may have sent it ("When I am back …"). `day`, for CANT, CAN, YES and NO: the shift's.
    """

    word: Word
    until: Lasting | ClockTime | None = None
    sure: bool = False
    unclear: bool = False
    ours: bool = False
    loose: bool = False
    day: DayMeant | None = None


# Twilio's own words (help.twilio.com: 223134027). They count only as the whole text. The carrier answers them itself,
# and sends no more texts. A sender of our words means the same, but the carrier does not know them.
_STOP = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
_OUR_STOP = {"stop all", "opt out", "parar", "alto"}
_START = {"start", "unstop"}
_OUR_START = {"empezar"}
_ALONE = {Word.ON}
_WITH_DAY = {Word.YES, Word.NO, Word.CANT, Word.CAN}
_FIRST = {
    Word.WHO: {"who", "whos", "quien", "quienes"},
    Word.NEXT: {"next", "when", "proximo", "proxima", "proximos", "proximas", "siguiente", "cuando", "turno", "turnos"},
    Word.OFF: {"off", "fuera", "ausente"},
    Word.ON: {"on", "back", "dentro", "disponible", "vuelvo", "volvi", "presente"},
    Word.YES: {"yes", "y", "yep", "si"},
    Word.NO: {"no", "n", "nope"},
    Word.CANT: {"cant", "cannot"},
    Word.CAN: {"can", "keep", "puedo"},
    Word.HELP: {"help", "info", "ayuda"},
}
_FILLERS = {"for", "until", "till", "til", "to", "at", "and", "the", "this", "next", "on", "please", "now"} | {
    *("por", "favor", "hasta", "a", "las", "la", "el", "los", "y", "este", "proximo", "durante", "ahora", "de"),
}
_CANT_BEGINS = tuple(
    tuple(f"{who}{begin}".split())
    for begin in ("cant", "cannot", "can not", "can t", "no puedo", "nopuedo", "no podre")
    for who in ("", "i ", "yo ")
)
_DAY_FILLERS = {"on", "the", "this", "of", "my", "shift", "do", "work", "make", "at", "it", "night"} | {
    *("el", "la", "este", "esta", "mi", "turno", "guardia", "hacer", "de", "a", "las", "noche", "del"),
}
_POLITE = {"please", "por", "favor", "now", "again", "ya", "ahora"}
_ASKING = (
    _POLITE
    | _FIRST[Word.WHO]
    | _FIRST[Word.NEXT]
    | {
        *(
            "is",
            "are",
            "am",
            "i",
            "do",
            "on",
            "call",
            "now",
            "tonight",
            "today",
            "tomorrow",
            "at",
            "the",
            "moment",
            "my",
        ),
        *(
            "shift",
            "shifts",
            "time",
            "times",
            "turn",
            "turns",
            "me",
            "it",
            "up",
            "esta",
            "estan",
            "de",
            "guardia",
            "guardias",
        ),
        *("hoy", "noche", "esta", "manana", "mi", "mis", "es", "son", "tengo", "toca", "me", "el", "la"),
    }
)
_UNTIL = {"until", "till", "til", "hasta"}
_YES = {"yes", "yep", "si"}
_UNITS = {
    60: {"m", "min", "mins", "minute", "minutes", "minuto", "minutos"},
    3600: {"h", "hr", "hrs", "hour", "hours", "hora", "horas"},
    86_400: {"d", "day", "days", "dia", "dias"},
    7 * 86_400: {"w", "week", "weeks", "semana", "semanas"},
}
_SECONDS = {unit: seconds for seconds, units in _UNITS.items() for unit in units}
_NUMBERS = {"an": 1, "one": 1, "two": 2, "three": 3, "un": 1, "una": 1, "uno": 1, "dos": 2, "tres": 3}
_DAYS = (
    ("mon", "monday", "lun", "lunes"),
    ("tue", "tues", "tuesday", "mar", "martes"),
    ("wed", "wednesday", "mie", "miercoles"),
    ("thu", "thur", "thurs", "thursday", "jue", "jueves"),
    ("fri", "friday", "vie", "viernes"),
    ("sat", "saturday", "sab", "sabado"),
    ("sun", "sunday", "dom", "domingo"),
)
_WEEKDAYS = {name: number for number, names in enumerate(_DAYS) for name in names}
_MONTH_NAMES = (
    ("jan", "january", "ene", "enero"),
    ("feb", "february", "febrero"),
    ("march", "marzo"),
    ("apr", "april", "abr", "abril"),
    ("may", "mayo"),
    ("jun", "june", "junio"),
    ("jul", "july", "julio"),
    ("aug", "august", "ago", "agosto"),
    ("sep", "sept", "september", "septiembre", "setiembre"),
    ("oct", "october", "octubre"),
    ("nov", "november", "noviembre"),
    ("dec", "december", "dic", "diciembre"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
_AHEAD = {"today": 0, "tonight": 0, "hoy": 0, "tomorrow": 1, "tmrw": 1, "manana": 1}
_HOURS = {"noon": "12:00", "midday": "12:00", "mediodia": "12:00", "midnight": "24:00", "medianoche": "24:00"}
_TIME = re.compile(r"([01]?\d|2[0-4])[:.h]([0-5]\d)?|([01]?\d|2[0-4])")
_MOST = 400 * 86_400


def read_command(body: str) -> Command:
    """Return the command of a text. Anything not understood asks for help."""
    plain = _plain(body)
    if plain in _STOP | _OUR_STOP:
        return Command(Word.STOP, ours=plain in _OUR_STOP)
    if plain in _START | _OUR_START:
        return Command(Word.START, ours=plain in _OUR_START)
    first, *rest = plain.split() or [""]
    begun = next((begin for begin in _CANT_BEGINS if (first, *rest)[: len(begin)] == begin), None)
    if begun:
        first, rest = "cant", [first, *rest][len(begun) :]
    joined = re.fullmatch(r"([a-z]+)(\d.*)", first)  # OFF2h
    if joined:
        first, rest = joined[1], [joined[2], *rest]
    word = next((word for word, names in _FIRST.items() if first in names), Word.HELP)
    if word in _ALONE and set(rest) - _POLITE:
        word = Word.HELP  # "on call tonight?" does not ask to be rung again
    if word is Word.OFF:
        return _read_off(rest)
    if word in _WITH_DAY:
        return _read_with_day(word, [one for one in rest if one not in _POLITE])
    return Command(word, loose=word in (Word.WHO, Word.NEXT) and bool(set(rest) - _ASKING))


def end_of(until: Lasting | ClockTime, now: int, zone: tzinfo) -> int | None:
    """The instant (epoch seconds) at which something that begins `now` ends. None if that is past.

    As for the end of a shift: a wall-clock time that occurs twice means its last occurrence, and a skipped one means
    the clock's jump.
    """
    if isinstance(until, Lasting):
        return now + until.seconds
    clock, today = wall_clock(zone), utc(now).astimezone(zone).date()
    days = range(8) if until.ahead is None else (until.ahead,)
    for day in (today + timedelta(days=days_on) for days_on in days):
        if until.weekday in (None, day.weekday()):
            end = clock.last(wall_minute(day, until.minute))
            if end > now:
                return end
    return None


def _plain(body: str) -> str:
    """The words in small letters, without accents, and without punctuation except between digits."""
    text = re.sub(r"['’‘‛`´ʼʹ′＇]", "", body.casefold())
    text = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    text = re.sub(r"\b([ap])\s?\.?\s?m\b\.?", r"\1m", text)
    text = re.sub(r"\b(?:de|por) la manana\b", "am", text)
    text = re.sub(r"\b(?:de|por) la (?:tarde|noche)\b", "pm", text)
    text = re.sub(r"(?<=\d)\s*:\s*(?=\d)", ":", text)
    text = re.sub(r"(?<!\d)[:.,]|[:.,](?!\d)|[^a-z0-9:.,\s]", " ", text)
    return " ".join(text.split())


def _read_off(said: list[str]) -> Command:
    until_said = any(word in _UNTIL for word in said)
    sure = bool(said) and said[-1] in _YES
    words = [word for word in (said[:-1] if sure else said) if word not in _FILLERS]
    if not words:
        return Command(Word.OFF, None, sure, unclear=until_said)
    until = (None if until_said else _read_lasting(words)) or _read_clock(words, until_said)
    return Command(Word.OFF, until, sure, unclear=until is None)


def _read_with_day(word: Word, said: list[str]) -> Command:
    """`CANT FRI`, `CANT 24 DEC 18:00`, `YES fri`. A yes or no with other words is none; "can I …" is a question."""
    words = [one for one in said if one not in _DAY_FILLERS]
    if not words:
        return Command(word) if not said or word is Word.CANT else Command(Word.HELP)
    day = _read_day(words)
    if day is None and word is not Word.CANT:
        return Command(Word.HELP)
    return Command(word, unclear=day is None, day=day)


def _read_day(words: list[str]) -> DayMeant | None:
    """`fri`, `tomorrow`, `24 dec`, `dec 24th`, `2026 12 24`, each with or without a time of day. Two days are none."""
    numbers: list[int] = []
    said: dict[str, int] = {}
    for place, word in enumerate(words):
        plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word)
        if word in _MONTHS or (word == "mar" and any(one.isdigit() for one in words)):
            part = "month", _MONTHS.get(word, 3)
        elif word in _WEEKDAYS:
            part = "weekday", _WEEKDAYS[word]
        elif word in _AHEAD:
            part = "ahead", _AHEAD[word]
        elif word == "pm" and not words[place - 1][-1:].isdigit():
            continue  # tomorrow night
        elif plain.isdigit() and len(plain) < 5 and words[place + 1 : place + 2] not in (["am"], ["pm"]):
            numbers.append(int(plain))
            continue
        elif (minute := _read_minute(_HOURS.get(word, word), True)) is not None and minute < DAY:
            part = "minute", minute
        else:
            return None
        if said.setdefault(*part) != part[1]:
            return None
    found = DayMeant(**said)
    if found.month and (len(numbers) == 1 or (len(numbers) == 2 and numbers[1] > 31)):
        found = replace(found, day=numbers[0], year=numbers[1] if len(numbers) > 1 else None)
    elif len(numbers) == 3 and numbers[0] > 31:
        found = replace(found, year=numbers[0], month=numbers[1], day=numbers[2])
    elif numbers or found.month:
        return None
    return found


def _read_lasting(words: list[str]) -> Lasting | None:
    """`2h`, `1h30`, `1 h 30 min`, `two hours`, `3 days`."""
    parts = re.findall(r"\d+|[a-z]+|[^\sa-z\d]", " ".join(str(_NUMBERS.get(word, word)) for word in words))
    seconds, unit = 0, 0
    while parts:
        number, *parts = parts
        if not number.isdigit() or len(number) > 4:
            return None
        if parts:
            name, *parts = parts
            unit = _SECONDS.get(name, 0)
        else:
            unit = 60 if unit == 3600 else 0  # 1h30
        if not unit:
            return None
        seconds += int(number) * unit
    return Lasting(seconds) if 0 < seconds <= _MOST else None


def _read_clock(words: list[str], until_said: bool) -> ClockTime | None:
    """`22:00`, `10pm`, `sat 08:00`, `8am tomorrow`; a bare `22` only after "until"."""
    weekday = ahead = None
    times: list[str] = []
    for word in words:
        if word in _WEEKDAYS:
            weekday = _WEEKDAYS[word]
        elif word in _AHEAD:
            ahead = _AHEAD[word]
        else:
            times.append(_HOURS.get(word, word))
    minute = _read_minute("".join(times), until_said)
    if minute is None or (weekday is not None and ahead is not None):
        return None
    return ClockTime(minute, weekday, ahead)


def _read_minute(text: str, until_said: bool) -> int | None:
    half = text[-2:] if text.endswith(("am", "pm")) else ""
    found = _TIME.fullmatch(text.removesuffix(half).removesuffix("h") if half or not text.endswith("h") else text)
    if found is None or ("h" in text and not until_said):
        return None
    hour, minute = int(found[1] or found[3]), int(found[2] or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif found[3] and not (until_said and hour > 12):
        return None  # seven in the morning, or in the evening?
    if hour * 60 + minute > DAY:
        return None
    return hour * 60 + minute
