"""Reminders as volunteers get them: a clock that is moved along, workers that come and go, edits in between."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from hotline.core.rota.absence import Absence
from hotline.errors import CarrierUnavailable
from tests.services.texts.texting import ROTA, Killed, World


def test_a_volunteer_is_reminded_the_evening_before_and_an_hour_before(world: World) -> None:
    world.run("2026-01-07 12:00", "send_texts")
    assert world.got("amy") == [
        "RISE: you are on call from Wed 7 Jan 09:00 to 17:00. Thank you for being there.",
        "RISE: you are on call from Wed 7 Jan 09:00 to 17:00. Please keep your phone near, with its sound on.",
    ]
    assert world.got_at("amy") == ["Tue 06 18:00", "Wed 07 08:00"]


def test_another_id_for_the_same_phone_is_no_reason_to_remind_twice(world: World) -> None:
    world.run("2026-01-06 18:00", "send_texts")
    assert len(world.got("amy")) == 1
    rota = (world.folder / "rota" / "rise.yaml").read_text()
    world.edit(re.sub(r"\bamy\b", "amy_b", rota))
    world.run("2026-01-06 23:00", "send_texts")
    assert len(world.got("amy")) == 1


def test_in_their_language_and_on_the_wall_of_the_rotas_zone(world: World) -> None:
    world.run("2026-01-06 23:00", "send_texts")
    assert world.got("ben")[-1] == "RISE: su guardia es de mié 7 ene 17:00 a jue 09:00. Gracias por estar."
    assert world.got_at("ben") == ["Tue 06 12:00", "Tue 06 16:00", "Tue 06 18:00"]


def test_who_did_not_ask_gets_nothing(world: World) -> None:
    world.run("2026-01-08 12:00", "send_texts")
    assert world.got("cho") == []


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("America/New_York", "2026-03-06 12:00", "2026-03-10 12:00"),
        ("America/New_York", "2026-10-30 12:00", "2026-11-03 12:00"),
        ("Europe/Berlin", "2026-03-27 12:00", "2026-03-31 12:00"),
        ("Europe/Berlin", "2026-10-23 12:00", "2026-10-27 12:00"),
        ("Australia/Lord_Howe", "2026-04-03 12:00", "2026-04-07 12:00"),
        ("Australia/Lord_Howe", "2026-10-02 12:00", "2026-10-06 12:00"),
        ("Pacific/Auckland", "2026-09-25 12:00", "2026-09-29 12:00"),
    ],
)
def test_through_a_clock_change_each_comes_once_at_the_right_time_on_the_wall(
    world_of: Callable[..., World], zone: str, start: str, end: str
) -> None:
    world = world_of(ROTA.replace("America/New_York", zone), start)
    world.set(start, zone)
    world.run(end, "send_texts", zone=zone)
    times = [one.split(" ", 2)[2] for one in world.got_at("amy", zone)]
    assert times == ["18:00", "08:00"] * 4
    assert len(set(world.got_at("amy", zone))) == 8


def test_a_restart_at_every_step_sends_nothing_twice_and_loses_nothing(world: World) -> None:
    while world.got_at("amy")[-1:] != ["Fri 09 08:00"]:
        world.does = world.worker()
        world.does.send_texts()
        world.worker().send_texts()
        world.later(minutes=30)
    days = ("Tue 06", "Wed 07", "Wed 07", "Thu 08", "Thu 08", "Fri 09")
    assert world.got_at("amy") == [f"{day} {time}" for day, time in zip(days, ("18:00", "08:00") * 3, strict=True)]


def test_a_worker_killed_at_each_text_loses_none_and_sends_none_twice(world: World) -> None:
    """Before the carrier has it and after, in turns."""
    kills = 0

    def kill() -> None:
        nonlocal kills
        kills += 1
        raise Killed

    while world.now.isoformat() < "2026-01-09T08:30":
        before = kills % 2 == 0
        world.carrier.before, world.carrier.after = (kill, lambda: None) if before else (lambda: None, kill)
        try:
            world.does.send_texts()
        except Killed:
            world.does = world.worker()
            world.carrier.before = world.carrier.after = lambda: None
            for _ in range(3):
                world.later(minutes=1)
                world.does.send_texts()
        world.later(minutes=30)
    assert kills >= 6
    assert len(world.got("amy")) == 6
    assert len(set(world.got("amy"))) == 6


def test_after_two_hours_without_a_worker_what_is_still_of_use_is_sent(world: World) -> None:
    world.run("2026-01-06 17:30", "send_texts")
    world.later(hours=2)
    world.run("2026-01-07 06:00", "send_texts")
    assert world.got_at("amy") == ["Tue 06 20:00"]
    world.later(hours=2)
    world.run("2026-01-07 12:00", "send_texts")
    assert world.got_at("amy") == ["Tue 06 20:00", "Wed 07 08:30"]


def test_what_is_of_no_use_any_more_is_not_sent(world: World) -> None:
    world.set("2026-01-07 09:05")
    world.run("2026-01-07 17:50", "send_texts")
    assert world.got("amy") == []


def test_a_carrier_that_is_down_for_an_hour_delays_and_loses_nothing(world: World) -> None:
    def down() -> None:
        if "2026-01-06T18:00" <= world.now.isoformat() < "2026-01-06T19:00":
            raise CarrierUnavailable("down", in_doubt=True)

    world.carrier.before = world.carrier.asked = down
    world.run("2026-01-06 23:00", "send_texts")
    assert world.got_at("amy") == ["Tue 06 19:00"]


class TestEdits:
    def test_a_time_on_call_that_was_moved_gets_its_right_reminder(self, world: World) -> None:
        world.run("2026-01-06 12:30", "send_texts")
        world.replace("hours: 09:00-17:00", "hours: 11:00-17:00")
        world.run("2026-01-07 12:00", "send_texts")
        assert world.got_at("amy") == ["Tue 06 18:00", "Wed 07 10:00"]
        assert all("11:00 to 17:00" in one for one in world.got("amy"))

    def test_one_that_was_taken_back_gets_none(self, world: World) -> None:
        world.run("2026-01-06 18:30", "send_texts")
        world.edit(ROTA + "away:\n  - {who: amy, from: 2026-01-07, to: 2026-01-07}\n")
        world.run("2026-01-07 17:50", "send_texts")
        assert world.got_at("amy") == ["Tue 06 18:00"]

    def test_a_broken_edit_changes_no_reminder(self, world: World) -> None:
        world.run("2026-01-06 12:30", "send_texts")
        world.replace("09:00-17:00", "09:00-25:00")
        world.run("2026-01-07 12:00", "send_texts")
        assert world.got_at("amy") == ["Tue 06 18:00", "Wed 07 08:00"]

    def test_who_takes_their_consent_back_gets_no_more(self, world: World) -> None:
        world.run("2026-01-06 18:30", "send_texts")
        world.replace('0111", texts: yes', '0111", texts: no')
        world.run("2026-01-08 12:00", "send_texts")
        assert world.got_at("amy") == ["Tue 06 18:00"]


def test_who_set_an_absence_is_not_reminded_of_it(world: World) -> None:
    world.set("2026-01-06 12:00")
    world.run("2026-01-06 18:00", "send_texts")
    now = int(world.now.timestamp())
    world.absences = [Absence("amy", now, now + 24 * 3600)]
    world.run("2026-01-07 12:00", "send_texts")
    assert world.got_at("amy") == ["Tue 06 18:00"]


def test_stop_is_honoured_at_the_very_next_text(world: World) -> None:
    world.run("2026-01-06 18:30", "send_texts")
    world.optouts.opt_out("+14105550111", 0)
    world.run("2026-01-07 12:00", "send_texts")
    assert world.got_at("amy") == ["Tue 06 18:00"]


def test_who_is_backup_by_turns_is_reminded_of_the_turn(world_of: Callable[..., World]) -> None:
    backup = (
        "backup: [{days: wed, hours: 17:00-09:00, on_call: [amy]}, {days: wed, hours: 09:00-17:00, on_call: [ben]}]"
    )
    world = world_of(ROTA.replace("backup: [cho]", backup), "2026-01-05 12:00")
    world.run("2026-01-08 10:00", "send_texts")
    assert "RISE: you are the backup from Wed 7 Jan 17:00 to Thu 09:00." in " ".join(world.got("amy"))
    assert [at for at, text in zip(world.got_at("amy"), world.got("amy"), strict=True) if "backup" in text] == [
        "Tue 06 18:00", "Wed 07 16:00",
    ]  # fmt: skip
    assert any("respaldo es de" in text for text in world.got("ben"))
