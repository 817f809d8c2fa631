"""When reminders go out: on the clock of the rota's zone, through every clock change, and around quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.rota.absence import Absence
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Cover, Pattern, Rota, Shift, Volunteer
from hotline.core.rota.text_rules import AN_HOUR_BEFORE, EVENING_BEFORE, Quiet, Reminder, TextRules
from hotline.core.texts.reminders import Planned, due, planned
from hotline.core.times.wall_clock import epoch_seconds, wall_minute
from hotline.files.values.zones import load_zone

EVERY_DAY = frozenset(range(7))
NO_QUIET = TextRules(quiet=None)


def schedule(
    *shifts: Shift,
    zone: str = "America/New_York",
    rules: TextRules = NO_QUIET,
    remind: tuple[Reminder, ...] | None = None,
    cover: tuple[Cover, ...] = (),
) -> Schedule:
    people = {one: Volunteer(one, one.title(), "", texts=True, remind=remind) for one in ("amy", "ben")}
    people["cho"] = Volunteer("cho", "Cho", "")
    return Schedule(Rota("r", load_zone(zone), zone, people, shifts, cover=cover, texts=rules))


def shift(start: int, length: int, *who: str, days: frozenset[int] = EVERY_DAY) -> Shift:
    """On from an hour of each day, so many hours."""
    return Shift("", Pattern(days, start * 60, length * 60), who or ("amy",))


def on_the_wall(found: list[Planned], zone: str = "America/New_York") -> list[tuple[str, str]]:
    """When each goes out and of what time on call it is, as clocks in the zone show it."""
    wall = [
        (datetime.fromtimestamp(one.at, load_zone(zone)), one.time.start.astimezone(load_zone(zone))) for one in found
    ]
    return [(f"{at:%a %d %H:%M}", f"{start:%a %d %H:%M}") for at, start in wall]


def day(year: int, month: int, date: int, zone: str = "America/New_York") -> datetime:
    return datetime(year, month, date, tzinfo=load_zone(zone)).astimezone(UTC)


def test_one_goes_out_the_evening_before_and_one_an_hour_before() -> None:
    found = planned(schedule(shift(9, 4)), day(2026, 1, 6), day(2026, 1, 8))
    assert on_the_wall(found) == [
        ("Tue 06 08:00", "Tue 06 09:00"),
        ("Tue 06 18:00", "Wed 07 09:00"),
        ("Wed 07 08:00", "Wed 07 09:00"),
        ("Wed 07 18:00", "Thu 08 09:00"),
    ]


@pytest.mark.parametrize(("start", "evening"), [(0, "Wed 07 18:00"), (19, "Wed 07 18:00"), (23, "Wed 07 18:00")])
def test_the_evening_before_is_that_of_the_day_before_the_date_of_the_start(start: int, evening: str) -> None:
    thursdays = frozenset((3,))
    found = planned(schedule(shift(start, 5, days=thursdays)), day(2026, 1, 7), day(2026, 1, 9))
    assert on_the_wall(found)[0][0] == evening


def test_times_on_call_that_touch_are_one() -> None:
    """A handover of others is none of theirs; so is one from a shift of their own to the next."""
    found = planned(
        schedule(shift(8, 8, "amy"), shift(10, 2, "cho"), shift(16, 4, "amy", "cho")), day(2026, 1, 6), day(2026, 1, 7)
    )
    assert on_the_wall(found) == [("Tue 06 07:00", "Tue 06 08:00"), ("Tue 06 18:00", "Wed 07 08:00")]
    assert [(one.time.end - one.time.start) for one in found] == [timedelta(hours=12)] * 2


def test_who_did_not_ask_for_texts_gets_none() -> None:
    assert planned(schedule(shift(9, 4, "cho")), day(2026, 1, 6), day(2026, 1, 8)) == []


def test_who_is_always_on_call_is_not_reminded_of_it() -> None:
    assert planned(schedule(shift(0, 24)), day(2026, 1, 6), day(2026, 1, 8)) == []


def test_a_volunteers_own_reminders_take_the_place_of_the_rotas() -> None:
    own = (Reminder(days=2, minute=12 * 60),)
    found = planned(schedule(shift(9, 4, days=frozenset((3,))), remind=own), day(2026, 1, 5), day(2026, 1, 9))
    assert on_the_wall(found) == [("Tue 06 12:00", "Thu 08 09:00")]
    assert planned(schedule(shift(9, 4), remind=()), day(2026, 1, 5), day(2026, 1, 9)) == []


def test_an_absence_takes_the_reminder_with_it() -> None:
    always = schedule(shift(9, 4))
    off = Absence("amy", epoch_seconds(day(2026, 1, 7)), epoch_seconds(day(2026, 1, 8)))
    found = planned(always.with_absences([off]), day(2026, 1, 6) + timedelta(hours=12), day(2026, 1, 8))
    assert on_the_wall(found) == [("Wed 07 18:00", "Thu 08 09:00")]


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/New_York", (2026, 3, 8)),
        ("America/New_York", (2026, 11, 1)),
        ("Europe/Berlin", (2026, 3, 29)),
        ("Europe/Berlin", (2026, 10, 25)),
        ("Australia/Lord_Howe", (2026, 4, 5)),  # by half an hour
        ("Australia/Lord_Howe", (2026, 10, 4)),
        ("Africa/Casablanca", (2026, 2, 15)),
        ("Pacific/Chatham", (2026, 9, 27)),
    ],
)
def test_a_clock_change_moves_no_reminder_on_the_wall(zone: str, change: tuple[int, int, int]) -> None:
    found = planned(
        schedule(shift(9, 4), zone=zone), day(*change, zone) - timedelta(days=2), day(*change, zone) + timedelta(days=2)
    )
    assert len(found) >= 7
    assert {at.split()[-1] for at, _ in on_the_wall(found, zone)} == {"18:00", "08:00"}


def test_in_the_night_of_a_clock_change_an_hour_before_is_an_hour_before() -> None:
    """From 01:30 there is but half an hour of wall-clock time to 03:00 where the clock jumps from two to three."""
    found = planned(schedule(shift(3, 4)), day(2026, 3, 8), day(2026, 3, 8) + timedelta(hours=4))
    (one,) = found
    assert on_the_wall(found) == [("Sun 08 01:00", "Sun 08 03:00")]
    assert one.start - one.at == 3600


def test_on_a_date_that_was_skipped_the_reminder_goes_out_at_the_jump() -> None:
    """Samoa had no 30 December 2011. Midnight after the 29th began the 31st."""
    apia = "Pacific/Apia"
    rota = schedule(shift(9, 4, days=frozenset((5,))), zone=apia)
    found = planned(rota, day(2011, 12, 29, apia), day(2012, 1, 1, apia))
    assert on_the_wall(found, apia) == [("Sat 31 00:00", "Sat 31 09:00"), ("Sat 31 08:00", "Sat 31 09:00")]


class TestQuietHours:
    rules = TextRules((Reminder(days=1, minute=22 * 60), AN_HOUR_BEFORE), Quiet())

    def test_a_reminder_that_would_fall_into_them_comes_before_them(self) -> None:
        found = planned(schedule(shift(12, 4), rules=self.rules), day(2026, 1, 6), day(2026, 1, 7))
        assert on_the_wall(found) == [("Tue 06 11:00", "Tue 06 12:00"), ("Tue 06 21:00", "Wed 07 12:00")]

    def test_in_the_early_morning_it_comes_the_evening_before(self) -> None:
        early = TextRules((Reminder(days=0, minute=7 * 60),), Quiet())
        found = planned(schedule(shift(12, 4), rules=early), day(2026, 1, 6), day(2026, 1, 7))
        assert on_the_wall(found) == [("Tue 06 21:00", "Wed 07 12:00")]

    def test_tonights_matters_wait_for_nothing(self) -> None:
        night = schedule(shift(0, 6), rules=TextRules(quiet=Quiet()))
        found = planned(night, day(2026, 1, 6) + timedelta(hours=12), day(2026, 1, 7))
        assert on_the_wall(found) == [("Tue 06 18:00", "Wed 07 00:00"), ("Tue 06 23:00", "Wed 07 00:00")]
        assert [one.reminder for one in due(night, day(2026, 1, 7) - timedelta(minutes=30))] == [AN_HOUR_BEFORE]

    def test_a_late_one_waits_for_the_morning(self) -> None:
        rota = schedule(shift(12, 4), rules=TextRules(quiet=Quiet()))
        night, morning = day(2026, 1, 6) + timedelta(hours=23), day(2026, 1, 7) + timedelta(hours=8)
        assert due(rota, night) == []
        assert [one.reminder for one in due(rota, morning)] == [EVENING_BEFORE]

    def test_two_that_would_come_at_once_are_one(self) -> None:
        both = TextRules((Reminder(days=1, minute=22 * 60), Reminder(days=1, minute=23 * 60)), Quiet())
        assert (
            len(planned(schedule(shift(12, 4), rules=both), day(2026, 1, 6) + timedelta(hours=13), day(2026, 1, 7)))
            == 1
        )


class TestDue:
    def test_a_late_one_is_of_use_until_the_next(self) -> None:
        rota = schedule(shift(9, 4))
        evening = day(2026, 1, 6) + timedelta(hours=18)
        assert due(rota, evening - timedelta(seconds=1)) == []
        for late in (0, 1, 4, 13):
            assert [one.reminder for one in due(rota, evening + timedelta(hours=late))] == [EVENING_BEFORE]
        assert [one.reminder for one in due(rota, evening + timedelta(hours=14))] == [AN_HOUR_BEFORE]

    def test_nobody_is_reminded_of_what_has_begun(self) -> None:
        begun = day(2026, 1, 6) + timedelta(hours=9)
        assert due(schedule(shift(9, 4), remind=(AN_HOUR_BEFORE,)), begun) == []
        assert len(due(schedule(shift(9, 4), remind=(AN_HOUR_BEFORE,)), begun - timedelta(seconds=1))) == 1


class TestALaterReminderThanTheShift:
    """`day 0, 00:01` of a shift at 00:00 would be sent after the shift began."""

    late = Reminder(days=0, minute=1)

    def test_it_is_never_sent(self) -> None:
        rota = schedule(shift(0, 6), remind=(self.late,))
        assert planned(rota, day(2026, 1, 6), day(2026, 1, 9)) == []
        for minutes in (-60, -1, 0, 1, 5, 60):
            assert due(rota, day(2026, 1, 7) + timedelta(minutes=minutes)) == []

    def test_the_one_before_it_ends_when_the_shift_begins(self) -> None:
        rota = schedule(shift(0, 6), remind=(AN_HOUR_BEFORE, self.late))
        assert {one.until - one.start for one in planned(rota, day(2026, 1, 6), day(2026, 1, 9))} == {0}
        assert due(rota, day(2026, 1, 7)) == []


instants = st.integers(0, 3 * 365 * 24).map(lambda hours: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
zones = st.sampled_from(("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"))
patterns = st.builds(Pattern, st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 1439), st.integers(30, 3000))
several = st.lists(
    st.builds(Shift, st.just(""), patterns, st.sampled_from((("amy",), ("amy", "ben"), ("cho",)))), max_size=4
)
wanted = st.lists(
    st.builds(Reminder, days=st.integers(0, 7), minute=st.integers(0, 1439))
    | st.builds(Reminder, before=st.integers(5, 2_880).map(lambda minutes: minutes * 60)),
    max_size=4,
).map(tuple)
wanted = wanted.map(lambda reminders: (*reminders, *([Reminder(days=0, minute=1)] if len(reminders) > 1 else [])))
quiets = st.none() | st.builds(Quiet, st.integers(0, 1439), st.integers(1, 1380))


@given(several, zones, wanted, quiets, instants)
def test_what_is_due_later_was_planned_before(
    shifts: list[Shift], zone: str, reminders: tuple[Reminder, ...], quiet: Quiet | None, now: datetime
) -> None:
    """A plan does not depend on when it is made: what goes out is what was planned, under the same name."""
    rota = schedule(*shifts, zone=zone, rules=TextRules(reminders, quiet))
    ahead = {(one.name("r"), one.at, one.until) for one in planned(rota, now, now + timedelta(days=3))}
    for hours in (0, 7, 25, 49):
        then = now + timedelta(hours=hours)
        for one in due(rota, then):
            assert one.at <= epoch_seconds(then) < one.until <= one.start
            if epoch_seconds(now) < one.at:
                assert (one.name("r"), one.at, one.until) in ahead


@given(several, zones, wanted, quiets, instants)
def test_each_time_on_call_has_each_reminder_at_most_once(
    shifts: list[Shift], zone: str, reminders: tuple[Reminder, ...], quiet: Quiet | None, now: datetime
) -> None:
    rota = schedule(*shifts, zone=zone, rules=TextRules(reminders, quiet))
    found = planned(rota, now, now + timedelta(days=7))
    assert len({one.name("r") for one in found}) == len(found)
    for one in found:
        held = rota.at(one.time.start).on_call
        assert one.who in held
        assert one.who not in rota.at(one.time.start - timedelta(seconds=1)).on_call
        assert one.who != "cho"


def test_a_cover_gets_the_reminder_of_whose_place_it_takes() -> None:
    on = wall_minute(date(2026, 1, 7), 9 * 60)
    rota = schedule(shift(9, 4), cover=(Cover("ben", "amy", on, on + 240),))
    found = planned(rota, day(2026, 1, 7), day(2026, 1, 7) + timedelta(hours=12))
    assert [one.who for one in found] == ["ben"]
