"""Days, as written in the files: `mon-fri`, `1st sat, last fri`, `holidays`. All raise `Unreadable`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hotline.core.rota.rota import LAST
from hotline.core.wording import NOTHING, Wording
from hotline.files.findings.unreadable import Unreadable, clip, each, several, text
from hotline.files.values.meant import (
    COUNTED,
    DAYS_IN_TURN,
    FULL_NAMES,
    MONTHS,
    PLACES,
    WEEKDAYS,
    both_in_one,
    dates_meant,
    day_meant,
    days_meant,
    so_often,
)

_PLACE = {**{place: number for number, place in enumerate(PLACES, 1)}, "last": LAST}

_DASH = re.compile(r"\s*[-–—]\s*")
_PLACED = re.compile(r"(1st|2nd|3rd|4th|5th|last)(?:\s*[-–—]\s*(1st|2nd|3rd|4th|5th|last))?(?:\s+(.+))?")
_WITHOUT_YEAR = re.compile(
    rf"(?:{'|'.join(MONTHS)})[a-z]*\.? \d{{1,2}}(?:st|nd|rd|th)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?(?:{'|'.join(MONTHS)})[a-z]*|\d{{1,2}}[./]\d{{1,2}}\.?"
)


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
    """The days of `mon-fri`, `fri-mon`, `mon, wed`, `[mon, wed]`, `every day`, `1st sat`, `2nd-4th sat`, `holidays`."""
    if isinstance(value, list):
        found = Days()
        for day in each(value, lambda one: _days_of_text(text(one, "days: [mon, wed]"))):
            found |= day
    else:
        found = _days_of_text(text(value, "days: mon-fri"))
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
    meant = day_meant(name)
    if meant:
        sure = meant in (name[:3], *(full[:3] for full in FULL_NAMES if full.startswith(name)))
        help = Wording("Write %(right)s.", right=meant) if sure else Wording("Did you mean `%(right)s`?", right=meant)
    else:
        help = Wording("The days are mon, tue, wed, thu, fri, sat and sun.")
    raise Unreadable(code, Wording("`%(written)s` is not a day.", written=clip(written)), help)


@lru_cache(maxsize=1_000)
def _days_of_text(written: str) -> Days:
    """Read all days of a text with commas. Errors are reported together, with the whole corrected text."""
    found, problems = Days(), []
    for part in written.split(","):
        try:
            found |= _days_of(" ".join(part.lower().split()))
        except Unreadable as problem:
            problems.append(problem)
    if not problems:
        return found
    right = days_meant(written)
    message, help = several(problems)
    help = both_in_one(written) or help
    if right is not None and "," in right:
        help = Wording('Write "%(right)s"', right=right)
    elif right is not None:
        help = Wording("Write %(right)s.", right=right)
    raise Unreadable(problems[0].code, message, help)


def _days_of(part: str) -> Days:
    if part in ("every day", "everyday"):
        return EVERY_DAY
    if part == "holidays":
        return Days(holidays=True)
    placed = _PLACED.fullmatch(part)
    if placed:
        return Days(monthly=frozenset(_in_month(part, placed[1], placed[2] or placed[1], placed[3] or "")))
    _refuse_dates(part)
    _refuse_places_of_other_kinds(part)
    ends = _DASH.split(part)
    if len(ends) > 2:
        raise Unreadable(
            "bad-days",
            Wording("`%(part)s` has more than two ends.", part=clip(part)),
            Wording("Write a range as mon-fri."),
        )
    if days_meant(part) and set(ends) - set(WEEKDAYS):
        raise Unreadable("bad-days", Wording("`%(written)s` is not a day.", written=clip(part)), NOTHING)
    first, last = weekday(ends[0]), weekday(ends[-1])
    return Days(frozenset((first + step) % 7 for step in range((last - first) % 7 + 1)))


def _refuse_dates(part: str) -> None:
    """Refuse a date, or a frequency, and say where each belongs."""
    dates = dates_meant(part)
    if len(dates) > 1 or _WITHOUT_YEAR.fullmatch(part):
        raise Unreadable(
            "bad-days",
            Wording("`%(part)s` is a date, but `days` are days of the week.", part=clip(part)),
            Wording("Write days: holidays, and the date as year-month-day in `also` of the rota's `holidays`."),
        )
    if dates:
        raise Unreadable(
            "bad-days",
            Wording("`%(part)s` is a date, but `days` are days of the week.", part=clip(part)),
            Wording(
                "Write days: holidays, and at the top of the rota"
                " holidays: {country: US, region: MD, also: [%(date)s]} with your country. Or, for this date alone,"
                " write starting: %(date)s and until: %(date)s in place of `days`.",
                date=dates[0],
            ),
        )
    often = so_often(part)
    if often and part[:1].isalpha() and often[1] == "day" and often[0] > 1:
        message = Wording("`%(written)s` says how often, but not on which days.", written=clip(part))
        raise Unreadable("bad-days", message, DAYS_IN_TURN)
    if often and part[:1].isalpha() and often[1] == "week":
        raise Unreadable(
            "bad-days",
            Wording("`%(written)s` says how often, but not on which days.", written=clip(part)),
            Wording(
                "Write days: mon-fri, or the days you mean. Add every: %(weeks)s weeks, starting: 2026-01-05, "
                "with a date in a week when it is on.",
                weeks=often[0],
            ),
        )


def _in_month(part: str, first: str, last: str, named: str) -> list[tuple[int, int]]:
    """The places in the month of `1st sat`, or of `2nd-4th sat`."""
    if not named:
        raise Unreadable(
            "bad-days",
            Wording("`%(part)s` is not a day by itself.", part=clip(part)),
            Wording("Name the day each time: 1st sat, 3rd sat"),
        )
    ends = _DASH.split(named)
    if len(ends) == 2 and set(ends) <= set(WEEKDAYS):
        named_days = (WEEKDAYS[day] for day in sorted(_days_of(named).weekly))
        help = Wording(
            "Name each day with its place: %(names)s", names=", ".join(f"{first} {day}" for day in named_days)
        )
        raise Unreadable("bad-days", Wording("`%(part)s` could be in two different weeks.", part=clip(part)), help)
    if re.match(r"(?:and|&|or|\+)\s", named) and days_meant(part):
        message = Wording("`%(part)s` has several days without a comma.", part=clip(part))
        raise Unreadable("bad-days", message, _DAYS_BY_PLACE)
    if first == last and named not in WEEKDAYS:
        raise Unreadable("bad-days", Wording("`%(written)s` is not a day.", written=clip(part)), _DAYS_BY_PLACE)
    day = weekday(named)
    if first == last:
        return [(_PLACE[first], day)]
    if LAST in (_PLACE[first], _PLACE[last]) or _PLACE[last] < _PLACE[first]:
        help = Wording(
            "Count upwards, from 1st to 5th: 2nd-4th %(day)s. Name the last day separately.",
            day=WEEKDAYS[day],
        )
        raise Unreadable("bad-days", Wording("`%(part)s` does not say which days.", part=clip(part)), help)
    return [(place, day) for place in range(_PLACE[first], _PLACE[last] + 1)]


_DAYS_BY_PLACE = Wording("Name each day with its place in the month, for example: 1st sat, last fri")


def _refuse_places_of_other_kinds(part: str) -> None:
    """Refuse words that mean a day by its place in another form than ours."""
    words = part.split()
    if len(words) < 2:
        return
    day = day_meant(words[-1])
    if day and (words[0] in ("alternate", "alternating") or (words[0] == "every" and len(words) == 3)):
        help = Wording(
            "Write days: %(day)s. For every other week, add every: 2 weeks, starting: 2026-01-05, with a "
            "date in a week when it is on.",
            day=day,
        )
    elif re.fullmatch(r"\d+(st|nd|rd|th)", words[0]) and words[0] not in PLACES:
        help = Wording("The places in a month are 1st, 2nd, 3rd, 4th, 5th and last.")
    elif words[0].rstrip(".") in COUNTED or words[-1] in PLACES:
        help = _DAYS_BY_PLACE
    else:
        return
    raise Unreadable("bad-days", Wording("`%(written)s` is not a day.", written=clip(part)), help)
