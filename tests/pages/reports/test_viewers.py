"""Whoever only looks learns the times of no call, however often they look: live figures are for coordinators."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.report import Before, LoggedCall, Timed, count, counts_alone, report_of, times_of_many
from hotline.core.times.periods import period
from hotline.pages.tonight.page import _look
from hotline.store.database.call_log import CallLog
from tests.pages.conftest import PASSWORD, Site
from tests.pages.visitor import Visitor

PAGES = ("/", "/reports", "/reports?period=last-month", "/reports?period=this-year", "/reports/csv", "/reports/json")
"""Where a viewer could look for a call. Days of one's own choosing are tried besides."""


def log(site: Site) -> CallLog:
    return CallLog(f"sqlite:///{site.folder}/var/hotline.db")


def looks(visitor: Visitor, now: datetime) -> list[str]:
    """All that a viewer can look at just now, less what moves on by itself: form tokens, and the time of day."""
    days = [f"/reports{kind}?period=days&first={now:%Y-%m-%d}&last={now:%Y-%m-%d}" for kind in ("", "/csv", "/json")]
    found = []
    for path in (*PAGES, *days):
        answer = visitor.get(path)
        text = re.sub(r'name="csrf_token" value="[^"]+"|\b\d\d:\d\d(:\d\d)?\b|[\d.]+%', "", answer.text)
        found.append(f"{path} {answer.status_code} {text}")
    return found


def test_a_viewer_sees_nothing_happen_while_a_call_comes_and_goes(
    site: Site, viewer: Visitor, coordinator: Visitor
) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):  # at the turn of an hour or a day, pages change by themselves
        at, seen, live = int(now.timestamp()), [looks(viewer, now)], looks(coordinator, now)
        for moment, seconds in ((CallMoment.STARTED, 0), (CallMoment.ANSWERED, 20), (CallMoment.ENDED, 300)):
            log(site).write([LogEntry("a", "rise", moment, at - 400 + seconds)])
            seen.append(looks(viewer, now))
        assert looks(coordinator, now) != live
    for later in seen[1:]:
        assert later == seen[0]


def test_nor_does_the_page_bring_itself_up_to_date_for_one(site: Site, viewer: Visitor, coordinator: Visitor) -> None:
    from hotline.pages.frame.parts import PageParts

    parts = next(one for one in _parts(site) if isinstance(one, PageParts))
    with site.app.test_request_context():
        before = _look(parts, live=False), _look(parts, live=True)
        log(site).write([LogEntry("a", "rise", CallMoment.STARTED, int(datetime.now(UTC).timestamp()) - 5)])
        after = _look(parts, live=False), _look(parts, live=True)
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)


def _parts(site: Site) -> list[object]:
    view = site.app.view_functions["tonight.home"]
    return [cell.cell_contents for cell in view.__closure__ or ()]


def write_calls(site: Site, day: datetime, count: int) -> None:
    entries = []
    for number in range(count):
        at = int(day.timestamp()) + number * 60
        moments = ((CallMoment.STARTED, 0), (CallMoment.ANSWERED, 37), (CallMoment.ENDED, 37 + 4_321))
        entries += [LogEntry(f"{day:%j}-{number}", "rise", moment, at + seconds) for moment, seconds in moments]
    log(site).write(entries)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_day_with_one_call_tells_neither_its_wait_nor_its_length(
    site: Site, viewer: Visitor, coordinator: Visitor, kind: str
) -> None:
    times = {"0:37", "37", "37 s", "1:12:01", "1:12", "4321", "4358", "1:12:38"}

    def told(visitor: Visitor, path: str) -> set[str]:
        text = re.sub(r"<[^>]*>", " ", visitor.get(path).text)  # marks of a page have digits of their own
        return set(re.findall(r"(?<!\w)[\d:]+(?: s)?(?!\w)", text))

    day = (datetime.now(UTC) - timedelta(days=40)).replace(hour=18)
    write_calls(site, day, 1)
    query = f"period=days&first={day:%Y-%m-%d}&last={day:%Y-%m-%d}"
    for path in (f"/reports/{kind}?{query}", f"/reports?{query}"):
        assert not times & told(viewer, path)
        assert times & told(coordinator, path)
    assert "Waits and lengths are shown only for whole quarters" in viewer.get(f"/reports?{query}").text


