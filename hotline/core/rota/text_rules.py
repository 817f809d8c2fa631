"""A rota's rules for texts: who gets which texts, and the quiet hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True)
class Reminder:
    """The time of a reminder before a time on call.

    With `minute`: at that wall-clock minute of the day, `days` before the date on which the time on call starts.
    Otherwise so many seconds `before` it, in whole minutes like all times of a rota.
    """

    before: int = 0
    days: int = 0
    minute: int | None = None

    @property
    def written(self) -> str:
        """Write this as a rota has it."""
        if self.minute is None:
            hours, minutes = self.before // 3600, self.before % 3600 // 60
            parts = ((hours, "h"), (minutes, "m"))
            return "".join(f"{number}{unit}" for number, unit in parts if number) + " before"
        named = {0: "on the day", 1: "the day before"}.get(self.days, f"{self.days} days before")
        return f"{self.minute // 60:02}:{self.minute % 60:02} {named}"


EVENING_BEFORE = Reminder(days=1, minute=18 * 60)
AN_HOUR_BEFORE = Reminder(before=3600)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nobody gets a text except about tonight: from `start` minutes of the day, `length` long."""

    start: int = 21 * 60
    length: int = 11 * 60

    @property
    def written(self) -> str:
        """Write this as a rota has it."""
        times = (self.start, (self.start + self.length) % (24 * 60))
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in times)


class Alert(Enum):
    """The alerts that a coordinator may get."""

    NOT_REACHED = "not_reached"
    NOBODY_LEFT = "nobody_left"
    GAP = "gap"
    EDIT_REFUSED = "edit_refused"
    RING_TEST = "ring_test"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Coordinator:
    """A person to notify when a rota needs them. `phone` is E.164; `languages` are codes, best first, or empty.

    `email`: an address that gets the alerts, too, or "". `digest`: whether they want a summary every Monday.
    """

    id: str
    name: str
    phone: str
    languages: tuple[str, ...] = ()
    alerts: frozenset[Alert] = frozenset(Alert)
    email: str = field(default="", repr=False)
    digest: bool = False


@dataclass(frozen=True, slots=True)
class TextRules:
    """The rota's own rules for texts. `quiet` None: no hours are quiet.

    `words` are the rota's own, by text and language; `hotline.core.texts.words` has the rest.
    """

    reminders: tuple[Reminder, ...] = (EVENING_BEFORE, AN_HOUR_BEFORE)
    quiet: Quiet | None = Quiet()
    changes: bool = True
    missed_ring: bool = True
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
