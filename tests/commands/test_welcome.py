"""The start screen of `hotline up`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.commands.welcome import command
from tests.files.good import FLOW, ROTA


@pytest.mark.parametrize(("lines", "shown"), [(2, "Amy Okafor"), (21, "21 call flows")])
def test_a_few_hotlines_are_listed_and_many_are_counted(
    lines: int, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))
    for folder in ("call_flows", "rota"):
        (tmp_path / folder).mkdir()
    for line in range(lines):
        (tmp_path / "call_flows" / f"line{line}.yaml").write_text(FLOW.replace("555 0100", f"555 01{10 + line}"))
        (tmp_path / "rota" / f"line{line}.yaml").write_text(ROTA)
    output = CliRunner().invoke(command, catch_exceptions=False).output
    assert shown in output
    assert ("Amy Okafor" in output) == (lines == 2)
    assert "practice mode" in output
