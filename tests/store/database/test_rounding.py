"""Starts of old calls are rounded to week and part of the day, and no file of the log has the exact ones any more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sqlalchemy import text

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.breakdown import part_of_day
from hotline.core.reports.report import LoggedCall
from hotline.core.reports.rounding import breakdown_for, counted_on, full_weeks, rounded_start
from hotline.core.times.periods import period
from hotline.errors import DatabaseUnavailable
from hotline.output.data.report import report_rows
from hotline.output.data.report_printed import report_csv, report_json
from hotline.output.terminal.report import report_table
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.unreached import UnreachedTable
from hotline.store.disk.drainer import Drainer, forget_set_aside
from hotline.store.disk.spool import Spool

NEW_YORK = ZoneInfo("America/New_York")
ZONES = {"rise": NEW_YORK}
NOW = datetime(2026, 6, 17, 8, 30, tzinfo=UTC)  # a Wednesday; 30 days before is Monday 18 May
LAST_MONTH = period(date(2026, 5, 1), date(2026, 5, 31), NEW_YORK)


def at(words: str) -> int:
    """Epoch seconds of a time on a New York wall."""
    return int(datetime.fromisoformat(words).replace(tzinfo=NEW_YORK).timestamp())


def call(start: int, name: str, wait: int | None = 21, talk: int = 607) -> list[LogEntry]:
    answered = start + (wait or 0)
    entries = [LogEntry(name, "rise", CallMoment.STARTED, start)]
    if wait is not None:
        entries.append(LogEntry(name, "rise", CallMoment.ANSWERED, answered))
    return [*entries, LogEntry(name, "rise", CallMoment.ENDED, answered + talk)]


STARTS = [
    at(one) for one in ("2026-05-05 23:41:07", "2026-05-07 03:12:44", "2026-05-09 14:05:31", "2026-05-18 09:47:53")
]
LATER = at("2026-05-19 10:22:39")


@pytest.fixture
def five_calls(call_log: CallLog) -> CallLog:
    """Four old calls and one that is too young to be rounded, each fact written by itself."""
    for place, start in enumerate([*STARTS, LATER]):
        for entry in call(start, f"call {place}", None if place == 2 else 21 + place):
            call_log.write([entry])
    call_log.count_months(at("2026-06-02 00:00"), ZONES)
    return call_log


def instants(starts: Iterable[int]) -> list[int]:
    """Every instant of the calls of the fixture that started at some of these."""
    return [start + later for start in starts for later in (0, 21, 22, 24, 21 + 607, 22 + 607, 607, 24 + 607)]


def found_in(folder: Path, moments: Iterable[int]) -> list[tuple[str, int]]:
    """Where a folder's files have a moment: as a number of 4 or 8 bytes in either order, or in digits."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for moment in set(moments):
            shapes = [moment.to_bytes(4, "big"), moment.to_bytes(8, "little"), str(moment).encode()]
            found += [(path.name, moment) for shape in shapes if shape in content]
    return found


@given(
    st.integers(at("2015-01-01 00:00"), at("2035-01-01 00:00")), st.sampled_from(["America/New_York", "Africa/Cairo"])
)
def test_a_rounded_start_keeps_week_and_part_of_the_day_and_nothing_else(start: int, name: str) -> None:
    zone = ZoneInfo(name)
    was, now = datetime.fromtimestamp(start, zone), datetime.fromtimestamp(rounded_start(start, zone), zone)
    assert now.date() == counted_on(was.date())
    assert now.date().isocalendar()[:2] == was.date().isocalendar()[:2]
    assert part_of_day(now.hour) == part_of_day(was.hour)
    assert rounded_start(int(now.timestamp()), zone) == now.timestamp()


