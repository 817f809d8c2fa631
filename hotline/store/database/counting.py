"""Counting calls in the database, in one pass over the index, without fetching them one by one."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    select,
    type_coerce,
)

from hotline.core.reports.report import Counts, Tally
from hotline.core.times.periods import HOUR, Period, by_month, runs
from hotline.store.database.call_tables import calls
from hotline.store.database.counted_months import Counted, SumsOfMonths, counted_in

_c = calls.c
_COUNTED_AT_ONCE = 48
"""Hours: the seconds of two days are counted together, so that nothing else in the process waits for long."""
_LOOKS_A_CALL = 3
"""Looks into the index for an hour of a hotline that take as long as to fetch a call."""


@cache
def _statements(dialect: str) -> _Statements:
    """The statements for "sqlite" or "postgresql"."""
    first, last = (bindparam(name, type_=BigInteger) for name in ("first", "last"))
    wanted = _wanted(first, last)
    # A stretch for each hour, and in each a look into the index: grouping by the hour would sort all rows first.
    hours = select(cast(first, BigInteger).label("start")).cte("hours", recursive=True)
    hours = hours.union_all(select(hours.c.start + HOUR).where(hours.c.start + HOUR < last))
    start = hours.c.start
    return _Statements(
        select(start, _packed(dialect, start, case((start + HOUR < last, start + HOUR), else_=last))),
        select(cast(first, BigInteger), _packed(dialect, first, last)),
        select(func.count()).select_from(select(_c.hotline).where(*wanted).limit(bindparam("most")).subquery()),
        select(_c.started_at, _c.answered_at, _c.ended_at).where(*wanted),
    )


@dataclass(frozen=True, slots=True)
class _Statements:
    """Statements that return the start of a stretch, and its calls as one text; `by_hour` in order.

    `number` counts calls, up to `most`; `each` returns the times of each.
    """

    by_hour: Select[int, str]
    together: Select[int, str]
    number: Select[int]
    each: Select[int, int | None, int | None]


def _packed(dialect: str, start: ColumnElement[int], end: ColumnElement[int]) -> ScalarSelect[str]:
    """The calls of a stretch as one text: how many, then the lists of waits, of talks, and of waits in vain."""
    in_vain = case((_c.answered_at.is_(None), _c.ended_at - _c.started_at))
    packed: ColumnElement[str] = cast(func.count(), String)
    for seconds in (_c.answered_at - _c.started_at, _c.ended_at - _c.answered_at, in_vain):
        packed = packed + "|" + _listed(dialect, seconds)
    return select(packed).where(*_wanted(start, end)).scalar_subquery()


def _wanted(start: ColumnElement[int], end: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
    return _c.hotline.in_(bindparam("hotlines", expanding=True)), _c.started_at >= start, _c.started_at < end


def _listed(dialect: str, seconds: ColumnElement[int]) -> ColumnElement[str]:
    # For SQLite, whole lists of seconds, counted by us, are three times as fast as grouping. It lists numbers as they
    # are; casting them first would take longer.
    text = cast(seconds, String) if dialect == "postgresql" else type_coerce(seconds, String)
    return func.coalesce(func.aggregate_strings(text, ","), "")


def count(connection: Connection, period: Period, first_starts: Mapping[str, int], sums: SumsOfMonths) -> Counts:
    """Count the calls of a period, all together and hour by hour, but for the months that were counted before.

    `first_starts`: the hotlines, each with when its oldest call started.
    """
    counter = _Counter()
    calls, answered = list[int](), list[int]()
    counted = counted_in(connection, period, list(first_starts))
    used = []
    for month in by_month(period):
        known = sums.of(counted.get((month.days[0].start, month.end), {}), month.starts)
        used.append(known)
        hours = known.hours
        if left := [name for name, first in first_starts.items() if first < month.end and name not in known.hotlines]:
            rows = _count_rows(connection, month, left, counter)
            hours = [(one + more, two + others) for (one, two), (more, others) in zip(hours, rows, strict=True)]
        calls += [number for number, _ in hours]
        answered += [with_answer for _, with_answer in hours]
    counter.add(sum(known.calls for known in used), sums.seconds(used))
    return Counts(counter.tally(), period, calls, answered)


def count_once(connection: Connection, month: Period, hotline: str) -> Counted:
    """Count the calls of a month of a hotline, for storing."""
    counter = _Counter()
    hours = _count_rows(connection, month, [hotline], counter)
    return Counted(month.starts, hours, *counter.seconds())


def _count_rows(
    connection: Connection, period: Period, hotlines: Sequence[str], counter: _Counter
) -> list[tuple[int, int]]:
    """Count calls one by one. Returns how many came in each slot of the period, and how many were answered."""
    statements = _statements(connection.dialect.name)
    within = {"first": period.days[0].start, "last": period.end, "hotlines": list(hotlines)}
    few = len(hotlines) * len(period.slots) // _LOOKS_A_CALL
    if (connection.scalar(statements.number, {**within, "most": few + 1}) or 0) <= few:
        return counter.take_few(connection.execute(statements.each, within), period.starts)
    each: dict[int, tuple[int, int]] = {}
    for run in runs(period):
        rows = connection.execute(statements.by_hour, {**within, "first": run.start, "last": run.end})
        each.update(counter.take(rows))
    return [each[slot.start] for slot in period.slots]


def tally(connection: Connection, start: int, end: int, hotlines: Sequence[str]) -> Tally:
    """Return the counts of the calls that started from `start` until before `end` (epoch seconds)."""
    counter, together = _Counter(), _statements(connection.dialect.name).together
    rows = connection.execute(together, {"first": start, "last": end, "hotlines": list(hotlines)})
    for _ in counter.take(rows):
        pass
    return counter.tally()


def known_hotlines(connection: Connection) -> list[str]:
    """Return all hotlines that have had calls. Costs one index look-up for each."""
    return list(first_starts(connection, None))


def first_starts(connection: Connection, hotlines: Sequence[str] | None) -> dict[str, int]:
    """Return when the oldest call of each of these hotlines, or of all, started: in epoch seconds, if it has any."""
    if hotlines is None:
        return {str(name): int(start) for name, start in connection.execute(_FIRST_STARTS)}
    found = {name: first_start(connection, name) for name in hotlines}
    return {name: start for name, start in found.items() if start is not None}


def first_start(connection: Connection, hotline: str) -> int | None:
    """Return when the oldest call of a hotline in the log started, in epoch seconds; None if there is none."""
    start: int | None = connection.scalar(select(func.min(_c.started_at)).where(_c.hotline == hotline))
    return start


def _each_first_start() -> Select[str, int]:
    """Go from one hotline to the next in the index: for DISTINCT, databases read all of it."""
    known = select(func.min(_c.hotline).label("hotline")).cte("known", recursive=True)
    following = select(func.min(_c.hotline)).where(_c.hotline > known.c.hotline).correlate(known).scalar_subquery()
    known = known.union_all(select(following).where(known.c.hotline.is_not(None)))
    first = select(func.min(_c.started_at)).where(_c.hotline == known.c.hotline).correlate(known).scalar_subquery()
    return select(known.c.hotline, first).where(known.c.hotline.is_not(None))


_FIRST_STARTS = _each_first_start()


class _Counter:
    """Counts the calls in packed stretches."""

    def __init__(self) -> None:
        self._calls = 0
        self._lists: tuple[list[str], ...] = ([], [], [])
        self._counted: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())

    def take(self, rows: Iterable[Row[int, str]]) -> Iterator[tuple[int, tuple[int, int]]]:
        """Take each stretch's start, its calls, and how many of them were answered."""
        for start, packed in rows:
            number, *lists = packed.split("|")
            for waiting, listed in zip(self._lists, lists, strict=True):
                if listed:
                    waiting.append(listed)
            if len(self._lists[0]) >= _COUNTED_AT_ONCE:
                self._count()
            self._calls += int(number)
            yield start, (int(number), lists[0].count(",") + 1 if lists[0] else 0)
        self._count()

    def take_few(
        self, calls: Iterable[Row[int, int | None, int | None]], starts: Sequence[int]
    ) -> list[tuple[int, int]]:
        """Take the times of single calls. Returns for each slot how many started in it, and were answered."""
        numbers, answers = [0] * len(starts), [0] * len(starts)
        waits, talks, in_vain = self._counted
        for started, answered, ended in calls:
            place = bisect_right(starts, started) - 1
            numbers[place] += 1
            if answered is not None:
                answers[place] += 1
                waits[str(answered - started)] += 1
            if ended is not None:
                counted, since = (in_vain, started) if answered is None else (talks, answered)
                counted[str(ended - since)] += 1
        self._calls += sum(numbers)
        return list(zip(numbers, answers, strict=True))

    def add(self, calls: int, seconds: Iterable[Mapping[str, int]]) -> None:
        """Add an earlier count: its calls, and its waits, talks, and waits in vain."""
        self._calls += calls
        for mine, others in zip(self._counted, seconds, strict=True):
            mine.update(others)

    def seconds(self) -> tuple[Counter[str], ...]:
        """Return how many waits, talks, and waits in vain took how many seconds, zero included."""
        return self._counted

    def tally(self) -> Tally:
        """Return all that was taken."""
        waits, talks, in_vain = ({int(text): number for text, number in one.items()} for one in self._counted)
        not_answered = sum(in_vain.values())
        ended = sum(talks.values()) + not_answered
        reported = [{seconds: number for seconds, number in one.items() if seconds > 0} for one in (talks, in_vain)]
        return Tally(
            self._calls,
            sum(waits.values()),
            self._calls - ended,
            ended - sum(sum(one.values()) for one in reported),
            not_answered,
            waits,
            *reported,
        )

    def _count(self) -> None:
        for waiting, counted in zip(self._lists, self._counted, strict=True):
            if waiting:
                counted.update(",".join(waiting).split(","))
                waiting.clear()
