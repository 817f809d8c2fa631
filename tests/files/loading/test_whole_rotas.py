"""Whole rotas as coordinators write them: what is said of each, and who is on call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline.core.planning.rota_diff import rota_diff
from hotline.files import Loaded, check_coverage, check_effects, load_texts
from tests.files.good import FLOW, texts

CASES = Path(__file__).parents[1] / "cases"
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 28, 12, tzinfo=NEW_YORK)
OPENING = "open: [{days: mon-fri, hours: 09:00-21:00}]\nclosed: shut\n"
SHUT = "  shut: {say: {en: We open at nine.}, hang_up: true}\n"


def case(name: str, *changes: tuple[str, str], flow: str = FLOW) -> Loaded:
    rota = (CASES / f"{name}.yaml").read_text()
    for old, new in changes:
        assert old in rota
        rota = rota.replace(old, new)
    loaded = load_texts(texts(flow=flow, rota=rota))
    assert loaded.hotlines, loaded.findings
    return loaded


def on_call(loaded: Loaded, *when: int) -> tuple[str, ...]:
    return loaded.hotlines["rise"].schedule.at(datetime(*when, tzinfo=NEW_YORK)).on_call  # type: ignore[arg-type,misc]


def notes(loaded: Loaded) -> list[str]:
    return [f"{one.message}" for one in check_effects(loaded, NOW)]


def gaps(loaded: Loaded) -> list[str]:
    return [one.message for one in check_coverage(loaded, NOW) if one.code in ("gap", "nobody-at-all")]


def test_a_turn_a_day_on_weekdays_names_those_who_never_have_one() -> None:
    loaded = case("turns-on-weekdays")
    assert [one.split("`")[1] for one in notes(loaded)] == ["v6", "v7"]
    assert on_call(loaded, 2026, 12, 1, 12) == ("v2",)


def test_each_entry_without_effect_is_noted_once() -> None:
    loaded = case("entries-without-effect")
    lines = (CASES / "entries-without-effect.yaml").read_text().splitlines()
    noted = [lines[one.line - 1].strip().split(": ", 1)[1] for one in check_effects(loaded, NOW) if one.line]
    assert noted == [
        "eli, from: 2025-12-24, to: 2026-12-26}",
        "fay, from: 2026-12-05, to: 2027-12-06}",
        "cho, for: amy, from: 2026-12-03 20:00, to: 2026-12-04 08:00}",
        "dee, for: eli, from: 2026-12-04 20:00, to: 2026-12-05 08:00}",
        "amy, for: eli, from: 2026-12-08 20:00, to: 2027-12-09 08:00}",
        "fay, for: dee, from: 2026-12-09 08:00, to: 2026-12-09 18:00}",
        "fay, for: dee, from: 2026-12-09 08:00, to: 2026-12-09 18:00}",
    ]
    assert not any("2025-12-24 18:00" in one for one in noted)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("20:00-08:00", []),
        ("19:00-09:00", []),
        ("18:00-06:00", ["`dee` is on call for only part of this time."]),
        ("22:00-10:00", ["`dee` is on call for only part of this time."]),
        ("08:00-20:00", ["`dee` is not on call then, so this entry changes nothing."]),
    ],
)
def test_a_cover_whose_shift_moves_is_noted(hours: str, said: list[str]) -> None:
    assert notes(case("cover-of-a-night", ("hours: 20:00-08:00", f"hours: {hours}"))) == said


def test_turns_change_week_by_week() -> None:
    two, four = case("lead-of-two"), case("lead-of-four")
    assert [sorted(on_call(two, 2026, 12, day, 12)) for day in (1, 8, 15)] == [
        ["ben", "fay"] if week % 2 else ["amy", "fay"] for week in (1, 2, 3)
    ]
    assert {one for day in (7, 14, 21, 28) for one in on_call(four, 2026, 12, day, 12)} == {
        "amy", "ben", "cho", "dee", "fay",
    }  # fmt: skip
    assert gaps(two) == gaps(four) == []


def test_a_weekend_without_a_shift_is_a_gap_under_way() -> None:
    assert gaps(case("weekend-whole")) == []
    [gap] = gaps(case("weekend-missing"))
    assert gap.startswith("Nobody is on call now, until Mon 08:00, and on Fridays from 17:00 to 08:00 3 days later")


def test_a_weekend_that_changes_hands_is_told_as_whole_stretches() -> None:
    old, new = (case(name).hotlines["rise"].schedule for name in ("weekend-before", "weekend-after"))
    start = datetime(2026, 11, 30, tzinfo=UTC)
    found = rota_diff(old, new, start, start + timedelta(days=7))
    assert not found.new_gaps
    assert not found.closed_gaps
    assert found.gained["dee"] == found.lost["cho"]
    assert [one.seconds // 3600 for one in found.gained["dee"]] == [13, 63]


def test_what_has_expired_is_noted() -> None:
    never = "is never on call from now on, even after a full round of all turns."
    assert notes(case("expired")) == [f"`cho` {never}", f"`fay` {never}", "This lasts 1826 days."]


def test_a_line_open_on_weekdays_has_gaps_only_without_its_hours() -> None:
    assert gaps(case("weekdays-only"))
    assert check_coverage(case("weekdays-only", flow=OPENING + FLOW + SHUT), NOW) == []
