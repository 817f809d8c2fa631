"""Reports: what they show to whom, and what they keep to themselves."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.small_cells import SMALL
from hotline.settings import read_settings
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.people import AuditList
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible, assert_accessible_everywhere, choose_language
from tests.pages.visitor import Visitor

QUARTER = "/reports?period=days&first=2025-07-01&last=2025-09-30"
MONTH = "/reports?period=days&first=2025-08-01&last=2025-08-31"
START, END = (int(datetime(2025, month, 2, tzinfo=UTC).timestamp()) for month in (4, 10))


def log_calls(site: Site, number: int) -> None:
    """Calls of two quarters, more of them in the evening. One of them waited 4 minutes and 7 seconds."""
    chance = random.Random(1)
    entries = [
        LogEntry("long", "rise", CallMoment.STARTED, END - 90_000),
        LogEntry("long", "rise", CallMoment.ANSWERED, END - 89_753),
    ]
    for each in range(number):
        day = START + 86_400 * chance.randrange((END - START) // 86_400 - 1)
        at = day + int(chance.triangular(0, 86_399, 72_000))
        entries.append(LogEntry(f"{each}", "rise", CallMoment.STARTED, at))
        if chance.random() < 0.9:
            at += chance.randrange(60)
            entries.append(LogEntry(f"{each}", "rise", CallMoment.ANSWERED, at))
        entries.append(LogEntry(f"{each}", "rise", CallMoment.ENDED, at + 1 + chance.randrange(900)))
    CallLog(read_settings(site.environment).database_url).write(entries)


def rows(visitor: Visitor, query: str) -> list[dict[str, str]]:
    answer = visitor.get(query.replace("/reports?", "/reports/csv?"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_report_compares_a_quarter_with_the_one_before(viewer: Visitor, site: Site) -> None:
    log_calls(site, 2_000)
    page = viewer.get(QUARTER).text
    [calls] = [row for row in rows(viewer, QUARTER) if (row["table"], row["row"]) == ("totals", "calls")]
    assert int(calls["calls"]) + int(calls["before"]) == 2_001
    assert f"before: {calls['before']}" in page
    assert "1 April 2025 to 30 June 2025" in page
    assert "A call that ends before that is abandoned" in page


@pytest.mark.parametrize("number", [0, 5, 200, 2_000])
def test_no_small_figure_is_in_page_or_files(viewer: Visitor, site: Site, number: int) -> None:
    log_calls(site, number)
    broken_down = [row for row in rows(viewer, QUARTER) if row["table"].startswith(("by ", "day and"))]
    assert len(broken_down) > 300
    assert all(int(row["calls"]) > SMALL for row in broken_down if row["calls"])
    data = json.loads(viewer.get(QUARTER.replace("/reports?", "/reports/json?")).text)
    assert all(
        one["calls"] is None or one["calls"] > SMALL for row in data["breakdown"]["by_weekday_and_hour"] for one in row
    )
    assert viewer.get(QUARTER).status_code == 200


def test_days_and_hours_are_told_for_whole_quarters_only(viewer: Visitor, site: Site) -> None:
    """A month less its quarter, or a quarter less a day, would tell what neither does."""
    log_calls(site, 2_000)
    for query in (MONTH, QUARTER.replace("09-30", "09-29"), "/reports?period=this-year"):
        assert not [row for row in rows(viewer, query) if row["table"].startswith(("by ", "day and"))]
        assert "heat-title" not in viewer.get(query).text
    assert "heat-title" in viewer.get(QUARTER).text


def test_a_quarter_of_which_some_calls_are_only_totals_is_not_broken_down_any_more(viewer: Visitor, site: Site) -> None:
    """Fewer of its calls are left each day: two breakdowns of it would tell of those that went between them."""
    log_calls(site, 2_000)
    assert "heat-title" in viewer.get(QUARTER).text
    log = CallLog(read_settings(site.environment).database_url)
    assert log.prune(datetime(2025, 10, 15, tzinfo=UTC), 2, {"rise": ZoneInfo("America/New_York")}) > 100
    page = viewer.get(QUARTER).text
    assert "only totals are kept" in page
    assert "heat-title" not in page
    assert not [row for row in rows(viewer, QUARTER) if row["table"].startswith(("by ", "day and"))]


def test_where_starts_are_rounded_weeks_take_the_place_of_days(
    viewer: Visitor, coordinator: Visitor, site: Site
) -> None:
    log_calls(site, 2_000)
    log = CallLog(read_settings(site.environment).database_url)
    assert log.round(datetime(2025, 10, 15, tzinfo=UTC), 30, {"rise": ZoneInfo("America/New_York")}) > 1_000
    page = viewer.get(QUARTER).text
    assert "Sunday, 14 September 2025 calls are known by week and part of the day only." in page
    assert "heat-title" not in page
    broken_down = [row for row in rows(viewer, QUARTER) if row["table"] == "by week and part of the day"]
    assert len(broken_down) == 4 * 14
    assert all(int(row["calls"]) > SMALL for row in broken_down if row["calls"])
    [total, *_] = [int(row["calls"]) for row in rows(viewer, QUARTER) if row["row"] == "calls"]
    days = {"period": "days", "first": "2025-07-01", "last": "2025-09-30"}
    full = coordinator.post("/reports/full", {**days, "sure": "yes", "as": "csv"})
    whole = [row for row in csv.DictReader(io.StringIO(full.text)) if row["table"] == "by week and part of the day"]
    assert sum(int(row["calls"]) for row in whole) == total
    assert "Full figures." in coordinator.post("/reports/full", {**days, "sure": "yes", "as": "page"}).text


def test_the_longest_waits_have_no_hour(coordinator: Visitor, site: Site) -> None:
    log_calls(site, 50)
    page = coordinator.get(QUARTER).text
    [_, after] = page.split("4 min 7 s", 1)
    assert after.startswith(", then a person answered</li>")


def test_full_figures_are_for_coordinators_on_purpose_and_audited(
    coordinator: Visitor, viewer: Visitor, site: Site
) -> None:
    log_calls(site, 60)
    asked = {"period": "days", "first": "2025-08-01", "last": "2025-08-31"}
    assert viewer.post("/reports/full", {**asked, "sure": "yes"}, at="/reports").status_code == 403
    assert coordinator.post("/reports/full", asked, at="/reports").status_code == 400
    full = coordinator.post("/reports/full", {**asked, "sure": "yes", "as": "json"}, at="/reports")
    breakdown = json.loads(full.text)["breakdown"]
    assert any(0 < one["calls"] <= SMALL for one in breakdown["by_day"].values())
    audit = AuditList(Database(read_settings(site.environment).database_url))
    deeds = [(deed.who, deed.what, deed.on) for deed in audit.latest(9) if deed.what == "full-figures"]
    assert deeds == [("Ana", "full-figures", "2025-08-01 – 2025-08-31")]
    assert "opened a report’s full figures" in coordinator.get("/audit").text
    page = coordinator.post("/reports/full", {**asked, "sure": "yes"}, at="/reports").text
    assert "Do not share this" in page
    assert "Full figures" not in viewer.get(QUARTER).text


@pytest.mark.parametrize(
    "query",
    [
        "period=days&first=yesterday",
        "period=days&first=2025-09-30&last=2025-09-01",
        "period=days&first=1999-01-01&last=2025-09-01",
        "period=ever",
    ],
)
def test_a_period_that_is_none_is_refused(viewer: Visitor, query: str) -> None:
    assert viewer.get(f"/reports?{query}").status_code == 400


def test_a_hotline_that_is_not_there_is_not_found(viewer: Visitor) -> None:
    assert viewer.get("/reports?hotline=dusk").status_code == 404


def test_a_lost_database_is_said_in_words(viewer: Visitor, site: Site) -> None:
    log_calls(site, 5)
    database = Path(site.folder / "var" / "hotline.db")
    raw = database.read_bytes()
    for file in database.parent.glob("hotline.db*"):
        file.unlink()
    database.mkdir()
    answer = viewer.get(QUARTER)
    assert answer.status_code == 503
    assert "Calls are not affected" in answer.text
    database.rmdir()
    database.write_bytes(raw)


# ------------------------------------------------------------------------------------------------------- browser


def test_a_report_is_accessible_and_its_csv_is_saved(desk: Page, site: Site) -> None:
    log_calls(site, 3_000)
    for query in (QUARTER, MONTH):
        assert_accessible_everywhere(desk, query)
    desk.goto(QUARTER)
    with desk.expect_download() as saved:
        desk.get_by_role("link", name="CSV").click()
    assert saved.value.suggested_filename == "hotline-rise-2025-07-01-2025-09-30.csv"
    assert saved.value.path().read_text().startswith("table,row,column,calls")
    desk.goto(MONTH)
    desk.get_by_text("Full figures", exact=True).click()
    desk.get_by_label("I need them").check()
    desk.get_by_role("button", name="Show full figures").click()
    expect(desk.get_by_text("Do not share this")).to_be_visible()
    assert_accessible(desk)


def test_a_printed_report_is_one_page(desk: Page, site: Site) -> None:
    log_calls(site, 3_000)
    for language in ("Español", "English"):
        desk.goto(QUARTER)
        choose_language(desk, language)
        desk.goto(QUARTER)
        pdf = desk.pdf(prefer_css_page_size=True)
        assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page/") + pdf.count(b"/Type /Page ") == 1, language


def test_on_paper_a_report_says_when_it_was_made_and_numbers_its_pages(desk: Page, site: Site) -> None:
    log_calls(site, 120)
    desk.goto(QUARTER)
    expect(desk.get_by_role("button", name="Print")).to_be_visible()
    assert "hidden, so there is no table" in desk.locator("article").inner_text(), "more than half would be hidden"
    assert desk.locator(".heat").count() == 0
    rules = desk.evaluate("[...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText)")
    assert any("@page report" in rule and "counter(page)" in rule for rule in rules)
    desk.emulate_media(media="print")
    assert desk.evaluate("getComputedStyle(document.body).page") == "report"
    assert "made on" in desk.locator("article").inner_text()
    assert re.search(r"\w+, .+ 20\d\d", desk.title())
