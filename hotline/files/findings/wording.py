"""Words in English that remember what they were put together from, so that others can say them in another language.

Findings are told on terminals, in JSON and in logs as they are: in English. The pages say them once more, in the
language of whoever looks, from `template` and `values` (`hotline.pages.words.findings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Self

from hotline.core.planning.gaps import Lack
from hotline.core.times.in_words import told
from hotline.core.times.recurring import listed
from hotline.core.times.spans import Span


class Wording(str):
    """The text `template`, each `%(name)s` in it filled in from `values`. Whoever does not ask for more has that text.

    A template is written out where it is used, and so can be found for translation. Values are said as `str` says
    them; wordings among them, and what has a class below, can be said in another language too. A help whose value is
    named `right` says what to write in place of what is marked, and editors offer to (`Finding.fix`).
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made

    def as_data(self) -> dict[str, object]:
        """Return what it was put together from, for a process that says it: plain objects, for `json.dumps`."""
        values = {name: one.as_data() if isinstance(one, Wording) else str(one) for name, one in self.values.items()}
        return {"template": self.template, "values": values}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """The wording that `as_data` was asked of; what was not words or a wording in it is words now."""
        values = {name: cls.of_data(one) if isinstance(one, dict) else one for name, one in data["values"].items()}
        return cls(data["template"], **values)


def together(*sentences: Wording) -> Wording:
    """Sentences one after another, without those that are empty."""
    said = {f"part{place}": one for place, one in enumerate(sentences) if one}
    return Wording(" ".join(f"%({name})s" for name in said), **said)


NOTHING = together()


@dataclass(frozen=True, slots=True)
class Listed:
    """`amy, ben and cho`."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return listed(self.words)


@dataclass(frozen=True, slots=True)
class InARow:
    """`amy, ben, cho`."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class Count:
    """A number with thousands: `150,000`."""

    number: int

    def __str__(self) -> str:
        return f"{self.number:,}"


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


def in_a_row(words: Iterable[str]) -> InARow:
    """Names with commas between them."""
    return InARow(tuple(words))
