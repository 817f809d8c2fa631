"""Durations, hours, dates and moments, as written in the files. All raise `Unreadable`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from hotline.core.rota.rota import TurnChange
from hotline.core.times.wall_clock import DAY, WEEK, WallMinute, wall_minute
from hotline.core.wording import Wording
from hotline.files.findings.suggest import slip_of
from hotline.files.findings.unreadable import Unreadable, clip, text
from hotline.files.values.days import weekday
from hotline.files.values.meant import (
    DAYS_IN_TURN,
    EARLIEST_YEAR,
    PLACES,
    both_in_one,
    change_meant,
    clock_meant,
    dates_meant,
    duration_meant,
    hours_meant,
    moment_meant,
    so_often,
    week_moment_meant,
)

_DURATION = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*m)?\s*(?:(\d{1,6})\s*s)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DASH = re.compile(r"\s*[-–—]\s*")
_SO_MANY = re.compile(r"(\d{1,4})\s+(day|week)s?", re.ASCII)
_WEEKS = re.compile(r"(\d{1,4}) weeks?", re.ASCII)
_MOST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the day: the start of a stretch, and its length in minutes of wall-clock time."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class WeekMoment:
    """A weekday (Monday 0) and a minute of it, 0 to 1440."""

    day: int
    minute: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, and a minute of it (0 to 1440), or the whole date if `minute` is None."""

    day: date
    minute: int | None

    @property
    def start(self) -> WallMinute:
        return wall_minute(self.day, self.minute or 0)

    @property
    def end(self) -> WallMinute:
        return wall_minute(self.day, DAY if self.minute is None else self.minute)


def duration(value: object) -> int:
    """The seconds of `20s`, `4m`, `1m30s` or `1h`."""
    written = text(value, "20s")
    if re.fullmatch(r"\d+", written, re.ASCII):
        raise Unreadable(
            "bad-duration",
            Wording("`%(written)s` needs a unit.", written=clip(written)),
            Wording(
                "Write %(seconds)s for seconds, or %(minutes)s for minutes.",
                seconds=f"{clip(written)}s",
                minutes=f"{clip(written)}m",
            ),
        )
    found = _DURATION.fullmatch(written)
    if not found or not written:
        right = duration_meant(written)
        raise Unreadable(
            "bad-duration",
            Wording("`%(written)s` is not a duration.", written=clip(written)),
            Wording("Write %(right)s", right=right)
            if right
            else Wording("Write a number with its unit and nothing else: 20s, 4m, 1m30s or 1h."),
        )
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def clock(written: str, code: str, end: bool = False) -> int:
    """The minute of the day of `8:00` or `18:30`; `24:00` only as an end."""
    found = _CLOCK.fullmatch(written)
    if not found:
        raise Unreadable(
            code, Wording("`%(written)s` is not a time of day.", written=clip(written)), _clock_help(written)
        )
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        if end:
            return DAY
        raise Unreadable(
            code, Wording("24:00 can only be the end of a time."), Wording("Write 00:00 for a start at midnight.")
        )
    if hour > 23 or minute > 59:
        raise Unreadable(
            code,
            Wording("The time %(written)s does not exist.", written=clip(written)),
            Wording("Hours go from 00 to 23 (24:00 as an end), minutes to 59."),
        )
    return hour * 60 + minute


_BY_DAY_OR_NIGHT = Wording("Write both times on the 24-hour clock: 09:00-17:00 is by day, 21:00-05:00 is by night.")
_BOTH_TIMES = Wording("Write both times with a hyphen between: hours: 18:00-08:00, or hours: 24h for a whole day.")


_USUAL_HOURS = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII)
"""Nearly all hours are written like this. The rest of `hours` reads and explains all others."""


