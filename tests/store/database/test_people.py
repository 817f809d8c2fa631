"""The people who may use the pages, on both databases."""

from __future__ import annotations

import pytest

from hotline.core.people import Role
from hotline.store.database.lazy import Database
from hotline.store.database.people import PeopleTables

NOW = 1_795_000_000


@pytest.mark.parametrize("name", ["Dana\0", "\0", "Da\ud800na", "x" * 10_000])
def test_a_name_that_no_database_can_hold_is_nobodys_and_costs_nobody_else_anything(
    database_url: str, name: str
) -> None:
    database = Database(database_url, pause=60)  # as the pages have it: what fails is not asked again for a while
    people = PeopleTables(database)
    dana = people.add("Dana", Role.COORDINATOR, NOW, password="correct horse battery")
    assert people.by_password(name, "correct horse battery") is None
    assert people.named(name) is None
    assert people.by_password("dana", "correct horse battery") == dana
    database.close()
