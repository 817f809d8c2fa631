"""Values of wordings that are said in another way in each language: lists, times and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from hotline.core.planning.gaps import Lack
from hotline.core.times.in_words import told
from hotline.core.times.recurring import listed
from hotline.core.times.spans import Span


@dataclass(frozen=True, slots=True)
class Listed:
    """`amy, ben and cho`."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return listed(self.words)


@dataclass(frozen=True, slots=True)
class OnTheWall:
    """A day and time as a clock on the wall shows them, `Thu 2026-12-24 18:00`; of a date only the day."""

    when: date

    def __str__(self) -> str:
        return f"{self.when:%a %Y-%m-%d %H:%M}" if isinstance(self.when, datetime) else f"{self.when:%a %Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class Lacking:
    """The times when people are lacking, of what was looked at from `start` to `end`: `on weekdays from 12:00 to 13:00
    …`."""

    lack: Lack
    start: datetime
    end: datetime

    def __str__(self) -> str:
        return self.lack.said


@dataclass(frozen=True, slots=True)
class During:
    """A time on the wall of a zone: `Thu 24 Dec 18:00 – Fri 25 Dec 08:00`."""

    span: Span
    zone: tzinfo

    def __str__(self) -> str:
        return told(self.span, self.zone)
