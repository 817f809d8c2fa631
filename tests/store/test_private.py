"""Files of the data directory are ours alone, and making them so takes no lock away."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hotline.store.database.migrate import migrate
from hotline.store.private import keep_private, open_to_others

READS = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); print(*db.execute('SELECT * FROM calls')); db.close()"


def test_a_look_at_the_shape_of_a_database_takes_no_lock_from_others_in_the_process(tmp_path: Path) -> None:
    """Closing a file drops every lock its process has on it. Another process then removed the log with a call in it."""
    file, log = tmp_path / "hotline.db", tmp_path / "hotline.db-wal"
    url = f"sqlite:///{file}"
    migrate(url)
    with closing(sqlite3.connect(file)) as ours:
        ours.execute("INSERT INTO calls (id, hotline, started_at) VALUES ('a', 'rise', 1)")
        ours.commit()
        assert log.exists()
        migrate(url)
        keep_private(tmp_path, Path("/elsewhere"))
        assert list(open_to_others(tmp_path)) == []
        subprocess.run([sys.executable, "-c", READS, str(file)], check=True)
        assert log.exists(), "the other was not the last to have the database open"


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_the_database_is_private_from_its_first_byte_on(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        migrate(f"sqlite:///{tmp_path / 'hotline.db'}")
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o077 or path.name.startswith(".")] == []


def test_a_folder_with_the_configuration_and_links_are_left_as_they_are(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        (tmp_path / "theirs").write_text("")
        (tmp_path / "secret-key").symlink_to(tmp_path / "theirs")
        tmp_path.chmod(0o755)
        keep_private(tmp_path, tmp_path / "config")
    finally:
        os.umask(before)
    assert (tmp_path / "theirs").stat().st_mode & 0o777 == 0o644
    assert list(open_to_others(tmp_path)) == [tmp_path]
