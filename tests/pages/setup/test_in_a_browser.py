"""From an empty folder to a staffed line in a browser, by keyboard and without YAML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from hotline.core.rota.volunteer_page import page_query
from hotline.files import load
from hotline.files.edits.rewrite import content_of
from hotline.wiring.parts import Effort
from tests.made import EFFORT
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible, assert_accessible_everywhere, choose_language

TYPED = """\
timezone: America/Chicago
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111"}
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112"}
  cho: {name: Cho Min-ji, phone: "+1 410 555 0113"}
  dee: {name: Dee Washington, phone: "+1 410 555 0114"}
  eli: {name: Eli Castro, phone: "+1 410 555 0115"}
  fay: {name: Fay Connell, phone: "+1 410 555 0116"}
  gus: {name: Gus Lee, phone: "+1 410 555 0117"}
  hal: {name: Hal Duty, phone: "+1 410 555 0118"}
shifts:
  - {name: Days, days: every day, hours: 08:00-20:00, on_call: [amy, ben]}
rotations:
  - {name: Nights, days: every day, hours: 20:00-08:00, turns: [cho, dee, [eli, fay], gus],
     change: daily, starting: 2026-01-05}
holidays: {country: US, region: MD}
backup: [hal]
ringing: {ring_for: 25s, rounds: 2, backup_after: 40s, max_wait: 3m30s, rest_after_call: 5m, accept_key: "1",
          at_once: 2, stagger: 4s}
limits: {rest_between: 0s}
cover_requests: {ask: together, wait: 45m}
coordinators: {nora: {name: Nora Diaz, email: nora@example.org}}
"""
"""What a coordinator would have typed."""


@pytest.fixture
def effort() -> Effort:
    """Forecasts take a while, and are tested elsewhere."""
    return replace(EFFORT, edit_waits_within=0.001)


@pytest.fixture
def files() -> dict[str, bytes]:
    return {}


def press(page: Page, button: str) -> None:
    """Press a button by keyboard."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, at: str, fields: dict[str, str], mistake: tuple[str, str]) -> None:
    """Fill in a form with a mistake in a field, be told at the field, correct it, and save."""
    page.goto(at)
    for name, value in {**fields, mistake[0]: mistake[1]}.items():
        put(page, name, value)
    press(page, "See what changes")
    expect(page.locator(f"#{mistake[0]}-wrong")).to_be_visible()
    assert_accessible(page)
    for name, value in fields.items():
        if name != mistake[0]:
            expect(page.locator(f"[name={name}]").first).to_have_value(value)
    put(page, mistake[0], fields.get(mistake[0], ""))
    press(page, "See what changes")
    assert_accessible(page)
    sure = page.get_by_label("I accept this gap")
    if sure.count():
        sure.press("Space")
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()


