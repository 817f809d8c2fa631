"""STOP and START: on a real SQLite and a real PostgreSQL."""

from __future__ import annotations

from sqlalchemy import text

from hotline.store.database.lazy import Database
from hotline.store.database.text_optouts import TextOptouts

AMY, BEN = "+14105550111", "+14105550112"
KEY = b"k" * 32


def test_a_phone_that_said_stop_gets_no_texts_until_it_says_start(database: Database) -> None:
    optouts = TextOptouts(database, KEY)
    assert not optouts.is_out(AMY)
    optouts.opt_out(AMY, 1_000)
    optouts.opt_out(AMY, 2_000)
    assert (optouts.is_out(AMY), optouts.is_out(BEN)) == (True, False)
    optouts.opt_in(AMY)
    optouts.opt_in(AMY)
    assert not optouts.is_out(AMY)


def test_no_number_is_kept(database: Database) -> None:
    TextOptouts(database, KEY).opt_out(AMY, 1_000)
    with database.transaction() as connection:
        (row,) = connection.execute(text("SELECT * FROM text_optouts"))
    assert AMY[-7:] not in str(tuple(row))
