"""A rota as data: who is on call when, and how their phones are rung.

Wall-clock times are whole minutes: of a day (`0` to `1439`), or, for one moment of one date, since the proleptic
year 1 (`wall_minute`). They say nothing about zones; `hotline.core.times.wall_clock` turns them into instants.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import Enum

from hotline.core.rota.cover_rules import CoverRules
from hotline.core.rota.text_rules import Coordinator, Reminder, TextRules
from hotline.core.times.wall_clock import WallMinute

HANDSETS = ("A", "B", "C")
"""Kinds of answering by volunteers' phones in a forecast; B if the rota does not say."""
LAST = -1
"""The place in the month of a month's last Friday, say."""


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A volunteer whose phone rings. `phone` is E.164; `languages` are codes of the flow, best first, or empty.

    `calendar` is the number of their calendar; another number means another address. `texts`: whether they asked for
    texts. `remind` are their own reminders, `handset` is how their phone answers in a forecast; None for the rota's.
    `email`: their address, or "".
    """

    id: str
    name: str
    phone: str
    languages: tuple[str, ...] = ()
    calendar: int = 1
    texts: bool = False
    remind: tuple[Reminder, ...] | None = None
    handset: str | None = None
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Pattern:
    """The pattern of a shift or a rotation: one stretch for each date it names.

    `days` are weekdays (Monday 0) on which a stretch starts, at `start` minutes of the day, for `length` minutes of
    wall-clock time (1 to 10080). `starting` and `until` are the first and last date on which a stretch may start.
    `monthly` are more such days, as place in the month (1 to 5, or `LAST`) and weekday. `holidays` adds public
    holidays. `every` is a number of weeks, Monday to Sunday, counted from the week of `starting`.
    """

    days: frozenset[int]
    start: int
    length: int
    starting: date | None = None
    until: date | None = None
    monthly: frozenset[tuple[int, int]] = frozenset()
    holidays: bool = False
    every: int = 1

    @property
    def weekdays(self) -> frozenset[int]:
        """All weekdays on which a stretch might start."""
        return frozenset(range(7)) if self.holidays else self.days | {weekday for _, weekday in self.monthly}

    @property
    def weekly(self) -> bool:
        """Return whether the same stretches start in each week."""
        return self.every == 1 and not (self.starting or self.until or self.monthly or self.holidays)

    def starts_on(self, ordinal: int, holiday: bool = False) -> bool:
        """Return whether a stretch starts on the date with this proleptic ordinal, which may be a public holiday."""
        return (
            ((ordinal + 6) % 7 in self.days or (holiday and self.holidays) or self._on_place_in_month(ordinal))
            and (self.starting is None or self.starting.toordinal() <= ordinal)
            and (self.until is None or ordinal <= self.until.toordinal())
            and (self.every == 1 or self._weeks_since_starting(ordinal) % self.every == 0)
        )

    def _on_place_in_month(self, ordinal: int) -> bool:
        if not self.monthly:
            return False
        day, weekday = date.fromordinal(ordinal), (ordinal + 6) % 7
        last = day.day + 7 > monthrange(day.year, day.month)[1]
        return ((day.day + 6) // 7, weekday) in self.monthly or (last and (LAST, weekday) in self.monthly)

    def _weeks_since_starting(self, ordinal: int) -> int:
        since = self.starting.toordinal() if self.starting else 1
        return (ordinal - 1) // 7 - (since - 1) // 7  # the first day of year 1 was a Monday


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift: the same volunteers every time, in ringing order.

    A shift for public holidays replaces the ordinary shifts that start on a holiday on which it starts too, but only in
    the hours that it covers. With `also` it is on besides them. A lower `tier` is rung first.
    """

    name: str
    pattern: Pattern
    on_call: tuple[str, ...]
    also: bool = False
    tier: int = 1

    @property
    def replaces(self) -> bool:
        """Return whether ordinary shifts make room for this shift on a holiday."""
        return self.pattern.holidays and not self.also


