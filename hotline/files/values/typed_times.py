"""A time as somebody types it after a command: `2026-12-24 18:00 2026-12-25 08:00`, `fri 18:00 22:00`, `tomorrow`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.core.times.wall_clock import WallMinute
from hotline.core.wording import Wording
from hotline.files.findings.suggest import nearest
from hotline.files.findings.unreadable import Unreadable, clip
from hotline.files.values.meant import FULL_NAMES, dates_meant, day_meant
from hotline.files.values.times import Moment, calendar_date, clock, date_help

_CODE = "bad-time"
_CLOCK = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
_TWO_CLOCKS = re.compile(r"(\d{1,2}:\d{2})[-–—](\d{1,2}:\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2})(?::00)?", re.ASCII)
LAST_YEAR = 2999
"""The last year for typed dates. Files may have any year, for example for a shift without an end."""
_TWELVE = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\b\.?", re.ASCII)
_NUMBERED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_NEAR = {"today": 0, "tomorrow": 1}
_BETWEEN = frozenset(("from", "at", "to", "until", "till", "and", "-", "–", "—"))
EXAMPLES = Wording(
    'Write it like 2026-12-24, or 2026-12-24 18:00 2026-12-25 08:00; "tomorrow 8am" and "fri 18:00" work too.'
)


@dataclass(frozen=True, slots=True)
class TypedPeriod:
    """A period from `first` to `last`, as written in a rota: a date without a time is the whole of that day."""

    first: Moment
    last: Moment

    @property
    def start(self) -> WallMinute:
        return self.first.start

    @property
    def end(self) -> WallMinute:
        return self.last.end

    @property
    def whole_days(self) -> bool:
        return self.first.minute is None and self.last.minute is None


def period(words: Sequence[str], today: date) -> TypedPeriod:
    """Read a typed period. Without an end it is the rest of its first day.

    A day is a date, `today`, `tomorrow`, or a weekday. A weekday is the next one from today on (as an end: from the
    first day on). A time of day as the end is on the first day, or on the next day if it is not after the start. Raises
    `Unreadable`.
    """
    left = [word for word in _split(words) if word not in _BETWEEN]
    if not left:
        raise Unreadable(_CODE, Wording("There is no time here."), EXAMPLES)
    first = Moment(_day(left.pop(0), today, today), _minute(left))
    if not left:
        last = Moment(first.day, None)
    elif _CLOCK.fullmatch(left[0]):
        last = Moment(first.day, _minute(left, end=True))
        if last.end <= first.start:
            last = Moment(first.day + timedelta(days=1), last.minute)
    else:
        last = Moment(_day(left.pop(0), today, first.day), _minute(left, end=True))
    _refuse_more(left)
    if last.end <= first.start:
        raise Unreadable(
            "ends-before-start", Wording("This ends before it starts."), Wording("Put the earlier one first.")
        )
    return TypedPeriod(first, last)


def typed_moment(text: str, today: date) -> Moment:
    """The moment of `2026-12-24 18:00`, `tomorrow 8am`, `fri 18:00` or `18:00`, which is today.

    A day without a time is the whole day, from its first minute. Raises `Unreadable`.
    """
    left = [word for word in _split([text]) if word not in _BETWEEN]
    if not left:
        raise Unreadable(_CODE, Wording("There is no time here."), EXAMPLES)
    day = today if _CLOCK.fullmatch(left[0]) else _day(left.pop(0), today, today)
    found = Moment(day, _minute(left))
    _refuse_more(left)
    return found


def typed_day(text: str, today: date) -> date:
    """The day of `2026-12-24`, `today`, `tomorrow` or `fri`. Raises `Unreadable`."""
    left = _split([text])
    if not left:
        raise Unreadable(_CODE, Wording("There is no time here."), EXAMPLES)
    found = _day(left.pop(0), today, today)
    _refuse_more(left)
    return found


def _refuse_more(left: Sequence[str]) -> None:
    if left:
        raise Unreadable(
            _CODE, Wording("`%(written)s` is extra text after the end time.", written=clip(" ".join(left))), EXAMPLES
        )


def _split(words: Sequence[str]) -> list[str]:
    text = " ".join(words).strip().lower()
    text = _TWELVE.sub(_on_24_hours, _ISO.sub(r"\1 \2", text))
    return _TWO_CLOCKS.sub(r"\1 \2", text).split()


def _on_24_hours(found: re.Match[str]) -> str:
    """`08:00` for `8am`, `18:30` for `6:30 p.m.`; text that is no clock time stays unchanged."""
    hour = int(found[1])
    if not 1 <= hour <= 12:
        return found[0]
    return f"{hour % 12 + (12 if found[3] == 'p' else 0):02}:{found[2] or '00'}"


def _refuse_numbered(word: str) -> None:
    """Refuse `25/12/2026`, with its date, or with both dates if the order of day and month is unclear."""
    days = dates_meant(word) if _NUMBERED.fullmatch(word) else []
    if len(days) == 2:
        message = Wording("`%(written)s` could be two different days.", written=clip(word))
        raise Unreadable(_CODE, message, date_help(word))
    if days:
        raise Unreadable("bad-date", Wording("`%(written)s` is not a date.", written=clip(word)), date_help(word))


def _day(word: str, today: date, base: date) -> date:
    """The date of a word. A weekday is the next from `base` on."""
    if word in _NEAR:
        return today + timedelta(days=_NEAR[word])
    _refuse_numbered(word)
    if _CLOCK.fullmatch(word):
        raise Unreadable(
            _CODE,
            Wording("`%(written)s` needs a day before it.", written=clip(word)),
            Wording("For example: %(example)s", example=f"tomorrow {clip(word)}"),
        )
    if word[:1].isdigit():
        return _near_enough(calendar_date(word))
    for place, name in enumerate(FULL_NAMES):
        if len(word) > 1 and name.startswith(word):
            return base + timedelta(days=(place - base.weekday()) % 7)
    meant = day_meant(word) or nearest(word, FULL_NAMES, 0.8)
    help = Wording("Did you mean `%(right)s`?", right=meant) if meant else EXAMPLES
    raise Unreadable(_CODE, Wording("`%(written)s` is not a day.", written=clip(word)), help)


def _near_enough(day: date) -> date:
    if day.year > LAST_YEAR:
        raise Unreadable(
            "bad-date",
            Wording("The year %(year)s is out of range.", year=day.year),
            Wording("Write a date up to %(last)s.", last=LAST_YEAR),
        )
    return day


def _minute(left: list[str], end: bool = False) -> int | None:
    """Take the next time of day out of the remaining text, if it begins with one."""
    if not left or not _CLOCK.fullmatch(left[0]):
        return None
    return clock(left.pop(0), _CODE, end)
