"""A file's text for readers who may see a rota but not its phone numbers: only the last two digits of each.

E-mail addresses are hidden whole.

Values under `phone` are hidden in any form. So is any other text that looks like a phone number, comments included.
Dates and times stay. Columns do not move.
"""

from __future__ import annotations

import re

_MOMENT = r"\d{4}-\d{2}-\d{2}(?:[T\s]+\d{1,2}:\d{2})?(?![\d-])|\d{1,2}:\d{2}\s*[-–—]\s*\d{1,2}:\d{2}"
_NUMBER = r"\+?\(?\d(?:[ \u00a0().\-–/]{0,3}\d){5,}"
_PHONE = re.compile(r"""(phone["']?\s*:\s*)("[^"\n]*"?|'[^'\n]*'?|[^,}\s#][^,}\n#]*)""", re.IGNORECASE)
_ANYWHERE = re.compile(f"({_MOMENT})|({_NUMBER})")
_MAIL = re.compile(r"[^\s@:,'\"{}\[\]]+@[^\s@:,'\"{}\[\]]+")
_DIGIT = re.compile(r"\d")
_SHOWN = 2


def masked(text: str) -> str:
    """The text without its phone numbers."""
    hidden = _PHONE.sub(lambda found: found.group(1) + _hide(found.group(2)), text)
    hidden = _MAIL.sub(lambda found: re.sub(r"[^@.]", "•", found.group()), hidden)
    return _ANYWHERE.sub(lambda found: found.group(1) or _hide(found.group(2)), hidden)


def _hide(number: str) -> str:
    """Replace each digit but the last two with a dot. A very short number is hidden whole."""
    places = [match.start() for match in _DIGIT.finditer(number)]
    shown = set(places[-_SHOWN:]) if len(places) > 2 * _SHOWN else set()
    return "".join("•" if place in places and place not in shown else one for place, one in enumerate(number))
