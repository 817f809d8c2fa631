"""Statistics of a period, and how they are shown."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hotline.core.reports.report import LoggedCall, Report, Spread, count, percentile, report_of, spread
from hotline.core.times.periods import Period, period
from hotline.output.data.report_printed import report_csv, report_json
from hotline.output.terminal.report import duration, report_table

BERLIN = ZoneInfo("Europe/Berlin")
NOON = 1_750_000_000


def one_day(*calls: LoggedCall) -> Report:
    day = period(date(2025, 6, 15), date(2025, 6, 15), BERLIN)
    return report_of(day, count(day, calls), ("rise",))


def test_a_report_counts_calls_and_answers() -> None:
    report = one_day(
        LoggedCall("rise", NOON, NOON + 20, NOON + 620),
        LoggedCall("rise", NOON, NOON + 40, NOON + 1_240),
        LoggedCall("rise", NOON, None, NOON + 90),
        LoggedCall("rise", NOON, None, None),
    )
    assert (report.calls, report.answered, report.in_progress, report.share_answered) == (4, 2, 1, 0.5)
    assert report.waits == Spread(count=2, total=60, mean=30, median=20, p90=40)
    assert report.talks == Spread(count=2, total=1_800, mean=900, median=600, p90=1_200)
    assert report.abandoned == Spread(count=1, total=90, mean=90, median=90, p90=90)


def test_the_average_duration_is_not_the_constant_0_when_ends_are_missing() -> None:
    """lessons.md: "Reports whose average duration is the constant 0, since nothing wrote the end times"."""
    report = one_day(
        LoggedCall("rise", NOON, NOON + 20, NOON + 320),
        LoggedCall("rise", NOON, NOON + 20, NOON + 20),
        LoggedCall("rise", NOON, None, NOON),
    )
    assert report.talks == Spread(count=1, total=300, mean=300, median=300, p90=300)
    assert report.abandoned is None
    assert report.end_not_reported == 2
    assert report.calls == 3


def test_reports_whose_ends_were_never_reported_say_so() -> None:
    """lessons.md: "A status callback is never configured, and reports are empty": they count, and have no durations."""
    report = one_day(*[LoggedCall("rise", NOON, NOON + 20, NOON + 20)] * 5)
    assert (report.calls, report.answered, report.end_not_reported, report.talks) == (5, 5, 5, None)


def test_an_empty_period_has_no_shares_and_no_spreads() -> None:
    report = one_day()
    assert (report.calls, report.share_answered, report.waits, report.talks) == (0, None, None, None)
    assert [day.share_answered for day in report.days] == [None]


def test_the_wait_of_a_call_going_on_counts_once_it_is_answered() -> None:
    report = one_day(LoggedCall("rise", NOON, NOON + 8, None))
    assert report.waits is not None
    assert (report.waits.median, report.talks, report.in_progress) == (8, None, 1)


def test_percentiles_are_nearest_rank() -> None:
    counted = dict.fromkeys([15, 20, 35, 40, 50], 1)
    assert [percentile(counted, percent) for percent in (5, 30, 40, 50, 90, 100)] == [15, 20, 20, 35, 50, 50]


@given(st.lists(st.integers(0, 500), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_shortest_that_so_many_do_not_exceed(durations: list[int], percent: int) -> None:
    found = percentile({each: durations.count(each) for each in durations}, percent)

    def covers(seconds: int) -> bool:
        return sum(each <= seconds for each in durations) * 100 >= percent * len(durations)

    assert found in durations
    assert covers(found)
    assert not any(covers(each) for each in durations if each < found)


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no durations"):
        percentile({}, 50)


@given(st.dictionaries(st.integers(0, 99), st.integers(1, 9)))
def test_a_spread_is_that_of_every_single_duration(counted: dict[int, int]) -> None:
    every = sorted(seconds for seconds, number in counted.items() for _ in range(number))
    found = spread(counted)
    if not every:
        assert found is None
    else:
        assert found is not None
        assert (found.count, found.total) == (len(every), sum(every))
        assert found.mean == pytest.approx(sum(every) / len(every))
        assert found.median == every[(len(every) - 1) // 2]


def hours(period: Period) -> list[float]:
    return [(day.end - day.start) / 3600 for day in period.days]


def test_days_are_as_long_as_clock_changes_make_them() -> None:
    assert hours(period(date(2025, 3, 29), date(2025, 3, 31), BERLIN)) == [24, 23, 24]
    assert hours(period(date(2025, 10, 25), date(2025, 10, 27), BERLIN)) == [24, 25, 24]
    assert hours(period(date(2025, 4, 5), date(2025, 4, 7), ZoneInfo("Australia/Lord_Howe"))) == [24, 24.5, 24]


def test_a_day_whose_midnight_is_skipped_starts_after_it() -> None:
    assert hours(period(date(2018, 11, 3), date(2018, 11, 5), ZoneInfo("America/Sao_Paulo"))) == [24, 23, 24]


def test_a_day_that_a_zone_skipped_is_left_out() -> None:
    days = period(date(2011, 12, 29), date(2011, 12, 31), ZoneInfo("Pacific/Apia")).days
    assert [day.date for day in days] == [date(2011, 12, 29), date(2011, 12, 31)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "America/New_York", "UTC"])
def test_days_follow_each_other_without_a_gap(zone: str) -> None:
    days = period(date(2011, 1, 1), date(2012, 12, 31), ZoneInfo(zone)).days
    assert all(day.end == following.start for day, following in pairwise(days))


def test_a_period_names_its_zone() -> None:
    assert period(date(2025, 1, 1), date(2025, 1, 1), BERLIN).zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (9.6, "0:10"), (75, "1:15"), (3_599.7, "1:00:00"), (36_061, "10:01:01")]
)
def test_durations_are_shown_in_minutes(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def two_days() -> Report:
    days = period(date(2025, 6, 14), date(2025, 6, 15), BERLIN)
    at = NOON - 86_400
    calls = [LoggedCall("rise", at, at + 20, at + 620), LoggedCall("rise", at, None, at + 90)]
    return report_of(days, count(days, calls), ("rise",))


def test_csv_has_a_row_for_each_day_and_the_total() -> None:
    rows = list(csv.DictReader(io.StringIO(report_csv(two_days()))))
    assert [row["day"] for row in rows] == ["2025-06-14", "2025-06-15", "total"]
    assert [row["calls"] for row in rows] == ["2", "0", "2"]
    assert [row["share_answered"] for row in rows] == ["0.5000", "", "0.5000"]
    assert (rows[-1]["wait_median"], rows[-1]["talk_total"], rows[-1]["abandoned_p90"]) == ("20", "600", "90")
    assert {len(row) for row in rows} == {18}


def test_csv_shows_no_durations_of_a_single_day() -> None:
    """The median wait of a day with one call is that call's wait."""
    [day, *_] = csv.DictReader(io.StringIO(report_csv(two_days())))
    assert [value for name, value in day.items() if name.startswith(("wait", "talk", "abandoned"))] == [""] * 12


def test_json_is_plain_data() -> None:
    data = json.loads(json.dumps(report_json(two_days())))
    assert (data["from"], data["to"], data["time_zone"]) == ("2025-06-14", "2025-06-15", "Europe/Berlin")
    assert data["waits"] == {"calls": 1, "median": 20, "p90": 20, "mean": 20.0, "total": 20}
    assert data["days"][1] == {"date": "2025-06-15", "calls": 0, "answered": 0, "share_answered": None}


def shown(report: Report) -> str:
    console = Console(file=io.StringIO(), width=100)
    report_table(report, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_names_period_zone_and_durations() -> None:
    text = shown(two_days())
    for words in ("Calls to rise, 2025-06-14 to 2025-06-15 (days in Europe/Berlin)", "1 (50%)", "10:00", "Sat 2025"):
        assert words in text
    assert "Sun 2025-06-15" not in text


def test_the_table_of_an_empty_period_is_kind() -> None:
    assert "No calls in this period" in shown(one_day())
