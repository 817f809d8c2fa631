"""What a process does not do while it starts, so that a command answers and a killed process is back soon."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Commands are imported by `main`, which never returns: so it is asked at the interpreter's end.
_START = """
import atexit, gc, importlib, json, sys
atexit.register(lambda: print(json.dumps({
    "collections": sum(one["collections"] for one in gc.get_stats()),
    "frozen": gc.get_freeze_count(),
    "collector": gc.isenabled(),
    "shapes": "hotline.files.shapes.rota" in sys.modules,
    "validators": importlib.import_module("hotline.files.shapes.rota").RotaFile.__pydantic_complete__,
}), file=sys.stderr))
from hotline.cli import main
main()
"""


def test_a_command_starts_without_looking_for_garbage_and_without_validators() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _START, "who", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stderr)
    assert not found["shapes"], "what checks files takes a third of the imports"
    assert not found["validators"], "and validators as long again: web processes import them at the start"
    assert found["collector"], "it looks for garbage after the start"
    assert found["frozen"] > 10_000, "what was imported is never looked through"
    assert found["collections"] < 80, "each collection looks through what was imported until then"
