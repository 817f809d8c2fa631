"""What coordinators are told, and how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hotline.core.calls.follow_up_jobs import Trouble
from hotline.core.rota.absence import Absence
from hotline.errors import CarrierUnavailable, TryAgain
from tests.files.other_rotas import with_leaders
from tests.services.texts.texting import ROTA, World

NORA = 'coordinators:\n  nora: {name: Nora Diaz, phone: "+1 410 555 0130"}\n'
OMAR = '  omar: {name: Omar Haddad, phone: "+1 410 555 0113", languages: [es], alerts: [not_reached]}\n'


@pytest.fixture
def watched(world_of: Callable[..., World]) -> World:
    return world_of(ROTA + NORA)


def minute(world: World) -> int:
    return int(world.now.timestamp()) // 60


class TestNobodyReached:
    def test_the_first_is_told_at_once_with_the_time_only(self, watched: World) -> None:
        watched.set("2026-01-06 03:12")
        watched.does.caller_not_reached("rise", minute(watched))
        assert watched.got("nora") == [
            "RISE: a call at 03:12 reached nobody. Please see to it that somebody can pick up now."
        ]

    def test_more_within_a_quarter_of_an_hour_are_told_together_after_it(self, watched: World) -> None:
        for _ in range(4):
            watched.does.caller_not_reached("rise", minute(watched))
            watched.later(minutes=2)
        assert len(watched.got("nora")) == 1
        watched.run("2026-01-06 14:00", "send_texts", step=1)
        assert watched.got("nora")[1:] == [
            "RISE: 3 more calls reached nobody, the last at 12:06. Please see to it that somebody can pick up now."
        ]
        assert watched.got_at("nora") == ["Tue 06 12:00", "Tue 06 12:15"]

    def test_each_coordinator_reads_it_in_their_language(self, world_of: Callable[..., World]) -> None:
        world = world_of(ROTA + NORA + OMAR)
        world.does.caller_not_reached("rise", minute(world))
        assert world.got("cho") == [
            "RISE: nadie pudo atender una llamada a las 12:00. Por favor vea que alguien pueda contestar ahora."
        ]

    def test_a_carrier_that_is_down_delays_it_and_loses_none(self, watched: World) -> None:
        def down() -> None:
            if watched.now.isoformat() < "2026-01-06T12:20":
                raise CarrierUnavailable("down")

        watched.carrier.before = down
        watched.does.caller_not_reached("rise", minute(watched))
        watched.later(minutes=1)
        watched.does.caller_not_reached("rise", minute(watched))
        watched.run("2026-01-06 13:00", "send_texts", step=1)
        assert [one[:40] for one in watched.got("nora")] == [
            "RISE: a call at 12:00 reached nobody. Pl",
            "RISE: a call at 12:01 reached nobody. Pl",
        ]
        assert watched.got_at("nora") == ["Tue 06 12:20", "Tue 06 12:35"]

    def test_after_half_a_day_it_is_no_news_any_more(self, watched: World) -> None:
        watched.does.caller_not_reached("rise", minute(watched) - 13 * 60)
        watched.run("2026-01-06 13:00", "send_texts")
        assert watched.got("nora") == []

    def test_without_coordinators_nothing_piles_up(self, world: World) -> None:
        for _ in range(3):
            world.does.caller_not_reached("rise", minute(world))
        world.run("2026-01-06 13:00", "send_texts")
        world.edit(ROTA + NORA)
        world.run("2026-01-06 14:00", "send_texts")
        assert world.got("nora") == []

    def test_a_call_to_a_hotline_that_is_gone_disturbs_nobody(self, watched: World) -> None:
        watched.does.caller_not_reached("west", minute(watched))
        assert watched.carrier.sent == []


class TestTrouble:
    @pytest.mark.parametrize("trouble", list(Trouble))
    def test_is_told_at_once_at_any_hour_and_once_an_hour(self, watched: World, trouble: Trouble) -> None:
        watched.set("2026-01-06 03:12")
        for _ in range(3):
            watched.does.line_trouble("rise", trouble.value, minute(watched) // 60)
        assert len(watched.got("nora")) == 1
        watched.set("2026-01-06 04:12")
        watched.does.line_trouble("rise", trouble.value, minute(watched) // 60)
        assert len(watched.got("nora")) == 2

    def test_one_that_is_not_known_or_too_old_is_told_to_nobody(self, watched: World) -> None:
        watched.does.line_trouble("rise", "of another release", minute(watched) // 60)
        watched.does.line_trouble("rise", Trouble.NOT_PLACED.value, minute(watched) // 60 - 13)
        watched.does.line_trouble("west", Trouble.NOT_PLACED.value, minute(watched) // 60)
        assert watched.got("nora") == []


class TestGaps:
    COVER = "cover:\n  - {who: cho, from: 2026-01-10 20:00, to: 2026-01-10 23:00}\nbackup"

    @pytest.fixture
    def gap(self, watched: World) -> World:
        watched.replace("hours: 17:00-09:00", "days: sun-fri, hours: 17:00-09:00")
        return watched

    def test_one_within_48_hours_is_told_once(self, gap: World) -> None:
        gap.run("2026-01-10 12:00", "find_gaps", step=60)
        assert gap.got("nora") == [
            "RISE: only the backup is on call from Sat 10 Jan 17:00 to Sun 09:00. Please find somebody."
        ]
        assert gap.got_at("nora") == ["Thu 08 18:00"]
        gap.run("2026-01-11 12:00", "find_gaps", step=60)
        assert len(gap.got("nora")) == 1

    def test_one_that_changed_is_told_again(self, gap: World) -> None:
        gap.run("2026-01-09 12:00", "find_gaps", step=60)
        gap.replace("backup", self.COVER)
        gap.run("2026-01-09 16:00", "find_gaps", step=60)
        assert [one[6:60] for one in gap.got("nora")] == [
            "only the backup is on call from Sat 10 Jan 17:00 to Su",
            "only the backup is on call from Sat 10 Jan 17:00 to 20",
            "only the backup is on call from Sat 10 Jan 23:00 to Su",
        ]

    def test_at_night_only_of_the_night_and_the_morning(self, gap: World) -> None:
        gap.set("2026-01-08 22:00")
        gap.does.find_gaps()
        assert gap.carrier.sent == []
        gap.set("2026-01-10 02:00")
        gap.does.find_gaps()
        assert gap.carrier.sent == []
        gap.set("2026-01-10 22:00")
        gap.does.find_gaps()
        assert gap.got("nora") == [
            "RISE: only the backup is on call from Sat 10 Jan 22:00 to Sun 09:00. Please find somebody."
        ]

    def test_an_absence_that_leaves_nobody_is_told_as_that_and_once(self, watched: World) -> None:
        now = int(watched.now.timestamp())
        watched.absences = [Absence("amy", now, now + 3 * 3600)]
        watched.does.off_leaves_nobody("rise")
        watched.does.find_gaps()
        assert watched.got("nora") == [
            "RISE: a volunteer is off, so only the backup is on call from Tue 6 Jan 12:00 to 15:00. Please find"
            " somebody."
        ]

    def test_without_a_backup_it_says_that_there_is_nobody(self, watched: World) -> None:
        now = int(watched.now.timestamp())
        watched.absences = [Absence(who, now, now + 3 * 3600) for who in ("amy", "cho")]
        watched.does.find_gaps()
        assert watched.got("nora") == [
            "RISE: a volunteer is off, so nobody is on call from Tue 6 Jan 12:00 to 15:00. Please find somebody."
        ]

    def test_who_does_not_ask_for_an_alert_gets_none(self, world_of: Callable[..., World]) -> None:
        world = world_of(ROTA.replace("hours: 17:00-09:00", "hours: 18:00-09:00") + NORA + OMAR)
        world.does.find_gaps()
        assert [one[6:30] for one in world.got("nora")] == ["only the backup is on ca"] * 2
        assert world.got("cho") == []


class TestRefusedEdits:
    def test_each_state_of_broken_files_is_told_once_it_has_stood_for_two_minutes(self, watched: World) -> None:
        watched.run("2026-01-06 12:05", "send_notices", step=1)
        watched.replace("09:00-17:00", "09:00-25:00")
        watched.run("2026-01-06 12:07", "send_notices", step=1)
        assert watched.got("nora") == []
        watched.run("2026-01-06 13:00", "send_notices", step=1)
        assert watched.got("nora") == [
            "RISE: the last change to its files has a mistake. The version before it goes on serving. To see what is"
            " wrong: hotline check"
        ]
        watched.replace("09:00-25:00", "09:00-26:00")
        watched.run("2026-01-06 14:00", "send_notices", step=1)
        assert len(watched.got("nora")) == 2

    def test_one_that_is_mended_in_time_is_told_to_nobody(self, watched: World) -> None:
        watched.run("2026-01-06 12:05", "send_notices", step=1)
        watched.replace("09:00-17:00", "09:00-25:00")
        watched.run("2026-01-06 12:06", "send_notices", step=1)
        watched.replace("09:00-25:00", "09:00-17:00")
        watched.run("2026-01-06 13:00", "send_notices", step=1)
        assert watched.carrier.sent == []

    def test_at_night_it_waits_for_the_morning(self, watched: World) -> None:
        watched.does.send_notices()
        watched.set("2026-01-06 22:00")
        watched.replace("09:00-17:00", "09:00-25:00")
        watched.run("2026-01-07 12:00", "send_notices", step=10)
        assert watched.got_at("nora") == ["Wed 07 08:00"]


class TestTestRings:
    def test_who_did_not_answer_is_named(self, watched: World) -> None:
        watched.does.ring_test_result("rise", "2026-01", "amy", "ben", "nobody")
        watched.does.ring_test_result("rise", "2026-01", "amy", "ben")
        assert watched.got("nora") == [
            "RISE: the test ring of Amy Okafor, Ben Ruiz did not get through. Please ask them to check that their phone"
            " can ring."
        ]

    def test_when_everybody_answered_there_is_nothing_to_tell(self, watched: World) -> None:
        watched.does.ring_test_result("rise", "2026-01")
        assert watched.carrier.sent == []

    def test_it_can_wait_for_the_morning(self, watched: World) -> None:
        watched.set("2026-01-06 22:00")
        with pytest.raises(TryAgain) as later:
            watched.does.ring_test_result("rise", "2026-01", "amy")
        assert later.value.after == 10 * 3600


def test_no_text_to_coordinators_holds_anybodys_number(watched: World) -> None:
    watched.does.caller_not_reached("rise", minute(watched))
    watched.replace("hours: 17:00-09:00", "hours: 18:00-09:00")
    watched.does.find_gaps()
    assert len(watched.got("nora")) >= 2
    assert not any("555" in one for one in watched.got("nora"))


class TestOtherRotas:
    @pytest.fixture
    def two(self, watched: World) -> World:
        """A hotline that rings a second rota, with a coordinator of its own."""
        for path, text in with_leaders().items():
            if path != "rota/rise.yaml":
                (watched.folder / path).write_bytes(text)
        return watched

    def test_a_caller_not_reached_is_told_to_the_coordinators_of_the_rota_rung(self, two: World) -> None:
        two.does.caller_not_reached("rise/leaders", minute(two))
        assert ([len(two.got("nora"))], [one.number for one in two.carrier.sent]) == ([0], ["+14105550131"])

    def test_trouble_with_a_volunteer_too(self, two: World) -> None:
        two.does.line_trouble("rise/leaders", Trouble.MANY_RINGS.value, minute(two) // 60)
        assert len(two.carrier.sent) == 1
        two.does.line_trouble("rise", Trouble.MANY_RINGS.value, minute(two) // 60)
        assert len(two.got("nora")) == 1
