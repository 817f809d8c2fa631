"""The times on call that volunteers know of, in the database: the state of the rota at their last notice."""

from __future__ import annotations

import json

from hotline.core.texts.edit_notices import Told
from hotline.store.database.lazy import Database


class ToldTimesTable:
    """Implements `hotline.ports.ToldTimes`. Any method may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def told(self, rota: str) -> dict[str, Told]:
        # Imported here, as below, so that a process that only passes this on never pays for the database libraries.
        from hotline.store.database.text_tables import texts_told

        with self._database.transaction() as connection:
            rows = connection.execute(texts_told.select().where(texts_told.c.rota == rota)).all()
        return {
            row.who: Told(
                tuple((start, end) for start, end in json.loads(row.times)),
                row.until,
                row.edition,
                row.seen,
                row.seen_at,
                row.first_seen_at,
            )
            for row in rows
        }

    def keep(self, rota: str, who: str, told: Told) -> None:
        from hotline.store.database.text_tables import insert_new, texts_told

        row = {
            "times": json.dumps(told.times, separators=(",", ":")),
            "until": told.until,
            "edition": told.edition,
            "seen": told.seen,
            "seen_at": told.seen_at,
            "first_seen_at": told.first_seen_at,
        }
        with self._database.transaction() as connection:
            if not insert_new(connection, texts_told, {"rota": rota, "who": who, **row}):
                mine = (texts_told.c.rota == rota) & (texts_told.c.who == who)
                connection.execute(texts_told.update().where(mine).values(row))

    def forget(self, rota: str, who: str) -> None:
        from hotline.store.database.text_tables import texts_told

        with self._database.transaction() as connection:
            mine = (texts_told.c.rota == rota) & (texts_told.c.who == who)
            connection.execute(texts_told.delete().where(mine))
