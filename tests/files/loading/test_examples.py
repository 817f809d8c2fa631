"""The two example files are the contract: what they come to, exactly."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hotline.core.calls.flow import Continue, FixedDial, Goodbye, Hotline, Hunt, Language, Menu, Target
from hotline.core.rota.rota import Away, Cover, Order, Pattern, Ringing, Rotation, Shift, TurnChange, Volunteer
from hotline.core.times.wall_clock import DAY, wall_minute
from hotline.files import check_coverage, load
from tests.files.good import EXAMPLES

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def rise() -> Hotline:
    return load(EXAMPLES).hotlines["rise"]


def test_they_load_with_nothing_but_notes() -> None:
    loaded = load(EXAMPLES)
    assert all(one.severity == "note" for one in loaded.findings)
    assert loaded.broken == frozenset()


def test_they_have_no_gaps() -> None:
    assert check_coverage(load(EXAMPLES), datetime(2026, 1, 1, tzinfo=UTC), weeks=60) == []


def test_the_flow(rise: Hotline) -> None:
    flow = rise.flow
    assert (flow.id, flow.name, flow.numbers, flow.rota, flow.start) == (
        "rise",
        "RISE",
        ("+14105550100",),
        "rise",
        "welcome",
    )
    assert flow.languages == {
        "en": Language("en", "en-US", "Polly.Joanna-Neural"),
        "es": Language("es", "es-US", "Polly.Lupe-Neural"),
    }
    assert list(flow.steps) == ["welcome", "about", "reach_peer", "nobody_free", "lifeline", "goodbye"]
    assert flow.apology == {}


def test_the_steps(rise: Hotline) -> None:
    steps = rise.flow.steps
    assert steps["welcome"].action == Menu(
        {"1": Target("reach_peer"), "2": Target("about"), "9": Target("welcome", "es")}, 4, "reach_peer", "reach_peer"
    )
    assert steps["about"].action == Continue("welcome")
    assert steps["reach_peer"].action == Hunt(
        {"en": "Still trying to reach someone for you.", "es": "Seguimos buscando a alguien para usted."},
        "goodbye",
        "nobody_free",
    )
    assert (steps["nobody_free"].at_most, steps["nobody_free"].instead) == (3, "lifeline")
    assert steps["lifeline"].action == FixedDial("988", "goodbye")
    assert steps["goodbye"].action == Goodbye()
    assert steps["goodbye"].say["es"] == "Gracias por llamar a RISE. Llame cuando lo necesite."
    assert all(step.at_most is None for name, step in steps.items() if name != "nobody_free")


def test_the_volunteers(rise: Hotline) -> None:
    rota = rise.rota
    assert (rota.id, rota.zone_name) == ("rise", "America/New_York")
    assert list(rota.volunteers) == ["amy", "ben", "cho", "dee", "eli", "fay", "chaplain"]
    assert rota.volunteers["eli"] == Volunteer("eli", "Eli Haddad", "+14105550115", ("es", "en"))
    assert rota.backup == ("chaplain",)


def test_the_shifts_and_rotations(rise: Hotline) -> None:
    assert rise.rota.shifts == (
        Shift("Weekdays", Pattern(frozenset(range(5)), 8 * 60, 10 * 60), ("amy", "ben", "cho")),
        Shift("Week nights", Pattern(frozenset(range(4)), 18 * 60, 14 * 60), ("dee", "eli")),
        Shift("Weekend", Pattern(frozenset({4}), 18 * 60, 62 * 60), ("fay", "eli")),
    )
    assert rise.rota.rotations == (
        Rotation(
            "Night second",
            Pattern(frozenset(range(7)), 22 * 60, 8 * 60, date(2026, 1, 5)),
            ("amy", "cho", "fay"),
            TurnChange(7, "day"),
            date(2026, 1, 5),
        ),
    )


def test_away_and_cover(rise: Hotline) -> None:
    christmas_eve = date(2026, 12, 24)
    assert rise.rota.away == (Away("ben", wall_minute(christmas_eve), wall_minute(date(2026, 12, 26), DAY)),)
    assert rise.rota.cover == (
        Cover("cho", "dee", wall_minute(christmas_eve, 18 * 60), wall_minute(date(2026, 12, 25), 8 * 60)),
        Cover("fay", None, wall_minute(date(2026, 12, 31), 18 * 60), wall_minute(date(2027, 1, 1), 8 * 60)),
    )


def test_the_ringing(rise: Hotline) -> None:
    assert rise.rota.ringing == Ringing(
        20,
        2,
        240,
        300,
        "1",
        Order.ROUND_ROBIN,
        {
            "en": "Call from the RISE line. Press 1 to take it, or 2 to pass it on.",
            "es": "Llamada de la línea RISE. Oprima 1 para tomarla, o 2 para pasarla.",
        },
    )


@pytest.mark.parametrize(
    ("when", "who"),
    [
        ("2026-01-05 08:00", "amy ben cho"),
        ("2026-01-05 17:59", "amy ben cho"),
        ("2026-01-05 18:00", "dee eli"),
        ("2026-01-05 22:00", "dee eli amy"),
        ("2026-01-06 05:59", "dee eli amy"),
        ("2026-01-06 06:00", "dee eli"),
        ("2026-01-12 23:00", "dee eli cho"),
        ("2026-01-19 23:00", "dee eli fay"),
        ("2026-01-02 23:00", "fay eli"),
        ("2025-12-29 01:00", "fay eli"),  # no turn before `starting`
        ("2026-12-24 12:00", "amy cho"),  # ben is away
        ("2026-12-24 20:00", "cho eli"),  # cho covers for dee
        ("2026-12-25 07:59", "cho eli"),
        ("2026-12-31 20:00", "dee eli fay"),  # fay in addition
        ("2026-12-27 00:00", "fay eli"),
    ],
)
def test_who_is_on_call(rise: Hotline, when: str, who: str) -> None:
    instant = datetime.fromisoformat(when).replace(tzinfo=NEW_YORK)
    found = rise.schedule.at(instant)
    assert " ".join(found.on_call) == who
    assert found.backup == ("chaplain",)
