"""Keys that a screening asks for, as a listener understands the words."""

from __future__ import annotations

import re

_NUMBERS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4",
    "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9",
    "star": "*", "asterisk": "*", "asterisco": "*", "pound": "#", "hash": "#", "numeral": "#", "almohadilla": "#",
}  # fmt: skip
_PRESS = r"(?:press|hit|push|dial|type|enter|oprim\w+|presion\w+|puls\w+|marqu\w+|marc\w+|apriet\w+|toqu\w+)"
_KEY = rf"([0-9*#]|{'|'.join(_NUMBERS)})(?!\w)"
_ASKED = re.compile(
    rf"\b{_PRESS}\s+(?:(?:the|el|la|key|number|tecla|número|digit|dígito)\s+)*[\"“'«]?{_KEY}", re.IGNORECASE
)
_WORD_FIRST = re.compile(rf"^\s*{_KEY}\s+(?:to|para)\b", re.IGNORECASE)
_DIGIT = re.compile(r"(?<![\w.:,])([0-9])(?![\w:])")
_CLAUSES = re.compile(r"[.;!?]+(?:\s|$)|,?\s+(?:or|and|o|u|y)\s+", re.IGNORECASE)
_TAKE = re.compile(
    r"\b(?:take|accept|answer|connect|pick|talk|speak|join|yes|reached|rang"
    r"|tom\w+|acept\w+|contest\w+|atend\w+|atiend\w+|habl\w+|conect\w+|sí|sonó)\b",
    re.IGNORECASE,
)
_PASS = re.compile(
    r"\b(?:pass|decline|skip|refuse|reject|ignore|no|not|don't|cannot|can't|busy"
    r"|pas\w+|rechaz\w+|declin\w+|ignor\w+|ocupad\w+)\b",
    re.IGNORECASE,
)


def spoken_keys(words: str) -> tuple[str | None, str | None]:
    """The keys that `words` name for accepting a call, and for passing it on. None for a key they do not name."""
    take, passing, plain = None, None, None
    for clause in _CLAUSES.split(words):
        key = _named(clause)
        if key is None:
            continue
        if _PASS.search(clause):
            passing = passing or key
        elif _TAKE.search(clause):
            take = take or key
        else:
            plain = plain or key
    return take or plain, passing


def _named(clause: str) -> str | None:
    asked = _ASKED.search(clause) or _WORD_FIRST.search(clause) or _DIGIT.search(clause)
    return _NUMBERS.get(asked[1].lower(), asked[1]) if asked else None
