"""Who is told of an edit, of what, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotline.errors import CarrierUnavailable
from tests.services.texts.texting import ROTA, World

AWAY = "away:\n  - {who: amy, from: 2026-01-10, to: 2026-01-11}\n"


@pytest.fixture
def settled(world: World) -> World:
    """Everybody has seen the rota as it is."""
    world.run("2026-01-06 12:30", "send_notices", step=5)
    return world


def test_nobody_is_told_of_a_rota_they_have_seen(settled: World) -> None:
    settled.run("2026-01-08 12:00", "send_notices")
    assert settled.carrier.sent == []


def test_who_asks_for_texts_is_not_told_of_what_the_rota_said_before(settled: World) -> None:
    settled.replace('cho: {name: Cho Park, phone: "+1 410 555 0113"}', 'cho: {phone: "+1 410 555 0113", texts: yes}')
    settled.run("2026-01-06 14:00", "send_notices", step=5)
    assert settled.carrier.sent == []


def test_whose_times_changed_is_told_and_nobody_else(settled: World) -> None:
    settled.edit(
        ROTA.replace("on_call: [amy]}", "on_call: [amy]}\n  - {days: sat, hours: 20:00-21:00, on_call: [amy]}")
    )
    settled.run("2026-01-06 14:00", "send_notices", step=5)
    assert settled.got("amy") == [
        "RISE: your times on call have changed. New: Sat 10 Jan 20:00-21:00. New: Sat 17 Jan 20:00-21:00."
        " New: Sat 24 Jan 20:00-21:00. And 5 more."
    ]
    assert settled.got("ben") == []
    settled.run("2026-01-07 14:00", "send_notices")
    assert len(settled.carrier.sent) == 1


def test_each_kind_of_change_has_its_word(settled: World) -> None:
    settled.edit(ROTA + AWAY + "cover:\n  - {who: amy, from: 2026-01-12 17:00, to: 2026-01-12 18:30}\n")
    settled.run("2026-01-06 14:00", "send_notices", step=5)
    assert settled.got("amy") == [
        "RISE: your times on call have changed. No longer: Sat 10 Jan 09:00-17:00. No longer: Sun 11 Jan 09:00-17:00."
        " Now: Mon 12 Jan 09:00-18:30."
    ]


def test_in_their_own_language(settled: World) -> None:
    settled.edit(ROTA + "cover:\n  - {who: cho, for: ben, from: 2026-01-10 17:00, to: 2026-01-11 09:00}\n")
    settled.run("2026-01-06 14:00", "send_notices", step=5)
    assert settled.got("ben") == ["RISE: sus guardias cambiaron. Ya no: sab 10 ene 17:00 - dom 09:00."]


def test_five_edits_in_ten_minutes_are_told_once_as_they_came_out(settled: World) -> None:
    for end in (18, 22, 20, 21, 19):
        settled.edit(ROTA + f"cover:\n  - {{who: amy, from: 2026-01-10 17:00, to: 2026-01-10 {end}:00}}\n")
        settled.run(f"{settled.now:%Y-%m-%d %H:%M}", "send_notices", step=2)
    settled.run("2026-01-06 16:00", "send_notices", step=2)
    assert settled.got("amy") == ["RISE: your times on call have changed. Now: Sat 10 Jan 09:00-19:00."]


def test_an_edit_that_is_taken_back_is_told_to_nobody(settled: World) -> None:
    settled.edit(ROTA + AWAY)
    settled.run("2026-01-06 12:37", "send_notices", step=1)
    settled.edit(ROTA)
    settled.run("2026-01-06 16:00", "send_notices", step=5)
    assert settled.carrier.sent == []


def test_a_rota_that_is_edited_on_and_on_is_told_after_half_an_hour(settled: World) -> None:
    for minute in range(40):
        settled.edit(ROTA + f"cover:\n  - {{who: amy, from: 2026-01-10 17:00, to: 2026-01-10 18:{minute:02}}}\n")
        settled.run(f"{settled.now:%Y-%m-%d %H:%M}", "send_notices", step=1)
    assert len(settled.got("amy")) == 1
    assert settled.got_at("amy")[0] >= "Tue 06 13:00"


def test_in_quiet_hours_it_waits_for_the_morning(settled: World) -> None:
    settled.set("2026-01-06 22:00")
    settled.edit(ROTA + AWAY)
    settled.run("2026-01-07 12:00", "send_notices", step=10)
    assert settled.got_at("amy") == ["Wed 07 08:00"]


def test_but_not_if_it_is_about_tomorrow_morning(settled: World) -> None:
    settled.set("2026-01-06 22:00")
    settled.edit(ROTA + AWAY.replace("10", "07"))
    settled.run("2026-01-07 12:00", "send_notices", step=5)
    assert settled.got_at("amy") == ["Tue 06 22:10"]


def test_who_takes_over_this_minute_is_told_within_minutes(settled: World) -> None:
    settled.edit(ROTA + "cover:\n  - {who: ben, for: amy, from: 2026-01-06 09:00, to: 2026-01-06 17:00}\n")
    settled.run("2026-01-06 13:00", "send_notices", step=1)
    [told] = settled.got("amy")
    assert told == "RISE: your times on call have changed. No longer: Tue 6 Jan 09:00-17:00."
    [told] = settled.got("ben")
    assert "mar 6 ene 12:3" in told
    assert settled.got_at("ben")[0] < "Tue 06 12:40"


def test_what_is_over_is_no_news(settled: World) -> None:
    settled.edit(ROTA + "cover:\n  - {who: ben, for: amy, from: 2026-01-06 09:00, to: 2026-01-06 12:00}\n")
    settled.run("2026-01-06 15:00", "send_notices", step=5)
    assert settled.got("ben") == []


def test_a_carrier_that_is_down_delays_it(settled: World) -> None:
    settled.edit(ROTA + AWAY)

    def down() -> None:
        if settled.now.isoformat() < "2026-01-06T14:00":
            raise CarrierUnavailable("down")

    settled.carrier.before = down
    settled.run("2026-01-06 16:00", "send_notices", step=10)
    assert settled.got_at("amy") == ["Tue 06 14:05"]


def test_a_rota_may_do_without(world_of: Callable[..., World]) -> None:
    world = world_of(ROTA + "texts: {changes: no}\n")
    world.run("2026-01-06 12:30", "send_notices")
    world.edit(ROTA + AWAY + "texts: {changes: no}\n")
    world.run("2026-01-06 16:00", "send_notices")
    assert world.carrier.sent == []


def test_who_said_stop_is_not_told_afterwards_of_what_changed_meanwhile(settled: World) -> None:
    settled.optouts.opt_out("+14105550111", 0)
    settled.edit(ROTA + AWAY)
    settled.run("2026-01-06 14:00", "send_notices", step=5)
    settled.optouts.opt_in("+14105550111")
    settled.run("2026-01-06 16:00", "send_notices", step=5)
    assert settled.carrier.sent == []


def test_more_than_one_text_holds_is_counted(settled: World) -> None:
    settled.edit(ROTA.replace("09:00-17:00", "10:00-17:00").replace("17:00-09:00", "17:00-10:00"))
    settled.run("2026-01-06 14:00", "send_notices", step=5)
    (text,) = settled.got("amy")
    assert len(text) <= 160
    assert text.startswith("RISE: your times on call have changed. Now: Wed 7 Jan 10:00-17:00.")
    assert text.endswith("more.")


def test_after_weeks_without_an_edit_a_change_far_ahead_is_still_told(settled: World) -> None:
    for _ in range(10):
        settled.later(days=7)
        settled.does.send_notices()
    settled.edit(ROTA + AWAY.replace("2026-01", "2026-04"))
    settled.run("2026-03-17 16:00", "send_notices", step=10)
    assert settled.got("amy")[0].startswith("RISE: your times on call have changed. No longer: Fri 10 Apr 09:00-17:00.")


def test_whose_turn_as_backup_changed_is_told_of_it_apart(world_of: Callable[..., World]) -> None:
    turns = "backup: [{hours: 24h, turns: [amy, ben], change: weekly, starting: 2026-01-05}]"
    world = world_of(ROTA.replace("backup: [cho]", turns), "2026-01-05 12:00")
    world.run("2026-01-06 12:30", "send_notices", step=5)
    assert world.carrier.sent == []
    world.replace("turns: [amy, ben]", "turns: [amy, cho]")
    world.run("2026-01-06 14:00", "send_notices", step=5)
    [told] = world.got("ben")
    assert told.startswith("RISE: sus turnos de respaldo cambiaron. Ya no: lun 12 ene 00:00")
    assert world.got("amy") == [], "her turns are as they were"
