"""Tonight: who is on call, what is ahead, and what is said when a part is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
import time_machine

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.files import load_texts
from hotline.pages.tonight.board import board
from hotline.settings import read_settings
from hotline.store.database.call_log import CallLog
from hotline.wiring.parts import Parts
from tests.files.good import FLOW, rota_with, texts
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor, untimed

NOW = datetime(2026, 3, 4, 17, 30, tzinfo=UTC)
"""Wednesday 2026-03-04, 12:30 in New York."""
SHIFTS = (
    "shifts:",
    "  - {days: every day, hours: 08:00-20:00, on_call: [amy, ben]}",
    "  - {days: mon-fri, hours: 20:00-08:00, on_call: [cho]}",
    "backup: [dee]",
)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS))


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def words(page: str) -> str:
    """The text of a page, without its spaces."""
    return " ".join(untimed(page).split())


def test_who_is_on_call_until_when_who_follows_and_the_backup(viewer: Visitor) -> None:
    page = words(viewer.get("/").text)
    now, then = page.index("On call now"), page.index("<h3>Then")
    assert now < page.index("Amy") < page.index("Ben") < page.index("until 20:00") < then
    assert then < page.index("Cho") < page.index("from 20:00") < page.index("<h3>Backup") < page.index("Dee")
    assert "Wed 4 Mar, 12:30 · New York time" in page
    assert "+1" not in page, "no phone number of anybody"


def test_gaps_of_the_week_are_in_plain_sight(viewer: Visitor) -> None:
    page = words(viewer.get("/").text)
    assert "2 gaps" in page
    assert "Only the backup</span> Sat 7 Mar, 20:00 – Sun 08:00" in page
    assert "Only the backup</span> Sun 8 Mar, 20:00 – Mon 08:00" in page
    assert page.count("Find cover") == 2
    assert 'class="nobody"' not in page, "red only where callers reach nobody at all"


def test_the_next_24_hours_name_who_is_on_call_when(viewer: Visitor) -> None:
    page = words(viewer.get("/").text)
    strip = page[page.index("Next 24 hours") : page.index("Next 7 days")]
    assert [name for name in ("Amy", "Ben", "Cho") if f">{name}</text>" in strip] == ["Amy", "Ben", "Cho"]


def test_a_time_on_call_that_ends_within_minutes_has_a_width(files: dict[str, bytes]) -> None:
    line = load_texts(files).hotlines["rise"]
    shown = board(line, line.schedule, (), NOW.replace(day=5, hour=0, minute=58))  # handover in two minutes
    assert [name.who.name for name in shown.hours.names[:2]] == ["Amy", "Ben"]
    assert min(name.width for name in shown.hours.names) > 0, "a negative width would be drawn as all of the picture"


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "America/New_York"])
def test_the_hours_ahead_are_whole_ones_of_the_clock_that_people_look_at(files: dict[str, bytes], zone: str) -> None:
    there = {path: raw.replace(b"America/New_York", zone.encode()) for path, raw in files.items()}
    line = load_texts(there).hotlines["rise"]
    ticks = board(line, line.schedule, (), NOW.replace(minute=37)).hours.ticks
    assert len(ticks) == 8
    clocks = [tick.at.astimezone(line.rota.zone) for tick in ticks]
    assert [(clock.hour % 3, clock.minute) for clock in clocks] == [(0, 0)] * 8


def test_the_status_of_the_system_is_one_line_while_all_is_well(viewer: Visitor) -> None:
    assert "Everything works." in viewer.get("/").text


def test_calls_are_numbers_and_nothing_else(site: Site, coordinator: Visitor) -> None:
    at = int(NOW.timestamp())
    log = CallLog(f"sqlite:///{site.folder}/var/hotline.db")
    log.write(
        [
            LogEntry("a", "rise", CallMoment.STARTED, at - 3000),
            LogEntry("a", "rise", CallMoment.ANSWERED, at - 2980),
            LogEntry("a", "rise", CallMoment.ENDED, at - 2000),
            LogEntry("b", "rise", CallMoment.STARTED, at - 100),
            LogEntry("yesterday", "rise", CallMoment.STARTED, at - 24 * 3600),
            LogEntry("yesterday", "rise", CallMoment.ENDED, at - 24 * 3600 + 60),
        ]
    )
    page = words(coordinator.get("/").text)
    assert "<dt>calls today</dt><dd>2</dd>" in page
    assert "<dt>answered</dt><dd>1</dd>" in page
    assert "<dd>20 s</dd>" in page
    assert '<span class="figure">1</span>' in page


def test_whoever_set_themselves_off_is_not_on_call_and_named_as_off(site: Site, viewer: Visitor) -> None:
    absences = Parts(read_settings(site.environment)).absences
    at = int(NOW.timestamp())
    absences.keep("rise", "amy", at - 60, at + 2 * 3600)
    page = words(viewer.get("/").text)
    now = page[page.index("On call now") : page.index("<h3>Then")]
    assert ("Amy" in now, "Ben" in now, "until 14:30" in now) == (False, True, True)
    assert "Paused their calls: Amy until 14:30" in page


@pytest.mark.parametrize("settings", [{"REDIS_URL": "redis://127.0.0.1:9"}])
def test_without_redis_the_page_says_so_and_shows_the_rest(viewer: Visitor) -> None:
    page = viewer.get("/").text
    assert "Redis does not answer" in page
    assert "Amy" in page


def test_without_the_database_whoever_was_signed_in_may_look_and_change_nothing(
    site: Site, coordinator: Visitor
) -> None:
    token_page = "/"
    coordinator.get(token_page)
    Path(site.folder, "var", "hotline.db").unlink()
    Path(site.folder, "var", "hotline.db").mkdir()
    page = coordinator.get("/")
    assert page.status_code == 200
    assert "The database cannot be reached." in page.text
    assert "Not known right now" in page.text
    assert "Amy" in page.text
    assert coordinator.get("/audit").status_code == 503
    signing_in = site.visitor().sign_in("Ana", "correct horse battery")
    assert signing_in.status_code == 503
    assert "The database cannot be reached" in signing_in.text


@pytest.mark.parametrize("files", [{}])
def test_with_no_hotline_at_all_it_says_how_to_make_one(viewer: Visitor) -> None:
    page = viewer.get("/").text
    assert "No hotline yet" in page
    assert "A coordinator can make one." in page


def test_a_broken_edit_is_told_of(site: Site, viewer: Visitor) -> None:
    viewer.get("/")
    (site.folder / "rota" / "rise.yaml").write_text("nonsense: [")
    site.web.parts.directory.refresh()
    page = viewer.get("/").text
    assert "Edits were refused" in page
    assert "Amy" in page


class TestHotlinesWithNobodyOnCall:
    @pytest.fixture
    def files(self) -> dict[str, bytes]:
        weekend = rota_with("shifts:", "  - {days: sat-sun, hours: 24h, on_call: [cho]}", "backup: [dee]")
        second = FLOW.replace("RISE", "Zeal").replace("0100", "0101") + "rota: zeal\n"
        return {
            **texts(rota=rota_with(*SHIFTS)),
            "call_flows/zeal.yaml": second.encode(),
            "rota/zeal.yaml": weekend.encode(),
        }

    def test_come_first_with_a_link_that_closes_the_gap(self, viewer: Visitor) -> None:
        page = words(viewer.get("/").text)
        assert page.index(">Zeal</h2>") < page.index(">RISE</h2>")
        alarm = page[page.index("Nobody is on call now.") :]
        link = re.search(r'href="([^"]+)">Find cover</a>', alarm)
        assert link
        assert link[1].startswith("/rota/zeal/time?at=2026-03-04")
        assert viewer.get(unescape(link[1])).status_code == 200


class TestManyHotlines:
    @pytest.fixture
    def files(self) -> dict[str, bytes]:
        weekend = rota_with("shifts:", "  - {days: sat-sun, hours: 24h, on_call: [cho]}", "backup: [dee]")
        found = {"rota/rise.yaml": rota_with(*SHIFTS).encode(), "rota/zeal.yaml": weekend.encode()}
        for one in range(12):
            text = FLOW.replace("RISE", f"Line {one:02}").replace("0100", f"01{60 + one}")
            rota = "zeal" if one == 11 else "rise"
            found[f"call_flows/line{one}.yaml"] = f"{text}rota: {rota}\n".encode()
        return found

    def test_are_on_pages_the_worst_first_and_can_be_searched(self, viewer: Visitor) -> None:
        first = words(viewer.get("/").text)
        assert first.index(">Line 11</h2>") < first.index(">Line 00</h2>")
        assert "Page 1 of 2 (12 in all)" in first
        second = viewer.get("/?page=2").text
        assert "Line 10" in second
        assert "Line 00" not in second
        assert "Page 2 of 2" in words(viewer.get("/?page=99").text)
        found = viewer.get("/?search=line+07").text
        assert "Line 07" in found
        assert "Line 08" not in found
        assert "No hotline has this in its name." in viewer.get("/?search=zz").text


class TestWithoutABackup:
    @pytest.fixture
    def files(self) -> dict[str, bytes]:
        return texts()

    def test_nobody_is_rung_when_nobody_above_picks_up(self, viewer: Visitor) -> None:
        page = words(viewer.get("/").text)
        assert "<h3>Backup</h3>" in page
        assert "rung if nobody above answers" not in page


TIERS = (
    "shifts:",
    "  - {hours: 24h, tier: 2, on_call: [ben]}",
    "  - {days: every day, hours: 08:00-20:00, on_call: [amy]}",
    "  - {days: every day, hours: 20:00-08:00, on_call: [cho]}",
    "backup: [dee]",
)


@pytest.mark.parametrize("files", [texts(rota=rota_with(*TIERS))])
def test_the_second_tier_follows_the_first(viewer: Visitor) -> None:
    page = words(viewer.get("/").text)
    now = page[page.index("On call now") : page.index("<h3>Then")]
    assert now.index("Amy") < now.index("then:") < now.index("Ben")
    assert "Cho; then: Ben" in page


OFFICE = FLOW + "  shut: {say: {en: We open at nine.}, hang_up: true}\n"
HOURS = "open: [{days: mon-fri, hours: 09:00-21:00}]\nclosed: shut\n"


@pytest.mark.parametrize(
    "files",
    [texts(flow=HOURS + OFFICE, rota=rota_with("shifts: [{days: mon-fri, hours: 09:00-21:00, on_call: [amy]}]"))],
)
class TestClosedHours:
    def test_are_no_gap(self, viewer: Visitor) -> None:
        page = words(viewer.get("/").text)
        assert 'class="hole"' not in page
        assert page.count('<span class="badge good">no gap</span>') == 2
        assert '<span class="soft">closed</span>' in page
        assert "at least 1 on call" in page
        week = viewer.get("/rota/rise").text
        assert ' class="hole' not in week
        assert "Empty hours: the line is closed" in week
        gaps = words(viewer.get("/rota/rise/gaps?depth=1").text)
        assert "Somebody is on call whenever the line is open." in gaps

    def test_the_phone_says_what_callers_hear_then(self, viewer: Visitor) -> None:
        page = words(viewer.get("/phone?at=2026-03-07T12:00").text)
        assert "The line is closed." in page
        assert "Callers hear the step shut." in page
        assert "Nobody is on call then." not in page
        assert "The line is closed." not in viewer.get("/phone?at=2026-03-06T12:00").text


SATURDAYS = texts(
    flow=HOURS.replace("mon-fri", "sat") + OFFICE,
    rota=rota_with("shifts: [{days: sat, hours: 09:00-21:00, on_call: [amy]}]", "backup: [dee]"),
)


@pytest.mark.parametrize("files", [SATURDAYS])
def test_nobody_on_call_is_no_alarm_while_the_line_is_closed(viewer: Visitor) -> None:
    page = words(viewer.get("/").text)
    assert "The line is closed." in page
    assert "nobody: the line is closed" in page
    assert '<span class="nobody">' not in page
