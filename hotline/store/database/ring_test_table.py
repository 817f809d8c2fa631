"""The table of test rings: whose phone, when, and whether it rang through. It contains nothing about calls."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table

from hotline.store.database.call_tables import metadata

ring_tests = Table(
    "ring_tests",
    metadata,
    Column("id", String, primary_key=True),
    Column("rota", String, nullable=False),
    Column("volunteer", String, nullable=False),  # their id, or that and a digest of their phone after a space
    Column("at", BigInteger, nullable=False),  # epoch seconds
    Column("reached", Boolean),
)
Index("ring_tests_by_time", ring_tests.c.at)
