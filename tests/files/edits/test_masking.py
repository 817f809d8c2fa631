"""A rota's text without its phone numbers: whatever way they are written, and nothing else is hidden."""

from __future__ import annotations

import pytest

from hotline.files.edits.masking import masked
from tests.files.good import ROTA


def test_a_whole_rota_has_no_number_left_and_reads_as_before() -> None:
    hidden = masked(ROTA)
    assert "555" not in hidden
    assert hidden.count("\n") == ROTA.count("\n")
    assert [len(line) for line in hidden.splitlines()] == [len(line) for line in ROTA.splitlines()]
    assert 'amy: {name: Amy Okafor, phone: "+• ••• ••• ••11", languages: [en]}' in hidden


@pytest.mark.parametrize(
    "line",
    [
        "phone: +14105550111",
        "phone: '+1 (410) 555-0111'",
        'phone:"+1 410 555 0111',
        "{phone: +1 410 555 0111}",
        "PHONE: 4105550111",
        '"phone": "+14105550111"',
        "# Amy's other phone is 410-555-0111",
        "name: Amy +1\u00a0410\u00a0555\u00a00111",
        "phone: 0111",
        "say: {en: Call 4 1 0 5 5 5 0 1 1 1}",
    ],
)
def test_however_it_is_written(line: str) -> None:
    kept = "".join(one for one in masked(line) if one.isdigit())
    assert kept in ("11", "")


@pytest.mark.parametrize(
    "line",
    [
        "- {who: ben, from: 2026-12-24 18:00, to: 2026-12-25 08:00}",
        "hours: 08:00-18:00",
        "starting: 2026-01-05",
        "- {who: ben, from: 2026-12-24, to: 2026-12-26}",
        "timezone: America/New_York",
        "ring_for: 20s",
        "nights_running: 2",
    ],
)
def test_dates_times_and_settings_are_left(line: str) -> None:
    assert masked(line) == line


def test_no_e_mail_address_is_left_and_columns_stay() -> None:
    line = '  amy: {phone: "+1 410 555 0111", email: amy.o+rise@example.org}   # or amy@home.example'
    hidden = masked(line)
    assert len(hidden) == len(line)
    assert hidden.endswith("email: •••.••••••@•••••••.•••}   # or •••@••••.•••••••")
