"""Days of the month, every so many weeks, and public holidays: from their YAML to who is on call on fixed dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.core.rota.on_call import Schedule
from hotline.files import check_coverage, check_holidays, load_texts
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values.public_holidays import public_holidays
from tests.files.good import rota_with, texts
from tests.files.loading.test_rota_rules import held, on_call, schedule


def days_on(rota: Schedule, first: str, days: int, time: str = "12:00") -> list[str]:
    """The dates on which somebody is on call at a time of day."""
    dates = [date.fromisoformat(first) + timedelta(days=later) for later in range(days)]
    return [f"{day:%m-%d}" for day in dates if on_call(rota, f"{day} {time}")]


def with_days(days: str) -> Schedule:
    return schedule("shifts:", f'  - {{days: "{days}", hours: 10:00-14:00, on_call: [amy]}}')


class TestDaysOfTheMonth:
    def test_the_first_and_third(self) -> None:
        assert days_on(with_days("1st sat, 3rd sat"), "2026-01-01", 62) == ["01-03", "01-17", "02-07", "02-21"]

    def test_a_list(self) -> None:
        rota = schedule("shifts:", "  - {days: [1st mon, last fri], hours: 10:00-14:00, on_call: [amy]}")
        assert days_on(rota, "2026-02-01", 28) == ["02-02", "02-27"]

    def test_several_places_at_once(self) -> None:
        assert days_on(with_days("2nd-4th tue"), "2026-03-01", 31) == ["03-10", "03-17", "03-24"]

    def test_the_last_is_the_fourth_or_the_fifth(self) -> None:
        assert days_on(with_days("last fri"), "2026-01-01", 90) == ["01-30", "02-27", "03-27"]

    def test_a_fifth_is_there_in_some_months_only(self) -> None:
        assert days_on(with_days("5th sun"), "2026-01-01", 181) == ["03-29", "05-31"]

    def test_the_last_day_of_february_in_a_leap_year(self) -> None:
        assert days_on(with_days("last tue"), "2028-02-20", 15) == ["02-29"]

    def test_with_days_of_every_week(self) -> None:
        assert days_on(with_days("wed, 1st fri"), "2026-01-01", 14) == ["01-02", "01-07", "01-14"]

    def test_a_night_belongs_to_the_month_it_starts_in(self) -> None:
        rota = schedule("shifts:", "  - {days: last sat, hours: 22:00-06:00, on_call: [amy]}")
        assert held(rota, "2026-01-20T00:00Z", "2026-02-10T00:00Z") == [("02-01 03:00", "02-01 11:00", "amy")]

    def test_through_a_clock_change(self) -> None:
        rota = schedule("shifts:", "  - {days: 1st sun, hours: 24h, on_call: [amy]}")
        assert held(rota, "2026-10-20T00:00Z", "2026-11-20T00:00Z") == [("11-01 04:00", "11-02 05:00", "amy")]

    def test_starting_and_until(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {days: 1st sat, hours: 10:00-14:00, starting: 2026-02-07, until: 2026-03-07, on_call: [amy]}",
        )
        assert days_on(rota, "2026-01-01", 180) == ["02-07", "03-07"]

    def test_a_rotation_can_have_them(self) -> None:
        rota = schedule(
            "rotations:",
            "  - {days: 1st sat, hours: 10:00-14:00, turns: [amy, ben], change: monthly, starting: 2026-01-01}",
        )
        assert [on_call(rota, f"2026-{day} 12:00") for day in ("01-03", "02-07", "03-07", "03-14")] == [
            "amy",
            "ben",
            "amy",
            "",
        ]


class TestEverySoManyWeeks:
    def test_counted_from_the_week_of_starting(self) -> None:
        rota = schedule("shifts:", "  - {days: sat, hours: 24h, every: 2 weeks, starting: 2026-01-05, on_call: [amy]}")
        assert days_on(rota, "2026-01-01", 45) == ["01-10", "01-24", "02-07"]

    def test_weeks_begin_on_monday_and_nothing_starts_before_starting(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {days: [mon, sun], hours: 10:00-14:00, every: 2 weeks, starting: 2026-01-07, on_call: [amy]}",
        )
        assert days_on(rota, "2026-01-01", 32) == ["01-11", "01-19", "01-25"]

    def test_two_halves_make_a_whole(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {days: sat-sun, hours: 24h, every: 2 weeks, starting: 2026-01-05, on_call: [amy]}",
            "  - {days: sat-sun, hours: 24h, every: 2 weeks, starting: 2026-01-12, on_call: [ben]}",
        )
        assert [on_call(rota, f"2026-01-{day} 12:00") for day in (10, 11, 17, 18, 24)] == [
            "amy",
            "amy",
            "ben",
            "ben",
            "amy",
        ]

    def test_one_stretch_a_week_from_a_day_to_another(self) -> None:
        rota = schedule(
            "shifts:",
            "  - {from: fri 18:00, to: mon 08:00, every: 3 weeks, starting: 2026-01-01, on_call: [amy]}",
        )
        assert held(rota, "2026-01-01T00:00Z", "2026-02-01T00:00Z") == [
            ("01-02 23:00", "01-05 13:00", "amy"),
            ("01-23 23:00", "01-26 13:00", "amy"),
        ]

    def test_the_count_goes_on_over_the_new_year_and_through_clock_changes(self) -> None:
        rota = schedule("shifts:", "  - {days: mon, hours: 24h, every: 2 weeks, starting: 2026-01-05, on_call: [amy]}")
        assert days_on(rota, "2026-12-20", 30) == ["12-21", "01-04", "01-18"]
        assert days_on(rota, "2026-11-01", 20) == ["11-09"]

    def test_every_week_is_allowed_too(self) -> None:
        rota = schedule("shifts:", "  - {days: mon, hours: 24h, every: 1 week, starting: 2026-01-05, on_call: [amy]}")
        assert days_on(rota, "2026-01-01", 20) == ["01-05", "01-12", "01-19"]


class TestHolidays:
    """2026 in Maryland: Memorial Day is Monday 05-25, Independence Day Saturday 07-04, observed on Friday 07-03 too;
    Thanksgiving is Thursday 11-26, with a holiday of Maryland's own the day after; Christmas is a Friday."""

    US = "holidays: {country: US, region: MD}"
    WEEKLY = (
        "shifts:",
        "  - {days: every day, hours: 08:00-18:00, on_call: [amy]}",
        "  - {days: every day, hours: 18:00-08:00, on_call: [ben]}",
    )

    def test_a_shift_for_holidays_replaces_the_shifts_that_start_on_them(self) -> None:
        rota = schedule(
            self.US, *self.WEEKLY, "  - {days: holidays, hours: 08:00-18:00, on_call: [cho]}", "backup: [dee]"
        )
        assert held(rota, "2026-05-25T04:00Z", "2026-05-27T04:00Z") == [
            ("05-25 04:00", "05-25 12:00", "ben"),  # Sunday's night shift runs to its end
            ("05-25 12:00", "05-25 22:00", "cho"),
            ("05-25 22:00", "05-26 12:00", "ben"),  # Monday's night shift makes room in no hour of its own
            ("05-26 12:00", "05-26 22:00", "amy"),
            ("05-26 22:00", "05-27 04:00", "ben"),
        ]

    def test_two_shifts_for_holidays_stand_side_by_side(self) -> None:
        rota = schedule(
            self.US,
            *self.WEEKLY,
            "  - {days: holidays, hours: 08:00-18:00, on_call: [cho]}",
            "  - {days: holidays, hours: 18:00-08:00, on_call: [dee]}",
        )
        assert [on_call(rota, f"2026-05-{when}") for when in ("25 12:00", "25 20:00", "26 03:00", "26 12:00")] == [
            *("cho", "dee", "dee", "amy")
        ]

    def test_also_leaves_the_others_in_place(self) -> None:
        rota = schedule(self.US, *self.WEEKLY, "  - {days: holidays, hours: 24h, also: true, on_call: [cho]}")
        assert on_call(rota, "2026-05-25 12:00") == "amy cho"
        assert on_call(rota, "2026-05-26 03:00") == "ben"

    def test_one_that_replaces_and_one_that_does_not(self) -> None:
        rota = schedule(
            self.US,
            *self.WEEKLY,
            "  - {days: holidays, hours: 08:00-08:00, on_call: [cho]}",
            "  - {days: holidays, hours: 10:00-12:00, also: true, on_call: [dee]}",
        )
        assert on_call(rota, "2026-05-25 11:00") == "cho dee"

    def test_a_shift_for_other_days_too_is_not_replaced_and_replaces_on_holidays(self) -> None:
        rota = schedule(
            self.US,
            "shifts:",
            "  - {days: mon-fri, hours: 24h, on_call: [amy]}",
            '  - {days: "sat-sun, holidays", hours: 24h, on_call: [fay]}',
            volunteers="amy fay",
        )
        assert [on_call(rota, f"2026-05-{day} 12:00") for day in (22, 23, 24, 25, 26)] == [
            "amy",
            "fay",
            "fay",
            "fay",
            "amy",
        ]

    def test_a_weekend_that_starts_on_a_holiday_makes_room_only_in_the_hours_of_the_other(self) -> None:
        rota = schedule(
            self.US,
            "shifts:",
            "  - {from: fri 18:00, to: mon 08:00, on_call: [amy]}",
            "  - {days: holidays, hours: 18:00-08:00, on_call: [ben]}",
        )
        assert held(rota, "2026-12-25T12:00Z", "2026-12-28T12:00Z") == [
            ("12-25 23:00", "12-26 13:00", "ben"),
            ("12-26 13:00", "12-28 12:00", "amy"),
        ]

    def test_the_weekend_after_black_friday_is_not_emptied(self) -> None:
        rota = schedule(
            self.US,
            "shifts:",
            "  - {from: fri 18:00, to: mon 08:00, on_call: [amy]}",
            "  - {name: Holidays, days: holidays, hours: 24h, on_call: [ben]}",
        )
        assert held(rota, "2026-11-26T00:00Z", "2026-12-01T00:00Z") == [
            ("11-26 05:00", "11-28 05:00", "ben"),
            ("11-28 05:00", "11-30 13:00", "amy"),
        ]

    def test_a_night_between_two_holidays_makes_room_on_both(self) -> None:
        rota = schedule(self.US, *self.WEEKLY, "  - {days: holidays, hours: 24h, on_call: [cho]}")
        assert [on_call(rota, f"2026-11-{when}") for when in ("26 03:00", "26 12:00", "27 03:00", "28 03:00")] == [
            *("ben cho", "cho", "cho", "ben")
        ]

    def test_dates_of_ones_own_are_added_and_taken_out(self) -> None:
        rota = schedule(
            "holidays: {country: US, region: MD, also: [2026-12-24], except: [2026-11-27]}",
            *self.WEEKLY,
            "  - {days: holidays, hours: 24h, on_call: [cho]}",
        )
        noons = [on_call(rota, f"2026-{day} 12:00") for day in ("11-26", "11-27", "12-23", "12-24", "12-25")]
        assert noons == ["cho", "amy", "amy", "cho", "cho"]

    def test_rotations_go_on(self) -> None:
        rota = schedule(
            self.US,
            "shifts:",
            "  - {hours: 24h, on_call: [amy]}",
            "  - {days: holidays, hours: 24h, on_call: [ben]}",
            "rotations:",
            "  - {hours: 24h, turns: [cho, dee], change: daily, starting: 2026-05-23}",
        )
        assert [on_call(rota, f"2026-05-{day} 12:00") for day in (24, 25, 26)] == ["amy dee", "ben cho", "amy dee"]

    def test_a_holiday_kept_on_another_day_counts_on_both(self) -> None:
        rota = schedule(self.US, "shifts:", "  - {days: holidays, hours: 24h, on_call: [amy]}")
        assert days_on(rota, "2026-07-01", 10) == ["07-03", "07-04"]

    def test_a_region_has_holidays_of_its_own(self) -> None:
        entries = ("shifts:", "  - {days: holidays, hours: 24h, on_call: [amy]}")
        assert days_on(schedule(self.US, *entries), "2026-11-20", 10) == ["11-26", "11-27"]
        assert days_on(schedule("holidays: {country: US}", *entries), "2026-11-20", 10) == ["11-26"]

    def test_until_ends_the_replacing_too(self) -> None:
        rota = schedule(self.US, *self.WEEKLY, "  - {days: holidays, hours: 24h, until: 2026-06-01, on_call: [cho]}")
        assert on_call(rota, "2026-05-25 12:00") == "cho"
        assert on_call(rota, "2026-11-26 12:00") == "amy"

    def test_a_rota_that_names_a_country_and_has_no_shift_for_holidays_is_as_before(self) -> None:
        rota = schedule(self.US, *self.WEEKLY)
        assert on_call(rota, "2026-12-25 12:00") == "amy"
        assert rota.rota.holidays.get(date(2026, 12, 25)) == "Christmas Day"
        assert rota.rota.holidays.get(date(2026, 12, 24)) is None

    def test_a_rota_that_names_none_has_none(self) -> None:
        assert not schedule(*self.WEEKLY).rota.holidays

    def test_away_and_cover_hold_on_holidays_too(self) -> None:
        rota = schedule(
            self.US,
            *self.WEEKLY,
            "  - {days: holidays, hours: 24h, on_call: [cho]}",
            "away: [{who: cho, from: 2026-05-25, to: 2026-05-25}]",
            "cover: [{who: dee, for: cho, from: 2026-05-25 12:00, to: 2026-05-25 18:00}]",
        )
        assert [on_call(rota, f"2026-05-25 {hour}:00") for hour in (10, 12, 18)] == ["", "dee", ""]