def hours(value: object, help: Wording = _BOTH_TIMES) -> Hours:
    """The hours of `18:00-08:00` or `24h`: an end at or before the start is on the next day."""
    if isinstance(value, list) and len(value) > 1:
        value = ", ".join(map(str, value))
    written = text(value, "hours: 18:00-08:00")
    if _USUAL_HOURS.fullmatch(written):
        start, end = clock(written[:5], "bad-hours"), clock(written[6:], "bad-hours", end=True)
        return Hours(start, end - start if end > start else end + DAY - start)
    several = [hours_meant(part) for part in written.split(",")]
    if len(several) > 1 and several[0] and all(several):
        vague = Wording("`%(written)s` does not say from when to when.", written=clip(written))
        raise Unreadable("bad-hours", vague, only_one("hours", several[0]))
    if written.lower() == "24h":
        return Hours(0, DAY)
    right = hours_meant(written)
    help = both_in_one(written) or help
    parts = _DASH.split(" ".join(written.split()))
    if len(parts) != 2:
        vague = Wording("`%(written)s` does not say from when to when.", written=clip(written))
        raise _problem(Unreadable("bad-hours", vague, help), right, help)
    try:
        start, end = clock(parts[0], "bad-hours"), clock(parts[1], "bad-hours", end=True)
    except Unreadable as problem:
        of_one = problem.help.values.get("right") is not None
        otherwise = both_in_one(written) or (_BY_DAY_OR_NIGHT if of_one else problem.help)
        raise _problem(problem, right, otherwise) from None
    return Hours(start, end - start if end > start else end + DAY - start)


def only_one(field: str, example: str) -> Wording:
    """Tell that a field takes one value, with the first of several."""
    return Wording(
        "Only one is allowed here: `%(field)s: %(example)s`. Write an entry for each.", field=field, example=example
    )


def calendar_date(value: object) -> date:
    """The date of `2026-01-05`."""
    return _date(text(value, "2026-01-05"), "bad-date")


def moment(value: object) -> Moment:
    """The moment of `2026-12-24 18:00`; of `2026-12-24`, the whole day."""
    written = text(value, "2026-12-24 18:00")
    parts = re.split(r"[T\s]+", written, maxsplit=1)
    if len(parts) == 2 and re.fullmatch(r"\d\d:\d\d\S*(?:Z|[+-]\d\d:?\d\d)", parts[1]):
        raise Unreadable(
            "bad-instant",
            Wording("`%(written)s` has its own time zone.", written=clip(written)),
            Wording("Write the time that clocks show in the time zone of this file, without `Z` or an offset."),
        )
    try:
        day = _date(parts[0], "bad-instant")
        return Moment(day, clock(parts[1], "bad-instant", end=True) if len(parts) == 2 else None)
    except Unreadable as problem:
        right = moment_meant(written)
        if right is None and len(parts) == 2 and problem.help.values:
            raise Unreadable(problem.code, problem.message, _DATE_AND_TIME) from None
        raise _problem(problem, right, problem.help) from None


_DATE_AND_TIME = Wording("Write a date, 2026-12-24, or a date and time, 2026-12-24 18:00.")


def week_moment(value: object) -> WeekMoment:
    """The moment of the week of `fri 18:00`; 24:00 is for the caller to judge."""
    written = text(value, "fri 18:00")
    parts = written.split()
    if len(parts) == 3 and parts[0].lower() in PLACES:
        raise Unreadable(
            "bad-instant",
            Wording("`%(written)s` is not a day of every week.", written=clip(written)),
            Wording(
                "`from` and `to` are for every week. Write days: %(days)s with hours instead.",
                days=f"{parts[0]} {parts[1]}",
            ),
        )
    if re.match(r"\d{4}-\d\d-\d\d(?!\S)", written) or moment_meant(written):
        raise Unreadable(
            "bad-instant",
            Wording("`%(written)s` is not a day of every week.", written=clip(written)),
            Wording(
                "`from` and `to` are for every week. For dates, write starting: and until: with days and hours instead."
            ),
        )
    if len(parts) != 2:
        vague = Wording("`%(written)s` is not a day with a time.", written=clip(written))
        help = Wording("Write the day and the time: fri 18:00")
        raise _problem(Unreadable("bad-instant", vague, help), week_moment_meant(written), help)
    try:
        return WeekMoment(weekday(parts[0], "bad-instant"), clock(parts[1], "bad-instant", end=True))
    except Unreadable as problem:
        help = Wording("Write the day and the time: fri 18:00") if problem.help.values else problem.help
        raise _problem(problem, week_moment_meant(written), help) from None


