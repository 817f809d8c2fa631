"""Every page and state in a browser: English and Spanish, light and dark, narrow and wide, with nothing for axe to say.

One window shows them all. The wide page is looked at in light and the narrow one in dark in English; in Spanish, which
has the longest words, it is the other way round. So each page has each width, scheme and language, and colours, which
no language changes, have all four pairs. In the dark, pages are looked at for colours, places and sizes: all else is
as it is in the light.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from hotline.core.rota.volunteer_page import page_query
from hotline.pages.setup.editing import KINDS
from hotline.pages.words.language import NAMES
from tests.files.good import texts
from tests.pages.conftest import Site
from tests.pages.looking import choose_language
from tests.pages.test_in_a_browser import AREAS, PAGES

ROOT = Path(__file__).parents[2]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = {
    "light": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "dark": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
    },
}
LOOK = """async (rules) => {
    const options = { runOnly: rules, resultTypes: ["violations"] };
    const found = (await axe.run(document, options)).violations;
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const touched = document.querySelectorAll(
        ".button, .choice, .check, summary, select, input:is([type=text], [type=date])");
    const low = innerWidth > 500 ? [] : [...touched].map((one) => [one, one.getBoundingClientRect().height])
        .filter(([one, high]) => one.checkVisibility() && high > 0 && high < 43.5)
        .map(([one, high]) => `${high} px high: ${one.outerHTML.slice(0, 120)}`);
    const wide = wider > 0 ? [`${wider} px too wide`] : [];
    return [...low.slice(0, 2), ...found.map((one) => `${one.id}: ${one.nodes[0].html}`), ...wide];
}"""
LOOKS = {"en": (("light", 1280), ("dark", 360)), "es": (("light", 360), ("dark", 1280))}
_ENTRIES = {
    "shift": "?entry=0",
    "rotation": "?entry=0",
    "volunteer": "?entry=ben",
    "step": "?entry=reach_peer",
    "keys": "?entry=welcome",
}
FORMS = (
    "/flow/rise/keys?entry=reach_peer",
    *(f"/rota/rise/{kind}{_ENTRIES.get(kind, '')}" for kind in KINDS["rota"]),
    *(f"/flow/rise/{kind}{_ENTRIES.get(kind, '')}" for kind in KINDS["flow"]),
)
PLAIN = (
    *PAGES,
    *AREAS,
    *FORMS,
    "/rota/rise/setup",
    "/rota/rise/import",
    "/new",
    "/rota/rise/time?who=amy&at=2030-01-07T10:00",
)


@pytest.fixture
def files() -> dict[str, bytes]:
    """The line that ships."""
    return texts(*((ROOT / folder / "rise.yaml").read_bytes() for folder in ("call_flows", "rota")))


def _previewed(page: Page) -> None:
    page.goto("/flow/rise/step?entry=goodbye")
    page.locator("#say_en").fill("Goodbye. To try again, press 7.")
    page.locator("[name=step][value=look]").click()
    page.locator("#preview").wait_for()


def _mistyped(page: Page) -> None:
    page.goto("/rota/rise/limits")
    page.locator("#rest_between").fill("eleven")
    page.locator("[name=step][value=look]").click()
    page.locator(".wrong").first.wait_for()


def _removing(page: Page) -> None:
    page.goto("/rota/rise/volunteer?entry=chaplain")
    page.locator("[name=step][value=remove]").click()
    page.locator("#preview").wait_for()


def _imported(page: Page) -> None:
    page.goto("/rota/rise/import")
    page.locator("#text").fill("Name\tPhone\nGus Lee\t+1 410 555 0117\nHal\t410")
    page.locator("main form button").click()
    page.locator("#use_0").wait_for()
    page.locator("main form button").first.click()
    page.locator(".notice.warn").wait_for()


def _away(page: Page) -> None:
    page.goto("/rota/rise/away?who=eli")
    page.locator("#from_date").fill("2030-01-07")
    page.locator("main form button.main").first.click()
    page.wait_for_load_state()


STATES: tuple[Callable[[Page], None], ...] = (_previewed, _mistyped, _removing, _imported, _away)


def _looked_at(page: Page, language: str) -> list[str]:
    """What there is to say of the page that is open."""
    found = []
    for scheme, width in LOOKS[language]:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        said = page.evaluate(LOOK, RULES[scheme])
        found += [f"{page.url} {language} {scheme} {width}: {one}" for one in said]
    return found


def test_every_page_and_state(desk: Page, site: Site) -> None:
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    mine = f"/mine?{urlencode(page_query(site.web.parts.key, rota, 'amy'))}"
    desk.context.add_init_script(path=AXE)
    found: list[str] = []
    for language in LOOKS:
        desk.goto("/rota")
        choose_language(desk, NAMES[language])
        for path in (*PLAIN, mine):
            desk.goto(path)
            assert desk.locator("html").get_attribute("lang") == language
            found += _looked_at(desk, language)
        for reach in STATES:
            reach(desk)
            found += _looked_at(desk, language)
    assert found == []
