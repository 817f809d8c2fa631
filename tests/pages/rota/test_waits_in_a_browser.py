"""A page that shows what an edit changes comes at once, and what it does to waits comes after it by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from hotline.wiring.parts import Effort
from tests.made import EFFORT


@pytest.fixture
def effort() -> Effort:
    return EFFORT


def look(desk: Page) -> None:
    """Look at what changes when Amy is away."""
    desk.goto("/rota/rise/away")
    desk.locator("[name=who]").select_option("amy")
    soon = datetime.now(UTC).date() + timedelta(days=2)
    desk.locator("[name=from_date]").fill(soon.isoformat())
    desk.get_by_role("button", name="See what changes").click()
    expect(desk.get_by_role("heading", name="What changes")).to_be_visible()


def test_waits_come_by_themselves_and_the_edit_can_be_saved(desk: Page) -> None:
    look(desk)
    expect(desk.locator("#waits")).to_contain_text("Waits (forecast)", timeout=60_000)
    expect(desk.get_by_role("button", name="Forecast what this does to waits")).to_have_count(0)
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved.").first).to_be_visible()


def test_where_they_cannot_come_a_button_asks_again(desk: Page) -> None:
    desk.goto("/rota/rise/away")
    desk.route("**/rota/rise/away", _refuse_waits)
    with desk.expect_response(lambda answer: answer.status == 503):
        look(desk)
    button = desk.get_by_role("button", name="Forecast what this does to waits")
    expect(button).to_be_visible()
    expect(desk.get_by_text("Forecasting what this does to waits…")).to_be_hidden()
    desk.unroute_all()
    button.click()
    expect(desk.locator("#waits")).to_contain_text("Waits (forecast)", timeout=60_000)


def _refuse_waits(route: Route) -> None:
    if "step=waits" in (route.request.post_data or ""):
        route.fulfill(status=503)
    else:
        route.continue_()