class TestNotes:
    MONDAY = datetime(2026, 1, 5, tzinfo=UTC)

    def notes(self, *entries: str, weeks: int = 8) -> dict[str, str]:
        loaded = load_texts(texts(rota=rota_with(TestHolidays.US, *entries)))
        found = check_holidays(loaded, self.MONDAY, weeks)
        assert {one.severity for one in found} <= {"note"}
        return {one.code: one.message for one in found}

    def test_the_holidays_ahead_are_named(self) -> None:
        assert self.notes("shifts: [{hours: 24h, on_call: [amy]}]", weeks=4) == {
            "holidays-ahead": "Public holidays in the next 4 weeks: Martin Luther King Jr. Day (Mon 2026-01-19)."
        }
        assert self.notes("shifts: [{hours: 24h, on_call: [amy]}]", weeks=1) == {}

    def test_a_gap_that_holidays_make_is_told_a_year_ahead(self) -> None:
        entries = (
            "shifts:",
            "  - {from: fri 18:00, to: mon 08:00, on_call: [amy]}",
            "  - {from: mon 08:00, to: fri 18:00, on_call: [amy]}",
            "  - {days: holidays, hours: 24h, starting: 2026-12-01, on_call: [ben]}",
            "away: [{who: ben, from: 2026-12-25 20:00, to: 2026-12-25}]",
        )
        notes = self.notes(*entries, weeks=1)
        assert notes["holiday-gap"].startswith("On Christmas Day a holiday shift replaces others")
        assert "from Fri 2026-12-25 20:00 to Sat 2026-12-26 00:00" in notes["holiday-gap"]

    def test_a_gap_that_is_there_in_any_week_is_not_put_down_to_holidays(self) -> None:
        entries = ("shifts:", "  - {days: mon-fri, hours: 24h, on_call: [amy]}")
        assert "holiday-gap" not in self.notes(*entries, "  - {days: holidays, hours: 24h, on_call: [ben]}")

    def test_holidays_change_no_gap_finding(self) -> None:
        loaded = load_texts(texts(rota=rota_with(TestHolidays.US, "shifts: [{hours: 24h, on_call: [amy]}]")))
        assert check_coverage(loaded, self.MONDAY) == []


