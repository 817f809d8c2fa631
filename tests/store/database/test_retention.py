"""Calls are kept for so many months, and of those before, totals only: once, whoever dies meanwhile."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from rich.console import Console

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.report import Before, Timed
from hotline.core.reports.retention import kept_from
from hotline.core.times.periods import period
from hotline.output.data.report_printed import report_json
from hotline.output.terminal.report import report_table
from hotline.store.database.call_log import CallLog

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 15, 4, 30, tzinfo=UTC)
ZONES = {"rise": NEW_YORK}


def at(text: str) -> int:
    """Epoch seconds of a time on a New York wall."""
    return int(datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).timestamp())


def call(start: str, wait: int | None = 20, talk: int | None = 600, hotline: str = "rise") -> list[LogEntry]:
    """A call; `wait` None: nobody answered. `talk` None: its end was closed by the sweep."""
    begin, name = at(start), f"{hotline} {start}"
    entries = [LogEntry(name, hotline, CallMoment.STARTED, begin)]
    answered = begin if wait is None else begin + wait
    if wait is not None:
        entries.append(LogEntry(name, hotline, CallMoment.ANSWERED, answered))
    return [*entries, LogEntry(name, hotline, CallMoment.ENDED, answered + (talk or 0))]


def write(log: CallLog, *calls: list[LogEntry]) -> None:
    log.write([entry for one in calls for entry in one])


def left(log: CallLog) -> list[int]:
    return [one.started_at for one in log.calls_between(0, 1 << 40)]


def test_whole_months_are_kept_by_the_hotlines_own_calendar() -> None:
    assert kept_from(NOW, NEW_YORK, 25) == at("2024-05-01 00:00")
    assert kept_from(datetime(2026, 7, 1, 3, 59, tzinfo=UTC), NEW_YORK, 25) == at("2024-05-01 00:00"), (
        "still June there"
    )
    assert kept_from(datetime(2026, 7, 1, 4, 0, tzinfo=UTC), NEW_YORK, 25) == at("2024-06-01 00:00")
    assert kept_from(datetime(2026, 3, 1, 12, tzinfo=UTC), UTC, 3) == datetime(2025, 12, 1, tzinfo=UTC).timestamp()


def test_what_is_younger_stays_and_what_is_older_goes(call_log: CallLog) -> None:
    write(call_log, call("2024-04-30 23:59:59"), call("2024-05-01 00:00"), call("2026-06-14 12:00"))
    assert call_log.prune(NOW, 25, ZONES) == 1
    assert left(call_log) == [at("2024-05-01 00:00"), at("2026-06-14 12:00")]
    assert call_log.prune(NOW, 25, ZONES) == 0


def test_a_report_counts_calls_of_days_that_are_totals_only(call_log: CallLog) -> None:
    calls = [
        *(call("2024-04-28 12:00", 10, 300), call("2024-04-28 23:50", 30, 900), call("2024-04-30 02:00", None, 40)),
        *(call("2024-04-30 03:00", 15, None), call("2024-05-02 09:00", 20, 60)),
    ]
    write(call_log, *calls)
    whole = period(date(2024, 4, 1), date(2024, 5, 31), NEW_YORK)
    was = call_log.report(whole)
    assert call_log.prune(NOW, 25, ZONES) == 4
    now = call_log.report(whole)
    for name in ("calls", "answered", "not_answered", "end_not_reported", "days", "share_answered"):
        assert getattr(now, name) == getattr(was, name), name
    assert now.before == Before(date(2024, 4, 30), 4, 3, Timed(3, 55), Timed(2, 1_200), Timed(1, 40))
    assert was.before is None
    assert now.waits is not None
    assert (now.waits.count, now.waits.median) == (1, 20), "medians are of the calls that are still known"


def test_how_long_calls_of_a_day_took_is_kept_nowhere(call_log: CallLog) -> None:
    """The wait of the only call of a day would be that call's wait: durations are kept by whole months."""
    write(call_log, call("2024-04-28 12:00", 10, 300), call("2024-03-05 12:00", 11, 301))
    call_log.prune(NOW, 25, ZONES)
    part = call_log.report(period(date(2024, 4, 28), date(2024, 4, 30), NEW_YORK))
    assert part.before == Before(date(2024, 4, 28), 1, 1, None, None, None)
    april = call_log.report(period(date(2024, 4, 1), date(2024, 4, 30), NEW_YORK))
    assert april.before is not None
    assert april.before.waits == Timed(1, 10)


def test_totals_are_added_to_batch_by_batch_and_by_hotline(call_log: CallLog) -> None:
    write(call_log, *(call(f"2024-04-28 {n // 60:02}:{n % 60:02}") for n in range(1_201)))
    write(call_log, *(call(f"2024-04-28 12:00:0{n}", hotline="other") for n in range(3)))
    assert call_log.prune(NOW, 25, ZONES) == 1_204
    day = period(date(2024, 4, 28), date(2024, 4, 28), NEW_YORK)
    assert call_log.report(day, ["rise"]).calls == 1_201
    assert call_log.report(day, ["other"]).calls == 3
    assert call_log.report(day).calls == 1_204


def test_a_hotline_whose_files_are_gone_has_its_days_in_utc(call_log: CallLog) -> None:
    write(call_log, call("2024-04-28 22:00"))
    call_log.prune(NOW, 25, {})
    report = call_log.report(period(date(2024, 4, 27), date(2024, 4, 30), UTC))
    assert [day.date for day in report.days if day.calls] == [date(2024, 4, 29)]


def test_two_that_prune_at_once_count_each_call_once(call_log: CallLog, database_url: str) -> None:
    write(call_log, *(call(f"2024-04-{1 + n % 28:02} {n // 28:02}:00") for n in range(600)))

    def prune(_: int) -> int:
        own = CallLog(database_url)
        try:
            return own.prune(NOW, 25, ZONES)
        finally:
            own.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(prune, range(3))) == 600
    assert call_log.report(period(date(2024, 4, 1), date(2024, 4, 30), NEW_YORK)).calls == 600


def test_the_report_says_that_medians_are_no_longer_known(call_log: CallLog) -> None:
    write(call_log, call("2024-04-28 12:00", 10, 300), call("2024-05-02 12:00"))
    call_log.prune(NOW, 25, ZONES)
    said = StringIO()
    report = call_log.report(period(date(2024, 4, 1), date(2024, 5, 31), NEW_YORK))
    report_table(report, Console(file=said, width=100))
    told = " ".join(said.getvalue().split())
    assert "Until 2024-04-28 only totals are kept: of 1 calls 1 were answered." in told
    assert "Their medians and 90th percentiles are no longer known" in told
    assert "Their means: waits 0:10, talks 5:00." in told
    assert json.loads(json.dumps(report_json(report)))["totals_only"] == {
        "until": "2024-04-28",
        "calls": 1,
        "answered": 1,
        "waits": {"calls": 1, "total": 10},
        "talks": {"calls": 1, "total": 300},
        "abandoned": {"calls": 0, "total": 0},
    }