def put(page: Page, name: str, value: str) -> None:
    field = page.locator(f"[name={name}]").first
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def covered_and_swapped(desk: Page, site: Site) -> None:
    """A volunteer cannot be on call and a second one can; two swap; and the week goes on paper. All by keyboard."""
    rota = site.web.parts.directory.state.hotlines["night_line"].rota

    def go_to(who: str) -> None:
        desk.set_viewport_size({"width": 390, "height": 844})
        desk.goto(f"/mine?{urlencode(page_query(site.web.parts.key, rota, who))}")

    go_to("cho")
    with desk.expect_navigation():
        desk.get_by_role("button", name="I can’t").nth(2).press("Enter")
    expect(desk.get_by_text("Others are asked. You are on call until somebody says yes.")).to_be_visible()
    site.web.parts.cover_rounds.go_on()
    go_to("gus")
    expect(desk.get_by_text("Cho Min-ji cannot be on call. Can you?")).to_be_visible()
    assert_accessible(desk)
    with desk.expect_navigation():
        desk.get_by_role("button", name="Yes, I take it").press("Enter")
    expect(desk.get_by_text("It is in the rota: you are on call then.")).to_be_visible()
    assert "who: gus, for: cho" in (site.folder / "rota/night_line.yaml").read_text()

    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.goto("/rota/night_line/swap")
    days = [(datetime.now(UTC) + timedelta(days=later)).date().isoformat() for later in (30, 33)]
    for name, value in {"who": "dee", "other": "gus", "from_date": days[1], "to_date": days[0]}.items():
        put(desk, name, value)
    press(desk, "See what changes")
    expect(desk.get_by_role("alert")).to_be_visible()
    expect(desk.locator("#other")).to_have_value("gus")
    assert_accessible(desk)
    put(desk, "from_date", days[0])
    put(desk, "to_date", days[1])
    press(desk, "See what changes")
    assert_accessible(desk)
    press(desk, "Save")
    expect(desk.get_by_text("Saved.")).to_be_visible()
    printed = desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_from_an_empty_folder_to_a_staffed_line(desk: Page, site: Site) -> None:
    desk.get_by_role("link", name="Make your first hotline").press("Enter")
    first = {"name": "Night Line", "number": "+1 410 555 0150", "name_1": "Amy Okafor", "phone_1": "+1 410 555 0111"}
    for name, value in {**first, "city": "Balti"}.items():
        put(desk, name, value)
    press(desk, "Make the hotline")
    expect(desk.locator("#city-wrong")).to_be_visible()
    expect(desk.locator("#phone_1")).to_have_value("+1 410 555 0111")
    assert_accessible(desk)
    put(desk, "city", "Baltimore")
    press(desk, "Make the hotline")
    expect(desk.get_by_text("Your hotline works.")).to_be_visible()

    top = "/rota/night_line"
    volunteer = {"name": "Ben Ruiz", "phone": "+1 410 555 0112"}
    fill(desk, f"{top}/volunteer", volunteer, ("phone", "410"))
    desk.goto(f"{top}/import")
    names = "Cho Min-ji,Dee Washington,Eli Castro,Fay Connell,Gus Lee,Hal Duty"
    rows = [f"{name}\t+1 410 555 {place:04}" for place, name in enumerate(names.split(","), 113)]
    desk.get_by_label("Or paste cells here").fill("\n".join(rows))
    press(desk, "Read the table")
    press(desk, "See what changes")
    assert_accessible(desk)
    press(desk, "Add them")
    expect(desk.get_by_text("Saved.")).to_be_visible()

    desk.goto(f"{top}/backup")
    put(desk, "backup_1", "hal")
    press(desk, "See what changes")
    press(desk, "Save")
    holidays = {"country": "US", "region": "MD"}
    fill(desk, f"{top}/holidays", holidays, ("region", "Maryland"))
    turns = {"turn_1_1": "cho", "turn_2_1": "dee", "turn_3_1": "eli", "turn_3_2": "fay", "turn_4_1": "gus"}
    times = {"name": "Nights", "start": "20:00", "end": "08:00", "count": "1", "unit": "day", "starting": "2026-01-05"}
    fill(desk, f"{top}/rotation", {**times, **turns}, ("end", ""))
    days = {"name": "Days", "start": "08:00", "end": "20:00", "on_call_2": "ben"}
    fill(desk, f"{top}/shift?entry=0", days, ("end", ""))
    fill(desk, f"{top}/ringing", {"ring_for": "25s"}, ("ring_for", "25 of them"))
    fill(desk, f"{top}/limits", {"rest_between": "0s"}, ("rest_between", "none"))
    fill(desk, f"{top}/cover_requests", {"ask": "together", "wait": "45m"}, ("wait", "soon"))
    fill(desk, f"{top}/coordinator", {"name": "Nora Diaz", "email": "nora@example.org"}, ("email", "nora"))
    fill(desk, f"{top}/zone", {"city": "Chicago"}, ("city", "Chicagoland"))
    fill(desk, "/flow/night_line/step?entry=nobody_free", {"wait": "5s"}, ("wait", "a while"))
    fill(desk, "/flow/night_line/line", {"number_2": "+1 410 555 0151"}, ("number_2", "410"))

    made = content_of((site.folder / "rota/night_line.yaml").read_text())
    assert made == content_of(TYPED)
    line = load(site.folder, ()).hotlines["night_line"]
    assert line.rota.backup == ("hal",)
    assert line.flow.numbers == ("+14105550150", "+14105550151")
    covered_and_swapped(desk, site)
    for language in ("English", "Español"):
        desk.goto("/")
        choose_language(desk, language)
        for at in ("/", "/new", f"{top}/setup", f"{top}/shift?entry=0", f"{top}/rotation?entry=0", f"{top}/import"):
            desk.set_viewport_size({"width": 390, "height": 800})
            desk.goto(at)
            assert desk.evaluate("document.documentElement.scrollWidth") <= 390, f"{at}, {language}"
    for at in (f"{top}/setup", f"{top}/volunteer", f"{top}/limits"):
        assert_accessible_everywhere(desk, at)
