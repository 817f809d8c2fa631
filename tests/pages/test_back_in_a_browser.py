"""The back button of a browser gives back what was typed, from the page that shows what changes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from hotline.core.rota.volunteer_page import page_query
from hotline.wiring.parts import Effort
from tests.files.good import ROTA, texts
from tests.made import EFFORT
from tests.pages.conftest import Site

FLOW = (Path(__file__).parents[2] / "call_flows" / "rise.yaml").read_bytes().decode()
FORMS = {
    "/rota/rise/volunteer": {"name": "Zoe", "phone": "+1 410 555 0133"},
    "/rota/rise/volunteer?entry=ben": {"name": "Benno"},
    "/rota/rise/shift": {"name": "More", "start": "08:00", "end": "18:00", "on_call_1": "Amy Okafor"},
    "/rota/rise/rotation": {"start": "08:00", "end": "18:00", "starting": "2030-01-07", "turn_1_1": "Amy Okafor"},
    "/rota/rise/holidays": {"also_1": "2030-12-24"},
    "/rota/rise/ringing": {"ring_for": "25s"},
    "/rota/rise/limits": {"rest_between": "9h"},
    "/rota/rise/zone": {"city": "Toronto"},
    "/flow/rise/step?entry=goodbye": {"say_en": "Take care."},
    "/rota/rise/away": {"who": "ben", "from_date": "2030-01-07"},
    "/rota/rise/cover": {"who": "ben", "other": "amy", "from_date": "2030-01-07"},
    "/rota/rise/swap": {"who": "ben", "other": "amy", "from_date": "2030-01-07", "to_date": "2030-01-09"},
    "/rota/rise/import": {"text": "Name\tPhone\nGus Lee\t+1 410 555 0117\n"},
    "/new": {"name": "Day Line", "number": "+1 410 555 0151", "city": "Balti", "name_1": "Zoe", "phone_1": "410"},
}
"""What is typed into forms, by their address."""


@pytest.fixture
def effort() -> Effort:
    """Forecasts take a while, and are tested elsewhere."""
    return replace(EFFORT, edit_waits_within=0.001)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(flow=FLOW, rota=ROTA)


def test_signing_out_forgets_what_was_typed(desk: Page) -> None:
    desk.goto("/rota/rise/volunteer")
    desk.locator("main form[method=post] [name=name]").fill("Zoe")
    desk.locator("main form[method=post] [name=phone]").fill("+1 410 555 0133")
    desk.locator("main button[value=look], main form[method=post] button.main").first.click()
    expect(desk.locator("#preview, #review, .notice").first).to_be_visible()
    assert "555 0133" in desk.evaluate("JSON.stringify({...sessionStorage})")
    desk.get_by_role("button", name="Sign out").click()
    expect(desk.get_by_role("heading", name="Sign in")).to_be_visible()
    desk.wait_for_function("sessionStorage.length === 0")


def put(page: Page, name: str, value: str) -> str:
    """Fill in a field; what it has then."""
    field = page.locator(f"main form[method=post] [name={name}]").first
    if field.evaluate("field => field.localName") == "select":
        options = field.locator("option").evaluate_all("all => all.map(one => [one.value, one.textContent])")
        field.select_option(next(one for one, words in options if value in (one, words.strip())))
    else:
        field.fill(value)
    return field.input_value()


def look(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main button[value=look], main form[method=post] button").first.click()


def has(page: Page, at: str, kept: dict[str, str]) -> None:
    for name, value in kept.items():
        field = page.locator(f"main form[method=post] [name={name}]").first
        expect(field, f"{name} of {at}").to_have_value(value)


def test_the_way_back_has_what_was_typed(desk: Page) -> None:
    """Also back from the second time that the button is pressed: a browser has nothing to show for the first."""
    for at, typed in FORMS.items():
        desk.goto(at)
        kept = {name: put(desk, name, value) for name, value in typed.items()}
        look(desk)
        look(desk)
        for _ in range(2):
            desk.go_back()
            expect(desk).to_have_url(re.compile(re.escape(at) + "$"))
            has(desk, at, kept)


def test_a_page_loaded_again_has_what_was_typed(desk: Page) -> None:
    at = "/rota/rise/shift?entry=0"
    desk.goto(at)
    kept = {"name": put(desk, "name", "Early"), "start": put(desk, "start", "06:00"), "end": put(desk, "end", "14:00")}
    look(desk)
    desk.reload()
    has(desk, at, kept)
    look(desk)
    expect(desk.locator("[name=entry]").first).to_have_value("0")
    desk.goto(at)
    expect(desk.locator("[name=start]").first, "a form that is opened is as the file has it").to_have_value("00:00")


def test_the_way_back_keeps_further_places_and_the_columns_of_a_table(desk: Page) -> None:
    """Fields that a form at first does not have."""
    desk.goto("/rota/rise/holidays")
    for place in range(1, 4):
        desk.locator("button[value=more]").click()
        put(desk, f"also_{place}", f"2030-12-2{place}")
    with desk.expect_navigation():
        desk.locator("button[value=more]").click()
    put(desk, "also_5", "2030-12-25")
    look(desk)
    for _ in range(4):
        desk.go_back()
    look(desk)
    has(desk, "holidays", {"also_1": "2030-12-21"})

    desk.goto("/rota/rise/import")
    put(desk, "text", "Gus Lee\t+1 410 555 0117")
    look(desk)
    put(desk, "use_0", "phone")
    put(desk, "use_1", "name")
    put(desk, "prefix", "+44")
    look(desk)
    desk.go_back()
    desk.go_back()
    look(desk)
    has(desk, "import", {"use_0": "phone", "use_1": "name", "prefix": "+44"})


def test_the_way_back_on_a_volunteers_page_has_their_times(desk: Page, site: Site) -> None:
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    desk.goto(f"/mine?{urlencode(page_query(site.web.parts.key, rota, 'ben'))}")
    typed = {"from_day": "2030-01-09", "to_day": "2030-01-07"}
    for last in ("2030-01-07", "2030-01-11"):
        typed["to_day"] = last
        for name, value in typed.items():
            desk.locator(f"#{name}").fill(value)
        with desk.expect_navigation():
            desk.locator("#away-form button.main").click()
    for last in ("2030-01-11", "2030-01-07"):
        desk.go_back()
        expect(desk.locator("#from_day")).to_have_value("2030-01-09")
        expect(desk.locator("#to_day")).to_have_value(last)
