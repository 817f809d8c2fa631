"""A log that cannot be written costs nothing but its lines."""

from __future__ import annotations

import os
from contextlib import redirect_stderr
from pathlib import Path

from hotline.logs import LoggedNotices


def test_a_full_disk_under_the_log_fails_nobody_and_the_notice_comes_later(tmp_path: Path) -> None:
    path, full = tmp_path / "log", os.open("/dev/full", os.O_WRONLY)
    with path.open("w", buffering=1) as log, redirect_stderr(log):
        notice = LoggedNotices()
        notice("first")
        kept = os.dup(log.fileno())
        os.dup2(full, log.fileno())  # what it writes finds no room
        notice("second")
        os.dup2(kept, log.fileno())
        notice("second")
        os.close(kept)
    os.close(full)
    assert "first" in path.read_text()
    assert "second" in path.read_text()
