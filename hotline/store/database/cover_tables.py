"""The tables of requests for cover, and of what volunteers chose on their own pages. Ids and times only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from hotline.store.database.call_tables import metadata

# `slot` names the shift while a request for it is active, so that there is one at a time; then it is null.
cover_requests = Table(
    "cover_requests",
    metadata,
    Column("id", String, primary_key=True),
    Column("slot", String, unique=True),
    Column("rota", String, nullable=False),
    Column("asker", String, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("taker", String, nullable=False),
    Column("back_start", BigInteger, nullable=False),
    Column("back_end", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("nobody_at", BigInteger, nullable=False),
)
Index("cover_requests_of_rota", cover_requests.c.rota)

cover_asked = Table(
    "cover_asked",
    metadata,
    Column("request", String, primary_key=True),
    Column("who", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("answer", String, nullable=False),
    Column("reached", Integer, nullable=False),
)

volunteer_choices = Table(
    "volunteer_choices",
    metadata,
    Column("rota", String, primary_key=True),
    Column("who", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("quiet", String, nullable=False),
    Column("reminders", String, nullable=False),
    Column("language", String, nullable=False),
)
