"""Sent texts. A row is claimed before a text goes to the carrier, and marked after.

A row in between is in doubt: its process is still sending, or was killed. Names and words are stored as keyed digests.
For settled texts that followed from a call, only the day is stored.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator, Sequence

from hotline.core.texts.sending import CAME_OF_A_CALL, Claim, SentText
from hotline.store.database.lazy import Database

_DAY = 86_400
_ASKED_AT_ONCE = 500


class TextsSent:
    """Implements `hotline.ports.TextLedger`. Any method may raise DatabaseUnavailable. Times are epoch seconds."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def claim(self, name: str, kind: str, body: str, now: int, keep_until: int) -> Claim:
        # Imported here, as below, so that a process that only passes this on never pays for the database libraries.
        from hotline.store.database.text_tables import insert_new, texts_sent

        row = {
            "name": self._digest("name", name),
            "kind": kind,
            "words": self.words(body),
            "claimed_at": now,
            "keep_until": keep_until,
        }
        with self._database.transaction() as connection:
            if insert_new(connection, texts_sent, row):
                return Claim(ours=True)
            found = connection.execute(texts_sent.select().where(texts_sent.c.name == row["name"])).one()
        settled = found.sent_at is not None or found.refused is not None
        return Claim(False, settled, found.claimed_at, found.words)

    def claim_again(self, name: str, body: str, claimed_at: int, now: int) -> bool:
        from hotline.store.database.text_tables import texts_sent

        t = texts_sent.c
        mine = (t.name == self._digest("name", name)) & (t.claimed_at == claimed_at)
        unsettled = t.sent_at.is_(None) & t.refused.is_(None)
        with self._database.transaction() as connection:
            changed = texts_sent.update().where(mine & unsettled).values(claimed_at=now, words=self.words(body))
            return connection.execute(changed).rowcount == 1

    def give_back(self, name: str, claimed_at: int) -> None:
        from hotline.store.database.text_tables import texts_sent

        t = texts_sent.c
        mine = (t.name == self._digest("name", name)) & (t.claimed_at == claimed_at)
        with self._database.transaction() as connection:
            connection.execute(texts_sent.delete().where(mine & t.sent_at.is_(None) & t.refused.is_(None)))

    def settle(self, name: str, kind: str, now: int, refused: int | None = None) -> None:
        from hotline.store.database.text_tables import texts_sent

        about = now - now % _DAY if kind in CAME_OF_A_CALL else now
        values = {"claimed_at": about, **({"sent_at": about} if refused is None else {"refused": refused})}
        with self._database.transaction() as connection:
            mine = texts_sent.c.name == self._digest("name", name)
            connection.execute(texts_sent.update().where(mine).values(values))

    def settled(self, names: Collection[str]) -> set[str]:
        from hotline.store.database.text_tables import texts_sent

        t, by_digest = texts_sent.c, {self._digest("name", name): name for name in names}
        found: set[str] = set()
        with self._database.transaction() as connection:
            for some in _some(sorted(by_digest)):
                done = t.name.in_(some) & (t.sent_at.is_not(None) | t.refused.is_not(None))
                found.update(by_digest[row.name] for row in connection.execute(texts_sent.select().where(done)))
        return found

    def words(self, body: str) -> str:
        return self._digest("words", body)

    def known(self, name: str) -> SentText | None:
        """Return the outcome of a text, if it was ever claimed."""
        from hotline.store.database.text_tables import texts_sent

        with self._database.transaction() as connection:
            mine = texts_sent.c.name == self._digest("name", name)
            row = connection.execute(texts_sent.select().where(mine)).first()
        return None if row is None else SentText(row.kind, row.claimed_at, row.sent_at, row.refused)

    def since(self, instant: int) -> list[SentText]:
        """Return what became of all texts claimed since an instant, the latest first; not to whom."""
        from hotline.store.database.text_tables import texts_sent

        t = texts_sent.c
        query = texts_sent.select().where(t.claimed_at >= instant).order_by(t.claimed_at.desc(), t.name)
        with self._database.transaction() as connection:
            rows = connection.execute(query).all()
        return [SentText(row.kind, row.claimed_at, row.sent_at, row.refused) for row in rows]

    def prune(self, now: int) -> int:
        """Delete the rows that can matter no more; how many."""
        from hotline.store.database.text_tables import texts_sent

        with self._database.transaction() as connection:
            return connection.execute(texts_sent.delete().where(texts_sent.c.keep_until < now)).rowcount

    def _digest(self, what: str, text: str) -> str:
        return hmac.digest(self._key, f"text {what}\0{text}".encode(), "sha256")[:16].hex()


def _some(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The names, in groups that any database accepts in one query."""
    for first in range(0, len(names), _ASKED_AT_ONCE):
        yield names[first : first + _ASKED_AT_ONCE]
