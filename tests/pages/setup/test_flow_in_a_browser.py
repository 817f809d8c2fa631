"""Keys, steps and opening hours of a call flow in a browser: by keyboard, on a phone's screen, in Spanish."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from hotline.files import load
from tests.files.good import ROTA, texts
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible, choose_language
from tests.pages.setup.test_words_and_messages import FLOW, flow_of


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(flow=FLOW, rota=ROTA)


def press(page: Page, button: str) -> None:
    """Press a button by keyboard."""
    found = page.get_by_role("button", name=button, exact=True)
    found.focus()
    found.press("Enter")


def test_a_key_is_added_and_the_edit_undone(desk: Page, site: Site) -> None:
    desk.set_viewport_size({"width": 390, "height": 800})
    desk.goto("/flow/rise")
    desk.get_by_role("link", name="Change where it leads: nobody_free").press("Enter")
    desk.locator("#key_3").select_option("3")
    press(desk, "See what changes")
    expect(desk.locator("#go_3-wrong")).to_have_text("Choose the step that this key leads to.")
    assert_accessible(desk)
    desk.locator("#go_3").select_option("about")
    press(desk, "See what changes")
    expect(desk.locator("#preview")).to_contain_text("In the step nobody_free, 3 leads to about.")
    press(desk, "Save")
    expect(desk.get_by_text("Saved.")).to_be_visible()
    assert '      "3": about\n' in flow_of(site)
    press(desk, "Undo")
    desk.wait_for_url("**/versions?saved=*")
    assert flow_of(site) == FLOW


def test_opening_hours_in_spanish(desk: Page, site: Site) -> None:
    desk.set_viewport_size({"width": 390, "height": 800})
    choose_language(desk, "Español")
    desk.goto("/rota/rise/setup")
    desk.get_by_role("link", name="Cambiar: Horario").press("Enter")
    for day in ("mon", "tue", "wed"):
        desk.locator(f"[name=day_{day}_1]").press("Space")
    desk.locator("#start_1").fill("08:00")
    desk.locator("#end_1").fill("20:00")
    desk.locator("#days_text_2").fill("1er sáb")
    desk.locator("#start_2").fill("10:00")
    desk.locator("#end_2").fill("12:00")
    desk.locator("#closed_say_en").fill("We are closed.")
    press(desk, "Ver qué cambia")
    expect(desk.locator("#closed_say_es-wrong")).to_be_visible()
    desk.locator("#closed_say_es").fill("Estamos cerrados.")
    press(desk, "Ver qué cambia")
    expect(desk.locator("#preview")).to_contain_text("Paso nuevo: closed.")
    assert_accessible(desk)
    press(desk, "Guardar")
    desk.wait_for_url("**/flow/rise?saved=*")
    expect(desk.locator(".heading")).to_contain_text("lun–mié · 08:00–20:00; 1er sáb · 10:00–12:00")
    line = load(site.folder, ()).hotlines["rise"]
    assert line.flow.closed == "closed"
    assert len(line.flow.open) == 2
