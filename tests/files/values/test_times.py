"""Each way to write a time, and what it means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from hotline.core.rota.rota import LAST, TurnChange
from hotline.core.times.wall_clock import DAY, WEEK, wall_minute
from hotline.files.findings.unreadable import Unreadable
from hotline.files.values import times
from hotline.files.values.days import Days
from hotline.files.values.days import days as read_days
from hotline.files.values.mails import mail
from hotline.files.values.reminders import quiet
from hotline.files.values.times import Hours, Moment
from hotline.files.values.typed_times import period, typed_day, typed_moment


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("20s", 20), ("4m", 240), ("1m30s", 90), ("1h", 3600), ("1h 30m", 5400), ("0s", 0), ("24h", 86400)],
)
def test_durations(written: str, seconds: int) -> None:
    assert times.duration(written) == seconds


@pytest.mark.parametrize("written", ["20", "", "s", "4 minutes", "-4m", "1.5h", "30s1m", "٣s", "4m 4m"])
def test_what_is_no_duration(written: str) -> None:
    with pytest.raises(Unreadable):
        times.duration(written)


@pytest.mark.parametrize(
    ("written", "start", "length"),
    [
        ("08:00-18:00", 480, 600),
        ("8:00-18:00", 480, 600),
        ("18:00-08:00", 1080, 840),
        ("18:00 - 08:00", 1080, 840),
        ("18:00–08:00", 1080, 840),
        ("24h", 0, DAY),
        ("00:00-24:00", 0, DAY),
        ("18:00-24:00", 1080, 360),
        ("18:00-00:00", 1080, 360),
        ("09:00-09:00", 540, DAY),
        ("00:00-00:00", 0, DAY),
        ("22:30-06:15", 1350, 465),
    ],
)
def test_hours(written: str, start: int, length: int) -> None:
    assert times.hours(written) == Hours(start, length)


@pytest.mark.parametrize("written", ["18:00", "24:00-08:00", "25:00-08:00", "18:60-19:00", "6pm-8am", "18-8", "8h", ""])
def test_what_are_no_hours(written: str) -> None:
    with pytest.raises(Unreadable):
        times.hours(written)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon", [0]),
        ("mon-fri", [0, 1, 2, 3, 4]),
        ("fri-mon", [0, 4, 5, 6]),
        ("sun-sat", [0, 1, 2, 3, 4, 5, 6]),
        ("mon-mon", [0]),
        ("mon, wed", [0, 2]),
        ("mon-tue,sat", [0, 1, 5]),
        (["mon", "wed-thu"], [0, 2, 3]),
        ("every day", [0, 1, 2, 3, 4, 5, 6]),
        ("Mon – Fri", [0, 1, 2, 3, 4]),
    ],
)
def test_days(written: object, days: list[int]) -> None:
    assert read_days(written) == Days(frozenset(days))


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("1st sat", [(1, 5)]),
        ("1st sat, 3rd sat", [(1, 5), (3, 5)]),
        (["1st sat", "last fri"], [(1, 5), (LAST, 4)]),
        ("2nd-4th tue", [(2, 1), (3, 1), (4, 1)]),
        ("5th  Mon", [(5, 0)]),
        ("Last Sun", [(LAST, 6)]),
    ],
)
def test_days_by_their_place_in_the_month(written: object, days: list[tuple[int, int]]) -> None:
    assert read_days(written) == Days(monthly=frozenset(days))


def test_days_of_several_kinds() -> None:
    assert read_days("sat-sun, 1st wed, holidays") == Days(frozenset({5, 6}), frozenset({(1, 2)}), True)
    assert read_days("holidays") == Days(holidays=True)


@pytest.mark.parametrize(
    "written",
    [
        *("monday", "mon-", "weekdays", "", "mon,,tue", [], ["mon", ["tue"]], {"mon": None}),
        *("1st", "last", "6th sat", "0th sat", "first sat", "sat 1st", "1st sat-sun", "1st and 3rd sat"),
        *(
            "1st holidays",
            "4th-2nd sat",
            "1st-last sat",
            "every other sat",
            "second last fri",
            "1st-mon",
            "holiday",
            "bank holidays",
        ),
    ],
)
def test_what_are_no_days(written: object) -> None:
    with pytest.raises(Unreadable):
        read_days(written)


@pytest.mark.parametrize(("written", "weeks"), [("2 weeks", 2), ("1 week", 1), ("52 weeks", 52), ("3  Weeks", 3)])
def test_every_so_many_weeks(written: str, weeks: int) -> None:
    assert times.every(written) == weeks


@pytest.mark.parametrize("written", ["2", "week", "14 days", "0 weeks", "53 weeks", "fortnight", "every 2 weeks", ""])
def test_what_are_no_weeks(written: str) -> None:
    with pytest.raises(Unreadable):
        times.every(written)


READERS = [
    *(times.duration, times.hours, times.moment, times.week_moment, times.calendar_date, times.change, times.every),
    *(read_days, quiet, mail),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "written",
    ["", " ", "\x85", "-", ",", ", ,", ":", "=", "²", "٣", "9" * 5_000, "fri -", "to", [], ["", ""], {}, None],
)
def test_what_is_no_value_is_refused_by_every_reader(read: Callable[[object], object], written: object) -> None:
    with pytest.raises(Unreadable):
        read(written)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("fri 18:00", "mon 08:00", 62 * 60),
        ("mon 08:00", "mon 08:00", WEEK),
        ("mon 08:00", "mon 07:59", WEEK - 1),
        ("mon 08:00", "mon 08:01", 1),
        ("mon 00:00", "sun 24:00", WEEK),
        ("sun 22:00", "sun 24:00", 120),
    ],
)
def test_once_a_week(start: str, end: str, minutes: int) -> None:
    assert times.week_stretch(times.week_moment(start), times.week_moment(end)) == minutes


def test_a_date_with_a_time_is_that_instant_and_a_bare_date_the_whole_day() -> None:
    day = date(2026, 12, 24)
    assert times.moment("2026-12-24 18:00").start == wall_minute(day, 1080)
    assert times.moment("2026-12-24T18:00").end == wall_minute(day, 1080)
    assert times.moment("2026-12-24 00:00").end == wall_minute(day)
    assert times.moment("2026-12-24 24:00").end == wall_minute(day, DAY)
    assert times.moment("2026-12-24").start == wall_minute(day)
    assert times.moment("2026-12-24").end == wall_minute(day, DAY)


@pytest.mark.parametrize("written", ["24/12/2026", "2026-12-24 18:00Z", "2026-13-01", "2026-12-24 25:00", "0026-01-01"])
def test_what_is_no_moment(written: str) -> None:
    with pytest.raises(Unreadable):
        times.moment(written)


@pytest.mark.parametrize(
    ("written", "change"),
    [
        ("daily", TurnChange(1, "day")),
        ("weekly", TurnChange(7, "day")),
        ("monthly", TurnChange(1, "month")),
        ("10 days", TurnChange(10, "day")),
        ("1 day", TurnChange(1, "day")),
        ("2 weeks", TurnChange(14, "day")),
    ],
)
def test_how_often_the_turn_changes(written: str, change: TurnChange) -> None:
    assert times.change(written) == change


@pytest.mark.parametrize("written", ["0 days", "every 2 weeks", "2 months", "yearly", "fortnightly", "-1 days", ""])
def test_what_does_not_say_how_often(written: str) -> None:
    with pytest.raises(Unreadable):
        times.change(written)


@pytest.mark.parametrize("written", ["biweekly", "Fortnightly", "every other week", "every 2 weeks"])
def test_what_means_two_weeks_is_not_taken_for_weekly(written: str) -> None:
    with pytest.raises(Unreadable) as told:
        times.change(written)
    assert str(told.value.help) == "Write 2 weeks."


class TestTypedTimes:
    """What people type after a command, on Saturday 28 November 2026."""

    TODAY = date(2026, 11, 28)

    @pytest.mark.parametrize(
        ("typed", "day", "minute"),
        [
            ("tomorrow 8am", 29, 480),
            ("tomorrow 8 a.m.", 29, 480),
            ("today 12am", 28, 0),
            ("today 12:30pm", 28, 750),
            ("Sat 18:00", 28, 1080),
            ("at 18:00", 28, 1080),
            ("sun 6:30pm", 29, 1110),
            ("2026-11-30T08:00", 30, 480),
        ],
    )
    def test_a_moment(self, typed: str, day: int, minute: int | None) -> None:
        assert typed_moment(typed, self.TODAY) == Moment(date(2026, 11, day), minute)

    def test_a_period_takes_the_same_words(self) -> None:
        found = period(["tomorrow", "8am-6pm"], self.TODAY)
        assert (found.first, found.last) == (Moment(date(2026, 11, 29), 480), Moment(date(2026, 11, 29), 1080))

    def test_a_date_of_two_readings_says_both(self) -> None:
        with pytest.raises(Unreadable) as refused:
            typed_day("01/11/2026", self.TODAY)
        assert f"{refused.value.message}" == "`01/11/2026` could be two different days."
        assert f"{refused.value.help}" == "Write 2026-11-01 or 2026-01-11: the year, the month, the day."

    @pytest.mark.parametrize("typed", ["25/12/2026", "12.25.2026"])
    def test_a_date_of_one_reading_is_written_out(self, typed: str) -> None:
        with pytest.raises(Unreadable) as refused:
            typed_day(typed, self.TODAY)
        assert f"{refused.value.help}" == "Write 2026-12-25"

    @pytest.mark.parametrize("typed", ["", "someday", "13am", "fri 18:00 tomorrow", "31/31/2026", "01/11/2026 8am"])
    def test_what_cannot_be_meant_is_refused(self, typed: str) -> None:
        with pytest.raises(Unreadable):
            typed_moment(typed, self.TODAY)
