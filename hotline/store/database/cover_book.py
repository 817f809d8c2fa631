"""Requests for cover in the database. Each change of state happens once, whoever else tries it at the same moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hotline.core.planning.cover import KEPT, AskedPerson, CoverAnswer, CoverRequest, CoverState
from hotline.store.database.lazy import Database

_ACTIVE = tuple(one.value for one in CoverState if one.active)


class CoverTables:
    """Implements `hotline.ports.CoverBook`. Any method may raise DatabaseUnavailable. Times are epoch seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, request: CoverRequest) -> CoverRequest:
        # Imported here, as below, so that a process that only passes this on never pays for the database libraries.
        from hotline.store.database.cover_tables import cover_requests
        from hotline.store.database.text_tables import insert_new

        slot = f"{request.rota} {request.asker} {request.start}"
        row = {
            "id": request.id,
            "slot": slot,
            "rota": request.rota,
            "asker": request.asker,
            "start": request.start,
            "end": request.end,
            "asked_at": request.asked_at,
            "state": request.state.value,
            "taker": request.taker,
            "back_start": request.back_start,
            "back_end": request.back_end,
            "changed_at": request.asked_at,
            "nobody_at": 0,
        }
        with self._database.transaction() as connection:
            if insert_new(connection, cover_requests, row):
                return request
            known = connection.execute(cover_requests.select().where(cover_requests.c.slot == slot)).first()
        return self.get(known.id) or request if known else request

    def get(self, id: str) -> CoverRequest | None:
        from hotline.store.database.cover_tables import cover_requests

        found = self._read(cover_requests.c.id == id)
        return found[0] if found else None

    def of(self, rota: str | None = None, since: int | None = None) -> list[CoverRequest]:
        from hotline.store.database.cover_tables import cover_requests

        t = cover_requests.c
        wanted: Any = t.state.in_(_ACTIVE)
        if since is not None:
            wanted = wanted | (t.changed_at >= since)
        return self._read(wanted if rota is None else (t.rota == rota) & wanted)

    def asked_since(self, rota: str, asker: str, since: int) -> int:
        from sqlalchemy import func, select

        from hotline.store.database.cover_tables import cover_requests

        t = cover_requests.c
        mine = (t.rota == rota) & (t.asker == asker) & (t.asked_at >= since)
        with self._database.transaction() as connection:
            return connection.execute(select(func.count()).where(mine)).scalar_one()

    def ask(self, id: str, people: Mapping[str, bool], now: int) -> None:
        from hotline.store.database.cover_tables import cover_asked
        from hotline.store.database.text_tables import insert_new

        with self._database.transaction() as connection:
            for who, reached in people.items():
                row = {"request": id, "who": who, "at": now, "answer": "", "reached": int(reached)}
                insert_new(connection, cover_asked, row)

    def answer(self, id: str, who: str, answer: CoverAnswer) -> None:
        from hotline.store.database.cover_tables import cover_asked

        mine = (cover_asked.c.request == id) & (cover_asked.c.who == who)
        with self._database.transaction() as connection:
            connection.execute(cover_asked.update().where(mine).values(answer=answer.value))

    def move(self, id: str, before: CoverState, after: CoverState, now: int, taker: str | None = None) -> bool:
        from hotline.store.database.cover_tables import cover_requests

        t = cover_requests.c
        values: dict[str, Any] = {"state": after.value, "changed_at": now}
        if taker is not None:
            values["taker"] = taker
        if not after.active:
            values["slot"] = None
        with self._database.transaction() as connection:
            mine = (t.id == id) & (t.state == before.value)
            return connection.execute(cover_requests.update().where(mine).values(values)).rowcount == 1

    def nobody(self, id: str, now: int) -> None:
        from hotline.store.database.cover_tables import cover_requests

        t = cover_requests.c
        with self._database.transaction() as connection:
            mine = (t.id == id) & (t.nobody_at == 0)
            connection.execute(cover_requests.update().where(mine).values(nobody_at=now))

    def prune(self, now: int) -> int:
        from hotline.store.database.cover_tables import cover_asked, cover_requests

        t, before = cover_requests.c, now - KEPT
        old = (t.end < before) & (t.back_end < before)
        with self._database.transaction() as connection:
            ids = [row.id for row in connection.execute(cover_requests.select().where(old))]
            for id in ids:
                connection.execute(cover_asked.delete().where(cover_asked.c.request == id))
                connection.execute(cover_requests.delete().where(t.id == id))
        return len(ids)

    def _read(self, wanted: Any) -> list[CoverRequest]:
        from hotline.store.database.cover_tables import cover_asked, cover_requests

        t, asked = cover_requests.c, cover_asked.c
        with self._database.transaction() as connection:
            query = cover_requests.select().where(wanted).order_by(t.start, t.asked_at, t.id)
            rows = connection.execute(query).all()
            ids = [row.id for row in rows]
            people = connection.execute(cover_asked.select().where(asked.request.in_(ids)).order_by(asked.at)).all()
        return [_request(row, [one for one in people if one.request == row.id]) for row in rows]


def _request(row: Any, people: Sequence[Any]) -> CoverRequest:
    return CoverRequest(
        row.id,
        row.rota,
        row.asker,
        row.start,
        row.end,
        row.asked_at,
        CoverState(row.state),
        row.taker,
        row.back_start,
        row.back_end,
        row.changed_at,
        row.nobody_at,
        _people(people),
    )


def _people(rows: Iterable[Any]) -> dict[str, AskedPerson]:
    return {row.who: AskedPerson(row.at, CoverAnswer(row.answer), bool(row.reached)) for row in rows}
