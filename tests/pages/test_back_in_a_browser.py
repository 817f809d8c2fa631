"""The back button of a browser gives back what was typed, from the page that shows what changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.files.good import ROTA, texts

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
}
"""What is typed into forms, by their address."""


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


def test_the_way_back_has_what_was_typed(desk: Page) -> None:
    for at, typed in FORMS.items():
        desk.goto(at)
        kept = {}
        for name, value in typed.items():
            field = desk.locator(f"main form[method=post] [name={name}]").first
            if field.evaluate("field => field.localName") == "select":
                options = field.locator("option").evaluate_all("all => all.map(one => [one.value, one.textContent])")
                field.select_option(next(one for one, words in options if value in (one, words.strip())))
            else:
                field.fill(value)
            kept[name] = field.input_value()
        desk.locator("main button[value=look], main form[method=post] button.main").first.click()
        expect(desk.locator("#preview, #review, .notice").first).to_be_visible()
        desk.go_back()
        for name, value in kept.items():
            field = desk.locator(f"main form[method=post] [name={name}]").first
            expect(field, f"{name} of {at}").to_have_value(value)
