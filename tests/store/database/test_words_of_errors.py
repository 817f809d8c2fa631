"""What a database or its driver says is never repeated: it may name hosts, users, and parts of a password."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from hotline.errors import DatabaseUnavailable
from hotline.store.database.migrate import migrate
from tests.servers import PostgreSQL


def words(url: str) -> str:
    with pytest.raises(DatabaseUnavailable) as caught:
        migrate(url)
    assert caught.value.__suppress_context__
    return str(caught.value)


@pytest.mark.parametrize(
    ("host", "reason"),
    [("127.0.0.1", "connection refused"), ("canary-host.invalid", "host"), ("/canary-dir", "socket")],
)
def test_a_server_that_is_not_there_is_told_without_where_it_is(host: str, reason: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = f"/db?host={host}&port={port}" if host.startswith("/") else f"{host}:{port}/db"
    said = words(f"postgresql://canary-user:canary-word@{where}")
    assert reason in said
    assert "canary" not in said
    assert str(port) not in said
    assert "127.0.0.1" not in said


def test_a_database_or_a_user_that_does_not_exist_is_told_without_its_name(postgresql: PostgreSQL) -> None:
    for url in (postgresql.url("canary"), postgresql.url().replace("hotline@", "canary@")):
        said = words(url)
        assert "does not exist" in said
        assert "canary" not in said


def test_a_file_that_is_no_database_is_told_without_its_path(tmp_path: Path) -> None:
    file = tmp_path / "canary.db"
    file.write_bytes(b"not a database at all, but long enough to be read as one " * 40)
    assert "canary" not in words(f"sqlite:///{file}")
    assert "canary" not in words("sqlite:////proc/canary/hotline.db")
