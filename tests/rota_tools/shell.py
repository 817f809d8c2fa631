"""`hotline` as other programs start it: from the code here, not from what may be installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]
PYTHON = (sys.executable, "-m", "hotline")


def environment(config_dir: Path | None = None, **more: str) -> dict[str, str]:
    """The variables of this process without git's and our own, and where the code is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "HOTLINE_"))}
    folder = {"HOTLINE_CONFIG_DIR": str(config_dir)} if config_dir else {}
    return {**kept, "PYTHONPATH": str(TOP), "NO_COLOR": "1", **folder, **more}


def installed(folder: Path) -> Path:
    """A folder for the PATH with a `hotline` in it."""
    folder.mkdir(exist_ok=True)
    script = folder / "hotline"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hotline "$@"\n')
    script.chmod(0o755)
    return folder
