"""`hotline gaps`: what is missing, how often, and the lines that close it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotline.files import Finding, check_coverage, load
from tests.rota_tools.looking import BACKUP, DAYS, NIGHTS, objects, run, write

AT = ("--at", "2026-01-05 12:00")


def found(folder: Path, *words: str) -> list[dict[str, Any]]:
    [rota] = objects(run(folder, "gaps", "--json", *(words if "--at" in words else (*AT, *words))))
    gaps: list[dict[str, Any]] = rota["gaps"]
    return gaps


def test_nothing_is_missing(tmp_path: Path) -> None:
    result = run(write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP), "gaps", "--depth", "1", *AT)
    assert result.exit_code == 0
    assert "Somebody is on call all the time." in result.stdout


def test_a_thin_stretch_is_told_and_is_no_failure(tmp_path: Path) -> None:
    folder = write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP)
    assert run(folder, "gaps", *AT).exit_code == 0
    [thin] = found(folder)
    assert (thin["kind"], thin["on_call"], len(thin["times"])) == ("thin", 1, 56)
    assert thin["when"].startswith("every day from 20:00 to 08:00 the next day (56 times in the next 8 weeks")


def test_one_week_is_told_as_one(tmp_path: Path) -> None:
    folder = write(tmp_path, "shifts:", DAYS, NIGHTS, BACKUP)
    [thin] = found(folder, "--weeks", "1")
    assert thin["when"].startswith("every day from 20:00 to 08:00 the next day (7 times in the next week, first on")


def test_a_gap_exits_1_and_is_closed_by_a_longer_shift(tmp_path: Path) -> None:
    folder = write(tmp_path, "shifts:", DAYS, NIGHTS.replace("-08:00", "-07:00"), BACKUP)
    result = run(folder, "gaps", "--depth", "1", *AT)
    assert result.exit_code == 1
    assert "Make the shift `Days` longer" in result.stdout
    assert "hours: 07:00-20:00" in result.stdout
    assert "Amy (672 h), Ben (672 h)" in result.stdout


def test_what_recurs_on_other_days_than_any_shift_gets_a_shift_of_its_own(tmp_path: Path) -> None:
    folder = write(tmp_path, "shifts:", DAYS, NIGHTS.replace("hours", "days: mon-fri, hours"), BACKUP)
    [gap] = found(folder, "--depth", "1")
    assert gap["when"].startswith("on Saturdays and Sundays from 20:00 to 08:00")
    assert gap["close"] == {
        "section": "shifts",
        "lengthen": None,
        "lines": ["- {days: [sat, sun], hours: 20:00-08:00, on_call: [cho]}"],
        "asked": ["cho"],
    }


def test_a_thin_stretch_without_an_end_gets_a_shift_from_then_on(tmp_path: Path) -> None:
    always, until = "  - {hours: 24h, on_call: [amy]}", "  - {hours: 24h, until: 2026-01-20, on_call: [ben]}"
    folder = write(tmp_path, "shifts:", always, until)
    [thin] = found(folder, "--depth", "2")
    lines = ["- {days: every day, hours: 24h, starting: 2026-01-21, on_call: [ben]}"]
    assert thin["close"] == {"section": "shifts", "lengthen": None, "lines": lines, "asked": ["ben"]}
    assert found(write(tmp_path, "shifts:", always, until, *(f"  {line}" for line in lines)), "--depth", "2") == []


def test_nobody_is_asked_whose_turn_comes_within_the_gap_and_after_the_weeks_looked_at(tmp_path: Path) -> None:
    turns = "rotations: [{hours: 24h, turns: [amy, cho], change: 9 days, starting: 2026-01-05}]"
    folder = write(tmp_path, "shifts:", "  - {hours: 24h, until: 2026-01-10, on_call: [ben]}", turns)
    [thin] = found(folder, "--depth", "2", "--weeks", "1")
    assert thin["close"]["lines"] == ["- {days: every day, hours: 24h, starting: 2026-01-11, on_call: [ben]}"]


def test_a_single_gap_gets_a_cover_by_whoever_is_free_and_least_loaded(tmp_path: Path) -> None:
    away = "away: [{who: cho, from: 2026-01-20, to: 2026-01-20}]"
    folder = write(tmp_path, "shifts:", DAYS, NIGHTS, "  - {days: sat, hours: 24h, on_call: [dee]}", away)
    early, late = found(folder, "--depth", "1")
    assert early["kind"] == "nobody-at-all"
    assert early["close"]["lines"] == ["- {who: dee, from: 2026-01-20 00:00, to: 2026-01-20 08:00}"]
    assert late["close"]["lines"] == ["- {who: dee, from: 2026-01-20 20:00, to: 2026-01-21 00:00}"]


def test_whoever_had_no_rest_is_asked_last(tmp_path: Path) -> None:
    """Dee and amy have few hours, and were on call until an hour before; ben has many."""
    shifts = (
        "  - {days: mon, hours: 20:00-23:00, on_call: [dee, amy]}",
        "  - {days: [wed, thu, fri], hours: 12:00-14:00, on_call: [ben]}",
    )
    away = "away: [{who: cho, from: 2026-01-20, to: 2026-01-20 06:00}]"
    folder = write(tmp_path, "shifts:", NIGHTS, NIGHTS.replace("20:00-08:00", "08:00-20:00"), *shifts, away)
    [gap] = found(folder, "--depth", "1")
    assert gap["close"]["lines"] == ["- {who: ben, from: 2026-01-20 00:00, to: 2026-01-20 06:00}"]


def test_the_backup_is_asked_last(tmp_path: Path) -> None:
    folder = write(tmp_path, "shifts: [{days: mon-sat, hours: 24h, on_call: [amy]}]", BACKUP)
    assert found(folder, "--depth", "1")[0]["close"]["asked"] == ["amy"]
    [sunday] = [one for one in found(folder, "--depth", "4") if one["kind"] == "gap"]
    assert sunday["close"]["asked"] == ["amy", "ben", "cho", "dee"]


def test_several_gaps_are_not_all_put_on_one_volunteer(tmp_path: Path) -> None:
    away = "away: [{who: cho, from: 2026-01-20, to: 2026-01-20}, {who: cho, from: 2026-01-28, to: 2026-01-28}]"
    gaps = found(write(tmp_path, "shifts: [{hours: 24h, on_call: [cho]}]", away), "--depth", "1")
    asked = [who for gap in gaps for who in gap["close"]["asked"]]
    assert sorted(asked) == ["amy", "ben"]


def test_past_gaps_are_not_told(tmp_path: Path) -> None:
    away = "away: [{who: cho, from: 2026-01-20, to: 2026-01-20}]"
    folder = write(tmp_path, "shifts:", DAYS, NIGHTS, away)
    assert len(found(folder, "--depth", "1", "--at", "2026-01-19 12:00")) == 2
    assert len(found(folder, "--depth", "1", "--at", "2026-01-20 12:00")) == 1
    assert found(folder, "--depth", "1", "--at", "2026-01-21 12:00") == []


def test_a_rota_with_nobody_at_all(tmp_path: Path) -> None:
    [gap] = found(write(tmp_path), "--depth", "1")
    assert gap["kind"] == "nobody-at-all"
    assert gap["close"]["lines"] == ["- {days: every day, hours: 24h, on_call: [amy]}"]


def test_with_everybody_on_call_one_more_has_to_be_found(tmp_path: Path) -> None:
    folder = write(tmp_path, "shifts: [{hours: 24h, on_call: [amy, ben, cho, dee]}]")
    assert found(folder, "--depth", "5")[0]["close"]["lines"] == []
    assert "Find one more volunteer" in run(folder, "gaps", "--depth", "5", *AT).stdout


def test_pasting_the_lines_closes_the_gap(tmp_path: Path) -> None:
    shifts = ("shifts:", DAYS, "  - {days: mon-thu, hours: 20:00-08:00, on_call: [cho]}")
    gaps = found(write(tmp_path, *shifts, BACKUP), "--depth", "1")
    assert gaps
    pasted = [f"  {line}" for one in gaps for line in one["close"]["lines"]]
    assert check(write(tmp_path, *shifts, *pasted, BACKUP)) == []


def check(folder: Path) -> list[Finding]:
    return check_coverage(load(folder), datetime(2026, 1, 5, 17, tzinfo=UTC))