@dataclass(frozen=True, slots=True)
class TurnChange:
    """The interval at which a rotation's turn changes: every `count` days, or every `count` calendar months."""

    count: int
    unit: str  # "day" or "month"


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotation: volunteers or teams take turns, one at a time. No stretch starts before the date `starting`."""

    name: str
    pattern: Pattern
    turns: tuple[str | tuple[str, ...], ...]
    change: TurnChange
    starting: date
    tier: int = 1

    @property
    def everyone(self) -> tuple[str, ...]:
        """Everyone who has a turn, without repeats, in the order of the first turns."""
        teams = ((turn,) if isinstance(turn, str) else turn for turn in self.turns)
        return tuple(dict.fromkeys(who for team in teams for who in team))

    def turn_on(self, ordinal: int) -> tuple[str, ...]:
        """Return who has the turn for the stretch that starts on the date with this proleptic ordinal."""
        if self.change.unit == "month":
            day = date.fromordinal(ordinal)
            elapsed = (day.year - self.starting.year) * 12 + day.month - self.starting.month
        else:
            elapsed = ordinal - self.starting.toordinal()
        turn = self.turns[elapsed // self.change.count % len(self.turns)]
        return (turn,) if isinstance(turn, str) else turn


@dataclass(frozen=True, slots=True)
class Away:
    """A volunteer taken out of every shift and turn from `start` to `end` (exclusive)."""

    who: str
    start: WallMinute
    end: WallMinute


@dataclass(frozen=True, slots=True)
class Cover:
    """A cover: `who` instead of `instead_of`, or besides the rest if that is None, from `start` to `end` (exclusive).

    `tier` is for the second kind only: the first takes the place and the tier of `instead_of`.
    """

    who: str
    instead_of: str | None
    start: WallMinute
    end: WallMinute
    tier: int = 1


class Order(Enum):
    """The order in which a hunt goes through the on-call list."""

    ROUND_ROBIN = "round_robin"
    LISTED = "listed"


class HowOften(Enum):
    """The interval of test rings."""

    NEVER = "never"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Ringing:
    """The rules for ringing volunteers' phones. Times in seconds; `say` is the screening text, by language.

    `max_wait` and `backup_after` count from the first `ring` step of a call, or from a key pressed after it. `at_once`
    phones start together, and one more each `stagger` seconds while the others ring on; 0 for no more.
    """

    ring_for: int = 20
    rounds: int = 2
    max_wait: int = 240
    rest_after_call: int = 300
    accept_key: str = "1"
    order: Order = Order.ROUND_ROBIN
    say: Mapping[str, str] = field(default_factory=dict)
    test: HowOften = HowOften.NEVER
    backup_after: int = 40
    at_once: int = 1
    stagger: int = 0
    play: str | None = None
    """The sound that is played in place of the screening text."""

    @property
    def several(self) -> bool:
        """Return whether several phones may ring at once."""
        return self.at_once > 1 or self.stagger > 0

    @property
    def pass_key(self) -> str:
        return "1" if self.accept_key == "2" else "2"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of on-call time for one volunteer.

    More than `nights_running` nights in a row is a warning, more than `most_nights_running` an error. Fewer than
    `rest_between` seconds between two times on call is a warning. `silenced` has, by volunteer, the reason why their
    breaches are not reported.
    """

    nights_running: int = 2
    most_nights_running: int = 3
    rest_between: int = 11 * 3600
    silenced: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rota:
    """A checked rota file: every volunteer it names exists.

    `holidays` gives the name of each public holiday by its date. Use `get`: it may work years out only on demand.
    `calendar` is the number of the rota's own calendar, as for volunteers. `backup` is everyone who is ever backup. If
    some are backup only at times, `backup_entries` says when: a volunteer (always), or a shift or a rotation, in file
    order. It is empty if all of `backup` always are.
    """

    id: str
    zone: tzinfo
    zone_name: str
    volunteers: Mapping[str, Volunteer]
    shifts: tuple[Shift, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    away: tuple[Away, ...] = ()
    cover: tuple[Cover, ...] = ()
    backup: tuple[str, ...] = ()
    ringing: Ringing = Ringing()
    holidays: Mapping[date, str] = field(default_factory=dict)
    limits: Limits = Limits()
    calendar: int = 1
    texts: TextRules = field(default_factory=TextRules)
    coordinators: Mapping[str, Coordinator] = field(default_factory=dict)
    backup_entries: tuple[str | Shift | Rotation, ...] = ()
    handsets: str = HANDSETS[1]
    cover_rules: CoverRules = field(default_factory=CoverRules)

    @property
    def backup_by_turns(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The volunteers who are always backup, and those who are only at times."""
        by_turns = set(self.backup) - set(self.backup_entries) if self.backup_entries else set()
        return (
            tuple(one for one in self.backup if one not in by_turns),
            tuple(one for one in self.backup if one in by_turns),
        )


@dataclass(frozen=True, slots=True)
class OnCall:
    """The volunteers of an instant: their ids, each list in ringing order before round robin.

    `tiers` has the tier of each of `on_call`, in ascending order; it is empty if all are of tier 1. `closed`: every
    line with the rota is closed, so nobody is needed (only `Schedule.stretches_when_open` sets it).
    """

    on_call: tuple[str, ...]
    backup: tuple[str, ...]
    tiers: tuple[int, ...] = ()
    closed: bool = False

    @property
    def nobody(self) -> bool:
        return not self.on_call and not self.backup and not self.closed

    def in_tiers(self) -> tuple[tuple[int, str], ...]:
        """Return the volunteers on call, each with their tier."""
        return tuple(zip(self.tiers or (1,) * len(self.on_call), self.on_call, strict=True))

    def without(self, off: Set[str]) -> OnCall:
        """Return who is on call without some volunteers, who are not backup either."""
        left = [in_tier for in_tier in self.in_tiers() if in_tier[1] not in off]
        return on_call_in(left, tuple(one for one in self.backup if one not in off))


def on_call_in(tiers: Sequence[tuple[int, str]], backup: tuple[str, ...]) -> OnCall:
    """Return who is on call, from each volunteer with their tier, and the backup."""
    numbers = tuple(tier for tier, _ in tiers)
    return OnCall(tuple(who for _, who in tiers), backup, numbers if any(number > 1 for number in numbers) else ())


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time during which who is on call does not change. Instants in UTC; `end` is exclusive."""

    start: datetime
    end: datetime
    who: OnCall
