"""Gaps ahead of time: each with how often, recurring ones once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.files import Finding, check_coverage, load_texts
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
