"""The address of a data directory's hotline while `hotline up` runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path

_FILE = "running.json"


def write_address(data_dir: Path, url: str) -> None:
    """Remember the local address of the web process."""
    with open(os.open(data_dir / _FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"url": url}, file)


def forget_address(data_dir: Path) -> None:
    """Forget the address: the hotline runs no more."""
    (data_dir / _FILE).unlink(missing_ok=True)


def read_address(data_dir: Path) -> str | None:
    """The local address of the running web process, if one said so."""
    try:
        return str(json.loads((data_dir / _FILE).read_text())["url"])
    except (OSError, ValueError, KeyError):
        return None
