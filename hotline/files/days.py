"""Days, as they are written in the files: `mon-fri`, `1st sat, last fri`, `holidays`. All raise `Unreadable`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotline.core.rota import LAST
from hotline.files.suggest import nearest
from hotline.files.unreadable import Unreadable, clip, text
from hotline.files.wording import Wording

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLACES = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": LAST}

_DASH = re.compile(r"\s*[-–—]\s*")
_PLACED = re.compile(r"(1st|2nd|3rd|4th|5th|last)(?:\s*[-–—]\s*(1st|2nd|3rd|4th|5th|last))?(?:\s+(.+))?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOLIDAYS = ("holiday", "public holiday", "public holidays", "bank holiday", "bank holidays")
_MEANT = {
    "weekdays": "mon-fri", "weekday": "mon-fri", "weekends": "sat-sun", "weekend": "sat-sun",
    "daily": "every day", "all": "every day", **dict.fromkeys(_HOLIDAYS, "holidays"),
}  # fmt: skip
_COUNTED = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays (Monday 0) of every week, places in the month with their weekday, and whether public holidays too."""

    weekly: frozenset[int] = frozenset()
    monthly: frozenset[tuple[int, int]] = frozenset()
    holidays: bool = False

    def __or__(self, other: Days) -> Days:
        return Days(self.weekly | other.weekly, self.monthly | other.monthly, self.holidays or other.holidays)


EVERY_DAY = Days(frozenset(range(7)))


def days(value: object) -> Days:
    """`mon-fri`, `fri-mon`, `mon, wed`, `[mon, wed]`, `every day`, `1st sat, 3rd sat`, `2nd-4th sat`, `holidays`."""
    if isinstance(value, list):
        parts = [text(one, "days: [mon, wed]") for one in value]
    else:
        parts = text(value, "days: mon-fri").split(",")
    found = Days()
    for part in parts:
        for one in part.split(","):
            found |= _days_of(" ".join(one.lower().split()))
    if found == Days():
        raise Unreadable(
            "bad-days",
            Wording("No day is named here."),
            Wording("Write days: mon-fri, or leave `days` out for every day."),
        )
    return found


def weekday(written: str, code: str = "bad-days") -> int:
    """The weekday (Monday 0) of `mon` … `sun`."""
    name = written.strip().lower()
    if name in WEEKDAYS:
        return WEEKDAYS.index(name)
    for place, full in enumerate(FULL_NAMES):
        if len(name) > 1 and (full.startswith(name) or name.rstrip("s") == full):
            suggestion = Wording("Write %(right)s.", right=WEEKDAYS[place])
            break
    else:
        near = nearest(name, WEEKDAYS) or nearest(name, FULL_NAMES)
        suggestion = (
            Wording("Did you mean `%(near)s`?", near=near[:3])
            if near
            else Wording("The days are mon, tue, wed, thu, fri, sat and sun.")
        )
    raise Unreadable(code, Wording("`%(written)s` is not a day.", written=clip(written)), suggestion)


def _days_of(part: str) -> Days:
    if part in ("every day", "everyday"):
        return EVERY_DAY
    if part == "holidays":
        return Days(holidays=True)
    if part in _MEANT:
        raise Unreadable(
            "bad-days",
            Wording("`%(written)s` is not a day.", written=part),
            Wording("Write %(right)s.", right=_MEANT[part]),
        )
    placed = _PLACED.fullmatch(part)
    if placed:
        return Days(monthly=frozenset(_in_month(part, placed[1], placed[2] or placed[1], placed[3] or "")))
    if _DATE.fullmatch(part):
        raise Unreadable(
            "bad-days",
            Wording("`%(part)s` is a date, and `days` are days of the week.", part=clip(part)),
            Wording(
                "Write days: holidays, and at the top of the rota"
                " holidays: {country: US, region: MD, also: [%(part)s]} with your country. Or, for this date alone,"
                " write starting: %(part)s and until: %(part)s in place of `days`.",
                part=part,
            ),
        )
    _refuse_places_of_other_kinds(part)
    ends = _DASH.split(part)
    if len(ends) > 2:
        raise Unreadable(
            "bad-days",
            Wording("`%(part)s` has more than two ends.", part=clip(part)),
            Wording("Write a range as mon-fri."),
        )
    first, last = weekday(ends[0]), weekday(ends[-1])
    return Days(frozenset((first + step) % 7 for step in range((last - first) % 7 + 1)))


