"""`hotline check`, `who` and `diff` on rotas with tiers, teams, a backup that takes turns, and own holidays."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from tests.rota_tools.looking import objects, run, write

PEOPLE = "amy ben cho dee eli fay chaplain"
FIRST = (
    "  - {name: First call, from: mon 07:00, to: mon 07:00, turns: [amy, ben, cho, dee], change: weekly,"
    " starting: 2026-11-30}"
)
SECOND = (
    "  - {name: Second call, from: mon 07:00, to: mon 07:00, turns: [eli, fay], change: weekly, starting: 2026-11-30}"
)
EIGHT_NIGHTS = (
    "  - {hours: 22:00-08:00, turns: [amy, amy, amy, amy, ben, ben, ben, ben], change: daily, starting: 2026-11-30}"
)
BEFORE = datetime(2026, 11, 29, 2, 56, tzinfo=UTC)  # Saturday 21:56 in New York
AFTER = datetime(2026, 12, 2, 17, tzinfo=UTC)


def codes(folder: Path, now: datetime) -> tuple[int, set[str]]:
    """The exit code of `hotline check`, and the codes found, less how long a caller waits at most."""
    with time_machine.travel(now, tick=False):
        result = run(folder, "check")
    return result.exit_code, set(re.findall(r"(?:error|warning|note)\[([a-z-]+)\]:", result.stdout)) - {"longest-wait"}


def who(folder: Path, at: str) -> tuple[list[str], list[str], list[int] | None]:
    [found] = objects(run(folder, "who", "--json", "--at", at))
    return found["on_call"], found["backup"], found.get("tiers")


def people(folder: Path, *entries: str) -> Path:
    return write(folder, *entries, volunteers=PEOPLE)


def test_two_calls_beside_each_other(tmp_path: Path) -> None:
    people(tmp_path, "rotations:", FIRST, SECOND, "backup: [chaplain]", "ringing: {order: listed}")
    assert codes(tmp_path, BEFORE) == (1, {"gap"})
    assert codes(tmp_path, AFTER) == (0, set())
    assert who(tmp_path, "2026-11-30 06:59") == ([], ["chaplain"], None)
    assert who(tmp_path, "2026-11-30 07:00") == (["amy", "eli"], ["chaplain"], None)
    assert who(tmp_path, "2026-12-14 06:59") == (["ben", "fay"], ["chaplain"], None)


def test_a_second_tier_is_rung_after_the_first(tmp_path: Path) -> None:
    people(tmp_path, "rotations:", SECOND.replace("}", ", tier: 2}"), FIRST, "backup: [chaplain]")
    assert codes(tmp_path, AFTER) == (0, set())
    assert who(tmp_path, "2026-12-01 23:00") == (["amy", "eli"], ["chaplain"], [1, 2])
    text = run(tmp_path, "who", "--at", "2026-12-01 23:00").stdout
    assert "on call  Amy; tier 2: Eli" in text
    assert "then     Ben; tier 2: Fay" in text


def test_a_backup_that_takes_turns_may_leave_out_its_hours(tmp_path: Path) -> None:
    turns = "  - {turns: [eli, fay], change: weekly, starting: 2026-11-30}"
    people(tmp_path, "rotations:", FIRST, "backup:", turns)
    assert codes(tmp_path, BEFORE) == (1, {"gap", "nobody-at-all", "never-called"})
    assert codes(tmp_path, AFTER) == (0, {"never-called"})
    assert who(tmp_path, "2026-11-29 23:59") == ([], [], None)
    assert who(tmp_path, "2026-11-30 00:00") == ([], ["eli"], None)
    assert who(tmp_path, "2026-12-07 00:00") == (["amy"], ["fay"], None)


def test_a_week_lead_beside_a_base(tmp_path: Path) -> None:
    people(
        tmp_path,
        "shifts: [{name: Base, hours: 24h, on_call: [fay]}]",
        "rotations: [{hours: 24h, turns: [amy, ben, cho, dee], change: weekly, starting: 2026-01-05}]",
        "backup: [chaplain]",
    )
    assert codes(tmp_path, AFTER) == (0, {"never-called"})
    assert who(tmp_path, "2026-12-01 23:00") == (["fay", "dee"], ["chaplain"], None)


@pytest.mark.parametrize("hour", range(0, 24 * 8, 5))
def test_whoever_is_on_call_on_some_day_each_week_is_never_said_to_be_on_call_at_no_time(
    tmp_path: Path, hour: int
) -> None:
    people(
        tmp_path,
        "shifts:",
        "  - {days: sat, hours: 08:00-15:00, on_call: [dee]}",
        "  - {days: sat, hours: 15:00-22:00, on_call: [eli]}",
        "  - {days: sun, hours: 08:00-22:00, on_call: [fay]}",
        "  - {days: mon-fri, hours: 08:00-17:00, on_call: [chaplain]}",
        "  - {days: fri, hours: 17:00-22:00, on_call: [cho]}",
        "rotations:",
        EIGHT_NIGHTS,
        "backup: [chaplain]",
    )
    now = datetime.fromtimestamp(BEFORE.timestamp() + hour * 3600, UTC)
    assert "never-on-call" not in codes(tmp_path, now)[1]


def test_preferred_evenings_and_nights_by_turns(tmp_path: Path) -> None:
    people(
        tmp_path,
        "shifts:",
        '  - {days: "tue, thu", hours: 17:00-22:00, on_call: [amy]}',
        '  - {days: "mon, wed", hours: 17:00-22:00, on_call: [ben]}',
        "  - {days: sat, hours: 08:00-15:00, on_call: [dee]}",
        "rotations:",
        EIGHT_NIGHTS,
        "backup: [chaplain]",
    )
    assert who(tmp_path, "2026-11-28 23:00") == ([], ["chaplain"], None)
    assert [who(tmp_path, f"2026-12-{day:02} 23:00")[0] for day in range(1, 10)] == [
        *(["amy"],) * 3, *(["ben"],) * 4, *(["amy"],) * 2
    ]  # fmt: skip


def test_a_rotation_that_begins_next_year_rings_nobody_before(tmp_path: Path) -> None:
    people(
        tmp_path,
        "shifts: [{name: Base, hours: 24h, on_call: [amy, ben, fay]}]",
        "rotations: [{hours: 22:00-06:00, turns: [cho, dee, eli], change: weekly, starting: 2027-01-04}]",
        "backup: [chaplain]",
    )
    assert codes(tmp_path, BEFORE) == (0, set())
    assert who(tmp_path, "2026-11-29 23:00")[0] == ["amy", "ben", "fay"]
    assert who(tmp_path, "2027-01-04 05:59")[0] == ["amy", "ben", "fay"]
    assert who(tmp_path, "2027-01-04 22:00")[0] == ["amy", "ben", "fay", "cho"]


def test_holidays_of_ones_own_need_no_country(tmp_path: Path) -> None:
    people(
        tmp_path,
        "holidays: {also: [2026-12-24]}",
        "shifts:",
        "  - {hours: 24h, on_call: [amy, ben, cho, dee, eli, fay]}",
        "  - {days: holidays, hours: 08:00-18:00, on_call: [chaplain]}",
    )
    assert codes(tmp_path, AFTER)[0] == 0
    assert who(tmp_path, "2026-12-24 08:00")[0] == ["chaplain"]
    assert who(tmp_path, "2026-12-24 18:00")[0][0] == "amy"
    assert who(tmp_path, "2026-12-25 09:00")[0][0] == "amy"


@pytest.mark.parametrize("holidays", ["{region: MD}", "{}", "{except: [2026-12-24]}", "{also: [], region: MD}"])
def test_holidays_that_are_nobodys_are_an_error(tmp_path: Path, holidays: str) -> None:
    people(tmp_path, f"holidays: {holidays}", "shifts: [{hours: 24h, on_call: [amy]}]")
    result = run(tmp_path, "check")
    assert result.exit_code == 1
    assert "`holidays:` is empty" in result.stdout


def test_tier_beside_for_is_noted(tmp_path: Path) -> None:
    people(
        tmp_path,
        "shifts: [{hours: 24h, on_call: [amy]}]",
        "cover: [{who: ben, for: amy, tier: 2, from: 2026-12-24, to: 2026-12-25}]",
    )
    assert codes(tmp_path, AFTER) == (0, {"no-effect", "never-called"})
    assert "`tier` has no effect with `for`" in run(tmp_path, "check").stdout


@pytest.mark.parametrize(
    "entry",
    ["{hours: 24h, on_call: [ben], tier: 2}", "{turns: [ben], change: weekly, starting: 2026-01-05, tier: 1}"],
)
def test_tier_in_the_backup_is_an_error(tmp_path: Path, entry: str) -> None:
    people(tmp_path, "shifts: [{hours: 24h, on_call: [amy]}]", f"backup: [{entry}]")
    result = run(tmp_path, "check")
    assert result.exit_code == 1
    assert "The backup has no tiers" in result.stdout


BASE = "shifts: [{hours: 24h, on_call: [amy]}]"


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("{days: mon-fri, hours: 08:00-18:00, on_call: [ben]}", "{days: mon-fri, hours: 08:00-20:00, on_call: [ben]}",
         "hours: 08:00-20:00"),
        ("{days: mon, hours: 24h, on_call: [ben]}", "{days: tue, hours: 24h, on_call: [ben]}", "days: tue"),
        ("{days: 1st sat, hours: 24h, on_call: [ben]}", "{days: last sat, hours: 24h, on_call: [ben]}",
         "days: last sat"),
        ("{turns: [ben, cho], change: weekly, starting: 2026-01-05}",
         "{turns: [ben, cho], change: 2 weeks, starting: 2026-01-05}", "change: 2 weeks"),
        ("{turns: [ben, cho], change: weekly, starting: 2026-01-05}",
         "{turns: [[ben, cho]], change: weekly, starting: 2026-01-05}", "turns: [[ben, cho]]"),
        ("{from: fri 18:00, to: mon 08:00, on_call: [ben]}", "{from: fri 18:00, to: mon 09:00, on_call: [ben]}",
         "to: mon 09:00"),
        ("{hours: 24h, on_call: [ben]}", "{hours: 24h, until: 2027-01-31, on_call: [ben]}", "until: 2027-01-31"),
    ],
)  # fmt: skip
def test_a_changed_entry_of_the_backup_is_named(tmp_path: Path, before: str, after: str, named: str) -> None:
    old, new = (people(tmp_path / name, BASE, f"backup: [{entry}]") for name, entry in (("a", before), ("b", after)))
    said = " ".join(run(tmp_path, "diff", str(old), str(new), columns=300).stdout.split())
    assert named in said.partition("waits:")[0].split("→")[-1], said


def test_a_changed_tier_is_a_difference(tmp_path: Path) -> None:
    shifts = "shifts: [{hours: 24h, on_call: [amy]}, {hours: 24h, on_call: [ben]%s}]"
    old, new = (people(tmp_path / name, shifts % tier) for name, tier in (("a", ""), ("b", ", tier: 2")))
    assert "no difference" not in run(tmp_path, "diff", str(old), str(new)).stdout.lower()
    assert (
        run(tmp_path, "diff", str(old), str(new), "--json").stdout
        != run(tmp_path, "diff", str(old), str(old), "--json").stdout
    )


def test_a_change_of_the_backup_is_no_handover(tmp_path: Path) -> None:
    people(
        tmp_path,
        "shifts: [{hours: 08:00-20:00, on_call: [amy]}, {hours: 20:00-08:00, on_call: [ben]}]",
        "backup: [{hours: 12:00-16:00, on_call: [cho]}, dee]",
    )
    text = run(tmp_path, "who", "--at", "2026-12-01 09:00").stdout
    assert "on call  Amy  until Tue 20:00" in text
    assert "then     Ben" in text
    assert "backup   Dee  until Tue 12:00" in text
    [tuesday] = [
        line
        for line in run(tmp_path, "preview", "--from", "2026-12-01", "--weeks", "1").stdout.splitlines()
        if "Tue 01" in line
    ]
    assert tuesday.count("│") == 2
