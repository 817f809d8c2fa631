"""What every page is looked at for."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error, Page, expect

AXE = (
    AXE_SCRIPT
    + """;{
    const { prototype } = axe.commons.color.Color, { parseString } = prototype, known = new Map();
    prototype.parseString = function (text) {
        const found = known.get(text);
        if (found === undefined) {
            parseString.call(this, text);
            known.set(text, [this.r, this.g, this.b, this.alpha]);
        } else {
            [this.r, this.g, this.b, this.alpha] = found;
        }
        return this;
    };
} null"""
)
"""axe, which reads each colour of a page once, and not once for each element: a fifth of all it does."""
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
FIND = """async (rules) => {
    if (!window.axe) return null;
    const preload = { assets: ["media"] };  // style sheets are read by none of these rules
    const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"], preload });
    return found.violations.flatMap((one) => one.nodes.map(
        (node) => `${one.id}: ${node.html}\\n${node.failureSummary}`));
}"""
"""What axe finds against rules, or null where it is not loaded yet."""


def choose_language(page: Page, name: str) -> None:
    """Have the pages speak a language, and wait for the page that does."""
    page.get_by_role("button", name=name).click()
    expect(page.locator("html")).to_have_attribute("lang", {"English": "en", "Español": "es"}[name])
    page.wait_for_load_state()


def assert_accessible(page: Page) -> None:
    """Nothing that axe finds against WCAG 2.2 AA, and nothing wider than the window."""
    _nothing_found(page, RULES)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px wider than the window"


def assert_accessible_everywhere(page: Page, path: str) -> None:
    """So in a wide window and a narrow one, in light and in dark, where only colours differ."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(path)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        assert_accessible(page)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        _nothing_found(page, _COLOURS)


def _nothing_found(page: Page, rules: dict[str, object]) -> None:
    """A page that looks again by itself meanwhile is looked at anew."""
    while True:
        try:
            found = page.evaluate(FIND, rules)
            if found is not None:
                break
            page.evaluate(AXE)
        except Error as error:
            if "because of a navigation" not in str(error):
                raise
            page.wait_for_load_state()
    assert found == [], page.url
