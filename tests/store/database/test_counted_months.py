"""Months counted once for all: a report says the same with and without them, whatever becomes of their calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.report import Report, count, report_of
from hotline.core.times.periods import Period, by_month, period
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database

ZONE = ZoneInfo("America/New_York")
SPRING = period(date(2025, 3, 1), date(2025, 5, 31), ZONE)
APRIL = period(date(2025, 4, 1), date(2025, 4, 30), ZONE)
NAMES = ("rise", "calm")
ZONES = {"rise": ZONE, "calm": ZONE}


def as_each_call_says(log: CallLog, days: Period, hotlines: list[str] | None = None) -> Report:
    calls = list(log.calls_between(days.days[0].start, days.end, hotlines))
    return report_of(days, count(days, calls), None if hotlines is None else tuple(hotlines))


def entry(call: str, moment: CallMoment, at: int, hotline: str = "rise") -> LogEntry:
    return LogEntry(call, hotline, moment, at)


def whole(call: str, at: int, hotline: str = "rise") -> list[LogEntry]:
    moments = ((CallMoment.STARTED, 0), (CallMoment.ANSWERED, 20), (CallMoment.ENDED, 80))
    return [entry(call, moment, at + later, hotline) for moment, later in moments]


def counted(database: Database) -> list[tuple[str, int]]:
    with database.transaction() as connection:
        rows = connection.execute(text("SELECT hotline, since FROM counted_months ORDER BY hotline, since"))
        return [(hotline, since) for hotline, since in rows]


@pytest.fixture
def three_months(call_log: CallLog, database: Database) -> CallLog:
    """A call at noon of each day of spring, counted.

    Whoever closes an SQLite database last writes all of it to the disk: so it stays open until all is there.
    """
    with database.statements() as connection:
        connection.execute(text("SELECT id FROM calls")).all()
        for day in SPRING.days:
            call_log.write(whole(f"{day.date}", day.start + 43_200))
        assert call_log.count_months(SPRING.end, ZONES) == 3
    return call_log


def test_months_are_counted_once(three_months: CallLog, database: Database) -> None:
    assert len(counted(database)) == 3
    assert three_months.count_months(SPRING.end, ZONES) == 0


def test_a_month_that_is_not_over_is_not_counted(call_log: CallLog) -> None:
    call_log.write(whole("one", APRIL.days[0].start))
    assert call_log.count_months(APRIL.end - 1, ZONES) == 0
    assert call_log.count_months(APRIL.end, ZONES) == 1


def test_a_report_takes_what_was_counted(three_months: CallLog, database: Database) -> None:
    """Seen by a count that was made to be another one."""
    with database.transaction() as connection:
        connection.execute(text("""UPDATE counted_months SET counted = replace(counted, '"20"', '"21"')"""))
    assert [spread.median for spread in [three_months.report(SPRING, ["rise"]).waits] if spread] == [21]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE calls SET answered_at = NULL WHERE id = '2025-04-10'",
        "UPDATE calls SET ended_at = ended_at + 1 WHERE id = '2025-04-10'",
        "UPDATE calls SET hotline = 'calm' WHERE id = '2025-04-10'",
        "DELETE FROM calls WHERE id = '2025-04-10'",
        "INSERT INTO calls (id, hotline, started_at) SELECT 'a', hotline, started_at FROM calls WHERE id LIKE '%4-10'",
    ],
)
def test_whatever_changes_a_call_its_month_is_read_anew(three_months: CallLog, database: Database, change: str) -> None:
    with database.transaction() as connection:
        connection.execute(text(change))
    assert counted(database) == [("rise", SPRING.days[0].start), ("rise", APRIL.end)]
    assert three_months.report(SPRING, ["rise"]) == as_each_call_says(three_months, SPRING, ["rise"])


def test_a_call_that_moves_to_the_month_before_uncounts_both(three_months: CallLog, database: Database) -> None:
    """The earliest entry of a call is its start, and may come last."""
    three_months.write([entry("2025-05-01", CallMoment.STARTED, APRIL.end - 5)])
    assert counted(database) == [("rise", SPRING.days[0].start)]
    assert three_months.report(SPRING, ["rise"]) == as_each_call_says(three_months, SPRING, ["rise"])


def test_an_entry_that_says_nothing_of_a_month_leaves_it(three_months: CallLog, database: Database) -> None:
    three_months.write(whole("new", SPRING.end))
    three_months.write(whole("old", SPRING.days[0].start - 1))
    three_months.write(whole("other", APRIL.end - 1, "calm"))
    assert len(counted(database)) == 3


def test_what_was_counted_of_calls_goes_with_them(three_months: CallLog, database: Database) -> None:
    now = datetime(2025, 6, 2, tzinfo=UTC)
    assert three_months.prune(now, 1, ZONES) == 61
    assert counted(database) == [("rise", APRIL.end)]
    report = three_months.report(SPRING, ["rise"])
    assert report.before is not None
    assert (report.before.calls, report.calls) == (61, 92)


def test_the_months_of_another_zone_are_counted_in_their_place(three_months: CallLog, database: Database) -> None:
    assert three_months.count_months(SPRING.end, {"rise": ZoneInfo("Europe/Berlin")}) == 3
    in_berlin = period(date(2025, 3, 1), date(2025, 5, 31), ZoneInfo("Europe/Berlin"))
    assert counted(database)[0] == ("rise", in_berlin.days[0].start)
    for days in (SPRING, in_berlin):
        assert three_months.report(days, ["rise"]) == as_each_call_says(three_months, days, ["rise"])


def rewrite(database: Database, change: Callable[[Period, dict[str, Any]], dict[str, Any]]) -> None:
    """Rewrite what was counted of each month of spring."""
    with database.transaction() as connection:
        for month in by_month(SPRING):
            at = {"since": month.days[0].start}
            found = connection.scalar(text("SELECT counted FROM counted_months WHERE since = :since"), at)
            written = json.dumps(change(month, json.loads(found)))
            connection.execute(
                text("UPDATE counted_months SET counted = :written WHERE since = :since"), {**at, "written": written}
            )


def as_release_before(month: Period, counted: dict[str, Any]) -> dict[str, Any]:
    """What the release before wrote: the start of each hour, and all hours."""
    hours = [counted["hours"].get(f"{place}", [0, 0]) for place in range(len(month.slots))]
    return {**counted, "starts": month.starts, "hours": hours}


def twice(month: Period, counted: dict[str, Any]) -> dict[str, Any]:
    """Counts that show where they were taken: each call twice."""
    return {**counted, "hours": {place: [2 * one for one in pair] for place, pair in counted["hours"].items()}}


def test_what_a_release_before_counted_is_taken(three_months: CallLog, database: Database) -> None:
    said = as_each_call_says(three_months, SPRING, ["rise"])
    rewrite(database, lambda month, counted: as_release_before(month, twice(month, counted)))
    found = three_months.report(SPRING, ["rise"])
    assert found.calls == 2 * said.calls
    assert [day.calls for day in found.days] == [2 * day.calls for day in said.days]


@pytest.mark.parametrize("form", [lambda _, counted: counted, as_release_before])
def test_hours_that_a_zone_has_now_are_not_those_that_were_counted(
    three_months: CallLog, database: Database, form: Callable[[Period, dict[str, Any]], dict[str, Any]]
) -> None:
    """An edit of the time zone rules moves the hours of a month whose start and end it leaves."""

    def moved(month: Period, counted: dict[str, Any]) -> dict[str, Any]:
        now = form(month, twice(month, counted))
        first, *others = now["starts"]
        return {**now, "starts": [first + 1_800, *others]}

    rewrite(database, moved)
    assert three_months.report(SPRING, ["rise"]) == as_each_call_says(three_months, SPRING, ["rise"])


def test_counts_of_a_quiet_month_are_short(three_months: CallLog, database: Database) -> None:
    """A report of a thousand hotlines reads all of them."""
    with database.transaction() as connection:
        lengths = connection.scalars(text("SELECT length(counted) FROM counted_months")).all()
    assert max(lengths) < 1_000, lengths


def test_a_call_being_written_while_its_month_is_counted_is_not_lost(
    three_months: CallLog, database: Database, database_url: str
) -> None:
    """Counting waits for whoever writes, and sees what was written."""
    other = CallLog(database_url)

    thread = threading.Thread(target=other.count_months, args=(SPRING.end, ZONES))
    three_months.write([entry("2025-04-11", CallMoment.ENDED, APRIL.days[10].start)])  # April is to be counted anew
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM calls WHERE id = '2025-04-10'"))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "counting waits"
    thread.join(30)
    assert len(counted(database)) == 3
    assert three_months.report(SPRING, ["rise"]) == as_each_call_says(three_months, SPRING, ["rise"])
    other.close()


_moments = st.tuples(
    st.sampled_from("abcdefgh"),
    st.sampled_from(NAMES),
    st.sampled_from([CallMoment.STARTED, CallMoment.ANSWERED, CallMoment.NOT_ANSWERED, CallMoment.ENDED]),
    st.integers(SPRING.days[0].start - 5_000, SPRING.end + 5_000) | st.integers(APRIL.end - 60, APRIL.end + 60),
)
_steps = st.lists(
    st.lists(_moments, min_size=1, max_size=6) | st.sampled_from(["count", "close", "prune"]), max_size=12
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_steps)
def test_after_any_writes_a_report_is_what_its_calls_say(
    call_log: CallLog, database: Database, steps: list[str | list[tuple[str, str, CallMoment, int]]]
) -> None:
    with database.transaction() as connection:
        for table in ("calls", "counted_months", "day_totals", "month_totals"):
            connection.execute(text(f"DELETE FROM {table}"))
    pruned = False
    for step in steps:
        if isinstance(step, list):
            call_log.write([LogEntry(*one) for one in step])
        elif step == "count":
            call_log.count_months(SPRING.end, ZONES)
        elif step == "close":
            call_log.close_unended(APRIL.end)
        else:
            call_log.prune(datetime.fromtimestamp(APRIL.end, UTC), 1, ZONES)
            pruned = True
    found, said = call_log.report(SPRING, NAMES), as_each_call_says(call_log, SPRING, list(NAMES))
    assert (found.slots, found.waits, found.talks) == (said.slots, said.waits, said.talks)
    assert pruned or found == said


def test_sums_that_a_process_keeps_are_of_what_is_counted_now(three_months: CallLog) -> None:
    """A month that was counted again after a change is not taken for the one from before."""
    before = three_months.report(SPRING, ["rise"])
    assert three_months.report(SPRING, ["rise"]) == before
    three_months.write(whole("late", APRIL.days[3].start))
    assert three_months.count_months(SPRING.end, ZONES) == 1
    after = three_months.report(SPRING, ["rise"])
    assert (before.calls, after.calls) == (92, 93)
    assert after == as_each_call_says(three_months, SPRING, ["rise"])


def test_a_month_counted_for_some_hotlines_is_read_for_the_others(three_months: CallLog) -> None:
    three_months.write(whole("calm", APRIL.days[3].start, "calm"))
    both = as_each_call_says(three_months, SPRING)
    assert three_months.report(SPRING, None, ZONES) == both, "counted and not"
    three_months.count_months(SPRING.end, ZONES)
    assert three_months.report(SPRING, None, ZONES) == both, "both counted"
    assert three_months.report(SPRING, ["rise"]).calls == 92


def test_reports_of_several_zones_are_what_the_calls_say(call_log: CallLog) -> None:
    """With months counted and not, one after another and again: no sum is taken for another's."""
    zones = {"rise": ZONE, "calm": ZoneInfo("Europe/Berlin"), "west": ZoneInfo("America/Los_Angeles")}
    for number, name in enumerate(zones):
        for day in SPRING.days[number::3]:
            call_log.write(whole(f"{name} {day.date}", day.start + 43_200, name))
    may = period(date(2025, 5, 1), date(2025, 5, 31), ZONE)
    asked = [
        (days, names) for days in (SPRING, APRIL, may) for names in (None, list(zones), ["calm"], ["rise", "west"])
    ]
    before = [call_log.report(days, names, zones) for days, names in asked]
    for end in (APRIL.end + 86_400, SPRING.end + 86_400):
        assert call_log.count_months(end, zones)
        for _ in range(2):
            assert [call_log.report(days, names, zones) for days, names in asked] == before
