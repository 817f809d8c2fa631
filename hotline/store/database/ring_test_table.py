"""The table of test rings: whose phone, when, and whether it rang through. It contains nothing about calls."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table

from hotline.store.database.call_tables import metadata

PICKED_UP = "picked-up"
"""The last word of a volunteer's column where the call was answered without the key. Releases before it ignore it."""

ring_tests = Table(
    "ring_tests",
    metadata,
    Column("id", String, primary_key=True),
    Column("rota", String, nullable=False),
    Column("volunteer", String, nullable=False),  # their id; a digest of their phone; PICKED_UP
    Column("at", BigInteger, nullable=False),  # epoch seconds
    Column("reached", Boolean),
)
Index("ring_tests_by_time", ring_tests.c.at)
