"""Gaps ahead of time: each with how often, recurring ones once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.files import Finding, check_coverage, load_texts
from hotline.files.loading.gaps import is_covered
from tests.files.good import rota_with, texts

NOW = datetime(2026, 1, 5, 17, tzinfo=UTC)  # Monday noon in New York


def gaps(*entries: str, weeks: int = 8) -> list[Finding]:
    return check_coverage(load_texts(texts(rota=rota_with(*entries))), NOW, weeks)


def test_none_where_somebody_is_always_on_call() -> None:
    assert gaps("shifts: [{hours: 24h, on_call: [amy]}]") == []


def test_a_recurring_gap_is_told_once_with_how_often() -> None:
    [gap] = gaps("shifts: [{days: mon-fri, hours: 24h, on_call: [amy]}]", "backup: [ben]")
    assert (gap.code, gap.severity, gap.file) == ("gap", "warning", "rota/rise.yaml")
    assert (
        "on Saturdays from 00:00 to 00:00 2 days later (8 times in the next 8 weeks, first on 2026-01-10)"
        in gap.message
    )
    assert "{from: sat 00:00, to: mon 00:00, on_call: [amy]}" in gap.help
    assert gap.source.startswith("shifts:")


def test_a_daily_gap_names_its_days() -> None:
    gap, monday = sorted(
        gaps(
            "shifts:",
            "  - {days: mon-fri, hours: 08:00-07:00, on_call: [amy]}",
            "  - {days: sat-sun, hours: 24h, on_call: [amy]}",
        ),
        key=lambda one: "Tuesdays" not in one.message,
    )
    assert "on Mondays from 00:00 to 08:00" in monday.message
    assert "on Tuesdays, Wednesdays, Thursdays and Fridays from 07:00 to 08:00" in gap.message
    assert "days: [tue, wed, thu, fri], hours: 07:00-08:00" in gap.help


def test_with_no_backup_it_is_an_error() -> None:
    [gap] = gaps("shifts: [{hours: 08:00-20:00, on_call: [amy]}]")
    assert (gap.code, gap.severity) == ("nobody-at-all", "error")
    assert "every day from 20:00 to 08:00 the next day" in gap.message


def test_a_single_gap_has_its_date() -> None:
    [gap] = gaps(
        "shifts: [{hours: 24h, on_call: [amy]}]",
        "away: [{who: amy, from: 2026-01-20, to: 2026-01-20}]",
        "backup: [ben]",
    )
    assert "from Tue 2026-01-20 00:00 to Wed 2026-01-21 00:00" in gap.message
    assert "- {who: cho, from: 2026-01-20 00:00, to: 2026-01-21 00:00}" in gap.help


def test_a_rota_with_nobody_at_all_is_one_error() -> None:
    [gap] = gaps()
    assert "at any time in the next 8 weeks" in gap.message


def test_where_the_backup_is_away_too_the_stretch_is_an_error_of_its_own() -> None:
    found = gaps("backup: [ben]", "away: [{who: ben, from: 2026-01-20, to: 2026-01-20}]")
    assert [one.code for one in found].count("nobody-at-all") == 1


def test_gaps_past_the_weeks_asked_for_are_not_told() -> None:
    entries = ("shifts: [{hours: 24h, on_call: [amy]}]", "away: [{who: amy, from: 2026-02-20, to: 2026-02-20}]")
    assert gaps(*entries, weeks=4) == []
    assert len(gaps(*entries, weeks=8)) == 1


@pytest.mark.parametrize("hour", [0, 5, 6, 23])
def test_a_gap_that_lasts_now_is_not_told_twice(hour: int) -> None:
    loaded = load_texts(texts(rota=rota_with("shifts: [{hours: 08:00-20:00, on_call: [amy]}]", "backup: [ben]")))
    assert len(check_coverage(loaded, datetime(2026, 1, 5, hour, 30, tzinfo=UTC))) == 1


_ENDS = ("00:00", "01:30", "02:00", "02:30", "03:00", "08:00")
_HALVES = st.tuples(st.sampled_from(_ENDS), st.sampled_from(_ENDS)).map(
    lambda ends: (
        [f"{{hours: {ends[0]}-{ends[1]}, on_call: [amy]}}", f"{{hours: {ends[1]}-{ends[0]}, on_call: [ben]}}"]
        if ends[0] != ends[1]
        else ["{hours: 24h, on_call: [ben]}"]
    )
)
_CHANGES = st.sampled_from(
    [
        lambda shift: shift,
        lambda shift: shift.replace("{", "{days: mon-sat, "),
        lambda shift: shift.replace("{", "{days: [mon, wed], every: 2 weeks, starting: 2026-01-05, "),
        lambda shift: shift.replace("{", "{until: 2026-03-29, "),
        lambda shift: shift.replace("-02:00", "-01:59"),
    ]
)


@settings(max_examples=60)
@given(
    zone=st.sampled_from(("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca")),
    shifts=_HALVES,
    more=st.lists(st.sampled_from(("{days: sun, hours: 24h, on_call: [amy]}", "{hours: 01:00-04:00, on_call: [ben]}"))),
    change=_CHANGES,
    also=st.sampled_from(("", "backup: [ben]", "cover: [{who: ben, from: 2026-02-01, to: 2026-02-03}]")),
    days=st.integers(0, 360),
    hour=st.integers(0, 23),
)
def test_a_look_at_few_weeks_finds_what_a_look_at_all_finds(
    zone: str, shifts: list[str], more: list[str], change: Callable[[str], str], also: str, days: int, hour: int
) -> None:
    """Over the clock changes of a year, with shifts that end in the hours that are skipped or come twice."""
    entries = [f"  - {shift}" for shift in (change(shifts[0]), *shifts[1:], *more)]
    rota = rota_with("shifts:", *entries, also).replace("America/New_York", zone)
    loaded = load_texts(texts(rota=rota))
    assert loaded.hotlines, loaded.findings
    now = NOW + timedelta(days=days, hours=hour)
    assert is_covered(loaded, now, 9) == (check_coverage(loaded, now, 9) == [])
