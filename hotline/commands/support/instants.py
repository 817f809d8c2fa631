"""Instants and days as people type them. All commands read them in the same way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

import click

from hotline.clock import now
from hotline.core.times.wall_clock import DAY as MINUTES
from hotline.core.times.wall_clock import utc, wall_clock, wall_minute
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.typed_times import EXAMPLES, typed_day, typed_moment

_YEARS = range(1970, 3000)
INSTANT_HELP = 'Like "2026-12-24 18:00", "tomorrow 8am" or "fri 18:00"; in the rota\'s zone unless it has one.'
DAY_HELP = "Like 2026-12-24, today, tomorrow or fri."


@dataclass(frozen=True, slots=True)
class Typed:
    """An instant or a day as it was typed. What it means depends on the date in the rota's zone."""

    text: str

    def instant(self, today: date) -> datetime:
        """The instant, without a zone unless it was typed with one. Raises Unreadable."""
        try:
            return datetime.fromisoformat(self.text)
        except ValueError:
            moment = typed_moment(self.text, today)
        minute = moment.minute or 0
        day = moment.day + timedelta(days=minute // MINUTES)
        return datetime.combine(day, time(minute // 60 % 24, minute % 60))

    def day(self, zone: tzinfo) -> date:
        """The day. Raises Unreadable."""
        return typed_day(self.text, now().astimezone(zone).date())


class _TypedOption(click.ParamType[Typed]):
    """An option that is read later. A value that is never valid is refused at once."""

    example = "Write it like 2026-12-24, today or fri."

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Typed:
        if isinstance(value, Typed):
            return value
        typed = Typed(str(value).strip())
        try:
            year = self.year(typed)
        except Unreadable as problem:
            told = "" if problem.help == EXAMPLES else str(problem.help)
            example = "" if re.search(r"\bWrite\b|Did you mean", told) else self.example
            self.fail(" ".join(f"{str(value)!r}: {problem.message} {told} {example}".split()), param, ctx)
        if year not in _YEARS:
            self.fail(f"{str(value)!r} is too far away.", param, ctx)
        return typed

    def year(self, typed: Typed) -> int:
        """The year that is meant. Raises Unreadable."""
        return typed.instant(now().date()).year


class _DayOption(_TypedOption):
    name = "day"

    def year(self, typed: Typed) -> int:
        return typed_day(typed.text, now().date()).year


class _Instant(_TypedOption):
    name = "instant"
    example = "Write it like 2026-12-24 18:00, tomorrow 8am or fri 18:00."


INSTANT = _Instant()
DAY = _DayOption()


def in_zone(typed: Typed, zone: tzinfo) -> datetime:
    """The instant with its zone. Without a zone, it is wall-clock time in `zone`.

    As in a rota, a time that occurs twice is its first occurrence, and a skipped one is the clock's jump.
    """
    instant = typed.instant(now().astimezone(zone).date())
    if instant.tzinfo:
        return instant
    start = wall_clock(zone).first(wall_minute(instant.date(), instant.hour * 60 + instant.minute))
    return (utc(start) + timedelta(seconds=instant.second, microseconds=instant.microsecond)).astimezone(zone)
