"""The tables of texts: sent texts, the times volunteers know of, callers not reached, and opt-outs.

Names of texts and phones are keyed digests. A row alone reveals neither the recipient nor the subject.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, String, Table, Text
from sqlalchemy.dialects import postgresql, sqlite

from hotline.store.database.call_tables import metadata

# Times are whole seconds since 1970, as in the call log.
texts_sent = Table(
    "texts_sent",
    metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("words", String, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("refused", Integer),
    Column("keep_until", BigInteger, nullable=False),
)
Index("texts_sent_old", texts_sent.c.keep_until)

texts_told = Table(
    "texts_told",
    metadata,
    Column("rota", String, primary_key=True),
    Column("who", String, primary_key=True),
    Column("times", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("seen", String, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("first_seen_at", BigInteger, nullable=False),
)

texts_unreached = Table(
    "texts_unreached",
    metadata,
    Column("hotline", String, primary_key=True),
    Column("waiting", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("sending", Integer, nullable=False),
    Column("sending_last", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
)

text_optouts = Table(
    "text_optouts",
    metadata,
    Column("phone", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
)


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless its name exists. Returns whether it did. Of several at once, only the first inserts."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # By the returned rows: PostgreSQL's driver does not count the rows of such an insert.
    statement = insert(table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(statement).first() is not None
