"""Results of test rings."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.core.calls.ring_test import RingTestResult
from hotline.store.database.lazy import Database


class RingTestTable:
    """Implements `hotline.ports.RingTests`. Any method may raise DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, id: str, rota: str, volunteer: str, at: int) -> bool:
        # Imported here, as below, so that a process that only passes this on never pays for the database libraries.
        from hotline.store.database.ring_test_table import ring_tests
        from hotline.store.database.text_tables import insert_new

        with self._database.transaction() as connection:
            return insert_new(connection, ring_tests, {"id": id, "rota": rota, "volunteer": volunteer, "at": at})

    def forget(self, id: str) -> None:
        from hotline.store.database.ring_test_table import ring_tests

        with self._database.transaction() as connection:
            connection.execute(ring_tests.delete().where(ring_tests.c.id == id))

    def over(self, id: str, reached: bool, picked_up: bool = False) -> None:
        from hotline.store.database.ring_test_table import PICKED_UP, ring_tests

        c = ring_tests.c
        due = (c.id == id) if reached else (c.id == id) & c.reached.is_(None)
        values = {c.reached: reached, c.volunteer: c.volunteer + f" {PICKED_UP}"} if picked_up else {c.reached: reached}
        with self._database.transaction() as connection:
            connection.execute(ring_tests.update().where(due).values(values))

    def test(self, id: str) -> RingTestResult | None:
        from hotline.store.database.ring_test_table import ring_tests

        with self._database.transaction() as connection:
            row = connection.execute(ring_tests.select().where(ring_tests.c.id == id)).one_or_none()
        return None if row is None else _result(row.rota, row.volunteer, row.at, row.reached)

    def since(self, instant: int) -> Sequence[RingTestResult]:
        from hotline.store.database.ring_test_table import ring_tests

        c = ring_tests.c
        with self._database.transaction() as connection:
            rows = connection.execute(ring_tests.select().where(c.at >= instant).order_by(c.at, c.id)).all()
        return [_result(row.rota, row.volunteer, row.at, row.reached) for row in rows]

    def prune(self, before: int) -> int:
        from hotline.store.database.ring_test_table import ring_tests

        with self._database.transaction() as connection:
            return connection.execute(ring_tests.delete().where(ring_tests.c.at < before)).rowcount


def _result(rota: str, named: str, at: int, reached: bool | None) -> RingTestResult:
    from hotline.store.database.ring_test_table import PICKED_UP

    volunteer, *rest = named.split(" ")
    phone = next((word for word in rest if word != PICKED_UP), "")
    return RingTestResult(rota, volunteer, at, reached, phone, PICKED_UP in rest and not reached)
