"""Calls that reached nobody, counted in the database until coordinators are notified."""

from __future__ import annotations

from hotline.core.texts.sending import TextBatch
from hotline.store.database.lazy import Database


class UnreachedTable:
    """Implements `hotline.ports.Unreached`. May raise DatabaseUnavailable. Keeps a count and the last time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, hotline: str, at: int) -> None:
        # Imported here, as below, so that a process that only passes this on never pays for the database libraries.
        from sqlalchemy import case

        from hotline.store.database.text_tables import insert_new, texts_unreached

        u = texts_unreached.c
        first = {"hotline": hotline, "waiting": 1, "last_at": at}
        none_yet = {"batch": 0, "sending": 0, "sending_last": 0, "next_at": 0}
        with self._database.transaction() as connection:
            if not insert_new(connection, texts_unreached, {**first, **none_yet}):
                later = case((u.last_at < at, at), else_=u.last_at)
                values = {"waiting": u.waiting + 1, "last_at": later}
                connection.execute(texts_unreached.update().where(u.hotline == hotline).values(values))

    def batch(self, hotline: str, now: int) -> TextBatch | None:
        from hotline.store.database.text_tables import texts_unreached

        u = texts_unreached.c
        mine = u.hotline == hotline
        ready = mine & (u.waiting > 0) & (u.sending == 0) & (u.next_at <= now)
        frozen = {"batch": u.batch + 1, "sending": u.waiting, "sending_last": u.last_at, "waiting": 0}
        with self._database.transaction() as connection:
            found = connection.execute(texts_unreached.select().where(mine)).first()
            if found is not None and not found.sending and found.waiting and found.next_at <= now:
                connection.execute(texts_unreached.update().where(ready).values(frozen))
                found = connection.execute(texts_unreached.select().where(mine)).one()
        if found is None or not found.sending:
            return None
        return TextBatch(found.batch, found.sending, found.sending_last)

    def told(self, hotline: str, batch: TextBatch, quiet_until: int) -> None:
        from hotline.store.database.text_tables import texts_unreached

        u = texts_unreached.c
        mine = (u.hotline == hotline) & (u.batch == batch.number)
        with self._database.transaction() as connection:
            connection.execute(texts_unreached.update().where(mine).values({"sending": 0, "next_at": quiet_until}))
