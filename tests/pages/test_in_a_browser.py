"""The pages in a browser: what only one can tell."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import redis
from playwright.sync_api import Page, expect

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.forecast.summary import files_digest
from hotline.core.people import Role
from hotline.core.rota.volunteer_page import page_query
from hotline.settings import read_settings
from hotline.store.database.call_log import CallLog
from hotline.wiring.parts import Parts
from tests.files.good import rota_with, texts
from tests.output.pictures.test_flow_graph import large_text
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible, assert_accessible_everywhere, choose_language

AREAS = (
    *("/rota/rise", "/rota/rise?view=month", "/rota/rise/load", "/rota/rise/gaps", "/rota/rise/away"),
    *("/rota/rise/waits", "/rota/rise/cover", "/rota/rise/swap", "/rota/rise/file", "/rota/rise/versions"),
    "/rota/rise/requests",
    *("/flow/rise", "/flow/rise/file", "/flow/rise/versions", "/phone", "/phone/whole?keys=1", "/reports"),
)
PAGES = ("/", "/volunteers", "/people", "/audit", "/nothing", "/mine/open", "/mine/seen/rise/amy")


def test_a_forecast_is_accessible_while_it_is_made_and_when_it_is_there(desk: Page, site: Site) -> None:
    assert_accessible_everywhere(desk, "/rota/rise/waits")
    parts = site.web.parts
    parts.forecasting.make("rise", files_digest(parts.directory.state.rotas["rise"], parts.key))
    expect(desk.locator(".heat")).to_be_visible()  # it looks again by itself
    assert_accessible_everywhere(desk, "/rota/rise/waits")


def test_the_frame_fits_every_width_in_each_language(desk: Page) -> None:
    """A coordinator has the most places to go to, and Spanish the longest words for them."""
    for language in ("Español", "English"):
        choose_language(desk, language)
        for width in (360, 700, 900, 1100, 1160, 1280):
            desk.set_viewport_size({"width": width, "height": 800})
            assert desk.evaluate("document.documentElement.scrollWidth") <= width, f"{language}, {width} wide"


@pytest.mark.parametrize("files", [texts(flow=large_text(60, seed=1))])
def test_a_call_flow_of_sixty_steps_begins_in_view_and_can_be_read_and_seen_whole(desk: Page) -> None:
    inside = """frame => {
        const [box, step] = [frame, frame.querySelector('.first')].map(one => one.getBoundingClientRect());
        return box.left <= step.left && step.right <= box.right && box.top <= step.top && step.bottom <= box.bottom;
    }"""
    for width in (1280, 390):
        desk.set_viewport_size({"width": width, "height": 800})
        desk.goto("/flow/rise")
        frame = desk.locator(".flow-frame")
        assert frame.evaluate(inside), f"the step where calls begin, {width} wide"
        assert frame.evaluate("frame => frame.getBoundingClientRect().right") <= width
        letters = frame.locator(".flow-words").first.evaluate("text => text.getBoundingClientRect().height")
        assert letters >= 14, "the words have their full size"
        desk.get_by_role("link", name="Whole").click()
        expect(desk.get_by_role("link", name="Whole")).to_have_attribute("aria-current", "true")
        assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") == 0


def test_on_paper_no_page_is_left_empty_and_a_call_flow_is_not_cut_off(desk: Page) -> None:
    desk.set_viewport_size({"width": 710, "height": 1040})  # of an A4 page without its margins
    desk.emulate_media(media="print")
    desk.goto("/rota/rise?view=month")
    month = desk.locator(".month").bounding_box()
    assert month is not None
    assert month["height"] < 900
    desk.goto("/flow/rise?zoom=150")
    hidden = desk.locator(".flow-frame").evaluate("frame => getComputedStyle(frame).overflow")
    drawing = desk.locator("svg.flow").bounding_box()
    assert hidden == "visible"
    assert drawing is not None
    assert drawing["width"] <= 710
    assert drawing["height"] <= 900


CROWDED = ("amy", "ben", "cho", "dee", "eli", "fay", "gus", "hal", "ida", "joe", "kim", "lea")


@pytest.mark.parametrize(
    "files",
    [
        texts(
            rota=rota_with(
                "shifts:",
                f"  - {{hours: 08:00-20:00, on_call: [{', '.join(CROWDED)}]}}",
                "  - {hours: 20:00-08:00, on_call: [amy, ben]}",
                "limits: {rest_between: 11h, nights_running: 3}",
                volunteers=" ".join(CROWDED),
            )
        )
    ],
)
def test_a_printed_week_is_one_landscape_page_without_warnings(desk: Page) -> None:
    desk.goto("/rota/rise")
    assert "2 workload warnings" in desk.locator("main").inner_text()
    expect(desk.get_by_role("button", name="Print")).to_be_visible()
    printed = desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    _, _, wide, high = (float(one) for one in re.findall(rb"/MediaBox \[([^\]]*)\]", printed)[0].split())
    assert wide > high
    desk.emulate_media(media="print")
    shown = desk.locator("body").inner_text()
    assert "Lea" in shown
    for warning in ("running", "warning", "only", "!"):
        assert warning not in shown.replace("only the backup", ""), shown


def test_a_bar_opens_a_panel_and_hours_dragged_across_are_covered(desk: Page) -> None:
    """With a mouse; the same by keyboard; and as a page without the script."""
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.goto("/rota/rise")
    bar = desk.locator("a.opens").first
    bar.focus()
    desk.keyboard.press("Enter")
    panel = desk.get_by_role("dialog")
    expect(panel).to_be_visible()
    assert_accessible(desk)
    desk.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    assert bar.evaluate("link => link === document.activeElement")
    desk.goto(bar.get_attribute("href") or "")
    assert_accessible_everywhere(desk, desk.url)
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.goto("/rota/rise")
    track = desk.locator(".track").nth(2)
    date, box = track.get_attribute("data-date"), track.bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + box["width"] * 10 / 24, box["y"] + 30)
    desk.mouse.down()
    desk.mouse.move(box["x"] + box["width"] * 12 / 24, box["y"] + 30, steps=3)
    desk.mouse.move(box["x"] + box["width"] * 14 / 24, box["y"] + 30, steps=3)
    expect(desk.locator(".dragged")).to_have_text("Cover from 10:00 to 14:00")
    desk.mouse.up()
    expect(desk.get_by_label("Day", exact=True)).to_have_value(date or "")
    assert [desk.locator(f"#{one}").input_value() for one in ("from_time", "to_time")] == ["10:00", "14:00"]


@pytest.mark.parametrize(
    "files",
    [
        texts(
            rota=rota_with(
                "shifts:",
                "  - {hours: 08:00-16:00, on_call: [amy, ben, cho]}",
                "  - {hours: 16:00-24:00, on_call: [dee, eli, fay]}",
                "  - {hours: 00:00-08:00, on_call: [gus, amy]}",
                volunteers="amy ben cho dee eli fay gus",
            )
        )
    ],
)
def test_a_printed_month_is_one_page_with_its_last_day(desk: Page) -> None:
    for month in ("2026-03-10", "2026-08-10", "2026-12-10"):
        desk.goto(f"/rota/rise?view=month&date={month}")
        printed = desk.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, month


def test_signing_in_and_welcome_are_accessible_and_the_link_leads_in(page: Page, site: Site) -> None:
    page.goto("/sign-in")
    assert_accessible(page)
    key = site.people.make_link(None, Role.COORDINATOR, 2**40)
    page.goto(f"/welcome?key={key}")
    page.get_by_label("Name").fill("Zoe")
    page.get_by_label("Password", exact=True).fill("three little words")
    page.get_by_label("Repeat password").fill("three other words!")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("different")
    assert_accessible(page)
    page.get_by_label("Password", exact=True).fill("three little words")
    page.get_by_label("Repeat password").fill("three little words")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Tonight")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(f"/welcome?key={key}")
    expect(page.get_by_role("heading", name="This link has expired")).to_be_visible()


def test_tonight_brings_itself_up_to_date(desk: Page, site: Site) -> None:
    expect(desk.get_by_text("Ben Ruiz").first).to_be_visible()
    rota = site.folder / "rota" / "rise.yaml"
    rota.write_text(rota.read_text().replace("Ben Ruiz", "Benedicta Ruiz"))
    site.web.parts.directory.refresh()
    log = CallLog(f"sqlite:///{site.folder}/var/hotline.db")
    log.write([LogEntry("a", "rise", CallMoment.STARTED, int(time.time()) - 5)])
    expect(desk.get_by_text("Benedicta Ruiz").first).to_be_visible(timeout=20_000)
    expect(desk.locator(".figure")).to_have_text("1")


def test_a_volunteer_takes_themselves_out_and_asks_for_their_contact(page: Page, site: Site) -> None:
    settings = read_settings(site.environment)
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/mine?{urlencode(page_query(Parts(settings).key, rota, 'ben'))}")
    assert_accessible(page)
    day = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    page.get_by_label("First day", exact=True).fill(day)
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_text("This is what changes")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Yes, save my time away").click()
    expect(page.get_by_text("Your time away is saved.")).to_be_visible()
    assert f"who: ben, from: {day}" in (site.folder / "rota" / "rise.yaml").read_text()
    with page.expect_download() as contact:
        page.get_by_role("link", name="Save contact").click()
    assert contact.value.suggested_filename == "hotline.vcf"


def test_a_volunteer_who_cannot_be_rung_is_asked_whether_nobody_may_be_left(page: Page, site: Site) -> None:
    settings = read_settings(site.environment)
    with redis.Redis.from_url(settings.redis_url) as client:
        client.delete("hotline:absent", "hotline:absent:rise")
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"/mine?{urlencode(page_query(Parts(settings).key, rota, 'ben'))}")
    page.get_by_role("button", name="for 2 hours").click()
    expect(page.get_by_role("status")).to_contain_text("You are off until")
    assert_accessible(page)
    page.goto(f"/mine?{urlencode(page_query(Parts(settings).key, rota, 'amy'))}")
    page.get_by_role("button", name="for 1 hour").click()
    expect(page.get_by_role("alert")).to_contain_text("While you are off, callers reach nobody")
    assert_accessible(page)
    page.get_by_role("button", name="Yes, pause my calls for 1 hour").click()
    expect(page.get_by_role("status")).to_contain_text("You are off until")
    page.get_by_role("button", name="I am back").click()
    expect(page.get_by_role("status")).to_contain_text("Welcome back.")
    assert_accessible(page)
