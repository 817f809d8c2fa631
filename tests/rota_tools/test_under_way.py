"""What is under way at the moment that is asked about is told first, and told whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hotline.core.calls.spoken import the_line
from tests.rota_tools.looking import objects, run, write

WEEKDAYS = "  - {days: mon-fri, hours: 08:00-17:00, on_call: [amy, ben]}"
NIGHTS = "  - {days: mon-thu, hours: 17:00-08:00, on_call: [cho, dee]}"
BACKUP = "backup: [ben]"
SATURDAY = ("--at", "2026-11-28 16:07:31")


@pytest.fixture
def no_weekend(tmp_path: Path) -> Path:
    return write(tmp_path, "shifts:", WEEKDAYS, NIGHTS, BACKUP)


@pytest.mark.parametrize("command", ["check", "gaps"])
def test_a_gap_under_way_comes_first_with_its_end(no_weekend: Path, command: str) -> None:
    found = " ".join(run(no_weekend, command, *SATURDAY).stdout.split())
    assert "now, until Mon 08:00, and on Fridays from 17:00 to 08:00 3 days later" in found


def test_a_gap_that_does_not_come_round_is_covered_to_its_own_end(tmp_path: Path) -> None:
    away = "away: [{who: amy, from: 2027-01-18, to: 2027-02-03}]"
    folder = write(tmp_path, "shifts: [{hours: 24h, on_call: [amy]}]", away, BACKUP)
    [rota] = objects(run(folder, "gaps", "--depth", "1", "--json", *SATURDAY))
    [gap] = rota["gaps"]
    assert gap["when"].startswith("from Mon 2027-01-18 00:00")
    for line in gap["close"]["lines"]:
        assert re.search(r"\d\d:00\}$", line)


def test_a_cover_for_a_gap_under_way_begins_at_a_full_hour_and_ends_with_it(tmp_path: Path) -> None:
    away = "away: [{who: amy, from: 2026-11-27 09:00, to: 2026-11-30 11:00}]"
    folder = write(tmp_path, "shifts: [{hours: 24h, on_call: [amy]}]", away, BACKUP)
    [rota] = objects(run(folder, "gaps", "--depth", "1", "--json", *SATURDAY))
    [gap] = rota["gaps"]
    assert gap["when"] == "now, until Mon 11:00"
    [line] = gap["close"]["lines"]
    assert "from: 2026-11-28 16:00, to: 2026-11-30 11:00" in line


def test_a_takeover_this_minute_is_in_the_diff_and_the_hours_add_up(tmp_path: Path) -> None:
    weekend = "  - {from: fri 17:00, to: mon 08:00, on_call: [cho]}"
    old = write(tmp_path / "old", "shifts:", WEEKDAYS, NIGHTS, weekend)
    new = write(tmp_path / "new", "shifts:", WEEKDAYS, NIGHTS, weekend.replace("cho", "dee"))
    words = (str(old / "rota" / "rise.yaml"), str(new / "rota" / "rise.yaml"), *SATURDAY, "--weeks", "2")
    text = run(tmp_path, "diff", *words).stdout
    assert re.search(r"Dee .*\+166 h", text)  # 40 until Monday, and two weekends of 63
    assert "+ now, until Mon 30 Nov 08:00; Fri 17:00 – Mon 08:00, 2 times from Fri 4 Dec" in text


def test_a_change_for_good_is_told_from_its_first_day_on(tmp_path: Path) -> None:
    shift = "shifts: [{hours: 24h, on_call: [amy]}, {hours: 24h, on_call: [dee], starting: 2026-12-03}]"
    old = write(tmp_path / "old", shift.split(", {hours")[0] + "]")
    new = write(tmp_path / "new", shift)
    words = (str(old / "rota" / "rise.yaml"), str(new / "rota" / "rise.yaml"), *SATURDAY, "--weeks", "2")
    assert "+ from Thu 3 Dec 00:00 on" in run(tmp_path, "diff", *words).stdout


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("RISE", "the RISE line", "la línea RISE"),
        ("X Line", "the X Line", "la X Line"),
        ("The Care Helpline", "the Care Helpline", "la Care Helpline"),
        ("Línea de Apoyo", "the Línea de Apoyo", "la Línea de Apoyo"),
        ("Online Help", "the Online Help line", "la línea Online Help"),
    ],
)
def test_a_name_that_says_line_is_not_followed_by_another(name: str, english: str, spanish: str) -> None:
    assert (the_line(name, "en"), the_line(name, "es")) == (english, spanish)
