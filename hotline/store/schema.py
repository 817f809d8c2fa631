"""The one table of the call log."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table

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
)

# Holds all that a report needs, so that a period is read from the index alone, in order.
Index("calls_by_period", calls.c.hotline, calls.c.started_at, calls.c.answered_at, calls.c.ended_at)
Index(
    "calls_open",
    calls.c.started_at,
    sqlite_where=calls.c.ended_at.is_(None),
    postgresql_where=calls.c.ended_at.is_(None),
)
