"""`hotline who`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.rota_tools.looking import BACKUP, DAYS, NIGHTS, objects, run, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP)


def test_one_object_a_line_in_the_order_asked(folder: Path) -> None:
    asked = ("2026-01-05 21:00", "2026-01-05T09:00", "2026-01-05T14:00Z")
    found = objects(run(folder, "who", "--json", *(word for one in asked for word in ("--at", one))))
    assert [(one["at"], one["on_call"]) for one in found] == [
        ("2026-01-05T21:00:00-05:00", ["cho"]),
        ("2026-01-05T09:00:00-05:00", ["amy", "ben"]),
        ("2026-01-05T09:00:00-05:00", ["amy", "ben"]),
    ]
    assert found[0]["backup"] == ["dee"]
    assert (found[0]["until"], found[0]["next"]) == ("2026-01-06T08:00:00-05:00", ["amy", "ben"])


@pytest.mark.parametrize("name", ["rise", "RISE"])
def test_a_hotline_goes_by_its_names_and_its_rotas(folder: Path, name: str) -> None:
    (folder / "rota" / "rise.yaml").rename(folder / "rota" / "peers.yaml")
    flow = folder / "call_flows" / "rise.yaml"
    flow.write_text(flow.read_text() + "rota: peers\n")
    for each in (name, "peers"):
        assert len(objects(run(folder, "who", each, "--json"))) == 1


def test_now_is_said_in_whole_seconds(folder: Path) -> None:
    with time_machine.travel(datetime(2026, 1, 5, 17, 0, 0, 123456, tzinfo=UTC), tick=False):
        [found] = objects(run(folder, "who", "--json"))
    assert found["at"] == "2026-01-05T12:00:00-05:00"


def test_people_read_until_when_and_who_is_next(folder: Path) -> None:
    text = run(folder, "who", "--at", "2026-01-05 12:00").stdout
    assert "on call  Amy, Ben  until Mon 20:00" in text
    assert "then     Cho" in text
    assert "backup   Dee" in text


def test_nobody_on_call_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, "shifts:", DAYS)
    result = run(tmp_path, "who", "--at", "2026-01-05 21:00", "--json")
    assert result.exit_code == 0
    assert (objects(result)[0]["on_call"], objects(result)[0]["backup"]) == ([], [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-03-08 02:30", "2026-03-08T03:00:00-04:00"),  # does not occur: the jump
        ("2026-11-01 01:30", "2026-11-01T01:30:00-04:00"),  # occurs twice: the first
        ("2026-11-01 01:30-05:00", "2026-11-01T01:30:00-05:00"),
    ],
)
def test_wall_clock_times_near_clock_changes_are_read_as_in_a_rota(folder: Path, typed: str, meant: str) -> None:
    assert objects(run(folder, "who", "--json", "--at", typed))[0]["at"] == meant


@pytest.mark.parametrize("typed", ["someday", "0001-01-01", "9999-12-31 23:59"])
def test_an_instant_that_cannot_be_is_refused(folder: Path, typed: str) -> None:
    result = run(folder, "who", "--at", typed)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


SATURDAY = datetime(2026, 11, 28, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "at"), [("tomorrow 8am", "2026-11-29T08:00:00-05:00"), ("fri 18:00", "2026-12-04T18:00:00-05:00")]
)
def test_instants_are_typed_as_people_say_them(folder: Path, typed: str, at: str) -> None:
    with time_machine.travel(SATURDAY, tick=False):
        [found] = objects(run(folder, "who", "--json", "--at", typed))
        assert found["at"] == at
        assert run(folder, "gaps", "--at", typed).exit_code == 0
        assert run(folder, "check", "--at", typed).exit_code == 0
        assert run(folder, "preview", "--from", typed.split()[0]).exit_code == 0
        assert run(folder, "report", "--from", "01/11/2026").exit_code == 2
        assert "2026-11-01 or 2026-01-11" in " ".join(run(folder, "report", "--from", "01/11/2026").output.split())


@pytest.mark.parametrize(
    ("typed", "help"),
    [
        ("24/12/2026 18:00", "is not a date. Write 2026-12-24"),
        ("viernes 18:00", "is not a day. Did you mean `fri`?"),
        ("for ben", "is not a day. Write it like 2026-12-24 18:00, tomorrow 8am or fri 18:00."),
    ],
)
def test_a_time_that_is_not_understood_is_told_once_with_its_remedy(folder: Path, typed: str, help: str) -> None:
    done = run(folder, "who", "--at", typed, columns=400)
    assert done.exit_code == 2
    assert help in done.output
    assert done.output.count("Write") + done.output.count("Did you mean") == 1
