"""Commands that look at rotas know every rota that a flow rings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.other_rotas import with_leaders
from tests.rota_tools.looking import objects, run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, text in with_leaders().items():
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_bytes(text)
    return tmp_path


def test_who_is_said_of_each_rota(folder: Path) -> None:
    found = objects(run(folder, "who", "--json", "--at", "2026-01-05T18:30Z"))
    assert [(one["hotline"], one.get("rota"), one["on_call"]) for one in found] == [
        ("rise", None, ["amy", "ben"]),
        ("rise", "leaders", ["lea"]),
    ]
    assert [one["on_call"] for one in objects(run(folder, "who", "leaders", "--json"))] in ([[]], [["lea"]])
    assert "RISE (leaders)" in run(folder, "who").stdout


@pytest.mark.parametrize("command", ["preview", "gaps", "fairness"])
def test_every_rota_is_listed(folder: Path, command: str) -> None:
    assert "RISE (leaders)" in run(folder, command, columns=120).stdout
    alone = run(folder, command, "leaders", columns=120).stdout
    assert "Lea" in alone or command == "gaps"
    assert "Amy" not in alone


def test_changes_are_entered_in_any_rota(folder: Path) -> None:
    assert run(folder, "cover", "lea", "2030-01-08", "--yes").exit_code == 0
    assert b"lea" in (folder / "rota/leaders.yaml").read_bytes().partition(b"cover:")[2]


def test_a_calendar_is_made_of_any_rota(folder: Path) -> None:
    assert "Lea Marsh" in run(folder, "ics", "leaders").stdout


def test_waits_are_forecast_for_each_rota(folder: Path) -> None:
    found = objects(run(folder, "forecast", "--json"))
    assert [one.get("rota") for one in found] == [None, "leaders"]
