"""Test rings: their seal, what is heard, and when the monthly ones are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.core.calls.reply import HangUp, Say, Screen
from hotline.core.calls.ring_test import RingTest, apart, asked, monthly, next_monthly, reached, seal, unseal
from hotline.files.values.zones import load_zone
from tests.lines import hotline

KEY, NOW = b"k" * 32, 1_772_625_600
TEST = RingTest("line/2026-03/amy", "line", "amy", NOW)
NEW_YORK, KOLKATA = load_zone("America/New_York"), load_zone("Asia/Kolkata")


def test_a_seal_is_read_as_it_was_made_for_an_hour() -> None:
    text = seal(TEST, KEY)
    assert unseal(text, KEY, NOW) == TEST
    assert unseal(text, KEY, NOW + 3600) == TEST
    assert unseal(text, KEY, NOW + 3601) is None


@pytest.mark.parametrize("change", [lambda text: "A" + text[1:], lambda text: text[:-2], lambda _: "", lambda _: "ü"])
def test_another_seal_is_none(change) -> None:  # type: ignore[no-untyped-def]
    assert unseal(change(seal(TEST, KEY)), KEY, NOW) is None
    assert unseal(seal(TEST, KEY), b"x" * 32, NOW) is None


def test_it_says_twice_what_it_is_and_asks_for_the_key_that_takes_a_call() -> None:
    first, second, farewell, end = asked(hotline(), "amy")
    assert first == second
    assert isinstance(first, Screen)
    assert isinstance(farewell, Say)
    (said,) = first.words
    assert isinstance(said, Say)
    assert "test of the Line. Nobody is waiting" in said.text
    assert "press 1" in said.text
    assert end == HangUp()


def test_it_speaks_the_volunteers_language_and_the_lines_where_it_knows_no_such_volunteer() -> None:
    line = hotline(languages={"ben": ("es", "en")})
    assert "Nadie espera" in str(asked(line, "ben"))
    assert "Gracias" in str(reached(line, "ben"))
    assert "Nobody is waiting" in str(asked(line, "gone"))
    assert "Nobody is waiting" in str(asked(line, None))


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("2026-03-04 16:59", None),
        ("2026-03-04 17:00", ("2026-03", False)),
        ("2026-03-04 18:59", ("2026-03", False)),
        ("2026-03-04 19:00", ("2026-03", True)),
        ("2026-03-05 17:30", None),
        ("2026-03-11 17:30", None),
        ("2026-07-01 17:00", ("2026-07", False)),
        ("2026-04-07 17:30", None),
    ],
)
@pytest.mark.parametrize("zone", [NEW_YORK, KOLKATA], ids=str)
def test_monthly_tests_are_on_the_first_wednesday_afternoon_of_the_rotas_own_zone(zone, when, due) -> None:  # type: ignore[no-untyped-def]
    local = datetime.fromisoformat(when).replace(tzinfo=zone)
    assert monthly(local.astimezone(UTC), zone) == due


def test_the_next_ones_are_told_across_a_change_of_the_clocks_and_of_the_year() -> None:
    def following(when: str) -> str:
        start = datetime.fromisoformat(when).replace(tzinfo=NEW_YORK).astimezone(UTC)
        return next_monthly(start, NEW_YORK).isoformat()

    assert following("2026-03-04 16:59") == "2026-03-04T17:00:00-05:00"
    assert following("2026-03-04 17:00") == "2026-04-01T17:00:00-04:00"
    assert following("2026-12-31 12:00") == "2027-01-06T17:00:00-05:00"


def test_those_on_call_are_rung_last_and_one_at_a_time() -> None:
    assert apart(("amy", "ben", "cho", "dee"), frozenset({"amy", "cho"})) == [
        ("ben", 0),
        ("dee", 1),
        ("amy", 2),
        ("cho", 92),
    ]
