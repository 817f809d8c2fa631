"""Notes on volunteers who are on call at no time, and on entries that change nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.files import check_effects, load_texts
from tests.files.good import rota_with, texts

NOW = datetime(2026, 11, 28, 21, tzinfo=UTC)
DAYS = "  - {hours: 08:00-20:00, on_call: [amy, ben]}"
NIGHTS = "  - {hours: 20:00-08:00, on_call: [cho, dee]}"


def notes(*entries: str, volunteers: str = "amy ben cho dee") -> list[tuple[str, str]]:
    loaded = load_texts(texts(rota=rota_with(*entries, volunteers=volunteers)))
    assert loaded.hotlines, loaded.findings
    found = check_effects(loaded, NOW)
    assert all(one.severity == "note" for one in found)
    return [(one.code, f"{one.message}") for one in found]


def never(*entries: str, volunteers: str = "amy ben cho dee") -> list[str]:
    return [said.split("`")[1] for code, said in notes(*entries, volunteers=volunteers) if code == "never-on-call"]


def entry(line: str) -> str:
    """What is said of one entry of a rota where everyone is on call half of each day."""
    found = notes("shifts:", DAYS, NIGHTS, line)
    return " ".join(said for code, said in found if code == "no-effect")


def test_a_turn_a_day_on_weekdays_leaves_two_of_seven_without_one() -> None:
    turns = "{days: mon-fri, hours: 09:00-19:00, turns: [a, b, c, d, e, f, g], change: daily, starting: 2026-11-30}"
    assert never(f"rotations: [{turns}]", volunteers="a b c d e f g") == ["f", "g"]
    assert never(f"rotations: [{turns.replace('mon-fri', 'every day')}]", volunteers="a b c d e f g") == []


@pytest.mark.parametrize("change", ["daily", "weekly", "monthly", "2 weeks", "10 days"])
def test_everyone_gets_a_turn_in_time(change: str) -> None:
    turns = f"{{hours: 24h, turns: [amy, ben, cho, dee], change: {change}, starting: 2026-01-05}}"
    assert never(f"rotations: [{turns}]") == []


def test_a_shift_that_has_ended_calls_nobody() -> None:
    summer = "{hours: 10:00-16:00, on_call: [cho], starting: 2026-06-01, until: 2026-08-31}"
    assert never(f"shifts: [{{hours: 24h, on_call: [amy, ben]}}, {summer}]") == ["cho"]
    assert never(f"shifts: [{{hours: 24h, on_call: [amy]}}, {summer.replace('2026', '2027')}]") == []


def test_who_is_away_for_years_is_never_on_call_unless_they_cover() -> None:
    rota = ("shifts: [{hours: 24h, on_call: [amy, ben]}]", "away: [{who: ben, from: 2026-01-01, to: 2030-12-31}]")
    assert never(*rota) == ["ben"]
    assert never(*rota, "cover: [{who: ben, from: 2026-12-24, to: 2026-12-24}]") == []
    assert never(rota[0], rota[1].replace("2030-12-31", "2026-12-31")) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cover: [{who: cho, for: amy, from: 2026-12-03 20:00, to: 2026-12-04 08:00}]", "`amy` is not on call then"),
        ("cover: [{who: ben, for: amy, from: 2026-12-11 08:00, to: 2026-12-11 20:00}]", "only removes `amy`"),
        ("cover: [{who: dee, from: 2026-12-04 20:00, to: 2026-12-05 08:00}]", "`dee` is on call then anyway"),
        ("cover: [{who: amy, for: dee, from: 2026-12-08 20:00, to: 2027-12-09 08:00}]", "This lasts 365 days"),
        (
            "cover: [{who: cho, for: amy, from: 2026-12-03 07:00, to: 2026-12-03 19:00}]",
            "`amy` is on call for only part",
        ),
        (
            "cover: [{who: amy, for: cho, from: 2026-12-24 21:00, to: 2026-12-25 09:00}]",
            "`cho` is on call for only part",
        ),
        ("away: [{who: amy, from: 2026-12-05, to: 2027-12-06}]", "This lasts 367 days"),
        ("away: [{who: amy, from: 2026-12-05 20:00, to: 2026-12-06 08:00}]", "`amy` is not on call then"),
        (
            "away: [{who: amy, from: 2026-12-05, to: 2026-12-09}, {who: amy, from: 2026-12-06, to: 2026-12-06}]",
            "already says this",
        ),
        (
            "cover: [" + ", ".join(["{who: amy, for: dee, from: 2026-12-09, to: 2026-12-09}"] * 2) + "]",
            "already says this",
        ),
    ],
)
def test_an_entry_without_effect_is_noted(line: str, said: str) -> None:
    assert said in entry(line)


@pytest.mark.parametrize(
    "line",
    [
        "cover: [{who: cho, for: amy, from: 2026-12-04 08:00, to: 2026-12-04 20:00}]",
        "cover: [{who: cho, from: 2026-12-04, to: 2026-12-04}]",
        "cover: [{who: cho, for: amy, from: 2025-12-03 20:00, to: 2025-12-04 08:00}]",
        "cover: [{who: cho, for: amy, from: 2025-12-03 07:00, to: 2025-12-03 19:00}]",
        "cover: [{who: cho, for: amy, from: 2026-12-04 10:00, to: 2026-12-04 12:00}]",
        "cover: [{who: cho, for: amy, from: 2026-12-04 10:00, to: 2026-12-06 12:00}]",
        "away: [{who: amy, from: 2026-12-05, to: 2026-12-20}]",
        "cover: [{who: cho, for: amy, from: 2026-12-09 08:00, to: 2026-12-09 20:00},"
        " {who: dee, for: cho, from: 2026-12-09 08:00, to: 2026-12-09 20:00}]",
        "away: [{who: ben, from: 2026-12-11, to: 2026-12-11}]\n"
        "cover: [{who: ben, for: amy, from: 2026-12-11 08:00, to: 2026-12-11 20:00}]",
    ],
)
def test_an_entry_with_effect_is_not(line: str) -> None:
    assert entry(line) == ""
