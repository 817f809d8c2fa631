"""Figures for monitoring: which facts about calls and rings may be shown, when, and how exactly.

Monitoring reads a counter every few seconds. It must not learn the moment of a call, or of a ring that a volunteer
passed on. So counters of calls, rings and a call's webhooks move once a day, at midnight UTC, by whole days. Rings are
also rounded down to whole tens: on a quiet day the rota may say whose they were. The number of waiting jobs, and their
age, are shown in coarse steps, since the end of each call queues a job. Figures that reveal nothing about a call are
exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from itertools import accumulate

WEBHOOK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds, in seconds, of webhooks' durations: the buckets of `hotline_webhook_seconds`."""
WAIT_BUCKETS = (10, 20, 30, 45, 60, 90, 120, 180, 300, 600)
"""Upper bounds, in seconds, of callers' waits for an answer: the buckets of `hotline_wait_seconds`."""
STEP = 10
"""The step in which counts of rings and of waiting jobs are shown. A count of 1 to 9 is never visible."""
STEP_OF_AGE = 300
"""The step, in seconds, in which ages of waiting things are shown."""


class RingOutcome(Enum):
    """The outcome of a ring. `DECLINED` is every ring picked up but not taken: passed on with a key, or with no key."""

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
"""The outcomes shown. Declined rings are split by whether the key to pass on was pressed."""


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The whole days that counters cover: from `start` until before `end`, epoch seconds."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Calls of one hotline, and how many answered calls had waited how many whole seconds."""

    calls: int
    answered: int
    waits: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Took:
    """The durations of one route's webhooks: how many in each of `WEBHOOK_BUCKETS` and beyond, and seconds in total."""

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
    """The number of things that wait somewhere, and the age of the oldest in seconds."""

    count: int
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Depth:
    """The depth of a rota now.

    How many are on call, and how many are backup; seconds until nobody is on call, and until there is no backup either.
    0 in a gap; None where there is no gap in the weeks looked at.
    """

    on_call: int
    backup: int
    until_gap: float | None
    until_nobody: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of the metrics. An unknown part is None, or empty. `up` says which parts answer."""

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
    """The days that counters cover: yesterday, and the days before it in yesterday's month, in UTC.

    A counter restarts at 0 once a month. Monitoring systems expect restarts, and so no older figures are needed.
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
    """Rings as they may be shown: in steps, and with declined rings split by whether a key was pressed.

    These `hotlines` are always included: the first appearance of a count would reveal as much as its first step.
    """
    told: dict[tuple[str, RingOutcome], int] = {}
    for hotline in sorted({*hotlines, *(hotline for hotline, _ in rings)}):
        counted = {outcome: rings.get((hotline, outcome), 0) for outcome in RingOutcome}
        no_key = counted[RingOutcome.DECLINED] - counted[RingOutcome.PASSED]
        counted[RingOutcome.NO_KEY] = max(0, no_key)
        told.update({(hotline, outcome): in_steps(counted[outcome]) for outcome in TOLD})
    return told


def waited_steps(waits: Mapping[int, int]) -> list[int]:
    """Return how many waited no longer than each of `WAIT_BUCKETS`, and the total."""
    steps = [sum(count for seconds, count in waits.items() if seconds <= bound) for bound in WAIT_BUCKETS]
    return [*steps, sum(waits.values())]


def took_steps(took: Took) -> list[int]:
    """Return how many took no longer than each of `WEBHOOK_BUCKETS`, and the total."""
    return list(accumulate(took.steps))


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