def week_stretch(start: WeekMoment, end: WeekMoment) -> int:
    """Minutes from a moment of the week to the first such end after it: seven days if both are the same."""
    return ((end.day - start.day) * DAY + end.minute - start.minute) % WEEK or WEEK


def change(value: object) -> TurnChange:
    """The interval of `daily`, `weekly`, `monthly`, `10 days` or `2 weeks`."""
    written = " ".join(text(value, "change: weekly").lower().split())
    fixed = {"daily": TurnChange(1, "day"), "weekly": TurnChange(7, "day"), "monthly": TurnChange(1, "month")}
    if written in fixed:
        return fixed[written]
    found = _SO_MANY.fullmatch(written)
    if found and int(found[1]) > 0:
        return TurnChange(int(found[1]) * (7 if found[2] == "week" else 1), "day")
    right = change_meant(written) or slip_of(written, fixed)
    raise Unreadable(
        "bad-change",
        Wording("`%(written)s` does not say how often the turn changes.", written=clip(written)),
        Wording("Write %(right)s.", right=right)
        if right
        else Wording("Write daily, weekly, monthly, 10 days or 2 weeks."),
    )


def every(value: object) -> int:
    """Read `2 weeks`: the weeks from one stretch to the next."""
    written = " ".join(text(value, "every: 2 weeks").lower().split())
    found = _WEEKS.fullmatch(written)
    if found and 1 <= int(found[1]) <= _MOST_WEEKS:
        return int(found[1])
    message = Wording("`%(written)s` is not a number of weeks.", written=clip(written))
    often = (int(written), "week") if re.fullmatch(r"\d{1,4}", written, re.ASCII) else so_often(written)
    weeks, rest = divmod(often[0] * (7 if often[1] == "week" else 1), 7) if often else (0, 0)
    if written in ("week", "weekly", "every week"):
        help = Wording("Delete this field. A shift is on every week anyway.")
    elif written in ("day", "daily", "every day"):
        help = Wording("Write days: every day instead.")
    elif written in ("month", "monthly", "every month"):
        help = Wording("Name the day by its place in the month instead, for example days: 1st sat")
    elif often and often[1] == "day" and rest:
        help = DAYS_IN_TURN
    elif not rest and 1 <= weeks <= _MOST_WEEKS:
        help = Wording("Write %(right)s.", right="1 week" if weeks == 1 else f"{weeks} weeks")
    elif found or often:
        help = Wording("Write a number of whole weeks, up to %(most)s: every: 2 weeks", most=_MOST_WEEKS)
    else:
        help = Wording("Write a number of weeks: every: 2 weeks")
    raise Unreadable("bad-every", message, help)


def _date(written: str, code: str) -> date:
    found = _DATE.fullmatch(written)
    if not found:
        raise Unreadable(code, Wording("`%(written)s` is not a date.", written=clip(written)), date_help(written))
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise Unreadable(
            code,
            Wording("The date %(written)s does not exist.", written=written),
            Wording("Check the date, and write it as year-month-day."),
        ) from None
    if day.year < EARLIEST_YEAR:
        raise Unreadable(
            code,
            Wording("The year %(year)s is out of range.", year=day.year),
            Wording("Write the year in four digits, as in 2026-02-28."),
        )
    return day


def date_help(written: str) -> Wording:
    """Return the replacement for something that is no date: the one or two likely dates, or the format of dates."""
    days = dates_meant(written)
    if len(days) == 1:
        return Wording("Write %(right)s", right=days[0])
    if days:
        return Wording("Write %(first)s or %(second)s: the year, the month, the day.", first=days[0], second=days[1])
    return Wording("Write year-month-day, with hyphens and two digits each: 2026-01-05")


def _clock_help(written: str) -> Wording:
    right = clock_meant(written)
    if right:
        return Wording("Write %(right)s", right=right)
    return Wording("Write hours and minutes with a colon, on the 24-hour clock: 18:00")


def _problem(problem: Unreadable, right: str | None, otherwise: Wording) -> Unreadable:
    """Return the problem of a part of a value, with the whole corrected value."""
    return Unreadable(problem.code, problem.message, Wording("Write %(right)s", right=right) if right else otherwise)