def test_many_calls_are_counted_and_their_times_are_not_told_of_days_of_ones_choice(
    site: Site, viewer: Visitor, coordinator: Visitor
) -> None:
    """From two periods that overlap, the times of what is in one alone could be worked out."""
    day = (datetime.now(UTC) - timedelta(days=40)).replace(hour=18)
    write_calls(site, day, 12)
    query = f"period=days&first={day:%Y-%m-%d}&last={day:%Y-%m-%d}"
    told = json.loads(viewer.get(f"/reports/json?{query}").text)["period"]
    assert told["calls"] == 12
    assert (told["waits"], told["talks"], told["longest_waits"], told["answered_within"]) == (None, None, [], {})
    whole = json.loads(coordinator.get(f"/reports/json?{query}").text)["period"]
    assert whole["waits"]["median"] == 37


def test_a_day_is_over_for_a_viewer_once_no_call_of_it_can_go_on(site: Site) -> None:
    """Otherwise somebody who keeps looking would see when a call from before midnight is answered, and when it ends."""
    midnight = datetime(2026, 3, 10, tzinfo=ZoneInfo("America/New_York"))
    call = [
        LogEntry("a", "rise", CallMoment.STARTED, int(midnight.timestamp()) - 60),
        LogEntry("a", "rise", CallMoment.ANSWERED, int(midnight.timestamp()) + 120),
        LogEntry("a", "rise", CallMoment.ENDED, int(midnight.timestamp()) + 1_800),
    ]
    with time_machine.travel(midnight - timedelta(minutes=30), tick=False):
        viewer = site.visitor()
        viewer.sign_in("Vic", PASSWORD)
    seen = []
    for minutes, entries in ((1, []), (2, call[:1]), (3, call[1:2]), (31, call[2:])):
        with time_machine.travel(midnight + timedelta(minutes=minutes), tick=False):
            log(site).write(entries)
            paths = [f"/reports{kind}?period=days&first=2026-03-09&last=2026-03-09" for kind in ("", "/csv", "/json")]
            answers = [viewer.get(path) for path in (*PAGES[1:], *paths)]
            seen.append([re.sub(r'name="csrf_token" value="[^"]+"', "", one.text) for one in answers])
    assert all(one == seen[0] for one in seen)
    with time_machine.travel(midnight + timedelta(hours=6, minutes=1), tick=False):
        viewer.sign_in("Vic", PASSWORD)
        told = json.loads(viewer.get("/reports/json?period=days&first=2026-03-09&last=2026-03-09").text)["period"]
    assert (told["calls"], told["answered"]) == (1, 1)


def test_a_whole_quarter_tells_no_times_of_a_few_calls() -> None:
    """Eleven talks of half an hour and one caller who gave up: how long that one waited is a single call's time."""
    calls = [LoggedCall("rise", at, at + 37, at + 37 + 1_800) for at in range(1_000, 12_000, 1_000)]
    alone = LoggedCall("rise", 50_000, None, 50_123)
    days = period(date(1970, 1, 1), date(1970, 3, 31), UTC)
    report = times_of_many(report_of(days, count(days, [*calls, alone])))
    assert (report.calls, report.answered, report.not_answered) == (12, 11, 1)
    assert report.waits is not None
    assert report.waits.median == 37
    assert (report.abandoned, report.longest) == (None, ())
    late = LoggedCall("rise", 60_000, 60_099, 60_500)
    mixed = times_of_many(report_of(days, count(days, [*calls, late])))
    assert (mixed.wait_bars, mixed.talk_bars, mixed.within) == ((), (), {})
    few = times_of_many(report_of(days, count(days, calls[:10])))
    assert (few.waits, few.talks, few.wait_bars, few.within) == (None, None, (), {})


def test_totals_of_calls_that_are_gone_tell_viewers_no_times() -> None:
    gone = Before(date(1970, 1, 31), 1, 1, Timed(1, 37), Timed(1, 1_234), Timed(0, 0))
    days = period(date(1970, 1, 1), date(1970, 1, 31), UTC)
    shown = counts_alone(replace(report_of(days, count(days, [])), before=gone)).before
    assert shown == Before(date(1970, 1, 31), 1, 1, None, None, None)
