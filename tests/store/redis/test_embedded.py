"""The embedded server's socket: in the data directory, or in a folder that is ours alone."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.errors import LiveStateUnavailable, ServerError
from hotline.store.redis.embedded import EmbeddedServer, socket_path, socket_url
from hotline.store.redis.live import RedisLive


@pytest.fixture
def long_dir(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / ("long-" * 30 + secrets.token_hex(4))
    yield directory
    folder = socket_path(directory).parent
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def spoil(how: str, folder: Path, elsewhere: Path) -> None:
    if how == "link":
        shutil.rmtree(folder, ignore_errors=True)
        elsewhere.mkdir(mode=0o700)
        folder.symlink_to(elsewhere)
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    if how == "open to all":
        folder.chmod(0o777)
    elif how == "open to a group":
        folder.chmod(0o750)
    elif os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    else:
        folder.chmod(0o701)  # nobody but root can give a folder away


WAYS = ["link", "open to all", "open to a group", "of another user"]


def test_a_long_path_works(long_dir: Path) -> None:
    server = EmbeddedServer(long_dir)
    try:
        assert server.start()
        RedisLive(socket_url(long_dir), b"key").ping()
        assert socket_path(long_dir).parent.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


@pytest.mark.parametrize("how", WAYS)
def test_a_server_does_not_start_in_a_folder_that_is_not_ours_alone(how: str, long_dir: Path, tmp_path: Path) -> None:
    spoil(how, socket_path(long_dir).parent, tmp_path / "elsewhere")
    server = EmbeddedServer(long_dir)
    try:
        with pytest.raises(ServerError, match="Other users can access"):
            server.start()
    finally:
        server.stop()


@pytest.mark.parametrize("how", WAYS[1:])
def test_no_client_connects_to_a_server_in_such_a_folder(how: str, long_dir: Path, tmp_path: Path) -> None:
    server = EmbeddedServer(long_dir)
    try:
        server.start()
        spoil(how, socket_path(long_dir).parent, tmp_path / "elsewhere")
        with pytest.raises(LiveStateUnavailable):
            RedisLive(socket_url(long_dir), b"key").ping()
    finally:
        socket_path(long_dir).parent.chmod(0o700)
        server.stop()


@pytest.mark.parametrize("name", ["a b", "50%", "a#b", "ñandú"])
def test_a_data_directory_of_any_name_has_an_address(name: str, tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / name)
    try:
        assert server.start()
        RedisLive(socket_url(tmp_path / name), b"key").ping()
    finally:
        server.stop()


def test_what_a_server_that_was_killed_while_it_saved_has_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "temp-4711.rdb"
    left.write_bytes(b"CA" + b"1" * 32)
    server = EmbeddedServer(tmp_path)
    server.start()
    try:
        assert not left.exists()
    finally:
        server.stop()