def test_all_times_of_a_call_move_together_and_younger_calls_stay(five_calls: CallLog) -> None:
    before = five_calls.tally(0, 1 << 40)
    assert five_calls.round(NOW, 30, ZONES) == 4
    assert five_calls.call("call 0") == LoggedCall(
        "rise", at("2026-05-07 00:00"), at("2026-05-07 00:00:21"), at("2026-05-07 00:10:28")
    )
    assert five_calls.call("call 2") == LoggedCall("rise", at("2026-05-07 12:00"), None, at("2026-05-07 12:10:07"))
    assert [one.started_at for one in five_calls.calls_between(at("2026-05-18 00:00"), 1 << 40)] == [
        LATER,
        at("2026-05-21 06:00"),
    ]
    assert five_calls.tally(0, 1 << 40) == before, "waits and talks are exact"
    assert five_calls.round(NOW, 30, ZONES) == 0
    assert five_calls.round(NOW + timedelta(days=1), 30, ZONES) == 1


def test_no_exact_start_is_left_in_any_file(
    five_calls: CallLog, database_url: str, spool: Spool, tmp_path: Path
) -> None:
    sqlite = database_url.startswith("sqlite")
    folder = tmp_path if sqlite else data_folder(database_url)
    open_elsewhere = Database(database_url)
    for entry in call(STARTS[0] + 3_600, "spooled"):
        spool.append(entry)
    assert found_in(tmp_path / "spool", [STARTS[0] + 3_600])
    Drainer(spool, five_calls).drain_once()
    spool.tidy()
    with open_elsewhere.transaction() as connection:  # a freed page, and an index that was split, have them too
        connection.execute(text("DELETE FROM calls WHERE id = 'call 1'"))
    for name in ("calls", "counted_months"):
        with open_elsewhere.transaction() as connection:
            connection.execute(text(f"SELECT count(*) FROM {name}"))
    assert found_in(folder, instants(STARTS)), "the search finds what is there"
    assert five_calls.round(NOW, 30, ZONES) == 4
    assert found_in(folder, [*instants(STARTS), STARTS[0] + 3_600]) == []
    assert found_in(folder, [LATER]), "and goes on finding it"
    open_elsewhere.close()


