"""A time as somebody types it after a command: `2026-12-24 18:00 2026-12-25 08:00`, `fri 18:00 22:00`, `tomorrow`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.core.rota import WallMinute
from hotline.files.days import FULL_NAMES
from hotline.files.suggest import did_you_mean
from hotline.files.times import Moment, calendar_date, clock
from hotline.files.unreadable import Unreadable, clip
from hotline.files.wording import Wording

_CODE = "bad-time"
_CLOCK = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
_TWO_CLOCKS = re.compile(r"(\d{1,2}:\d{2})[-–—](\d{1,2}:\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2})(?::00)?", re.ASCII)
_BETWEEN = frozenset(("from", "at", "to", "until", "till", "and", "-", "–", "—"))
_EXAMPLES = Wording(
    'Write it like 2026-12-24, or 2026-12-24 18:00 2026-12-25 08:00; "today", "tomorrow" and "fri" work too.'
)


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, as they are written in a rota: a date without a time is the whole of that day."""

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


def period(words: Sequence[str], today: date) -> Period:
    """The time that is meant. Without an end it is the rest of its first day.

    The days: a date, `today`, `tomorrow`, or a weekday, which is the next one from today (as an end: from the first
    day) on. A time of day as the end is on the first day, or on the next where it comes no later than the start.
    Raises `Unreadable`.
    """
    left = [word for word in _split(words) if word not in _BETWEEN]
    if not left:
        raise Unreadable(_CODE, Wording("There is no time here."), _EXAMPLES)
    first = Moment(_day(left.pop(0), today, today), _minute(left))
    if not left:
        last = Moment(first.day, None)
    elif _CLOCK.fullmatch(left[0]):
        last = Moment(first.day, _minute(left, end=True))
        if last.end <= first.start:
            last = Moment(first.day + timedelta(days=1), last.minute)
    else:
        last = Moment(_day(left.pop(0), today, first.day), _minute(left, end=True))
    if left:
        raise Unreadable(
            _CODE, Wording("`%(written)s` comes after the end of the time.", written=clip(" ".join(left))), _EXAMPLES
        )
    if last.end <= first.start:
        raise Unreadable(
            "ends-before-start", Wording("This ends before it starts."), Wording("Put the earlier one first.")
        )
    return Period(first, last)


def _split(words: Sequence[str]) -> list[str]:
    text = " ".join(words).strip().lower()
    text = _ISO.sub(r"\1 \2", text)
    return _TWO_CLOCKS.sub(r"\1 \2", text).split()


def _day(word: str, today: date, base: date) -> date:
    """The date a word means; a weekday is looked for from `base` on."""
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    if _CLOCK.fullmatch(word):
        raise Unreadable(
            _CODE,
            Wording("`%(written)s` needs a day before it.", written=clip(word)),
            Wording("For example: %(example)s", example=f"tomorrow {clip(word)}"),
        )
    if word[:1].isdigit():
        return calendar_date(word)
    for place, name in enumerate(FULL_NAMES):
        if len(word) > 1 and name.startswith(word):
            return base + timedelta(days=(place - base.weekday()) % 7)
    raise Unreadable(
        _CODE, Wording("`%(written)s` is not a day.", written=clip(word)), did_you_mean(word, FULL_NAMES) or _EXAMPLES
    )


def _minute(left: list[str], end: bool = False) -> int | None:
    """The time of day that comes next, if one does, taken out of what is left."""
    if not left or not _CLOCK.fullmatch(left[0]):
        return None
    return clock(left.pop(0), _CODE, end)
