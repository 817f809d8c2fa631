"""The tables of the call log: calls, and the totals that replace them later."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, SmallInteger, String, Table, Text

metadata = MetaData()

# Times are UTC, whole seconds since 1970: exact, and the same in every database.
calls = Table(
    "calls",
    metadata,
    Column("id", String, primary_key=True),
    Column("hotline", String, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("ended_at", BigInteger),
    # 1: its times were moved to a week and a part of the day. A late fact about it would move them again.
    Column("rounded", SmallInteger, nullable=False, server_default="0"),
)

# Has everything a report needs, so that a period is read from the index alone, in order.
Index("calls_by_period", calls.c.hotline, calls.c.started_at, calls.c.answered_at, calls.c.ended_at)
Index(
    "calls_open",
    calls.c.started_at,
    sqlite_where=calls.c.ended_at.is_(None),
    postgresql_where=calls.c.ended_at.is_(None),
)

# The totals of the calls that started from `since` until before `until`. Triggers delete the row as soon as any of them
# changes, goes, or comes.
counted_months = Table(
    "counted_months",
    metadata,
    Column("hotline", String, primary_key=True),
    Column("since", BigInteger, primary_key=True),
    Column("until", BigInteger, primary_key=True),
    Column("counted", Text, nullable=False),
)

# Until which day (ISO date, included) calls of a hotline are rounded, and whether old bytes have been removed since.
rounded_until = Table(
    "rounded_until",
    metadata,
    Column("hotline", String, primary_key=True),
    Column("day", String, nullable=False),
    Column("cleaned", SmallInteger, nullable=False),
)

# Days are ISO dates of the hotline's zone, months the first of them: the totals that replace deleted calls.
day_totals = Table(
    "day_totals",
    metadata,
    Column("hotline", String, primary_key=True),
    Column("date", String, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in ("calls", "answered", "not_answered", "end_not_reported")),
)
month_totals = Table(
    "month_totals",
    metadata,
    Column("hotline", String, primary_key=True),
    Column("month", String, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in ("waits", "wait_seconds", "talks", "talk_seconds")),
    *(Column(name, BigInteger, nullable=False) for name in ("abandoned", "abandoned_seconds")),
)
