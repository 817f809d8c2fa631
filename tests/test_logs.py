"""A notice is a line of JSON. A log that cannot be written costs nothing but its lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr
from datetime import datetime
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


def test_a_notice_is_a_line_of_json_and_brings_no_library_along() -> None:
    said = "from hotline.logs import LoggedNotices\nLoggedNotices()('edit_refused', hotline='rise', seconds=2)"
    counted = f"{said}\nimport sys\nprint(*(one for one in ('rich', 'attr', 'asyncio') if one in sys.modules))"
    done = subprocess.run([sys.executable, "-c", counted], capture_output=True, text=True, check=True)
    line = json.loads(done.stderr)
    assert datetime.fromisoformat(line.pop("timestamp")).utcoffset() is not None
    assert line == {"event": "edit_refused", "hotline": "rise", "level": "info", "seconds": 2}
    assert done.stderr.count("\n") == 1
    assert not done.stdout.strip(), "each process that says something would have them for as long as it runs"
