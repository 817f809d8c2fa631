"""Which keys a voice asks for: what a person hears in "To take the call, press 1. To pass it on, press two"."""

from __future__ import annotations

import re

_ASKS = (
    *("press", "push", "hit", "oprima", "pulse", "presione", "marque", "appuyez sur", "pressez", "tapez", "composez"),
    *("drücken sie", "drücke", "wählen sie", "prema", "premi", "digiti", "pressione", "aperte", "tecle", "druk op"),
)
_NUMBERS = {
    "0": "zero cero zéro null",
    "1": "one uno una un une eins um uma één",
    "2": "two dos deux zwei due dois duas twee",
    "3": "three tres trois drei tre três drie",
    "4": "four cuatro quatre vier quattro quatro",
    "5": "five cinco cinq fünf cinque vijf",
    "6": "six seis sechs sei zes",
    "7": "seven siete sept sieben sette sete zeven",
    "8": "eight ocho huit acht otto oito",
    "9": "nine nueve neuf neun nove negen",
    "*": "star asterisco étoile stern estrella asterisk",
    "#": "hash pound almohadilla dièse raute cancelletto cerquilha numeral",
}
_KEYS = {word: key for key, words in _NUMBERS.items() for word in (key, *words.split())}
_ASKED = re.compile(
    rf"\b(?:{'|'.join(_ASKS)})\s+(?:(?:the|la|el|le|die|o|a|il|key|tecla|touche|taste|tasto|number|número)\s+)*"
    r"[\"“'«]?([0-9*#]|[^\W\d_]+)",
    re.IGNORECASE,
)


def keys_asked_for(text: str) -> tuple[str, ...]:
    """The keys that a text asks for, in order, each once; those of words that are no key are left out."""
    named = (_KEYS.get(match[1].lower()) for match in _ASKED.finditer(text))
    return tuple(dict.fromkeys(key for key in named if key is not None))
