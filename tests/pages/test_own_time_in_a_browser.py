"""Times on the reader's own clock, beside the rota's, for somebody in another zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from hotline.core.rota.volunteer_page import page_query
from hotline.settings import read_settings
from hotline.wiring.parts import Parts
from tests.files.good import rota_with, texts
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible

NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")


@pytest.fixture
def files() -> dict[str, bytes]:
    shifts = ("  - {hours: 08:00-20:00, on_call: [amy]}", "  - {hours: 20:00-08:00, on_call: [ben]}")
    return texts(rota=rota_with("shifts:", *shifts, volunteers="amy ben"))


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    return {**browser_context_args, "timezone_id": getattr(request, "param", "Asia/Tokyo")}


def mine(site: Site) -> str:
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    return f"/mine?{urlencode(page_query(Parts(read_settings(site.environment)).key, rota, 'amy'))}"


def test_a_volunteer_elsewhere_sees_both(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(mine(site))
    shift = page.locator(".lines time").first
    expect(shift).to_contain_text("your time: ")
    start, end = (datetime.fromisoformat(shift.get_attribute(one) or "") for one in ("datetime", "data-until"))
    assert (start.utcoffset(), end.hour) == (start.astimezone(NEW_YORK).utcoffset(), 20)
    said = f"(your time: {start.astimezone(TOKYO):%a %H:%M} – {end.astimezone(TOKYO):%a %H:%M})"
    assert said in shift.inner_text()
    assert f"{start.astimezone(NEW_YORK):%H:%M}" in shift.inner_text()
    assert_accessible(page)


@pytest.mark.parametrize("browser_context_args", ["America/Toronto"], indirect=True)
def test_whoever_has_the_same_clock_sees_it_once(page: Page, site: Site) -> None:
    page.goto(mine(site))
    expect(page.locator("time[data-own]")).to_have_count(0)  # the script was here
    assert "your time" not in page.locator("body").inner_text()


def test_the_calendar_and_its_panel_say_it_too(desk: Page, site: Site) -> None:
    desk.goto("/rota/rise")
    now = desk.locator(".heading time")
    expect(now).to_be_visible()
    at = datetime.fromisoformat(now.get_attribute("datetime") or "")
    assert abs((at - datetime.now(UTC)).days) < 2
    assert f"{at:%H:%M} (your time: {at.astimezone(TOKYO):%a %H:%M})" in now.inner_text()
    desk.locator("a.opens").first.press("Enter")
    expect(desk.get_by_role("dialog").locator("time")).to_contain_text(re.compile(r"\(your time: \w{3} \d\d:\d\d – "))


def test_gaps_reports_and_the_audit_say_it_too(desk: Page, site: Site) -> None:
    gap = datetime.now(UTC).astimezone(NEW_YORK).date() + timedelta(days=3)
    hours = (f"{{hours: 08:00-20:00, until: {gap - timedelta(days=1)}, on_call: [amy, ben]}}",)
    hours += (f"{{hours: 08:00-20:00, starting: {gap + timedelta(days=1)}, on_call: [amy, ben]}}",)
    nights = "  - {hours: 20:00-08:00, on_call: [amy, ben]}"
    rota = rota_with("shifts:", *(f"  - {one}" for one in hours), nights, "backup: [cho]", volunteers="amy ben cho")
    (site.folder / "rota/rise.yaml").write_text(rota)
    site.web.parts.directory.refresh()
    for at in ("/rota/rise/gaps", "/reports"):
        desk.goto(at)
        now = desk.locator(".heading time")
        expect(now).to_be_visible()
        shown = datetime.fromisoformat(now.get_attribute("datetime") or "")
        assert f"{shown:%H:%M} (your time: {shown.astimezone(TOKYO):%a %H:%M})" in now.inner_text()
    desk.goto("/rota/rise/gaps")
    hole = desk.locator(".gap-row time")
    start = datetime.fromisoformat(hole.get_attribute("datetime") or "")
    assert (start.date(), start.hour) == (gap, 8)
    assert f"(your time: {start.astimezone(TOKYO):%a %H:%M} – " in hole.inner_text()
    desk.set_viewport_size({"width": 390, "height": 800})
    desk.goto("/audit")
    deed = desk.locator("td time").first
    done = datetime.fromisoformat(deed.get_attribute("datetime") or "")
    assert f"(your time: {done.astimezone(TOKYO):%a %H:%M})" in deed.inner_text()
    assert_accessible(desk)


def test_without_the_script_the_rotas_time_stands_alone(site: Site) -> None:
    page = site.visitor().get(mine(site)).text
    assert re.search(r'<time datetime="[^"]+-0[45]:00" data-until="[^"]+" data-own>[^<]+ 08:00–20:00</time>', page)
