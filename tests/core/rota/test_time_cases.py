"""Every time case that went wrong in systems like this one, on fixed dates.

Instants are written as a wall clock shows them, with their offset from UTC, so that each line can be checked with any
calendar at hand.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Away, Cover, Pattern, Rota, Rotation, Shift, TurnChange, Volunteer
from hotline.core.times.wall_clock import DAY, WEEK, wall_minute
from hotline.files.values.zones import load_zone

NEW_YORK, LONDON, LORD_HOWE, CAIRO = "America/New_York", "Europe/London", "Australia/Lord_Howe", "Africa/Cairo"
HAVANA, KOLKATA, APIA = "America/Havana", "Asia/Kolkata", "Pacific/Apia"
EVERY_DAY = frozenset(range(7))
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def clock(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def shift(who: str, days: frozenset[int] | int, start: str, end: str, **limits: date) -> Shift:
    begin, length = clock(start), (clock(end) - clock(start)) % DAY or DAY
    pattern = Pattern(frozenset({days}) if isinstance(days, int) else days, begin, length, **limits)
    return Shift("", pattern, tuple(who.split()))


def at(day: str, time: str = "00:00") -> int:
    return wall_minute(date.fromisoformat(day), clock(time))


def schedule(zone: str, *entries: Shift | Rotation | Away | Cover) -> Schedule:
    def those(kind: type) -> tuple[object, ...]:
        return tuple(one for one in entries if isinstance(one, kind))

    volunteers = {one: Volunteer(one, one, "") for one in ("amy", "ben", "cho", "dee")}
    parts = {name: those(kind) for name, kind in KINDS.items()}
    return Schedule(Rota("r", load_zone(zone), zone, volunteers, **parts))  # type: ignore[arg-type]


KINDS = {"shifts": Shift, "rotations": Rotation, "away": Away, "cover": Cover}


def on_call(rota: Schedule, instant: str) -> str:
    return " ".join(rota.at(datetime.fromisoformat(instant)).on_call)


def held(rota: Schedule, start: str, end: str) -> list[tuple[str, str, str]]:
    """The stretches with somebody on call, in the rota's wall-clock time with its offset."""
    zone = rota.rota.zone
    found = rota.stretches(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return [
        (one.start.astimezone(zone).isoformat(), one.end.astimezone(zone).isoformat(), " ".join(one.who.on_call))
        for one in found
        if one.who.on_call
    ]


def hours_of(rota: Schedule, start: str, end: str) -> float:
    """Real hours with somebody on call between two instants."""
    found = rota.stretches(datetime.fromisoformat(start), datetime.fromisoformat(end))
    return sum(((one.end - one.start) for one in found if one.who.on_call), timedelta()) / timedelta(hours=1)


class TestOvernight:
    rota = schedule(NEW_YORK, shift("amy", FRI, "22:00", "06:00"))

    @pytest.mark.parametrize(
        ("instant", "who"),
        [
            ("2026-01-09 21:59:59-05:00", ""),
            ("2026-01-09 22:00-05:00", "amy"),  # Friday evening
            ("2026-01-10 00:00-05:00", "amy"),
            ("2026-01-10 05:59:59-05:00", "amy"),  # Saturday morning, still Friday's
            ("2026-01-10 06:00-05:00", ""),
            ("2026-01-10 22:00-05:00", ""),  # Saturday evening is not Friday's
            ("2026-01-09 05:00-05:00", ""),  # nor is Friday morning
        ],
    )
    def test_a_night_belongs_to_the_day_it_starts_on(self, instant: str, who: str) -> None:
        assert on_call(self.rota, instant) == who

    def test_sunday_night_ends_on_monday_across_the_new_year(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", THU, "22:00", "06:00"))
        assert on_call(rota, "2027-01-01 05:59-05:00") == "amy"


class TestWholeDays:
    def test_midnight_to_a_minute_before_midnight_leaves_that_minute_open(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", EVERY_DAY, "00:00", "23:59"))
        assert on_call(rota, "2026-01-05 23:58:59-05:00") == "amy"
        assert on_call(rota, "2026-01-05 23:59:30-05:00") == ""
        assert on_call(rota, "2026-01-06 00:00-05:00") == "amy"

    def test_start_equal_to_end_is_24_hours_and_leaves_nothing_open(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", EVERY_DAY, "09:00", "09:00"))
        assert len(held(rota, "2026-01-01T00:00-05:00", "2026-02-01T00:00-05:00")) == 1
        alone = schedule(NEW_YORK, shift("amy", MON, "09:00", "09:00"))
        assert held(alone, "2026-01-01T00:00-05:00", "2026-01-10T00:00-05:00") == [
            ("2026-01-05T09:00:00-05:00", "2026-01-06T09:00:00-05:00", "amy")
        ]

    def test_contiguous_stretches_are_one(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", EVERY_DAY, "08:00", "20:00"), shift("amy", EVERY_DAY, "20:00", "08:00"))
        start, end = "2026-03-01T00:00-05:00", "2026-12-01T00:00-05:00"
        assert len(held(rota, start, end)) == 1
        assert rota.next_change(datetime.fromisoformat(start)) is None

    def test_start_is_inclusive_and_end_exclusive_to_the_second(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", MON, "08:00", "18:00"), shift("ben", MON, "18:00", "20:00"))
        assert on_call(rota, "2026-01-05 07:59:59.999999-05:00") == ""
        assert on_call(rota, "2026-01-05 08:00-05:00") == "amy"
        assert on_call(rota, "2026-01-05 17:59:59.999999-05:00") == "amy"
        assert on_call(rota, "2026-01-05 18:00-05:00") == "ben"


class TestWallClock:
    def test_a_shift_starts_at_the_same_time_on_the_wall_summer_and_winter(self) -> None:
        rota = schedule(LONDON, shift("amy", MON, "18:00", "20:00"))
        assert on_call(rota, "2026-01-05T18:00Z") == "amy"
        assert on_call(rota, "2026-07-06T17:00Z") == "amy"
        assert on_call(rota, "2026-07-06T19:00Z") == ""

    def test_a_zone_off_by_half_an_hour_all_year(self) -> None:
        rota = schedule(KOLKATA, shift("amy", MON, "00:00", "06:00"))
        assert on_call(rota, "2026-01-04T18:29:59Z") == ""
        assert on_call(rota, "2026-01-04T18:30Z") == "amy"
        assert on_call(rota, "2026-01-05T00:30Z") == ""


class TestSpring:
    """New York, 2026-03-08: 02:00 EST is 03:00 EDT."""

    def test_a_start_that_does_not_occur_is_the_jump(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", SUN, "02:30", "05:00"))
        assert held(rota, "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00") == [
            ("2026-03-08T03:00:00-04:00", "2026-03-08T05:00:00-04:00", "amy")
        ]

    def test_an_end_that_does_not_occur_is_the_jump(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", SAT, "22:00", "02:30"), shift("ben", SUN, "02:30", "06:00"))
        assert held(rota, "2026-03-08T00:00-05:00", "2026-03-08T06:00-04:00") == [
            ("2026-03-08T00:00:00-05:00", "2026-03-08T03:00:00-04:00", "amy"),
            ("2026-03-08T03:00:00-04:00", "2026-03-08T06:00:00-04:00", "ben"),
        ]

    def test_a_stretch_inside_the_missing_hour_is_nothing_and_harms_nothing(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", EVERY_DAY, "02:00", "03:00"))
        assert held(rota, "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00") == []
        assert on_call(rota, "2026-03-09 02:30-04:00") == "amy"


class TestAutumn:
    """New York, 2026-11-01: after 01:59 EDT comes 01:00 EST."""

    def test_an_ambiguous_start_is_the_first_and_an_ambiguous_end_the_last(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", SUN, "01:30", "05:00"))
        assert held(rota, "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00") == [
            ("2026-11-01T01:30:00-04:00", "2026-11-01T05:00:00-05:00", "amy")
        ]
        rota = schedule(NEW_YORK, shift("amy", SAT, "22:00", "01:30"))
        assert held(rota, "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00") == [
            ("2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-05:00", "amy")
        ]

    def test_a_handover_in_the_repeated_hour_leaves_no_gap_but_two_on_call(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", SAT, "22:00", "01:30"), shift("ben", SUN, "01:30", "06:00"))
        assert held(rota, "2026-11-01T00:00-04:00", "2026-11-01T06:00-05:00") == [
            ("2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00", "amy"),
            ("2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00", "amy ben"),
            ("2026-11-01T01:30:00-05:00", "2026-11-01T06:00:00-05:00", "ben"),
        ]

    def test_the_repeated_hour_makes_a_longer_shift(self) -> None:
        rota = schedule(NEW_YORK, shift("amy", SAT, "22:00", "06:00"))
        assert hours_of(rota, "2026-10-31T00:00-04:00", "2026-11-02T00:00-05:00") == 9
        assert hours_of(rota, "2026-03-07T00:00-05:00", "2026-03-09T00:00-04:00") == 7


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "hours"),
    [
        (NEW_YORK, SUN, "2026-03-08T00:00-05:00", "2026-03-09T00:00-04:00", 23),
        (NEW_YORK, MON, "2026-03-09T00:00-04:00", "2026-03-10T00:00-04:00", 24),
        (NEW_YORK, SUN, "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00", 25),
        (LORD_HOWE, SUN, "2026-10-04T00:00+10:30", "2026-10-05T00:00+11:00", 23.5),
        (LORD_HOWE, SUN, "2026-04-05T00:00+11:00", "2026-04-06T00:00+10:30", 24.5),
        (CAIRO, FRI, "2026-04-24T01:00+03:00", "2026-04-25T00:00+03:00", 23),
        (CAIRO, THU, "2026-10-29T00:00+03:00", "2026-10-30T00:00+02:00", 25),
        (HAVANA, SUN, "2025-03-09T01:00-04:00", "2025-03-10T00:00-04:00", 23),
        (HAVANA, SUN, "2025-11-02T00:00-04:00", "2025-11-03T00:00-05:00", 25),
        (APIA, SAT, "2011-12-31T00:00+14:00", "2012-01-01T00:00+14:00", 24),
    ],
)
def test_days_last_23_to_25_hours(zone: str, day: int, start: str, end: str, hours: float) -> None:
    rota = schedule(zone, shift("amy", day, "00:00", "00:00"))
    around = timedelta(days=2)
    begin, finish = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert held(rota, (begin - around).isoformat(), (finish + around).isoformat()) == [
        (begin.isoformat(), finish.isoformat(), "amy")
    ]
    assert hours_of(rota, (begin - around).isoformat(), (finish + around).isoformat()) == hours


@pytest.mark.parametrize(
    ("zone", "start", "end", "hours"),
    [
        (NEW_YORK, "2026-03-02T09:00-05:00", "2026-03-09T09:00-04:00", 167),
        (NEW_YORK, "2026-03-09T09:00-04:00", "2026-03-16T09:00-04:00", 168),
        (NEW_YORK, "2026-10-26T09:00-04:00", "2026-11-02T09:00-05:00", 169),
        (LORD_HOWE, "2026-09-28T09:00+10:30", "2026-10-05T09:00+11:00", 167.5),
        (APIA, "2011-12-26T09:00-10:00", "2012-01-02T09:00+14:00", 144),
    ],
)
def test_weeks_last_167_to_169_hours_and_nothing_of_them_is_open(zone: str, start: str, end: str, hours: float) -> None:
    """One stretch of seven days each Monday, of one date only: from 09:00 to 09:00 on the wall."""
    monday = datetime.fromisoformat(start).date()
    rota = schedule(zone, Shift("", Pattern(frozenset({MON}), 9 * 60, WEEK, monday, monday), ("amy",)))
    assert held(rota, (datetime.fromisoformat(start) - timedelta(days=9)).isoformat(), "2027-01-01T00:00Z") == [
        (datetime.fromisoformat(start).isoformat(), datetime.fromisoformat(end).isoformat(), "amy")
    ]
    assert hours_of(rota, start, end) == hours


class TestMidnight:
    """Cairo: 2026-04-24 has no 00:30, 2026-10-29 has two 23:30. Havana: 2025-03-09 has no 00:30."""

    def test_a_shift_from_a_midnight_that_does_not_occur_starts_at_one(self) -> None:
        rota = schedule(CAIRO, shift("amy", FRI, "00:00", "08:00"))
        assert held(rota, "2026-04-23T12:00+02:00", "2026-04-24T12:00+03:00") == [
            ("2026-04-24T01:00:00+03:00", "2026-04-24T08:00:00+03:00", "amy")
        ]

    def test_a_shift_to_a_midnight_that_does_not_occur_leaves_no_gap(self) -> None:
        rota = schedule(CAIRO, shift("amy", THU, "16:00", "00:00"), shift("ben", FRI, "00:00", "08:00"))
        assert held(rota, "2026-04-23T16:00+02:00", "2026-04-24T08:00+03:00") == [
            ("2026-04-23T16:00:00+02:00", "2026-04-24T01:00:00+03:00", "amy"),
            ("2026-04-24T01:00:00+03:00", "2026-04-24T08:00:00+03:00", "ben"),
        ]

    def test_the_hour_before_midnight_twice(self) -> None:
        rota = schedule(CAIRO, shift("amy", THU, "16:00", "23:30"), shift("ben", THU, "23:30", "08:00"))
        assert held(rota, "2026-10-29T16:00+03:00", "2026-10-30T08:00+02:00") == [
            ("2026-10-29T16:00:00+03:00", "2026-10-29T23:30:00+03:00", "amy"),
            ("2026-10-29T23:30:00+03:00", "2026-10-29T23:30:00+02:00", "amy ben"),
            ("2026-10-29T23:30:00+02:00", "2026-10-30T08:00:00+02:00", "ben"),
        ]

    def test_a_turn_belongs_to_its_date_even_where_that_begins_at_one(self) -> None:
        turns = Rotation("", Pattern(EVERY_DAY, 0, DAY), ("amy", "ben"), TurnChange(1, "day"), date(2025, 3, 8))
        rota = schedule(HAVANA, turns)
        assert held(rota, "2025-03-08T00:00-05:00", "2025-03-10T00:00-04:00") == [
            ("2025-03-08T00:00:00-05:00", "2025-03-09T01:00:00-04:00", "amy"),
            ("2025-03-09T01:00:00-04:00", "2025-03-10T00:00:00-04:00", "ben"),
        ]


class TestHalfAnHour:
    """Lord Howe: 2026-10-04 02:00 is 02:30; after 2026-04-05 01:59 comes 01:30."""

    def test_a_start_in_the_missing_half_hour(self) -> None:
        rota = schedule(LORD_HOWE, shift("amy", SUN, "02:15", "06:00"))
        assert held(rota, "2026-10-04T00:00+10:30", "2026-10-04T12:00+11:00") == [
            ("2026-10-04T02:30:00+11:00", "2026-10-04T06:00:00+11:00", "amy")
        ]

    def test_a_handover_in_the_repeated_half_hour(self) -> None:
        rota = schedule(LORD_HOWE, shift("amy", SAT, "22:00", "01:45"), shift("ben", SUN, "01:45", "06:00"))
        assert held(rota, "2026-04-05T00:00+11:00", "2026-04-05T06:00+10:30") == [
            ("2026-04-05T00:00:00+11:00", "2026-04-05T01:45:00+11:00", "amy"),
            ("2026-04-05T01:45:00+11:00", "2026-04-05T01:45:00+10:30", "amy ben"),
            ("2026-04-05T01:45:00+10:30", "2026-04-05T06:00:00+10:30", "ben"),
        ]


class TestTheSkippedDay:
    """Apia had no 2011-12-30: after Thursday the 29th came Saturday the 31st."""

    def test_the_day_that_was_skipped_starts_and_ends_at_the_jump(self) -> None:
        rota = schedule(APIA, shift("amy", FRI, "08:00", "18:00"))
        assert held(rota, "2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00") == []

    def test_its_night_shift_begins_at_the_jump(self) -> None:
        rota = schedule(APIA, shift("amy", FRI, "18:00", "08:00"))
        assert held(rota, "2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00") == [
            ("2011-12-31T00:00:00+14:00", "2011-12-31T08:00:00+14:00", "amy")
        ]

    def test_the_night_before_ends_at_the_jump(self) -> None:
        rota = schedule(APIA, shift("amy", THU, "18:00", "08:00"), shift("ben", FRI, "08:00", "08:00"))
        assert held(rota, "2011-12-29T18:00-10:00", "2012-01-01T00:00+14:00") == [
            ("2011-12-29T18:00:00-10:00", "2011-12-31T00:00:00+14:00", "amy"),
            ("2011-12-31T00:00:00+14:00", "2011-12-31T08:00:00+14:00", "ben"),
        ]

    def test_its_turn_is_passed_over(self) -> None:
        turns = Rotation(
            "", Pattern(EVERY_DAY, 0, DAY), ("amy", "ben", "cho"), TurnChange(1, "day"), date(2011, 12, 29)
        )
        assert on_call(schedule(APIA, turns), "2011-12-29T23:00-10:00") == "amy"
        assert on_call(schedule(APIA, turns), "2011-12-31T01:00+14:00") == "cho"

    def test_away_on_the_skipped_day_is_nothing(self) -> None:
        away = Away("amy", at("2011-12-30"), at("2011-12-31"))
        rota = schedule(APIA, shift("amy", EVERY_DAY, "00:00", "00:00"), away)
        assert len(held(rota, "2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00")) == 1


class TestRotations:
    turns = Rotation("", Pattern(EVERY_DAY, 0, DAY), ("amy", "ben", "cho"), TurnChange(7, "day"), date(2027, 1, 4))

    def test_nobody_of_it_is_on_call_before_it_starts(self) -> None:
        rota = schedule(NEW_YORK, self.turns)
        assert on_call(rota, "2027-01-03T23:59-05:00") == ""
        assert on_call(rota, "2027-01-04T00:00-05:00") == "amy"

    def test_a_query_lies_far_in_the_past(self) -> None:
        assert on_call(schedule(NEW_YORK, self.turns), "1971-06-07T12:00-04:00") == ""

    def test_a_turn_changes_on_time_through_a_clock_change(self) -> None:
        weekly = Rotation(
            "", Pattern(frozenset({SUN}), 150, WEEK), ("amy", "ben"), TurnChange(7, "day"), date(2026, 3, 1)
        )
        rota = schedule(NEW_YORK, weekly)  # from Sundays 02:30, which 2026-03-08 does not have
        assert held(rota, "2026-03-02T00:00-05:00", "2026-03-15T02:30-04:00") == [
            ("2026-03-02T00:00:00-05:00", "2026-03-08T03:00:00-04:00", "amy"),
            ("2026-03-08T03:00:00-04:00", "2026-03-15T02:30:00-04:00", "ben"),
        ]


class TestCover:
    cover = Cover("cho", "amy", at("2026-01-05", "18:00"), at("2026-01-06", "08:00"))

    def test_a_cover_outlives_the_move_of_the_shift_it_covers(self) -> None:
        """Cover is for a volunteer and a time: what of the moved shift lies in that time is covered."""
        before = schedule(NEW_YORK, shift("amy", MON, "18:00", "08:00"), self.cover)
        moved = schedule(NEW_YORK, shift("amy", MON, "20:00", "10:00"), self.cover)
        assert on_call(before, "2026-01-05T18:00-05:00") == "cho"
        assert held(moved, "2026-01-05T12:00-05:00", "2026-01-06T12:00-05:00") == [
            ("2026-01-05T20:00:00-05:00", "2026-01-06T08:00:00-05:00", "cho"),
            ("2026-01-06T08:00:00-05:00", "2026-01-06T10:00:00-05:00", "amy"),
        ]

    def test_two_covers_overlap(self) -> None:
        later = Cover("dee", "amy", at("2026-01-06", "00:00"), at("2026-01-06", "12:00"))
        rota = schedule(NEW_YORK, shift("amy", MON, "18:00", "12:00"), self.cover, later)
        assert held(rota, "2026-01-05T12:00-05:00", "2026-01-06T12:00-05:00") == [
            ("2026-01-05T18:00:00-05:00", "2026-01-06T08:00:00-05:00", "cho"),  # the first one took amy's place
            ("2026-01-06T08:00:00-05:00", "2026-01-06T12:00:00-05:00", "dee"),
        ]

    def test_two_covers_of_the_same_kind_overlap_and_count_once(self) -> None:
        extra = (
            Cover("dee", None, at("2026-01-05", "18:00"), at("2026-01-05", "22:00")),
            Cover("dee", None, at("2026-01-05", "20:00"), at("2026-01-06", "00:00")),
        )
        assert held(schedule(NEW_YORK, *extra), "2026-01-05T12:00-05:00", "2026-01-06T12:00-05:00") == [
            ("2026-01-05T18:00:00-05:00", "2026-01-06T00:00:00-05:00", "dee")
        ]

    def test_someone_away_who_covers_is_on_call_for_what_they_cover(self) -> None:
        away = Away("cho", at("2026-01-05"), at("2026-01-08"))
        rota = schedule(NEW_YORK, shift("amy cho", EVERY_DAY, "00:00", "00:00"), away, self.cover)
        assert held(rota, "2026-01-05T00:00-05:00", "2026-01-07T00:00-05:00") == [
            ("2026-01-05T00:00:00-05:00", "2026-01-05T18:00:00-05:00", "amy"),
            ("2026-01-05T18:00:00-05:00", "2026-01-06T08:00:00-05:00", "cho"),
            ("2026-01-06T08:00:00-05:00", "2026-01-07T00:00:00-05:00", "amy"),
        ]

    def test_cover_through_the_repeated_hour(self) -> None:
        cover = Cover("cho", "amy", at("2026-11-01", "01:30"), at("2026-11-01", "01:45"))
        rota = schedule(NEW_YORK, shift("amy", SUN, "00:00", "06:00"), cover)
        assert held(rota, "2026-11-01T00:00-04:00", "2026-11-01T06:00-05:00") == [
            ("2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00", "amy"),
            ("2026-11-01T01:30:00-04:00", "2026-11-01T01:45:00-05:00", "cho"),
            ("2026-11-01T01:45:00-05:00", "2026-11-01T06:00:00-05:00", "amy"),
        ]


def test_what_is_asked_does_not_depend_on_today() -> None:
    """The same instant gives the same answer, whenever and in whatever order it is asked."""
    rota = schedule(NEW_YORK, shift("amy", SUN, "01:30", "05:00"))
    instant = datetime(2026, 11, 1, 6, 15, tzinfo=UTC)
    first = rota.at(instant)
    rota.at(datetime(2050, 6, 1, tzinfo=UTC))
    assert rota.at(instant) == first == schedule(NEW_YORK, shift("amy", SUN, "01:30", "05:00")).at(instant)
