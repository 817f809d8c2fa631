"""Months that were counted once, so that a report need not read their calls again.

It reveals nothing beyond the calls themselves, and lasts no longer than they do. A database trigger deletes it as soon
as any call of the month comes, changes or goes, from any program (see the revision that made it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import Connection, delete, select, text

from hotline.core.times.periods import Period
from hotline.store.database.call_tables import counted_months

_m = counted_months.c


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


def counted_in(connection: Connection, period: Period, hotlines: Sequence[str]) -> dict[tuple[str, int, int], Counted]:
    """The months within a period that were counted, by hotline, start and end (epoch seconds)."""
    if not period.days:
        return {}
    within = _m.hotline.in_(list(hotlines)), _m.since >= period.days[0].start, _m.until <= period.end
    rows = connection.execute(select(_m.hotline, _m.since, _m.until, _m.counted).where(*within))
    return {(hotline, since, until): Counted(**json.loads(counted)) for hotline, since, until, counted in rows}


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
    text_of = json.dumps({field.name: getattr(counted, field.name) for field in fields(Counted)})
    connection.execute(counted_months.insert(), {**values, "counted": text_of})


def forget(connection: Connection, hotline: str, months: Iterable[tuple[int, int]]) -> None:
    """Delete the counts of some months."""
    for since, until in months:
        connection.execute(delete(counted_months).where(_m.hotline == hotline, _m.since == since, _m.until == until))