def _in_month(part: str, first: str, last: str, named: str) -> list[tuple[int, int]]:
    """The places in the month of `1st sat`, or of `2nd-4th sat`."""
    if not named:
        raise Unreadable(
            "bad-days",
            Wording("`%(part)s` is no day by itself.", part=clip(part)),
            Wording("Name the day each time: 1st sat, 3rd sat"),
        )
    ends = _DASH.split(named)
    if len(ends) == 2 and set(ends) <= set(WEEKDAYS):
        named_days = (WEEKDAYS[day] for day in sorted(_days_of(named).weekly))
        help = Wording(
            "Name each day with its place: %(names)s", names=", ".join(f"{first} {day}" for day in named_days)
        )
        raise Unreadable("bad-days", Wording("`%(part)s` could be in two different weeks.", part=clip(part)), help)
    more = re.fullmatch(r"(?:and|&|or|\+)\s+(\S+)\s+(\S+)", named)
    if more and more[1] in PLACES and more[2] in WEEKDAYS:
        help = Wording("Write %(right)s", right=f"{first} {more[2]}, {more[1]} {more[2]}")
        raise Unreadable("bad-days", Wording("`%(part)s` holds several days without a comma.", part=clip(part)), help)
    if first == last and named not in WEEKDAYS:
        short = _short(named)
        help = Wording("Write %(right)s.", right=f"{first} {short}") if short else _DAYS_BY_PLACE
        raise Unreadable("bad-days", Wording("`%(written)s` is not a day.", written=clip(part)), help)
    day = weekday(named)
    if first == last:
        return [(PLACES[first], day)]
    if LAST in (PLACES[first], PLACES[last]) or PLACES[last] < PLACES[first]:
        help = Wording(
            "Count upwards, from 1st to 5th: 2nd-4th %(day)s. The last one is named by itself.",
            day=WEEKDAYS[day],
        )
        raise Unreadable("bad-days", Wording("`%(part)s` does not say which ones.", part=clip(part)), help)
    return [(place, day) for place in range(PLACES[first], PLACES[last] + 1)]


_DAYS_BY_PLACE = Wording("Name each day with its place in the month, for example: 1st sat, last fri")


def _short(written: str) -> str | None:
    """`sat`, of `sat`, `saturday` or `saturdays`."""
    full = next((name for name in FULL_NAMES if written in (name[:3], name, f"{name}s")), None)
    return full[:3] if full else None


def _refuse_places_of_other_kinds(part: str) -> None:
    """Words that mean a day by its place, and are not written as we read them."""
    words = part.split()
    if len(words) < 2:
        return
    if words[0] == "every" or words[:2] in (["every", "other"], ["every", "second"]):
        day = _short(words[-1]) or "sat"
        help = Wording("Write days: %(day)s, and for every other week beside it `every: 2 weeks`.", day=day)
    elif words[0].rstrip(".") in _COUNTED or words[0] in PLACES:
        short = _short(words[-1])
        place = _COUNTED.get(words[0].rstrip("."), words[0])
        help = Wording("Write %(right)s.", right=f"{place} {short}") if short and len(words) == 2 else _DAYS_BY_PLACE
    elif re.fullmatch(r"\d+(st|nd|rd|th)", words[0]):
        help = Wording("The places in a month are 1st, 2nd, 3rd, 4th, 5th and last.")
    elif words[-1] in PLACES:
        short = _short(words[0])
        help = (
            Wording("Write the place before the day: %(right)s", right=f"{words[-1]} {short}")
            if short and len(words) == 2
            else _DAYS_BY_PLACE
        )
    else:
        return
    raise Unreadable("bad-days", Wording("`%(written)s` is not a day.", written=clip(part)), help)
