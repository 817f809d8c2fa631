"""The first steps of a new hotline on Tonight: done or not, with links, until all are done or it is put away."""

from __future__ import annotations

import re

import pytest

from tests.files.good import rota_with, texts
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor

LIVE = {
    "HOTLINE_PUBLIC_URL": "https://line.example",
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "2" * 32,
}
BARE = rota_with("shifts:", "  - {days: every day, hours: 24h, on_call: [amy]}", volunteers="amy")
WHOLE = rota_with(
    "shifts:",
    "  - {days: every day, hours: 24h, on_call: [amy]}",
    "backup: [ben]",
    "ringing: {test: monthly}",
    volunteers="amy ben",
)


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=BARE)


def steps(page: str) -> dict[str, bool]:
    """The steps that a page lists, and whether each is done."""
    found = re.findall(
        r'<span class="badge (good|accent)">(?:done|to do)</span>\s*<span><a href="[^"]+">([^<]+)</a>', page
    )
    return {name: colour == "good" for colour, name in found}


def test_the_list_says_what_is_done_and_nothing_is_red(site: Site, coordinator: Visitor, viewer: Visitor) -> None:
    page = coordinator.get("/").text
    assert steps(page) == {
        "Number": True,
        "Words": True,
        "Volunteers": False,
        "Coverage": True,
        "Backup": False,
        "Carrier": False,
        "Test ring": False,
        "First practice call": False,
    }
    listed = page.split('id="first-steps"')[1].split("</section>")[0]
    assert "alarm" not in listed
    assert "badge bad" not in listed
    found = re.findall(r'<li class="first-step">.*?href="([^"]+)"', listed, re.DOTALL)
    assert {"/flow/rise/line", "/flow/rise"} <= set(found), "nothing leads to the file as text"
    for link in found:
        assert coordinator.get(link, follow=True).status_code == 200
    assert steps(viewer.get("/").text) == {}
    (site.folder / "rota/rise.yaml").write_text(WHOLE)
    site.web.parts.directory.refresh()
    coordinator.get("/phone/whole")
    assert [name for name, done in steps(coordinator.get("/").text).items() if not done] == ["Carrier"]


@pytest.mark.parametrize("settings", [LIVE])
@pytest.mark.parametrize("files", [texts(rota=WHOLE)])
def test_it_goes_for_good_when_all_is_done(site: Site, coordinator: Visitor) -> None:
    assert [name for name, done in steps(coordinator.get("/").text).items() if not done] == ["First practice call"]
    coordinator.get("/phone/whole")
    assert "First steps" not in coordinator.get("/").text
    (site.folder / "rota/rise.yaml").write_text(BARE)
    site.web.parts.directory.refresh()
    assert "First steps" not in coordinator.get("/").text


def test_it_can_be_hidden(coordinator: Visitor, viewer: Visitor) -> None:
    assert viewer.post("/tonight/steps/rise/hide", {}).status_code == 403
    assert coordinator.post("/tonight/steps/nothing/hide", {}).status_code == 404
    assert "First steps" in coordinator.get("/").text
    page = coordinator.submit("/", {}, "/hide").text
    assert "First steps" not in page
