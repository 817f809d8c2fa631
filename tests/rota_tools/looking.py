"""Rotas to look at with the commands that only look: run in this process, on files of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from hotline.cli import group
from tests.files.good import FLOW, rota_with

DAYS = "  - {name: Days, hours: 08:00-20:00, on_call: [amy, ben]}"
NIGHTS = "  - {name: Nights, hours: 20:00-08:00, on_call: [cho]}"
BACKUP = "backup: [dee]"


def write(folder: Path, *entries: str, flow: str = FLOW, **more: str) -> Path:
    """A configuration directory with one flow and its rota, of four volunteers and these lines."""
    for path, text in (("call_flows/rise.yaml", flow), ("rota/rise.yaml", rota_with(*entries, **more))):
        (folder / path).parent.mkdir(exist_ok=True, parents=True)
        (folder / path).write_text(text)
    return folder


def run(folder: Path, *words: str, columns: int = 80, **environment: str) -> Result:
    """`hotline …` with its output as on a plain terminal of so many columns."""
    given = {"HOTLINE_CONFIG_DIR": str(folder), "COLUMNS": str(columns), "NO_COLOR": "1", **environment}
    return CliRunner().invoke(group, words, env=given, catch_exceptions=False)


def objects(result: Result) -> list[dict[str, Any]]:
    """What was printed, one JSON object a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]
