"""Counting in the database: the same as counting each call."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hotline.core.reports.report import LoggedCall, count, report_of, tally
from hotline.core.times.periods import period
from hotline.store.database.call_log import CallLog
from tests.store.actors import NOON, all_kept, answered, ended, started, whole_call


def test_the_database_counts_as_we_do(call_log: CallLog) -> None:
    chance = random.Random(20250615)
    entries = []
    for number in range(400):
        call, at = f"call-{number}", NOON + chance.randrange(1_000)
        entries.append(started(at, call))
        if chance.random() < 0.8:
            at += chance.randrange(40)
            entries.append(answered(at, call))
        if chance.random() < 0.9:
            entries.append(ended(at + chance.randrange(60), call))
    call_log.write(entries)
    for start, end in ((0, 1 << 40), (NOON + 100, NOON + 900), (0, 5)):
        each = list(call_log.calls_between(start, end))
        assert call_log.tally(start, end) == tally(each)


def test_a_period_has_its_start_and_not_its_end(call_log: CallLog) -> None:
    for at in (NOON, NOON + 10):
        call_log.write([started(at, f"at {at}")])
    assert [call.started_at for call in call_log.calls_between(NOON, NOON + 10)] == [NOON]
    assert call_log.tally(NOON, NOON + 10).calls == 1


def test_hotlines_are_counted_apart_or_together(call_log: CallLog) -> None:
    for number, hotline in enumerate(["rise", "rise", "calm", "night"]):
        call_log.write([type(entry)(entry.id, hotline, entry.moment, entry.at) for entry in whole_call(number)])
    counts = [call_log.tally(0, 1 << 40, names).calls for names in (None, ["rise"], ["calm", "night"], ["new"], [])]
    assert counts == [4, 2, 2, 0, 0]
    assert [call.hotline for call in call_log.calls_between(0, 1 << 40, ["calm"])] == ["calm"]


def test_a_report_puts_each_call_on_the_day_it_started_on(call_log: CallLog) -> None:
    """26 October 2025 has 25 hours in Berlin; the call at 23:30 UTC is on the 27th there."""
    zone = ZoneInfo("Europe/Berlin")
    days = period(date(2025, 10, 25), date(2025, 10, 27), zone)
    ends_of_days = [day.end for day in days.days]
    for end in ends_of_days:
        call_log.write(
            [started(end - 1, f"before {end}"), answered(end + 5, f"before {end}"), started(end, f"at {end}")]
        )
    report = call_log.report(days, ["rise"])
    assert [(day.calls, day.answered) for day in report.days] == [(1, 1), (2, 1), (2, 1)]
    assert (report.calls, report.answered, report.in_progress) == (5, 3, 5)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"])
def test_the_database_counts_hours_as_we_do(call_log: CallLog, zone: str) -> None:
    """April and October have clock changes in three of these zones; one of them changes by half an hour.

    Calls are many in April, which are counted by the hour, and few in other months, which are counted one by one.
    """
    chance = random.Random(zone)
    year = period(date(2025, 1, 1), date(2025, 12, 31), ZoneInfo(zone))
    entries = []
    for number in range(2_000):
        day = chance.randrange(365) if number % 3 else 90 + chance.randrange(9)
        call, at = f"call-{number}", year.days[day].start + chance.randrange(86_400)
        entries += [started(at, call), ended(at + chance.randrange(900), call)]
        if chance.random() < 0.8:
            entries.append(answered(at + chance.randrange(90), call))
    call_log.write(entries)
    for days in (year, period(date(2025, 4, 5), date(2025, 4, 6), ZoneInfo(zone))):
        calls = list(call_log.calls_between(days.days[0].start, days.end))
        assert call_log.report(days, ["rise"]) == report_of(days, count(days, calls), ("rise",))


def test_a_report_of_a_new_database_is_empty(call_log: CallLog) -> None:
    report = call_log.report(period(date(2025, 1, 1), date(2025, 1, 31), ZoneInfo("UTC")))
    assert (report.calls, report.share_answered, len(report.days)) == (0, None, 31)


def test_many_calls_are_streamed_in_order(call_log: CallLog) -> None:
    call_log.write([started(NOON + number * 7 % 25_000, f"call-{number}") for number in range(25_000)])
    starts = [call.started_at for call in all_kept(call_log)]
    assert starts == sorted(starts)
    assert len(starts) == 25_000


def test_stopping_half_way_harms_nothing(call_log: CallLog) -> None:
    call_log.write([started(NOON + number, f"call-{number}") for number in range(20)])
    calls = call_log.calls_between(0, 1 << 40)
    assert next(calls) == LoggedCall("rise", NOON, None, None)
    del calls
    assert call_log.tally(0, 1 << 40).calls == 20


def test_each_call_is_on_its_own_hotlines_day(call_log: CallLog) -> None:
    """At 2025-01-11 02:00 UTC it is the 11th in Berlin and still the 10th in New York."""
    at = int(datetime(2025, 1, 11, 2, tzinfo=UTC).timestamp())
    for number, hotline in enumerate(["berlin", "york", "gone"]):
        call_log.write([type(entry)(entry.id, hotline, entry.moment, at) for entry in whole_call(number)])
    zones = {"berlin": ZoneInfo("Europe/Berlin"), "york": ZoneInfo("America/New_York")}
    days = period(date(2025, 1, 10), date(2025, 1, 11), zones["berlin"])
    report = call_log.report(days, None, zones)
    assert [day.calls for day in report.days] == [1, 2]
    assert (report.calls, report.zones) == (3, 2)
    only_new_york = call_log.report(period(date(2025, 1, 10), date(2025, 1, 10), zones["berlin"]), ["york"], zones)
    assert (only_new_york.calls, only_new_york.zones) == (1, 1)
    assert call_log.report(period(date(2025, 1, 11), date(2025, 1, 11), zones["berlin"]), ["york"], zones).calls == 0
