"""Days as Spanish readers type them, in the words of the files, and days of files in the reader's words."""

from __future__ import annotations

import re
from datetime import date, timedelta
from unicodedata import combining, normalize

from hotline.files.values.meant import PLACES, WEEKDAYS
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later, weekday_of

_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_PLACES = ("primer primero 1er 1ro 1º", "segundo 2do 2º", "tercer tercero 3er 3ro 3º", "cuarto 4to 4º", "quinto 5to 5º")
_WHOLE = {
    r"(?:todos los dias|cada dia|diario)": "every day",
    r"(?:dias )?(?:festivos|feriados)": "holidays",
    r"entre semana": "mon-fri",
    r"fin(?:es)? de semana": "sat-sun",
}
_MONDAY = date(2026, 1, 5)
_SAID = {
    "1st": later("1st"),
    "2nd": later("2nd"),
    "3rd": later("3rd"),
    "4th": later("4th"),
    "5th": later("5th"),
    "last": later("last"),
}
_WORD = re.compile(r"(?<!\d)(?:\d*+[^\W\d]+[º°.]?|\d++[º°])")
_SHORTEST = 2


def days_in_english(typed: str) -> str:
    """Days in the words of the files: `mon-fri, last sat`, of `lun-vie, último sábado`. Unknown words stay."""
    plain = _without_accents(typed.casefold())
    for written, right in _WHOLE.items():
        plain = re.sub(rf"\b{written}\b", right, plain)
    plain = re.sub(r"\s*\b(?:de cada|del?|cada) mes\b|\b(?:de|los|el|cada)\s", "", plain)
    plain = re.sub(r"\s+(?:a|al|hasta)\s+", "-", plain)
    plain = re.sub(r"\s+[ye]\s+", ", ", plain)
    found = _WORD.sub(lambda word: _english(word[0]), plain)
    return found.strip() if found != _without_accents(typed.casefold()) else typed


def days_in_words(written: str) -> str:
    """Days of a file in the reader's words: `1er sáb`, of `1st sat`. Other words stay."""

    def said(word: re.Match[str]) -> str:
        name = word[0].casefold()
        if name in WEEKDAYS:
            return weekday_of(_MONDAY + timedelta(WEEKDAYS.index(name)))
        return _(_SAID[name]) if name in _SAID else word[0]

    return re.sub(r"\w+", said, written)


def _english(word: str) -> str:
    name = word.rstrip(".").replace("°", "º")
    for place, words in enumerate(_PLACES):
        if name in words.split():
            return PLACES[place]
    if name in ("ultimo", "ult"):
        return "last"
    for number, day in enumerate(_DAYS):
        if len(name) >= _SHORTEST and name not in WEEKDAYS and (day.startswith(name) or name == f"{day}s"):
            return WEEKDAYS[number]
    return word


def _without_accents(text: str) -> str:
    """Leave out accents, but keep `º` as it is."""
    return "".join(letter for letter in normalize("NFD", text) if not combining(letter))
