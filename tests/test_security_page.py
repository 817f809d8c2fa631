"""docs/security.md names tests that exist, for each threat."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
THREATS = 8


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_test_that_the_page_names_exists() -> None:
    missing = [f"{path}::{name}" for path, name in _NAMED.findall(PAGE) if name not in names_in(ROOT / path)]
    assert missing == []


def test_every_threat_has_what_stops_it_and_the_tests_that_show_it() -> None:
    threats = [part for part in PAGE.split("\n## ")[1:] if "`tests/" in part]
    assert len(threats) == THREATS
    assert all(len(_NAMED.findall(threat)) >= 3 for threat in threats)
    assert "docs/security.md" in (ROOT / "SECURITY.md").read_text("utf-8")
