"""Months that were counted once, so that a report need not read their calls again.

It reveals nothing beyond the calls themselves, and lasts no longer than they do. A database trigger deletes it as soon
as any call of the month comes, changes or goes, from any program (see the revision that made it).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection, delete, select, text

from hotline.core.last_used import LastUsed
from hotline.core.times.periods import Period
from hotline.store.database.call_tables import counted_months

_m = counted_months.c
_SECONDS = ("waits", "talks", "in_vain")
_MOST_KEPT = 64
"""Sums that a process keeps, each of a month of all hotlines of a zone. Each takes up to some hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The calls of a month of a hotline. `starts` are its slots, `hours` their calls and how many were answered.

    The others say how many calls took how many seconds, zero included.
    """

    starts: list[int]
    hours: Sequence[tuple[int, int]]
    waits: Mapping[str, int]
    talks: Mapping[str, int]
    in_vain: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SumOfMonth:
    """A month of some hotlines, summed. `key` names the content it was made of."""

    key: bytes
    hotlines: frozenset[str]
    calls: int
    hours: Sequence[tuple[int, int]]
    seconds: tuple[Mapping[str, int], ...]
    """How many waits, talks, and waits in vain took how many seconds."""


def counted_in(
    connection: Connection, period: Period, hotlines: Sequence[str]
) -> dict[tuple[int, int], dict[str, str]]:
    """The months within a period that were counted, by start and end (epoch seconds), as text for each hotline."""
    if not period.days:
        return {}
    within = _m.hotline.in_(list(hotlines)), _m.since >= period.days[0].start, _m.until <= period.end
    rows = connection.execute(select(_m.hotline, _m.since, _m.until, _m.counted).where(*within).order_by(_m.hotline))
    found: dict[tuple[int, int], dict[str, str]] = {}
    for hotline, since, until, counted in rows:
        found.setdefault((since, until), {})[hotline] = counted
    return found


class SumsOfMonths:
    """Sums of counted months, kept by the content they were made of. Safe for any number of threads.

    Reading the counts of fifty hotlines takes a hundred times as long as telling that they are the same as before.
    """

    def __init__(self) -> None:
        self._kept = LastUsed[SumOfMonth](_MOST_KEPT)
        self._seconds = LastUsed[tuple[Counter[str], ...]](_MOST_KEPT)

    def of(self, texts: Mapping[str, str], starts: list[int]) -> SumOfMonth:
        """The sum of the counts of some hotlines for a month. It has those that were counted in these slots."""
        if not texts:
            return SumOfMonth(b"", frozenset(), 0, [(0, 0)] * len(starts), ({}, {}, {}))
        digest = blake2b(repr((len(texts), starts[0], starts[-1], len(starts))).encode())
        for hotline, counted in texts.items():
            digest.update(f"{hotline} {len(counted)} {counted}".encode())
        key = digest.digest()
        found = self._kept.get(key)
        if found is None:
            found = _summed(key, texts, starts)
            self._kept.keep(key, found)
        return found

    def seconds(self, months: Sequence[SumOfMonth]) -> tuple[Mapping[str, int], ...]:
        """The waits, talks, and waits in vain of several months together."""
        counted = [month for month in months if month.key]
        key = b"".join(month.key for month in counted)
        found = self._seconds.get(key)
        if found is None:
            found = _added(counted)
            self._seconds.keep(key, found)
        return found


def _added(months: Iterable[SumOfMonth]) -> tuple[Counter[str], ...]:
    sums = Counter[str](), Counter[str](), Counter[str]()
    for month in months:
        for sum_of, counted in zip(sums, month.seconds, strict=True):
            sum_of.update(counted)
    return sums


def _summed(key: bytes, texts: Mapping[str, str], starts: list[int]) -> SumOfMonth:
    calls, answered = [0] * len(starts), [0] * len(starts)
    seconds = Counter[str](), Counter[str](), Counter[str]()
    used, named = [], _named(starts)
    for hotline, content in texts.items():
        found = json.loads(content)
        if found["starts"] not in (named, starts):
            continue
        used.append(hotline)
        for place, number, with_answer in _hours(found["hours"]):
            calls[place] += number
            answered[place] += with_answer
        for sums, name in zip(seconds, _SECONDS, strict=True):
            sums.update(found[name])
    return SumOfMonth(key, frozenset(used), sum(calls), list(zip(calls, answered, strict=True)), seconds)


def _as_text(counted: Counted) -> str:
    """Return a month as text: of its hours those with calls, by their place. Most hours of a quiet hotline have none.

    Releases before this one find other slots than theirs in it, so they count the calls.
    """
    hours = {place: pair for place, pair in enumerate(counted.hours) if pair[0]}
    seconds = {name: getattr(counted, name) for name in _SECONDS}
    return json.dumps({"starts": _named(counted.starts), "hours": hours, **seconds})


def _named(starts: Sequence[int]) -> list[int | str]:
    """Return a short name of slots: no other slots have it."""
    return [len(starts), blake2b(repr(list(starts)).encode(), digest_size=16).hexdigest()]


def _hours(written: Mapping[str, Sequence[int]] | Sequence[Sequence[int]]) -> Iterator[tuple[int, int, int]]:
    """Yield the place, calls and answered calls of each hour. Earlier releases wrote a list of all of them."""
    pairs = written.items() if isinstance(written, Mapping) else enumerate(written)
    for place, (number, with_answer) in pairs:
        yield int(place), number, with_answer


def months_known(connection: Connection, hotline: str) -> set[tuple[int, int]]:
    """The starts and ends of the months of a hotline that were counted."""
    return {
        (since, until) for since, until in connection.execute(select(_m.since, _m.until).where(_m.hotline == hotline))
    }


def hold_calls(connection: Connection) -> None:
    """Prevent others from writing calls until the end of this transaction.

    A call written while its month is counted would not be counted, and its trigger would find nothing to delete yet.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE calls IN SHARE MODE"))
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def keep(connection: Connection, hotline: str, month: Period, counted: Counted) -> None:
    """Store a month's counts. Callers must have held the calls since before counting them."""
    forget(connection, hotline, [(month.days[0].start, month.end)])
    values = {"hotline": hotline, "since": month.days[0].start, "until": month.end}
    connection.execute(counted_months.insert(), {**values, "counted": _as_text(counted)})


def forget(connection: Connection, hotline: str, months: Iterable[tuple[int, int]]) -> None:
    """Delete the counts of some months."""
    for since, until in months:
        connection.execute(delete(counted_months).where(_m.hotline == hotline, _m.since == since, _m.until == until))