class TestPublicHolidays:
    def test_names_are_in_the_countrys_language_whatever_the_machines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LANGUAGE", "fr")
        assert public_holidays("DE", "BY").get(date(2031, 12, 25)) == "Erster Weihnachtstag"

    def test_years_are_worked_out_when_they_are_asked_for(self) -> None:
        holidays = public_holidays("NZ")
        assert holidays.get(date(2033, 2, 6)) == "Waitangi Day"
        assert {day.year for day in holidays} == {2033}
        assert holidays.get(date(2034, 2, 6)) == "Waitangi Day"
        assert {day.year for day in holidays} == {2033, 2034}

    def test_a_new_year_kept_in_the_old_one(self) -> None:
        assert "New Year's Day" in public_holidays("US").get(date(2027, 12, 31), "")

    def test_far_off_years_have_none(self) -> None:
        assert public_holidays("US").get(date(2300, 12, 25)) is None

    @pytest.mark.parametrize(
        ("country", "region", "help"),
        [
            ("UK", None, "Did you mean `GB`?"),
            ("USA", None, "Did you mean `US`?"),
            ("us", None, "Did you mean `US`?"),
            ("Germny", None, "Did you mean `DE`?"),
            ("England", None, "Did you mean `GB`?"),
            ("Wales", None, "Did you mean `GB`?"),
            ("Britain", None, "Did you mean `GB`?"),
            ("Deutschland", None, "Did you mean `DE`?"),
            ("Schweiz", None, "Did you mean `CH`?"),
            ("México", None, "Did you mean `MX`?"),
            ("Maryland", None, "Write the two letters of the country: US, GB, CA, DE …"),
            ("Burma", None, "Write the two letters of the country: US, GB, CA, DE …"),
            ("US", "Washington DC", "Did you mean `DC`?"),
            ("AU", "Australia", "Its regions are ACT, NSW, NT, QLD, SA, TAS, VIC, WA, NSW Western."),
            ("GB", "Ireland", "Its regions are ENG, NIR, SCT, WLS."),
            ("XX", None, "Write the two letters of the country: US, GB, CA, DE …"),
            ("US", "Maryland", "Did you mean `MD`?"),
            ("US", "md", "Did you mean `MD`?"),
            ("CA", "Ontaria", "Did you mean `ON`?"),
            ("GB", "X", "Its regions are ENG, NIR, SCT, WLS."),
            ("SG", "X", "This country's holidays are the same everywhere: delete `region`."),
        ],
    )
    def test_an_unknown_country_or_region_is_told_with_what_was_meant(
        self, country: str, region: str | None, help: str
    ) -> None:
        with pytest.raises(Unreadable) as told:
            public_holidays(country, region)
        assert told.value.help == help
