"""Phones that sent STOP and want no texts. Stored as keyed digests, until the same phone sends START."""

from __future__ import annotations

import hmac

from hotline.store.database.lazy import Database


class TextOptouts:
    """Implements `hotline.ports.Optouts`. Phones are E.164. Any method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def is_out(self, phone: str) -> bool:
        # Imported here, as below, so that a process that only passes this on never pays for the database libraries.
        from hotline.store.database.text_tables import text_optouts

        with self._database.transaction() as connection:
            found = connection.execute(text_optouts.select().where(text_optouts.c.phone == self.name(phone)))
            return found.first() is not None

    def name(self, phone: str) -> str:
        """Return a phone's name here, and in a job: a keyed digest."""
        return hmac.digest(self._key, b"text opt-out\0" + phone.encode(), "sha256")[:16].hex()

    def opt_out(self, phone: str, now: int) -> None:
        self.put_out(self.name(phone), now)

    def opt_in(self, phone: str) -> None:
        self.put_in(self.name(phone))

    def put_out(self, name: str, now: int) -> None:
        """Send no more texts to the phone of this name."""
        from hotline.store.database.text_tables import insert_new, text_optouts

        with self._database.transaction() as connection:
            insert_new(connection, text_optouts, {"phone": name, "since": now})

    def put_in(self, name: str) -> None:
        """Allow texts to the phone of this name again."""
        from hotline.store.database.text_tables import text_optouts

        with self._database.transaction() as connection:
            connection.execute(text_optouts.delete().where(text_optouts.c.phone == name))
