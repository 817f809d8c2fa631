"""Every page and state in a browser: English and Spanish, light and dark, narrow and wide, with nothing for axe to say.

One window shows them all. The wide page is looked at in light and the narrow one in dark in English; in Spanish, which
has the longest words, it is the other way round. So each page has each width, scheme and language, and colours, which
no language changes, have all four pairs. In the dark, pages are looked at for colours, places and sizes: all else is
as it is in the light. States consist of the same parts; two opposite corners are enough for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Error, Page

from hotline.core.people import Role
from hotline.core.rota.volunteer_page import page_query
from hotline.pages.setup.editing import KINDS
from hotline.pages.words.language import NAMES
from hotline.wiring.parts import Effort
from tests.files.good import ROTA, rota_with, texts
from tests.made import EFFORT
from tests.pages.conftest import Site
from tests.pages.looking import AXE, FIND, RULES, choose_language
from tests.pages.test_in_a_browser import AREAS, PAGES

ROOT = Path(__file__).parents[2]
LOOKED_FOR = {
    "light": RULES,
    "dark": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
    },
}
LOOK = """async (rules) => {
    const found = await (FIND)(rules);
    const wider = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const touched = document.querySelectorAll(
        ".button, .choice, .check, summary, select, input:is([type=text], [type=date])");
    const low = innerWidth > 500 ? [] : [...touched].map((one) => [one, one.getBoundingClientRect().height])
        .filter(([one, high]) => one.checkVisibility() && high > 0 && high < 43.5)
        .map(([one, high]) => `${high} px high: ${one.outerHTML.slice(0, 120)}`);
    const wide = wider > 0 ? [`${wider} px too wide`] : [];
    return [...low.slice(0, 2), ...found, ...wide];
}""".replace("FIND", FIND)
Looks = tuple[tuple[str, int], ...]
LOOKS: dict[str, Looks] = {"en": (("light", 1280), ("dark", 360)), "es": (("light", 360), ("dark", 1280))}
CORNERS: dict[str, Looks] = {"en": (("light", 1280),), "es": (("dark", 360),)}
_ENTRIES = {
    "shift": "?entry=0",
    "rotation": "?entry=0",
    "volunteer": "?entry=ben",
    "step": "?entry=reach_peer",
    "keys": "?entry=welcome",
    "absence": "?entry=0",
    "covering": "?entry=0",
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
def effort() -> Effort:
    """Forecasts take a while, and are tested elsewhere."""
    return replace(EFFORT, edit_waits_within=0.001)


@pytest.fixture
def files() -> dict[str, bytes]:
    """The line that ships, with the time away and the covers that its rota has as an example."""
    flow, rota = ((ROOT / folder / "rise.yaml").read_bytes() for folder in ("call_flows", "rota"))
    return texts(flow, re.sub(rb"(?m)^# ?(away:|cover:|  - \{who)", rb"\1", rota))


def _look(page: Page, at: str, **typed: str) -> None:
    """Fill in a form, and see what changes."""
    page.goto(at)
    for name, value in typed.items():
        page.locator(f"main form[method=post] [name={name}]").first.fill(value)
    with page.expect_navigation():
        page.locator("main button[value=look], main form[method=post] button.main").first.click()


def _previewed(page: Page, site: Site) -> Iterator[None]:
    _look(page, "/flow/rise/step?entry=goodbye", say_en="Goodbye. To try again, press 7.")
    yield


def _mistyped(page: Page, site: Site) -> Iterator[None]:
    _look(page, "/rota/rise/limits", rest_between="eleven")
    page.locator(".wrong").first.wait_for()
    yield


def _removing(page: Page, site: Site) -> Iterator[None]:
    page.goto("/rota/rise/volunteer?entry=chaplain")
    page.locator("[name=step][value=remove]").click()
    page.locator("#preview").wait_for()
    yield


def _imported(page: Page, site: Site) -> Iterator[None]:
    _look(page, "/rota/rise/import", text="Name\tPhone\nGus Lee\t+1 410 555 0117\nHal\t410")
    page.locator("#use_0").wait_for()
    with page.expect_navigation():
        page.locator("main form button").first.click()
    page.locator(".notice.warn").wait_for()
    yield


def _away(page: Page, site: Site) -> Iterator[None]:
    _look(page, "/rota/rise/away?who=eli", from_date="2030-01-09", to_date="2030-01-07")
    page.get_by_role("alert").wait_for()
    yield
    _look(page, "/rota/rise/away?who=eli", from_date="2030-01-07")
    page.locator("#preview").wait_for()
    yield
    for sure in page.locator("#preview [name=sure]").all():
        sure.check()
    with page.expect_navigation():
        page.locator("[name=step][value=write]").click()
    page.locator(".notice.good").wait_for()
    yield
    page.goto("/rota/rise/versions")
    yield
    page.goto("/rota/rise/versions/1")
    yield


def _meanwhile(site: Site, path: str) -> None:
    """Somebody else saves a file."""
    file = site.folder / path
    file.write_text(file.read_text() + "# and so on\n")


def _conflicts(page: Page, site: Site) -> Iterator[None]:
    _look(page, "/rota/rise/limits", rest_between="9h")
    _meanwhile(site, "rota/rise.yaml")
    with page.expect_navigation():
        page.locator("[name=step][value=write]").click()
    page.get_by_role("alert").wait_for()
    yield
    page.goto("/flow/rise/file")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("# Mine.\n")
    page.locator("#review:not([hidden])").wait_for()
    _meanwhile(site, "call_flows/rise.yaml")
    page.locator("[name=step][value=save]").click()
    page.get_by_role("alert").wait_for()
    yield


def _mine(site: Site, who: str) -> str:
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    return f"/mine?{urlencode(page_query(site.web.parts.key, rota, who))}"


def _asks_for_cover(page: Page, site: Site) -> Iterator[None]:
    """Somebody cannot be on call; whoever is asked sees it; and the coordinators do."""
    file = site.folder / "rota/rise.yaml"
    before = file.read_text()
    page.goto("/rota/rise/requests")
    yield
    file.write_text(rota_with("shifts:", "  - {name: Days, hours: 08:00-20:00, on_call: [amy, ben]}", "backup: [ben]"))
    site.web.parts.directory.refresh()
    page.goto(_mine(site, "amy"))
    with page.expect_navigation():
        page.locator("form:has([name=do][value=ask]) button").nth(1).click()
    page.locator("form:has([name=do][value=keep])").first.wait_for()
    yield
    site.web.parts.cover_rounds.go_on()
    page.goto("/rota/rise/requests")
    page.locator(".wide-item").first.wait_for()
    yield
    asked = [who for who in ("cho", "dee") if _is_asked(page, site, who)]
    page.goto(_mine(site, asked[0]))
    yield
    file.write_text(before)
    site.web.parts.directory.refresh()


def _is_asked(page: Page, site: Site, who: str) -> bool:
    page.goto(_mine(site, who))
    return page.locator("form:has([name=do][value=yes])").count() > 0


def _own_page(page: Page, site: Site) -> Iterator[None]:
    """A volunteer mistypes a time away, has it shown, pauses calls, and mistypes quiet hours."""
    mine = _mine(site, "ben")
    for first, last in (("2030-01-09", "2030-01-07"), ("2030-01-07", "2030-01-09")):
        page.goto(mine)
        page.locator("#from_day").fill(first)
        page.locator("#to_day").fill(last)
        with page.expect_navigation():
            page.locator("#away-form button.main").click()
        yield
    page.goto(mine)
    with page.expect_navigation():
        page.locator("button[name=off]").first.click()
    yield
    page.goto(mine)
    page.locator("section[aria-labelledby=reach] summary").first.click()
    page.locator("[name=quiet][value=own]").check()
    page.locator("#quiet_to").fill("")
    with page.expect_navigation():
        page.locator("section[aria-labelledby=reach] button.main").click()
    page.get_by_role("alert").wait_for()
    yield


def _accounts(page: Page, site: Site) -> Iterator[None]:
    for name in ("Ana", "Zoe"):
        page.goto("/people")
        page.locator("#name").fill(name)
        with page.expect_navigation():
            page.locator("form.narrow-form button.main").click()
        yield


def _nothing_found(page: Page, site: Site) -> Iterator[None]:
    for path in ("/?search=zz", "/volunteers?search=zz", "/rota/rise/setup?search=zz", "/reports?period=days&first=x"):
        page.goto(path)
        yield


def _with_rota(page: Page, site: Site, rota: str, *paths: str) -> Iterator[None]:
    """Some pages with another rota."""
    file = site.folder / "rota/rise.yaml"
    before = file.read_text()
    for text in (rota, before):
        file.write_text(text)
        site.web.parts.directory.refresh()
        for path in paths if text == rota else ():
            page.goto(path)
            yield


def _broken(page: Page, site: Site) -> Iterator[None]:
    broken = (site.folder / "rota/rise.yaml").read_text().replace("on_call: [fay]", "on_call: [fey]")
    yield from _with_rota(page, site, broken, "/", "/rota/rise/setup", "/rota/rise/file", "/rota/rise/away?who=amy")


def _gaps(page: Page, site: Site) -> Iterator[None]:
    """Hours with the backup alone, and a rota without any gap."""
    for rota in (ROTA.replace("24h", "08:00-20:00") + "backup: [ben]\n", ROTA):
        yield from _with_rota(page, site, rota, "/", "/rota/rise", "/rota/rise?view=month", "/rota/rise/gaps")


def _strangers(page: Page, site: Site) -> Iterator[None]:
    """Nobody has signed in: the form, a wrong password, a link with which to choose one, and a link that is over."""
    cookies = page.context.cookies()
    language = page.locator("html").get_attribute("lang") or "en"
    page.context.clear_cookies()
    page.goto("/sign-in")
    choose_language(page, NAMES[language])
    yield
    page.locator("#name").fill("Ana")
    page.locator("#password").fill("a wrong one")
    with page.expect_navigation():
        page.locator("main form button.main").click()
    page.get_by_role("alert").wait_for()
    yield
    key = site.people.make_link(None, Role.COORDINATOR, 2**40)
    for one in (key, "over"):
        page.goto(f"/welcome?{urlencode({'key': one})}")
        yield
    page.context.clear_cookies()
    page.context.add_cookies([dict(one) for one in cookies])  # type: ignore[misc]


STATES: tuple[Callable[[Page, Site], Iterator[None]], ...] = (
    *(_previewed, _mistyped, _removing, _imported, _away, _conflicts, _asks_for_cover, _own_page, _accounts),
    *(_nothing_found, _broken, _gaps, _strangers),
)


def _looked_at(page: Page, language: str, looks: Looks) -> list[str]:
    """What there is to say of the page that is open. A second look is only for what a scheme or a width changes.

    The page before left the window as one of the looks has it: that one comes first, and nothing has to be drawn anew.
    """
    found = []
    now = page.viewport_size
    for scheme, width in sorted(looks, key=lambda look: now is None or look[1] != now["width"]):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        said = page.evaluate(LOOK, LOOKED_FOR[scheme])
        found += [f"{page.url} {language} {scheme} {width}: {one}" for one in said]
    return found


def _open(page: Page, path: str) -> None:
    """Go to a page, even if the one that is left loads itself again at that moment, as the waits do."""
    try:
        page.goto(path)
    except Error as error:
        if "ERR_ABORTED" not in str(error):
            raise
        page.goto(path)


def test_words_too_pale_to_read_are_found_on_each_page(page: Page, address: str) -> None:
    page.context.add_init_script(script=AXE)
    page.goto(f"{address}/sign-in")
    for colour in ("#777", "#767676", "#777"):
        page.evaluate("colour => { document.querySelector('main').style.color = colour; }", colour)
        found = page.evaluate(FIND, {"type": "rule", "values": ["color-contrast"]})
        assert any(f"foreground color: {colour}777" in one for one in found) == (colour == "#777"), found


def test_every_page_and_state(desk: Page, site: Site) -> None:
    desk.context.add_init_script(script=AXE)
    found: list[str] = []
    for language in LOOKS:
        desk.goto("/rota")
        choose_language(desk, NAMES[language])
        for path in (*PLAIN, _mine(site, "amy")):
            _open(desk, path)
            assert desk.locator("html").get_attribute("lang") == language
            found += _looked_at(desk, language, LOOKS[language])
        for state in STATES:
            for _ in state(desk, site):
                found += _looked_at(desk, language, CORNERS[language])
    assert found == []


@pytest.mark.parametrize("files", [{}])
def test_every_page_before_there_is_a_hotline_and_the_first_steps_of_one(desk: Page) -> None:
    desk.context.add_init_script(script=AXE)
    found: list[str] = []
    for language in LOOKS:
        desk.goto("/")
        choose_language(desk, NAMES[language])
        for path in ("/", "/rota", "/flow", "/volunteers", "/phone", "/reports", "/audit"):
            desk.goto(path)
            found += _looked_at(desk, language, CORNERS[language])
    _look(
        desk, "/new", name="Line", number="+1 410 555 0150", city="Baltimore", name_1="Amy", phone_1="+1 410 555 0111"
    )
    for path in ("/rota/line/setup?made=1", "/"):
        desk.goto(path)
        found += _looked_at(desk, "es", LOOKS["es"])
    assert found == []
