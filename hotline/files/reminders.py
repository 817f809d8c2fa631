"""When reminders go out, and quiet hours, as they are written in rotas. All raise `Unreadable`."""

from __future__ import annotations

import re

from hotline.core.rota import DAY
from hotline.core.texts import Quiet, Reminder
from hotline.files.times import clock, hours
from hotline.files.unreadable import Unreadable, clip, text

NONE = "none"

_EXAMPLE = "remind: [18:00 the evening before, 1h before]"
_HELP = "Write a time of day, 18:00 the evening before, or how long before, 1h before."
_AT = re.compile(
    r"(\S+)\s+(?:(?P<same>(?:on )?the (?:same )?day|the same day)"
    r"|(?P<one>the (?:day|evening|night|afternoon|morning) before)"
    r"|(?P<many>\d{1,2}) days? before)",
    re.ASCII,
)
_BEFORE = re.compile(r"(?:(\d{1,3}) ?h(?:ours?)?)? ?(?:(\d{1,4}) ?m(?:in(?:ute)?s?)?)? before", re.ASCII)
_LEAST, _MOST = 5 * 60, 48 * 3600
_MOST_DAYS = 7
_MOST_REMINDERS = 4


def reminders(value: object) -> tuple[Reminder, ...]:
    """The reminders of a list, of one text with commas, or of `none`, in whatever order they are written."""
    if isinstance(value, list):
        written = [text(one, _EXAMPLE) for one in value]
    else:
        written = [one.strip() for one in text(value, _EXAMPLE).split(",")]
    if written == [NONE]:
        return ()
    found = tuple(dict.fromkeys(_reminder(one) for one in written))
    if len(found) > _MOST_REMINDERS:
        raise Unreadable(
            "bad-reminder",
            f"These are {len(found)} reminders of one time on call.",
            f"Keep {_MOST_REMINDERS} of them at most: who gets too many texts reads none.",
        )
    return found


def quiet(value: object) -> Quiet | None:
    """`21:00-08:00`, or `none`."""
    written = text(value, "quiet: 21:00-08:00")
    if written.casefold() == NONE:
        return None
    try:
        when = hours(written)
    except Unreadable as problem:
        raise Unreadable(
            problem.code,
            problem.message,
            problem.help.replace(
                "hours: 18:00-08:00, or hours: 24h for a whole day", "quiet: 21:00-08:00, or quiet: none"
            ),
        ) from None
    if when.length >= DAY:
        raise Unreadable(
            "bad-hours",
            f"With `{clip(written)}` there would be no hour left for texts.",
            "Write the hours in which nobody wants to be disturbed: quiet: 21:00-08:00",
        )
    return Quiet(when.start, when.length)


def _reminder(written: str) -> Reminder:
    plain = " ".join(written.casefold().split())
    at = _AT.fullmatch(plain)
    if at:
        days = 0 if at["same"] else 1 if at["one"] else int(at["many"])
        if days > _MOST_DAYS:
            raise Unreadable(
                "bad-reminder",
                f"`{clip(written)}` is too early: who is reminded then has forgotten again.",
                f"Write at most {_MOST_DAYS} days before.",
            )
        return Reminder(days=days, minute=clock(at[1], "bad-reminder"))
    before = _BEFORE.fullmatch(plain)
    if before and (before[1] or before[2]):
        seconds = int(before[1] or 0) * 3600 + int(before[2] or 0) * 60
        if not _LEAST <= seconds <= _MOST:
            raise Unreadable(
                "bad-reminder",
                f"`{clip(written)}` is not between 5m and 48h before.",
                "For earlier ones write a time and days: 18:00 3 days before.",
            )
        return Reminder(before=seconds)
    raise Unreadable("bad-reminder", f"`{clip(written)}` does not say when to remind.", _help(plain))


def _help(plain: str) -> str:
    """The corrected words where it is plain what was meant."""
    if re.fullmatch(r"\d{1,2}:\d{2}", plain, re.ASCII):
        return f"Say of which day: {plain} the evening before, or {plain} on the day."
    if _BEFORE.fullmatch(f"{plain} before") and any(letter.isdigit() for letter in plain):
        return f"Write {plain} before."
    if re.fullmatch(r"(?:\d+|the|a) (?:days?|evening|night) before", plain, re.ASCII):
        return f"Say at what time: 18:00 {plain}."
    return _HELP
