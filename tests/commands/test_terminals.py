"""Every command works on a terminal that has no characters for what it shows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import warm

ROOT = Path(__file__).parents[2]
COMMANDS = [
    ["preview", "rise"],
    ["gaps", "rise"],
    ["fairness", "rise"],
    ["forecast", "rise"],
    ["test"],
    ["doctor"],
    ["man"],
    ["completion", "bash"],
    ["schema", "rota"],
    ["schema", "flow"],
    ["who"],
    ["check"],
    ["explain", "E101"],
    ["jobs"],
    ["report"],
    ["people"],
    ["texts"],
    ["off"],
    ["ics", "rise"],
    ["fallback"],
    ["privacy"],
    ["restore", "nowhere"],
    ["welcome"],
    ["away", "rise", "ben", "tomorrow"],
    ["--help"],
    ["préview"],
]


@pytest.mark.parametrize(
    ("command", "encoding"),
    [*((one, "ascii") for one in COMMANDS), *((one, "latin-1") for one in COMMANDS[:2])],
    ids=lambda one: " ".join(one) if isinstance(one, list) else one,
)
def test_a_command_replaces_what_the_terminal_cannot_show(encoding: str, command: list[str], tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOTLINE_CONFIG_DIR": str(ROOT),
        "HOTLINE_DATA_DIR": str(tmp_path / "data"),
        "PYTHONIOENCODING": encoding,
    }
    done = warm.hotline(*command, env=environment, types="n\n", timeout=120)
    assert "UnicodeEncodeError" not in done.stderr
    assert "Traceback" not in done.stderr
