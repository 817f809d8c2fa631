"""Times of reminders, and quiet hours, as written in rotas. All raise `Unreadable`."""

from __future__ import annotations

import re

from hotline.core.rota.text_rules import Quiet, Reminder
from hotline.core.times.wall_clock import DAY
from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable, clip, each, several, text
from hotline.files.values.meant import clock_meant, number_meant
from hotline.files.values.times import clock, hours

NONE = "none"

_EXAMPLE = "remind: [18:00 the evening before, 1h before]"
_HELP = Wording("Write a time of day, 18:00 the evening before, or how long before, 1h before.")
_QUIET_HOURS = Wording("Write both times with a hyphen between: quiet: 21:00-08:00, or quiet: none.")
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
    """Read the reminders of a list, of one text with commas, or of `none`, in any order."""
    if isinstance(value, list):
        found = () if value == [NONE] else tuple(dict.fromkeys(each(value, lambda one: _reminder(text(one, _EXAMPLE)))))
    else:
        found = _reminders_of_text(text(value, _EXAMPLE))
    if len(found) > _MOST_REMINDERS:
        raise Unreadable(
            "bad-reminder",
            Wording("There are %(count)s reminders for one time on call.", count=len(found)),
            Wording(
                "Keep at most %(most)s: people who get too many texts read none.",
                most=_MOST_REMINDERS,
            ),
        )
    return found


def _reminders_of_text(written: str) -> tuple[Reminder, ...]:
    if written == NONE:
        return ()
    parts = [one.strip() for one in written.split(",")]
    try:
        return tuple(dict.fromkeys(each(parts, lambda one: _reminder(str(one)))))
    except Unreadable as first:
        if len(parts) == 1:
            raise first.entries[0] from None
        right = [
            str(first.entries[place].help.values.get("right", "")) if place in first.entries else part
            for place, part in enumerate(parts)
        ]
        message, help = several(first.entries.values())
        if all(right) and len(parts) > 1:
            help = Wording('Write "%(right)s"', right=", ".join(right))
        raise Unreadable(first.code, message, help) from None


def quiet(value: object) -> Quiet | None:
    """The quiet hours of `21:00-08:00`, or none of `none`."""
    written = text(value, "quiet: 21:00-08:00")
    if written.casefold() == NONE:
        return None
    when = hours(written, _QUIET_HOURS)
    if when.length >= DAY:
        raise Unreadable(
            "bad-hours",
            Wording("`%(written)s` would leave no hour for texts.", written=clip(written)),
            Wording("Write the hours when nobody wants to be disturbed: quiet: 21:00-08:00"),
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
                Wording("`%(written)s` is too early. People would forget again.", written=clip(written)),
                Wording("Write at most %(most)s days before.", most=_MOST_DAYS),
            )
        try:
            return Reminder(days=days, minute=clock(at[1], "bad-reminder"))
        except Unreadable as problem:
            time = clock_meant(at[1])
            help = Wording("Write %(right)s.", right=f"{time}{plain[len(at[1]) :]}") if time else problem.help
            raise Unreadable(problem.code, problem.message, help) from None
    before = _BEFORE.fullmatch(plain)
    if before and (before[1] or before[2]):
        seconds = int(before[1] or 0) * 3600 + int(before[2] or 0) * 60
        if not _LEAST <= seconds <= _MOST:
            raise Unreadable(
                "bad-reminder",
                Wording("`%(written)s` is not between 5m and 48h before.", written=clip(written)),
                Wording("For earlier reminders, write a time and days: 18:00 3 days before."),
            )
        return Reminder(before=seconds)
    raise Unreadable(
        "bad-reminder", Wording("`%(written)s` does not say when to remind.", written=clip(written)), _help(plain)
    )


def _help(plain: str) -> Wording:
    """The corrected words, if the meaning is clear."""
    if re.fullmatch(r"\d{1,2}:\d{2}", plain, re.ASCII):
        return Wording("Add the day: %(time)s the evening before, or %(time)s on the day.", time=plain)
    if _BEFORE.fullmatch(f"{plain} before") and any(letter.isdigit() for letter in plain):
        return Wording("Write %(right)s.", right=f"{plain} before")
    if re.fullmatch(r"(?:\d+|the|a) (?:days?|evening|night) before", plain, re.ASCII):
        return Wording("Add a time: %(example)s.", example=f"18:00 {plain}")
    long = re.fullmatch(r"(\w+) (hours?|minutes?)(?: before)?", plain)
    number = 1 if long and long[1] in ("a", "an") else number_meant(long[1]) if long else None
    if long and number:
        return Wording("Write %(right)s.", right=f"{number}{long[2][0]} before")
    return _HELP
