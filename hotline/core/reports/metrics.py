"""Figures for those who watch the line: what may be told of calls and rings, when, and how exactly.

Whoever reads a counter every few seconds learns the moment of each call, and of each ring that a volunteer passed on.
So what counts calls, rings or a call's webhooks moves once a day, at midnight UTC, and then tells of whole days; rings
are rounded down to whole tens besides, for on a quiet day the rota may say whose they were. How much waits, and for how
long, is told in coarse steps, as the end of each call leaves something to do. What tells nothing of a call is told as
it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import accumulate

TOOK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds, in seconds, of how long webhooks took."""
WAITED = (10, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Upper bounds, in seconds, of how long callers waited for an answer."""
STEP = 10
"""Counts of rings, and of what waits, are told in whole steps of so many: none of 1 to 9 is ever seen."""
STEP_OF_AGE = 300
"""Seconds: so are ages of what waits."""


class RingOutcome(Enum):
    """The outcome of a ring. `DECLINED` is whatever was picked up and not taken: passed on with a key, or with none."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    PASSED = "passed"
    NO_KEY = "no_key"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    TOO_LATE = "too_late"
    CALLER_GONE = "caller_gone"


TOLD = tuple(outcome for outcome in RingOutcome if outcome is not RingOutcome.DECLINED)
"""The outcomes told of: what was declined is told apart by whether the key to pass on was pressed."""


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Whole days that counters tell of: from `start` until before `end`, epoch seconds."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Calls of one hotline, and how many of those answered had waited how many whole seconds."""

    calls: int
    answered: int
    waits: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Took:
    """The times that webhooks of one route took: how many in each step of `TOOK` and beyond, and seconds in all."""

    steps: tuple[int, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class WebCounts:
    """The counts of web processes: rings by hotline and outcome, webhooks by route, signatures refused."""

    rings: Mapping[tuple[str, RingOutcome], int] = field(default_factory=dict)
    webhooks: Mapping[str, Took] = field(default_factory=dict)
    refused: int = 0


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """The number of things that wait somewhere, and for how many seconds the oldest has."""

    count: int
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Depth:
    """The depth of a rota now: how many are on call, how many backups; seconds until nobody is, before backup and at
    all.

    0 in a gap; None where there is none in the weeks looked at.
    """

    on_call: int
    backup: int
    until_gap: float | None
    until_nobody: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures that metrics tell. A part that is not known is None, or empty; `up` says which parts answer."""

    up: Mapping[str, bool]
    calls: Mapping[str, CallFigures] = field(default_factory=dict)
    counts: WebCounts = field(default_factory=WebCounts)
    depths: Mapping[str, Depth] = field(default_factory=dict)
    queues: Mapping[str, int] = field(default_factory=dict)
    backlogs: Mapping[str, WaitingCount] = field(default_factory=dict)
    files_age: float | None = None
    heartbeat_age: float | None = None
    heartbeat_well: bool | None = None
    heartbeat_took: Mapping[str, float] = field(default_factory=dict)


def told_days(now: datetime) -> DayCounts:
    """The days that counters tell of: yesterday, and those before it in yesterday's month, in UTC.

    A counter starts over at 0 once a month, which those who read counters are used to, and needs nothing older.
    """
    today = now.astimezone(UTC).date()
    first = (today - timedelta(days=1)).replace(day=1)
    return DayCounts(_midnight(first), _midnight(today))


def in_steps(count: int) -> int:
    """A count in whole steps, rounded down."""
    return count // STEP * STEP


def age_in_steps(seconds: float) -> int:
    """An age in whole steps, rounded down."""
    return int(seconds // STEP_OF_AGE * STEP_OF_AGE)


def rings_told(
    rings: Mapping[tuple[str, RingOutcome], int], hotlines: Iterable[str] = ()
) -> dict[tuple[str, RingOutcome], int]:
    """Rings as they may be told: in steps, and what was declined by whether a key was pressed.

    These `hotlines` are told of in any case, for the first sight of a count tells as much as its first step.
    """
    told: dict[tuple[str, RingOutcome], int] = {}
    for hotline in sorted({*hotlines, *(hotline for hotline, _ in rings)}):
        counted = {outcome: rings.get((hotline, outcome), 0) for outcome in RingOutcome}
        no_key = counted[RingOutcome.DECLINED] - counted[RingOutcome.PASSED]
        counted[RingOutcome.NO_KEY] = max(0, no_key)
        told.update({(hotline, outcome): in_steps(counted[outcome]) for outcome in TOLD})
    return told


def waited_steps(waits: Mapping[int, int]) -> list[int]:
    """Return how many waited no longer than each of `WAITED`, and in all."""
    steps = [sum(count for seconds, count in waits.items() if seconds <= bound) for bound in WAITED]
    return [*steps, sum(waits.values())]


def took_steps(took: Took) -> list[int]:
    """Return how many took no longer than each of `TOOK`, and in all."""
    return list(accumulate(took.steps))


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