def data_folder(url: str) -> Path:
    """The folder of the tables of a PostgreSQL, all of it written to disk."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        [(data,)] = connection.execute("SHOW data_directory").fetchall()
        [(number,)] = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchall()
    return Path(data, "base", str(number))


def test_a_file_that_another_program_reads_is_cleaned_the_next_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/calls.db"
    log, reader = CallLog(url), Database(url)
    log.write(call(STARTS[0], "one"))
    with reader.transaction() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.execute(text("SELECT count(*) FROM calls"))
        with pytest.raises(DatabaseUnavailable, match="another program reads it"):
            log.round(NOW, 30, ZONES)
    assert log.round(NOW, 30, ZONES) == 0
    assert found_in(tmp_path, instants([STARTS[0]])) == []
    log.close()
    reader.close()


def test_a_late_fact_about_a_rounded_call_changes_nothing(five_calls: CallLog, spool: Spool) -> None:
    five_calls.round(NOW, 30, ZONES)
    was = list(five_calls.calls_between(0, 1 << 40))
    for entry in [*call(STARTS[0], "call 0"), LogEntry("call 1", "rise", CallMoment.NOT_ANSWERED, STARTS[1])]:
        spool.append(entry)
    assert Drainer(spool, five_calls).drain_once() == 4
    assert list(five_calls.calls_between(0, 1 << 40)) == was
    five_calls.write(call(STARTS[1] + 60, "new"))
    assert five_calls.round(NOW, 30, ZONES) == 1, "a call that came late is rounded the next time"


def test_months_count_the_same_before_and_after_they_are_counted_once(five_calls: CallLog) -> None:
    five_calls.round(NOW, 30, ZONES)
    read = five_calls.report(LAST_MONTH, ["rise"], ZONES)
    assert five_calls.count_months(at("2026-06-02 00:00"), ZONES) == 1
    assert five_calls.report(LAST_MONTH, ["rise"], ZONES) == read
    assert read.calls == 5


def test_totals_of_days_become_totals_of_weeks(call_log: CallLog, database: Database) -> None:
    call_log.write([*call(at("2026-02-03 10:00"), "one"), *call(at("2026-02-06 22:00"), "two")])
    call_log.prune(NOW, 2, ZONES)
    call_log.round(NOW, 30, ZONES)
    with database.transaction() as connection:
        rows = connection.execute(text("SELECT date, calls, answered FROM day_totals")).all()
    assert [tuple(row) for row in rows] == [("2026-02-05", 2, 2)]
    report = call_log.report(period(date(2026, 2, 1), date(2026, 2, 28), NEW_YORK), None, ZONES)
    assert [(week.name, week.calls) for week in report.weeks if week.calls] == [("2026-W06", 2)]


def test_when_the_last_caller_reached_nobody_is_forgotten_too(call_log: CallLog, database: Database) -> None:
    alerts = UnreachedTable(database)
    call_log.write(call(STARTS[0], "one"))
    alerts.note("rise", STARTS[0])
    batch = alerts.batch("rise", STARTS[0])
    assert batch is not None
    alerts.told("rise", batch, STARTS[0] + 60)
    call_log.round(NOW, 30, ZONES)
    with database.transaction() as connection:
        assert connection.execute(text("SELECT last_at, sending_last, next_at FROM texts_unreached")).one() == (0, 0, 0)


def test_reports_are_by_week_and_part_of_the_day_and_say_so(five_calls: CallLog) -> None:
    five_calls.round(NOW, 30, ZONES)
    report = five_calls.report(LAST_MONTH, ["rise"], ZONES)
    assert report.by_week_until == date(2026, 5, 24)
    assert [(week.name, week.calls) for week in report.weeks if week.calls] == [("2026-W19", 3), ("2026-W21", 2)]
    assert [day.date.day for day in report.days] == list(range(25, 32))
    said = StringIO()
    breakdown = full_weeks(report.slots)
    report_table(report, Console(file=said, width=80), None, breakdown)
    told = " ".join(said.getvalue().split())
    assert "Until 2026-05-24 calls are known by week and part of the day only, in the month of the week's Thurs" in told
    assert "2026-W19 │ 04 May │ 3 │ 2 │ 2 │ │ 1 │ │" in told
    rows = report_csv(report, breakdown).splitlines()
    assert rows[1:4] == [
        "2026-W19,3,2,0.6667,,,,,,,,,,,,,,",
        "2026-W20,0,0,,,,,,,,,,,,,,,",
        "2026-W21,2,2,1.0000,,,,,,,,,,,,,,",
    ]
    assert any(row.startswith("2026-W19 afternoon,1,0") for row in rows)
    data = json.loads(json.dumps(report_json(report, None, breakdown)))
    assert (data["by_week_until"], data["weeks"][0]["calls"]) == ("2026-05-24", 3)
    assert data["breakdown"]["by_week_and_part_of_day"]["2026-W19"][0] == {"calls": 2, "answered": 2}
    assert "by week and part of the day,2026-W19,night,2,2" in report_rows(report, report, breakdown)


def test_parts_of_the_day_hide_small_figures_unless_asked_for(five_calls: CallLog) -> None:
    five_calls.round(NOW, 30, ZONES)
    spring = period(date(2026, 4, 1), date(2026, 6, 30), NEW_YORK)
    report = five_calls.report(spring, ["rise"], ZONES)
    shown = breakdown_for(report, spring, True, spring.end, full=False)
    assert shown.hides_all  # type: ignore[union-attr]
    five_calls.write([entry for n in range(60) for entry in call(at("2026-05-12 06:00") + n * 300, f"more {n}")])
    five_calls.round(NOW, 30, ZONES)
    shown = breakdown_for(five_calls.report(spring, ["rise"], ZONES), spring, True, spring.end, full=False)
    assert not shown.hides_all  # type: ignore[union-attr]


def test_lines_that_were_set_aside_are_forgotten_too(tmp_path: Path) -> None:
    (tmp_path / "corrupt.bad").write_text(f"[{STARTS[0]}, oops")
    age = (tmp_path / "corrupt.bad").stat().st_mtime
    forget_set_aside(tmp_path, int(age))
    assert (tmp_path / "corrupt.bad").exists()
    forget_set_aside(tmp_path, int(age) + 2)
    assert not (tmp_path / "corrupt.bad").exists()
    forget_set_aside(tmp_path / "nowhere", int(age))
