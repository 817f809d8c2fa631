"""A file's text for those who may read a rota and not its phone numbers: of each number only the last two digits.

What stands under `phone` is hidden however it is written, and so is whatever else looks like a phone number, in
comments too; dates and times are left. Columns stay where they are.
"""

from __future__ import annotations

import re

_MOMENT = r"\d{4}-\d{2}-\d{2}(?:[T\s]+\d{1,2}:\d{2})?(?![\d-])|\d{1,2}:\d{2}\s*[-–—]\s*\d{1,2}:\d{2}"
_NUMBER = r"\+?\(?\d(?:[ \u00a0().\-–/]{0,3}\d){5,}"
_PHONE = re.compile(r"""(phone["']?\s*:\s*)("[^"\n]*"?|'[^'\n]*'?|[^,}\s#][^,}\n#]*)""", re.IGNORECASE)
_ANYWHERE = re.compile(f"({_MOMENT})|({_NUMBER})")
_DIGIT = re.compile(r"\d")
_SHOWN = 2


def masked(text: str) -> str:
    """The text without its phone numbers."""
    hidden = _PHONE.sub(lambda found: found.group(1) + _hide(found.group(2)), text)
    return _ANYWHERE.sub(lambda found: found.group(1) or _hide(found.group(2)), hidden)


def _hide(number: str) -> str:
    """The number with a dot for each digit but the last two; one so short is hidden whole."""
    places = [match.start() for match in _DIGIT.finditer(number)]
    shown = set(places[-_SHOWN:]) if len(places) > 2 * _SHOWN else set()
    return "".join("•" if place in places and place not in shown else one for place, one in enumerate(number))
