"""Asking for cover in a browser: two volunteers and a coordinator, by keyboard, at two widths."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from hotline.core.rota.volunteer_page import page_query
from tests.files.good import rota_with, texts
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible, choose_language

SHIFTS = (
    "shifts:",
    "  - {days: mon, hours: 18:00-22:00, on_call: [amy]}",
    "  - {days: wed, hours: 18:00-22:00, on_call: [ben]}",
    "  - {days: sat, hours: 08:00-22:00, on_call: [cho]}",
    "backup: [dee]",
    "cover_requests: {ask: together, approve: yes}",
)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS))


def open_page(page: Page, site: Site, who: str, width: int) -> None:
    """Open a volunteer's own page."""
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/mine?{urlencode(page_query(site.web.parts.key, rota, who))}")


def test_a_request_and_a_swap_from_the_question_to_the_rota(desk: Page, site: Site) -> None:
    open_page(desk, site, "amy", 390)
    desk.get_by_role("button", name="I can’t").first.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Others are asked. You are on call until somebody says yes.")).to_be_visible()
    assert_accessible(desk)
    site.web.parts.cover_rounds.go_on()

    open_page(desk, site, "ben", 390)
    choose_language(desk, "Español")
    expect(desk.get_by_text("Amy no puede hacer la guardia. ¿Puede usted?")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Sí, la tomo").click()
    expect(desk.get_by_text("Su coordinación tiene que aprobarlo primero.")).to_be_visible()
    choose_language(desk, "English")

    desk.goto("/rota/rise/requests")
    expect(desk.get_by_text("This is what changes:")).to_be_visible()
    assert_accessible(desk)
    desk.set_viewport_size({"width": 1280, "height": 900})
    assert_accessible(desk)
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.get_by_text("Approved. It is in the rota, and both are told.")).to_be_visible()
    assert_accessible(desk)
    assert (site.folder / "rota" / "rise.yaml").read_text().count("for: amy") == 1

    open_page(desk, site, "cho", 1280)
    desk.get_by_text("Offer a swap").click()
    desk.get_by_role("button", name="See what I could take").click()
    desk.get_by_label("I take").select_option(index=0)
    assert_accessible(desk)
    desk.get_by_role("button", name="Offer this swap").click()
    expect(desk.get_by_text("They are asked. Nothing changes until they say yes. We will tell you.")).to_be_visible()

    desk.get_by_text("Change it").click()
    assert_accessible(desk)
    desk.get_by_label("No messages").check()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("You get no reminders, and no news of your shifts.")).to_be_visible()
