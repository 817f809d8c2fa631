"""Patterns of values, as JSON Schema for editors, each with an error message.

They accept everything that the readers of `hotline.files` accept, in regular expressions that every editor knows.
"""

from __future__ import annotations

from typing import Any

from hotline.files.values.meant import PLACES, WEEKDAYS

Schema = dict[str, Any]

_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d"
_END = rf"({_CLOCK}|24:00)"
_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_DASH = r"\s*[-–—]\s*"
_PHONE = r"[\d\s().\-–/\u00a0\u200e\u202a\u202c]*"


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


def _one_of(words: tuple[str, ...]) -> str:
    return f"({'|'.join(map(_any_case, words))})"


_DAY = _one_of(WEEKDAYS)
_PLACE = _one_of(PLACES)
_WEEKLY = rf"{_any_case('every')}\s*{_any_case('day')}|{_PLACE}({_DASH}{_PLACE})?\s+{_DAY}|{_DAY}({_DASH}{_DAY})?"


def pattern(written: str, otherwise: str, *also: str) -> Schema:
    """Text of a pattern, with optional spaces around it; `also` are other allowed types of JSON."""
    kind: str | list[str] = ["string", *also] if also else "string"
    return {"type": kind, "pattern": rf"^\s*{written}\s*$", "patternErrorMessage": otherwise}


HOURS = pattern(
    rf"(24[hH]|{_CLOCK}{_DASH}{_END})", "Write both times with a hyphen between: 18:00-08:00, or 24h for a whole day."
)


def _days(one: str, kinds: str) -> Schema:
    otherwise = f"Days are mon-fri, [mon, wed], every day, 1st sat, last fri{kinds}."
    listed = pattern(rf"({one})(\s*,\s*({one}))*", otherwise)
    return {"anyOf": [listed, {"type": "array", "minItems": 1, "items": listed}]}


DAYS = _days(rf"{_WEEKLY}|{_any_case('holidays')}", ", or holidays")
DAYS_OF_ROTATIONS = _days(_WEEKLY, "")
EVERY = pattern(r"([1-9]|[1-4]\d|5[0-2])\s+[wW][eE][eE][kK][sS]?", "Write a number of weeks, such as 2 weeks.")
DATE = pattern(_DATE, "Write year-month-day, such as 2026-01-05.")
MOMENT = pattern(rf"{_DATE}([T\s]+{_END})?", "Write a date, 2026-12-24, or a date and time, 2026-12-24 18:00.")
WEEK_START = pattern(rf"{_DAY}\s+{_CLOCK}", "Write a day and a time, such as fri 18:00.")
WEEK_MOMENT = pattern(rf"{_DAY}\s+{_END}", "Write a day and a time, such as fri 18:00.")
CHANGE = pattern(
    rf"({_one_of(('daily', 'weekly', 'monthly'))}|0*[1-9]\d*\s+{_one_of(('day', 'week'))}[sS]?)",
    "Write daily, weekly, monthly, 10 days or 2 weeks.",
)
DURATION = pattern(
    r"(?=\d)(\d{1,4}\s*h)?\s*(\d{1,5}\s*m)?\s*(\d{1,6}\s*s)?", "Write a number with its unit, such as 20s, 4m or 1m30s."
)
_REMINDER = (
    rf"({_CLOCK}\s+({_any_case('the')}\s+{_one_of(('day', 'evening', 'night', 'afternoon', 'morning'))}\s+"
    rf"{_any_case('before')}|({_any_case('on')}\s+)?{_any_case('the')}\s+({_any_case('same')}\s+)?{_any_case('day')}"
    rf"|[0-7]\s+{_any_case('day')}[sS]?\s+{_any_case('before')})"
    rf"|(?=\d)(\d{{1,3}}\s?[hH]({_any_case('our')}[sS]?)?)?\s?(\d{{1,4}}\s?[mM]({_any_case('in')}({_any_case('ute')})?[sS]?)?)?"
    rf"\s+{_any_case('before')})"
)
_REMINDERS = "Write when to remind: 18:00 the evening before, or 1h before."
_NONE = _any_case("none")
REMINDERS: Schema = {
    "anyOf": [
        pattern(rf"({_NONE}|{_REMINDER}(\s*,\s*{_REMINDER})*)", _REMINDERS),
        {"type": "array", "maxItems": 4, "items": pattern(rf"({_NONE}|{_REMINDER})", _REMINDERS)},
    ]
}
QUIET = pattern(rf"({_NONE}|{_CLOCK}{_DASH}{_END})", "Write both times with a hyphen between: 21:00-08:00, or none.")
YES_OR_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
ANSWER = pattern(_one_of(tuple(YES_OR_NO)), "Write yes or no.", "boolean")
EMAIL = pattern(r"\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\s*", "Write it like amy@example.org.")
PHONE = pattern(rf"\+{_PHONE}", 'Write the whole number with its country: "+1 410 555 0111".', "integer")
DIALLED = pattern(rf"\+?{_PHONE}", 'Write digits only: "988" or "+1 410 555 0111".', "integer")
ACCEPT_KEY: Schema = {**pattern("[0-9]", "One of the keys 0 to 9.", "integer"), "minimum": 0, "maximum": 9}
NAME = r"^[^\s!-/:-@\[-\^`{-~][^\s!-,/:-@\[-\^`{-~]{0,59}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MENU_KEY = r"^[0-9*#]$"


def number(lowest: int, highest: int) -> Schema:
    """A whole number between limits, also in quotes."""
    otherwise = f"Write a number from {lowest} to {highest}."
    return {**pattern(r"\d{1,9}", otherwise, "integer"), "minimum": lowest, "maximum": highest}
