"""What a DATABASE_URL means to SQLAlchemy."""

from __future__ import annotations

import pytest

from hotline.store.database.engine import database_address

SEVERAL = "postgresql://hotline:secret@db1,db2:5433,[::1]:5434/calls"


def test_several_hosts_are_written_as_libpq_writes_them_and_the_one_that_accepts_writes_is_used() -> None:
    asked = database_address(SEVERAL)
    assert asked.query == {"host": "db1,db2,::1", "port": "5432,5433,5434", "target_session_attrs": "read-write"}
    assert (asked.username, asked.password, asked.database) == ("hotline", "secret", "calls")
    words, given = asked.get_dialect()().create_connect_args(asked)
    assert (words, given["host"], given["port"]) == ([], "db1,db2,::1", "5432,5433,5434")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (f"{SEVERAL}?target_session_attrs=any", "any"),
        ("postgresql://hotline@/calls?host=/run/one,/run/two", "read-write"),
        ("postgresql://hotline@db1/calls", None),
        ("postgresql://hotline@/calls?host=/run/postgresql", None),
        ("sqlite:////srv/a,b/hotline.db", None),
    ],
)
def test_one_host_or_a_choice_of_ones_own_is_left_as_it_is(url: str, asked: str | None) -> None:
    assert database_address(url).query.get("target_session_attrs") == asked
