"""Where the hotline of a data directory can be reached while `hotline up` runs it."""

from __future__ import annotations

import json
from pathlib import Path

_FILE = "running.json"


def write_address(data_dir: Path, url: str) -> None:
    """Remember the local address of the web process."""
    (data_dir / _FILE).write_text(json.dumps({"url": url}))


def forget_address(data_dir: Path) -> None:
    """The hotline runs no more."""
    (data_dir / _FILE).unlink(missing_ok=True)


def read_address(data_dir: Path) -> str | None:
    """The local address of the running web process, if one said so."""
    try:
        return str(json.loads((data_dir / _FILE).read_text())["url"])
    except (OSError, ValueError, KeyError):
        return None
