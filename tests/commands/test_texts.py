"""`hotline texts`: what is planned, what was sent, and in practice mode what would have been."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine

from hotline.errors import FilesError
from hotline.jobs import tasks
from hotline.settings import read_settings
from hotline.wiring.parts import Parts
from tests.rota_tools.looking import run
from tests.services.texts.texting import ROTA, World

NORA = 'coordinators:\n  nora: {name: Nora Diaz, phone: "+1 410 555 0130"}\n'
AT = ("--at", "2026-01-06 19:00")


def shown(folder: Path, *words: str) -> dict[str, Any]:
    result = run(folder, "texts", "--json", *words, HOTLINE_DATA_DIR=str(folder / "var"))
    assert result.exit_code == 0
    return dict(json.loads(result.stdout))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    World(tmp_path, f"sqlite:///{tmp_path}/other.db", ROTA + NORA)
    return tmp_path


def test_what_is_planned_and_what_was_not_sent(folder: Path) -> None:
    (rota,) = shown(folder, "--days", "1", *AT)["rotas"]
    assert (rota["rota"], rota["volunteers_with_texts"], rota["coordinators"]) == ("rise", 2, 1)
    amy = [(one["at"], one["reminder"], one["state"]) for one in rota["reminders"] if one["who"] == "amy"]
    assert amy == [
        ("2026-01-05T13:00:00Z", "1h before", "not sent"),
        ("2026-01-05T23:00:00Z", "18:00 the day before", "not sent"),
        ("2026-01-06T13:00:00Z", "1h before", "not sent"),
        ("2026-01-06T23:00:00Z", "18:00 the day before", "due"),
        ("2026-01-07T13:00:00Z", "1h before", "planned"),
        ("2026-01-07T23:00:00Z", "18:00 the day before", "planned"),
    ]


def test_for_people(folder: Path) -> None:
    result = run(folder, "texts", "rise", "--days", "1", *AT, HOTLINE_DATA_DIR=str(folder / "var"), columns=100)
    assert "RISE  rise (America/New_York): 2 of 3 volunteers want texts, 1 coordinator" in result.stdout
    assert "  Wed 7 Jan 08:00  Amy Okafor  Wed 7 Jan 09:00-17:00        planned" in result.stdout
    assert "This is practice mode: no texts are sent." in result.stdout
    assert "555" not in result.stdout


def test_a_hotline_that_is_not_there(folder: Path) -> None:
    with pytest.raises(FilesError, match="There is no usable hotline or rota named 'west'"):
        run(folder, "texts", "west", *AT, HOTLINE_DATA_DIR=str(folder / "var"))


@time_machine.travel("2026-01-06T23:30:00Z", tick=False)
def test_what_workers_sent_in_practice_mode_is_shown_by_name_and_counted_by_kind(folder: Path) -> None:
    settings = read_settings({"HOTLINE_CONFIG_DIR": str(folder), "HOTLINE_DATA_DIR": str(folder / "var")})
    tasks.bind(Parts(settings))
    for _ in range(2):
        tasks.send_texts()
        tasks.send_notices()
        tasks.find_gaps()
    tasks.caller_not_reached("rise", "29462370")
    found = shown(folder, "--days", "1")
    assert [one["who"] for one in found["rotas"][0]["reminders"] if one["state"] == "sent"] == ["amy", "ben"]
    assert found["last_7_days"] == {"not_reached": {"sent": 1}, "reminder": {"sent": 2}}
    assert [one["to"] for one in found["practice"]] == ["Amy Okafor", "Ben Ruiz", "Nora Diaz"]
