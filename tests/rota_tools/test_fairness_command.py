"""`hotline fairness`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hotline.files import load_texts
from tests.files.good import rota_with, texts
from tests.rota_tools.looking import BACKUP, DAYS, NIGHTS, objects, run, write

PERIOD = ("--from", "2026-01-05", "--to", "2026-02-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP)


def test_everyone_is_shown_from_the_most_loaded_on(folder: Path) -> None:
    [found] = objects(run(folder, "fairness", *PERIOD, "--json"))
    assert (found["from"], found["to"]) == ("2026-01-05T00:00:00-05:00", "2026-02-02T00:00:00-05:00")
    shown = [(one["id"], one["seconds_on_call"] // 3600, one["nights"], one["weekends"]) for one in found["volunteers"]]
    assert shown == [("cho", 336, 28, 4), ("amy", 336, 0, 4), ("ben", 336, 0, 4), ("dee", 0, 0, 0)]
    assert found["volunteers"][-1]["seconds_as_backup"] == 28 * 86400


def test_people_read_a_table_with_what_the_words_mean(folder: Path) -> None:
    text = run(folder, "fairness", *PERIOD).stdout
    assert re.search(r"Cho +336 +28 +4 +12 h", text)
    assert "backup for 672 h" in text
    assert "A night is 3 hours or more on call between 23:00 and 06:00" in " ".join(text.split())
    assert "error: Cho has 56 nights running or more" in text
    assert max(map(len, text.splitlines()[:9])) <= 80


def test_the_exit_code_tells_of_errors_if_asked_to(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "fairness", *PERIOD).exit_code == 0
    assert run(folder, "fairness", *PERIOD, "--exit-code").exit_code == 1
    write(tmp_path, "shifts:", DAYS, NIGHTS, "limits: {except: {cho: sleeps by day}}")
    result = run(folder, "fairness", *PERIOD, "--exit-code")
    assert result.exit_code == 0
    assert "Not counted: Cho, who sleeps by day." in result.stdout


def test_days_and_weeks_make_the_same_period(folder: Path) -> None:
    weeks = run(folder, "fairness", "--from", "2026-01-05", "--weeks", "4", "--json").stdout
    assert weeks == run(folder, "fairness", *PERIOD, "--json").stdout


@pytest.mark.parametrize(
    "words", [("--from", "2026-02-01", "--to", "2026-01-01"), ("--to", "2999-01-01"), ("--from", "x")]
)
def test_a_period_that_cannot_be_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    assert run(folder, "fairness", *words).exit_code == 2


@pytest.mark.parametrize(
    ("written", "nights", "most", "rest"),
    [
        ("limits:", 2, 3, 11 * 3600),
        ("limits: {nights_running: 1}", 1, 3, 11 * 3600),
        ("limits: {nights_running: 5}", 5, 5, 11 * 3600),
        ("limits: {most_nights_running: 1}", 1, 1, 11 * 3600),
        ("limits: {rest_between: 0s}", 2, 3, 0),
        ("limits: {nights_running: 4, most_nights_running: 6, rest_between: 8h30m}", 4, 6, 30600),
    ],
)
def test_limits_that_are_left_out_are_the_usual_ones(written: str, nights: int, most: int, rest: int) -> None:
    loaded = load_texts(texts(rota=rota_with("shifts:", DAYS, BACKUP, written)))
    found = loaded.hotlines["rise"].rota.limits
    assert (found.nights_running, found.most_nights_running, found.rest_between) == (nights, most, rest)


def test_a_check_notes_what_exceeds_the_limits_that_a_rota_sets(tmp_path: Path) -> None:
    at = ("--at", "2026-01-05 12:00")
    assert "limits" not in run(write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP), "check", *at).stdout
    result = run(write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP, "limits: {nights_running: 2}"), "check", *at)
    assert result.exit_code == 0
    assert "note[limits-exceeded]: In the next 8 weeks these exceed this limit: Cho." in result.stdout
