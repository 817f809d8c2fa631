"""What a rota means, sentence by sentence, from its YAML to who is on call on fixed dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.core.rota.on_call import Schedule
from hotline.files import load_texts
from hotline.files.loading.rotas import read_rotas
from hotline.files.values.zones import load_zone
from tests.files.good import rota_with, texts


def schedule(*entries: str, timezone: str = "America/New_York", volunteers: str = "amy ben cho dee") -> Schedule:
    loaded = load_texts(texts(rota=rota_with(*entries, timezone=timezone, volunteers=volunteers)))
    assert [one for one in loaded.findings if one.severity == "error"] == []
    return loaded.hotlines["rise"].schedule


def on_call(rota: Schedule, when: str) -> str:
    """Who is on call at a wall-clock time of the rota, or at an instant in UTC written with a Z."""
    instant = datetime.fromisoformat(when)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=load_zone(rota.rota.zone_name))
    return " ".join(rota.at(instant).on_call)


def backup(rota: Schedule, when: str) -> str:
    return " ".join(rota.at(datetime.fromisoformat(when).replace(tzinfo=load_zone(rota.rota.zone_name))).backup)


def held(rota: Schedule, start: str, end: str) -> list[tuple[str, str, str]]:
    """The stretches with somebody on call between two instants, in UTC."""
    found = rota.stretches(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return [
        (
            f"{one.start.astimezone(UTC):%m-%d %H:%M}",
            f"{one.end.astimezone(UTC):%m-%d %H:%M}",
            " ".join(one.who.on_call),
        )
        for one in found
        if one.who.on_call
    ]


class TestShifts:
    def test_a_stretch_for_each_named_day_which_is_the_date_it_starts_on(self) -> None:
        rota = schedule("shifts:", "  - {days: mon, hours: 22:00-06:00, on_call: [amy]}")
        assert on_call(rota, "2026-01-05 21:59") == ""
        assert on_call(rota, "2026-01-05 22:00") == "amy"
        assert on_call(rota, "2026-01-06 05:59") == "amy"
        assert on_call(rota, "2026-01-06 06:00") == ""
        assert on_call(rota, "2026-01-05 05:00") == ""  # that would be Sunday's

    def test_an_end_at_the_start_is_a_day_later(self) -> None:
        rota = schedule("shifts:", "  - {days: mon, hours: 09:00-09:00, on_call: [amy]}")
        assert on_call(rota, "2026-01-06 08:59") == "amy"
        assert on_call(rota, "2026-01-06 09:00") == ""

    @pytest.mark.parametrize("hours", ["24h", "00:00-24:00", "00:00-00:00"])
    def test_a_whole_day_runs_to_the_next_midnight(self, hours: str) -> None:
        rota = schedule("shifts:", f"  - {{days: mon, hours: {hours}, on_call: [amy]}}")
        assert held(rota, "2026-01-01T00:00Z", "2026-01-10T00:00Z") == [("01-05 05:00", "01-06 05:00", "amy")]

    def test_days_left_out_are_every_day(self) -> None:
        rota = schedule("shifts:", "  - {hours: 24h, on_call: [amy]}")
        assert held(rota, "2026-01-01T00:00Z", "2026-02-01T00:00Z") == [("01-01 00:00", "02-01 00:00", "amy")]

    def test_a_range_wraps(self) -> None:
        rota = schedule("shifts:", "  - {days: sat-mon, hours: 10:00-11:00, on_call: [amy]}")
        assert [day for day in range(5, 12) if on_call(rota, f"2026-01-{day:02} 10:30")] == [5, 10, 11]

    def test_comma_separated_text_and_lists(self) -> None:
        for days in ('"mon, wed"', "[mon, wed]"):
            rota = schedule("shifts:", f"  - {{days: {days}, hours: 10:00-11:00, on_call: [amy]}}")
            assert [day for day in range(5, 12) if on_call(rota, f"2026-01-{day:02} 10:30")] == [5, 7]

    def test_unquoted_commas_work_outside_braces(self) -> None:
        rota = schedule("shifts:", "  - days: mon, wed", "    hours: 10:00-11:00", "    on_call: [amy]")
        assert [day for day in range(5, 12) if on_call(rota, f"2026-01-{day:02} 10:30")] == [5, 7]

    def test_from_and_to_are_one_stretch_a_week(self) -> None:
        rota = schedule("shifts:", "  - {from: fri 18:00, to: mon 08:00, on_call: [amy]}")
        assert held(rota, "2026-01-06T00:00Z", "2026-01-15T00:00Z") == [("01-09 23:00", "01-12 13:00", "amy")]

    def test_from_and_to_the_same_moment_are_seven_days(self) -> None:
        rota = schedule("shifts:", "  - {from: mon 08:00, to: mon 08:00, on_call: [amy]}")
        assert held(rota, "2026-01-01T00:00Z", "2026-02-01T00:00Z") == [("01-01 00:00", "02-01 00:00", "amy")]

    def test_starting_and_until_are_of_the_day_it_starts_on(self) -> None:
        rota = schedule("shifts:", "  - {hours: 22:00-06:00, starting: 2026-01-06, until: 2026-01-07, on_call: [amy]}")
        assert held(rota, "2026-01-01T00:00Z", "2026-01-15T00:00Z") == [
            ("01-07 03:00", "01-07 11:00", "amy"),
            ("01-08 03:00", "01-08 11:00", "amy"),
        ]

    def test_contiguous_stretches_leave_no_minute_open(self) -> None:
        rota = schedule(
            "shifts:", "  - {hours: 08:00-20:00, on_call: [amy]}", "  - {hours: 20:00-08:00, on_call: [amy]}"
        )
        assert held(rota, "2026-01-01T00:00Z", "2026-12-31T00:00Z") == [("01-01 00:00", "12-31 00:00", "amy")]


class TestClockChanges:
    """New York: 2026-03-08 02:00 to 03:00, and 2026-11-01 02:00 back to 01:00."""

    def test_a_start_that_does_not_occur_is_the_jump(self) -> None:
        rota = schedule("shifts:", "  - {days: sun, hours: 02:30-05:00, on_call: [amy]}")
        assert held(rota, "2026-03-07T00:00Z", "2026-03-09T12:00Z") == [("03-08 07:00", "03-08 09:00", "amy")]

    def test_an_end_that_does_not_occur_is_the_jump(self) -> None:
        rota = schedule("shifts:", "  - {days: sun, hours: 00:00-02:30, on_call: [amy]}")
        assert held(rota, "2026-03-07T00:00Z", "2026-03-09T12:00Z") == [("03-08 05:00", "03-08 07:00", "amy")]

    def test_a_stretch_within_the_jump_is_nothing(self) -> None:
        rota = schedule("shifts:", "  - {days: sun, hours: 02:10-02:50, on_call: [amy]}")
        assert held(rota, "2026-03-07T00:00Z", "2026-03-09T12:00Z") == []

    def test_a_start_that_occurs_twice_is_the_first_and_an_end_the_last(self) -> None:
        early = schedule("shifts:", "  - {days: sun, hours: 01:30-05:00, on_call: [amy]}")
        assert held(early, "2026-10-31T00:00Z", "2026-11-02T12:00Z") == [("11-01 05:30", "11-01 10:00", "amy")]
        late = schedule("shifts:", "  - {days: sun, hours: 00:00-01:30, on_call: [amy]}")
        assert held(late, "2026-10-31T00:00Z", "2026-11-02T12:00Z") == [("11-01 04:00", "11-01 06:30", "amy")]

    def test_a_handover_in_a_repeated_hour_has_both_on_call_for_it(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {days: sun, hours: 00:00-01:30, on_call: [amy]}",
            "  - {days: sun, hours: 01:30-05:00, on_call: [ben]}",
        )
        assert held(rota, "2026-10-31T00:00Z", "2026-11-02T12:00Z") == [
            ("11-01 04:00", "11-01 05:30", "amy"),
            ("11-01 05:30", "11-01 06:30", "amy ben"),
            ("11-01 06:30", "11-01 10:00", "ben"),
        ]

    def test_both_turns_of_a_rotation_overlap_the_earlier_first(self) -> None:
        rota = schedule(
            "rotations:",
            "  - {hours: 01:30-01:30, turns: [ben, amy], change: daily, starting: 2026-10-31}",
        )
        assert held(rota, "2026-11-01T05:00Z", "2026-11-01T07:00Z") == [
            ("11-01 05:00", "11-01 05:30", "ben"),
            ("11-01 05:30", "11-01 06:30", "ben amy"),
            ("11-01 06:30", "11-01 07:00", "amy"),
        ]

    def test_days_of_23_and_25_hours(self) -> None:
        rota = schedule("shifts:", "  - {days: sun, hours: 24h, on_call: [amy]}")
        assert held(rota, "2026-03-07T00:00Z", "2026-03-10T00:00Z") == [("03-08 05:00", "03-09 04:00", "amy")]
        assert held(rota, "2026-10-31T00:00Z", "2026-11-03T00:00Z") == [("11-01 04:00", "11-02 05:00", "amy")]

    def test_wall_clock_times_stay_summer_and_winter(self) -> None:
        rota = schedule("shifts:", "  - {hours: 08:00-09:00, on_call: [amy]}")
        assert held(rota, "2026-01-05T00:00Z", "2026-01-06T00:00Z") == [("01-05 13:00", "01-05 14:00", "amy")]
        assert held(rota, "2026-07-06T00:00Z", "2026-07-07T00:00Z") == [("07-06 12:00", "07-06 13:00", "amy")]

    def test_lord_howe_shifts_by_half_an_hour(self) -> None:
        rota = schedule(
            "shifts:", "  - {days: sun, hours: 01:45-02:15, on_call: [amy]}", timezone="Australia/Lord_Howe"
        )
        # 2026-04-05 02:00 at +11 goes back to 01:30 at +10:30; 2026-10-04 02:00 at +10:30 goes on to 02:30.
        assert held(rota, "2026-04-04T00:00Z", "2026-04-05T12:00Z") == [("04-04 14:45", "04-04 15:45", "amy")]
        assert held(rota, "2026-10-03T00:00Z", "2026-10-04T12:00Z") == [("10-03 15:15", "10-03 15:30", "amy")]

    def test_apia_skipped_a_day(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {days: thu, hours: 18:00-08:00, on_call: [amy]}",
            "  - {days: fri, hours: 08:00-18:00, on_call: [ben]}",
            "  - {days: fri, hours: 18:00-08:00, on_call: [cho]}",
            "  - {days: sat, hours: 08:00-18:00, on_call: [dee]}",
            timezone="Pacific/Apia",
        )
        # After Thursday 2011-12-29 came Saturday the 31st. Friday's night shift starts at the jump.
        assert held(rota, "2011-12-29T10:00Z", "2011-12-31T10:00Z") == [
            ("12-30 04:00", "12-30 10:00", "amy"),
            ("12-30 10:00", "12-30 18:00", "cho"),
            ("12-30 18:00", "12-31 04:00", "dee"),
        ]

    def test_a_midnight_that_does_not_occur(self) -> None:
        # Cairo, 2026-04-24: 00:00 becomes 01:00. Havana, 2026-03-08: likewise.
        for zone, day, jump in (
            ("Africa/Cairo", "fri", "2026-04-23T22:00Z"),
            ("America/Havana", "sun", "2026-03-08T05:00Z"),
        ):
            rota = schedule(f"shifts: [{{days: {day}, hours: 24h, on_call: [amy]}}]", timezone=zone)
            start = datetime.fromisoformat(jump)
            assert rota.at(start).on_call == ("amy",)
            assert rota.at(datetime.fromtimestamp(start.timestamp() - 1, UTC)).on_call == ()
            night = schedule(f"shifts: [{{days: {day}, hours: 00:30-02:00, on_call: [amy]}}]", timezone=zone)
            assert night.at(start).on_call == ("amy",)

    def test_a_midnight_that_occurs_twice(self) -> None:
        # Havana, 2025-11-02: 01:00 goes back to 00:00.
        rota = schedule("shifts: [{days: sat, hours: 24h, on_call: [amy]}]", timezone="America/Havana")
        assert held(rota, "2025-10-31T00:00Z", "2025-11-04T00:00Z") == [("11-01 04:00", "11-02 05:00", "amy")]
        after = schedule("shifts: [{days: sun, hours: 24h, on_call: [amy]}]", timezone="America/Havana")
        assert held(after, "2025-10-31T00:00Z", "2025-11-04T00:00Z") == [("11-02 04:00", "11-03 05:00", "amy")]


class TestRotations:
    def test_weekly_turns_change_on_the_weekday_of_starting(self) -> None:
        rota = schedule("rotations:", "  - {hours: 24h, turns: [amy, ben, cho], change: weekly, starting: 2026-01-07}")
        turns = [on_call(rota, f"2026-01-{day:02} 12:00") for day in (6, 7, 13, 14, 21, 28)]
        assert turns == ["", "amy", "amy", "ben", "cho", "amy"]

    def test_the_turn_follows_from_the_date_the_stretch_starts_on(self) -> None:
        rota = schedule(
            "rotations:", "  - {hours: 22:00-06:00, turns: [amy, ben], change: daily, starting: 2026-01-05}"
        )
        assert on_call(rota, "2026-01-06 05:00") == "amy"
        assert on_call(rota, "2026-01-06 22:00") == "ben"

    def test_before_starting_nobody_of_it_is_on_call(self) -> None:
        rota = schedule("rotations:", "  - {hours: 24h, turns: [amy, ben, cho], change: 2 days, starting: 2026-01-05}")
        turns = [on_call(rota, f"2026-01-{day:02} 12:00") for day in (1, 2, 3, 4, 5, 6, 7)]
        assert turns == ["", "", "", "", "amy", "amy", "ben"]

    def test_months_are_counted_by_year_and_month_alone(self) -> None:
        rota = schedule("rotations:", "  - {hours: 24h, turns: [amy, ben, cho], change: monthly, starting: 2026-01-31}")
        turns = [
            on_call(rota, f"{day} 12:00")
            for day in ("2025-12-31", "2026-01-30", "2026-01-31", "2026-02-01", "2026-03-31", "2027-01-01")
        ]
        assert turns == ["", "", "amy", "ben", "cho", "amy"]

    def test_teams_take_turns_together_in_listed_order(self) -> None:
        rota = schedule(
            "rotations:",
            "  - {hours: 24h, turns: [[amy, ben], [dee, cho], amy], change: daily, starting: 2026-01-05}",
        )
        assert [on_call(rota, f"2026-01-0{day} 12:00") for day in (5, 6, 7, 8)] == [
            *("amy ben", "dee cho", "amy", "amy ben")
        ]

    def test_tiers_stand_one_after_another_and_the_lower_counts(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {hours: 24h, tier: 2, on_call: [amy, ben]}",
            "rotations:",
            "  - {hours: 24h, turns: [cho, ben], change: daily, starting: 2026-01-05}",
            "cover:",
            "  - {who: dee, tier: 1, from: 2026-01-05, to: 2026-01-05}",
            "  - {who: dee, for: amy, from: 2026-01-06, to: 2026-01-06}",
        )
        assert on_call(rota, "2026-01-05 12:00") == "cho dee amy ben"
        assert on_call(rota, "2026-01-06 12:00") == "ben dee"
        assert rota.at(datetime(2026, 1, 5, 17, tzinfo=UTC)).tiers == (1, 1, 2, 2)
        assert rota.at(datetime(2026, 1, 6, 17, tzinfo=UTC)).tiers == (1, 2)

    def test_the_backup_may_take_turns(self) -> None:
        rota = schedule(
            "shifts: [{hours: 24h, on_call: [amy]}]",
            "backup:",
            "  - {turns: [ben, cho], change: weekly, starting: 2026-01-05}",
            "  - dee",
            "  - {days: tue, hours: 08:00-18:00, on_call: [amy, dee]}",
            "away: [{who: dee, from: 2026-01-13, to: 2026-01-13}]",
        )
        backups = [rota.at(datetime(2026, 1, day, 17, tzinfo=UTC)).backup for day in (4, 5, 6, 12, 13)]
        assert backups == [("dee",), ("ben", "dee"), ("ben", "dee", "amy"), ("cho", "dee"), ("cho", "amy")]

    def test_weeks_and_until(self) -> None:
        rota = schedule(
            "rotations:",
            "  - {days: mon, hours: 24h, turns: [amy, ben], change: 2 weeks, starting: 2026-01-05, until: 2026-02-02}",
        )
        turns = [on_call(rota, f"2026-{day} 12:00") for day in ("01-05", "01-12", "01-19", "01-26", "02-02", "02-09")]
        assert turns == ["amy", "amy", "ben", "ben", "amy", ""]


class TestOnCall:
    ENTRIES = (
        "rotations:",
        "  - {hours: 24h, turns: [cho], change: daily, starting: 2026-01-01}",
        "shifts:",
        "  - {hours: 24h, on_call: [ben, amy]}",
        "  - {hours: 24h, on_call: [amy, dee]}",
    )

    def with_(self, *entries: str) -> Schedule:
        return schedule(*self.ENTRIES, *entries)

    def test_shifts_in_file_order_then_rotations_each_volunteer_once(self) -> None:
        assert on_call(self.with_(), "2026-01-05 12:00") == "ben amy dee cho"

    def test_cover_for_someone_takes_their_place(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {hours: 24h, on_call: [amy, ben]}",
            "cover:",
            "  - {who: cho, for: amy, from: 2026-01-05 08:00, to: 2026-01-05 18:00}",
        )
        assert on_call(rota, "2026-01-05 07:59") == "amy ben"
        assert on_call(rota, "2026-01-05 08:00") == "cho ben"
        assert on_call(rota, "2026-01-05 18:00") == "amy ben"

    def test_cover_by_someone_on_call_already_takes_the_other_out(self) -> None:
        assert (
            on_call(
                self.with_("cover:", "  - {who: dee, for: ben, from: 2026-01-05, to: 2026-01-05}"), "2026-01-05 12:00"
            )
            == "amy dee cho"
        )

    def test_cover_for_someone_not_on_call_does_nothing(self) -> None:
        rota = schedule(
            "shifts: [{hours: 24h, on_call: [amy]}]", "cover: [{who: cho, for: ben, from: 2026-01-05, to: 2026-01-05}]"
        )
        assert on_call(rota, "2026-01-05 12:00") == "amy"

    def test_cover_without_for_is_added_at_the_end_if_not_there_yet(self) -> None:
        rota = schedule(
            "shifts: [{hours: 24h, on_call: [amy, ben]}]",
            "cover:",
            "  - {who: cho, from: 2026-01-05, to: 2026-01-05}",
            "  - {who: amy, from: 2026-01-05, to: 2026-01-05}",
        )
        assert on_call(rota, "2026-01-05 12:00") == "amy ben cho"

    def test_covers_apply_in_file_order(self) -> None:
        rota = schedule(
            "shifts: [{hours: 24h, on_call: [amy]}]",
            "cover:",
            "  - {who: ben, for: amy, from: 2026-01-05, to: 2026-01-05}",
            "  - {who: cho, for: ben, from: 2026-01-05, to: 2026-01-05}",
            "  - {who: dee, for: amy, from: 2026-01-05, to: 2026-01-05}",
        )
        assert on_call(rota, "2026-01-05 12:00") == "cho"

    def test_away_takes_out_of_every_shift_and_turn(self) -> None:
        rota = self.with_(
            "away:",
            "  - {who: amy, from: 2026-01-05, to: 2026-01-06}",
            "  - {who: cho, from: 2026-01-05, to: 2026-01-06}",
        )
        assert on_call(rota, "2026-01-04 23:59") == "ben amy dee cho"
        assert on_call(rota, "2026-01-05 00:00") == "ben dee"
        assert on_call(rota, "2026-01-06 23:59") == "ben dee"
        assert on_call(rota, "2026-01-07 00:00") == "ben amy dee cho"

    def test_away_to_a_date_and_time_ends_at_that_instant(self) -> None:
        rota = self.with_("away:", "  - {who: amy, from: 2026-01-05 12:00, to: 2026-01-06 00:00}")
        assert on_call(rota, "2026-01-05 11:59") == "ben amy dee cho"
        assert on_call(rota, "2026-01-05 12:00") == "ben dee cho"
        assert on_call(rota, "2026-01-06 00:00") == "ben amy dee cho"

    def test_someone_away_who_covers_stays_if_the_cover_took_effect(self) -> None:
        away = "away: [{who: amy, from: 2026-01-05, to: 2026-01-05}]"
        shift = "shifts: [{hours: 24h, on_call: [ben, amy]}]"
        added = schedule(shift, away, "cover: [{who: amy, from: 2026-01-05, to: 2026-01-05}]")
        assert on_call(added, "2026-01-05 12:00") == "ben amy"
        placed = schedule(shift, away, "cover: [{who: amy, for: ben, from: 2026-01-05, to: 2026-01-05}]")
        assert on_call(placed, "2026-01-05 12:00") == "amy"
        idle = schedule(shift, away, "cover: [{who: amy, for: cho, from: 2026-01-05, to: 2026-01-05}]")
        assert on_call(idle, "2026-01-05 12:00") == "ben"

    def test_backup_less_those_away_kept_apart(self) -> None:
        rota = self.with_("backup: [dee, ben]", "away: [{who: dee, from: 2026-01-05, to: 2026-01-05}]")
        assert backup(rota, "2026-01-05 12:00") == "ben"
        assert backup(rota, "2026-01-06 12:00") == "dee ben"
        assert on_call(rota, "2026-01-06 12:00") == "ben amy dee cho"

    def test_cover_from_and_to_through_a_clock_change(self) -> None:
        rota = schedule("backup: [dee]", "cover: [{who: amy, from: 2026-11-01 01:30, to: 2026-11-01 01:45}]")
        assert held(rota, "2026-10-31T00:00Z", "2026-11-02T12:00Z") == [("11-01 05:30", "11-01 06:45", "amy")]


def test_the_pass_key_is_2_or_1_where_2_accepts() -> None:
    accept = {
        key: schedule("backup: [amy]", f"ringing: {{accept_key: {key}}}").rota.ringing for key in ("1", '"2"', "7")
    }
    assert [(one.accept_key, one.pass_key) for one in accept.values()] == [("1", "2"), ("2", "1"), ("7", "2")]


def test_zone_rules_come_from_the_pinned_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONTZPATH", "")
    load_zone.cache_clear()
    zone = load_zone("Pacific/Apia")
    assert zone.key == "Pacific/Apia"
    assert datetime(2011, 12, 30, 10, tzinfo=UTC).astimezone(zone).isoformat() == "2011-12-31T00:00:00+14:00"


def test_a_date_among_days_and_a_zone_of_one_shift_are_answered_with_what_works() -> None:
    dated = read_rotas({"rota/r.yaml": rota_with("shifts: [{days: 2026-12-24, hours: 24h, on_call: [amy]}]").encode()})
    assert "also: [2026-12-24]" in str(dated.errors[0].help)
    zoned = rota_with("shifts: [{timezone: Europe/London, hours: 24h, on_call: [amy]}]")
    assert "one time zone" in str(read_rotas({"rota/r.yaml": zoned.encode()}).errors[0].help)
    mistyped = rota_with("backup: [{turns: [amy], chnge: weekly, starting: 2026-01-05}]")
    assert "`change`" in str(read_rotas({"rota/r.yaml": mistyped.encode()}).errors[0].help)
