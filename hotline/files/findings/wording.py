"""Values of wordings that are said in another way in each language: lists, times and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from hotline.core.planning.gaps import Lack
from hotline.core.times.in_words import hours, told, told_all
from hotline.core.times.recurring import listed
from hotline.core.times.spans import Span


@dataclass(frozen=True, slots=True)
class Listed:
    """Names in a row, in each language: `amy, ben and cho`."""

    words: tuple[object, ...]

    def __str__(self) -> str:
        return listed([str(word) for word in self.words])


@dataclass(frozen=True, slots=True)
class HoursSaid:
    """Hours, of seconds, in each language: `7.5 h`."""

    seconds: int

    def __str__(self) -> str:
        return hours(self.seconds)


@dataclass(frozen=True, slots=True)
class NameWithHours:
    """A name with hours on call, of seconds: `Amy Okafor (36 h)`."""

    name: str
    seconds: int

    def __str__(self) -> str:
        return f"{self.name} ({hours(self.seconds)})"


@dataclass(frozen=True, slots=True)
class TimesSaid:
    """Some times on the wall of a zone, and how many more there are."""

    spans: tuple[Span, ...]
    zone: tzinfo

    def __str__(self) -> str:
        return told_all(self.spans, self.zone)


@dataclass(frozen=True, slots=True)
class OnTheWall:
    """A day and wall-clock time, `Thu 2026-12-24 18:00`; for a date only the day."""

    when: date

    def __str__(self) -> str:
        return f"{self.when:%a %Y-%m-%d %H:%M}" if isinstance(self.when, datetime) else f"{self.when:%a %Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Lacking:
    """The times with too few people, from `start` to `end`: `on weekdays from 12:00 to 13:00 …`."""

    lack: Lack
    start: datetime
    end: datetime

    def __str__(self) -> str:
        return self.lack.said


@dataclass(frozen=True, slots=True)
class During:
    """A time on a zone's wall clock: `Thu 24 Dec 18:00 – Fri 25 Dec 08:00`."""

    span: Span
    zone: tzinfo

    def __str__(self) -> str:
        return told(self.span, self.zone)
