"""Volunteers' absences in the database."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, Column, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from hotline.core.rota.absence import GRACE, LastWord, Words, laid_together
from hotline.store.database.call_tables import metadata
from hotline.store.database.lazy import Database

# The last word of each volunteer about being off. It does not concern calls. `said_at` is in milliseconds. `volunteer`
# is their id, or the id and a digest of their phone with a space between.
absences = Table(
    "absences",
    metadata,
    Column("rota", String, primary_key=True),
    Column("volunteer", String, primary_key=True),
    Column("said_at", BigInteger, nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("kept_until", BigInteger, nullable=False),
)
_c = absences.c


class AbsenceTable:
    """The table of absences. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._transaction = database.transaction

    def read(self, now: int) -> dict[str, dict[str, LastWord]]:
        """Read all words still of use, by rota and volunteer."""
        query = select(_c.rota, _c.volunteer, _c.said_at, _c.starts_at, _c.ends_at, _c.kept_until)
        found: dict[str, dict[str, LastWord]] = {}
        with self._transaction() as connection:
            for rota, named, said_at, start, end, until in connection.execute(query.where(_c.kept_until > now - GRACE)):
                who, _, phone = named.partition(" ")
                word = {who: LastWord(said_at, start, end, until, phone)}
                found[rota] = laid_together(found.get(rota, {}), word)
        return found

    def write(self, words: Mapping[str, Words]) -> None:
        """Write words, in one transaction. Each replaces an earlier one only."""
        rows = [
            {
                "rota": rota,
                "volunteer": f"{who} {word.phone}".strip(),
                "said_at": word.said_at,
                "starts_at": word.start,
                "ends_at": word.end,
                "kept_until": word.kept_until,
            }
            for rota, those in sorted(words.items())
            for who, word in sorted(those.items())
        ]
        if not rows:
            return
        with self._transaction() as connection:
            insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(absences)
            new = insert.excluded
            told = {name: new[name] for name in ("said_at", "starts_at", "ends_at", "kept_until")}
            upsert = insert.on_conflict_do_update(
                index_elements=[_c.rota, _c.volunteer], set_=told, where=_c.said_at < new.said_at
            )
            connection.execute(upsert, rows)

    def prune(self, now: int) -> None:
        """Delete words that are no longer useful."""
        with self._transaction() as connection:
            connection.execute(delete(absences).where(_c.kept_until <= now - GRACE))
