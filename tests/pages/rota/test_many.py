"""Rotas of many volunteers, and many rotas: lists are paged and searched, and in long menus names are typed."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.files.good import FLOW
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor

PEOPLE, LINES = 120, 60


def rota(people: int) -> bytes:
    """A rota in which everyone is on call around the clock."""
    names = [f"v{one}" for one in range(people)]
    volunteers = "\n".join(
        f'  {name}: {{name: Volunteer {one:03}, phone: "+1410555{one + 1000:04}"}}' for one, name in enumerate(names)
    )
    everyone = ", ".join(names)
    shifts = "\n".join(
        f"  - {{name: Team {one:02}, hours: 24h, on_call: [{everyone}]}}" for one in range(45 if people > 9 else 1)
    )
    return f"timezone: America/New_York\nvolunteers:\n{volunteers}\nshifts:\n{shifts}\nbackup: [v0]\n".encode()


@pytest.fixture
def files() -> dict[str, bytes]:
    found = {"rota/line00.yaml": rota(PEOPLE)}
    for one in range(LINES):
        text = FLOW.replace("RISE", f"Line {one:02}").replace("0100", f"01{one % 100:02}")
        found[f"call_flows/line{one:02}.yaml"] = f"{text}rota: line{one:02}\n".encode()
        found.setdefault(f"rota/line{one:02}.yaml", rota(3))
    return found


@pytest.mark.parametrize("address", ["/rota", "/flow"])
def test_a_list_of_many_is_on_pages_and_can_be_searched(viewer: Visitor, address: str) -> None:
    first, second = viewer.get(address).text, viewer.get(f"{address}?page=2").text
    assert "Page 1 of 2 (60 in all)" in first
    assert "Line 00" in first
    assert "Line 59" not in first
    assert "Line 59" in second
    found = viewer.get(f"{address}?search=line+07").text
    assert re.findall(r">(Line \d\d)</a>", found) == ["Line 07"]
    assert "No hotline has this in its name." in viewer.get(f"{address}?search=zz").text


def test_a_name_is_typed_and_completed_where_a_menu_would_be_too_long(coordinator: Visitor, site: Site) -> None:
    page = coordinator.get("/rota/line00/cover").text
    assert page.count("<option") - page.count('<option value="en"') < 2 * PEOPLE, "one list for both fields"
    assert '<option value="Volunteer 119">' in page
    asked = {"who": "Volunteer 119", "from_date": "2030-01-02"}
    shown = coordinator.submit("/rota/line00/away", {**asked, "step": "look"}, action="away").text
    assert 'value="Volunteer 119"' in shown, "as it was typed"
    wrong = coordinator.submit("/rota/line00/away", {**asked, "who": "Volunteer", "step": "look"}, action="away")
    assert wrong.status_code == 422
    base = re.search(r'name="base" value="([^"]+)"', shown)
    assert base
    sent = {**asked, "step": "write", "base": base[1]}
    assert coordinator.post("/rota/line00/away", sent).status_code == 303
    assert "who: v119" in (site.folder / "rota/line00.yaml").read_text()


def test_the_hours_of_many_are_on_pages_and_can_be_searched(viewer: Visitor) -> None:
    first = viewer.get("/rota/line00/load").text
    assert "Page 1 of 4 (120 in all)" in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    assert "Page 2 of 4" in viewer.get(unescape(onward[1])).text
    found = viewer.get("/rota/line00/load?search=volunteer+077").text
    assert re.findall(r"Volunteer \d+", found.partition("<table")[2].partition("</table")[0]) == ["Volunteer 077"]
    assert "Nobody has this name." in viewer.get("/rota/line00/load?search=zz").text


def test_a_day_of_a_month_names_some_and_counts_the_others(viewer: Visitor) -> None:
    assert f"and {PEOPLE - 6} more" in viewer.get("/rota/line00?view=month").text


def test_a_long_set_up_is_on_pages_and_can_be_searched(coordinator: Visitor) -> None:
    first = coordinator.get("/rota/line00/setup").text
    assert "Page 1 of 3 (120 in all)" in first
    assert "Page 1 of 2 (45 in all)" in first
    onward = re.search(r'rel="next" href="([^"]+volunteers=2#volunteers)"', unescape(first))
    assert onward
    assert "Page 2 of 3" in coordinator.get(onward[1]).text
    found = coordinator.get("/rota/line00/setup?search=volunteer+077").text
    assert re.findall(r">(Volunteer \d+)</a>", found) == ["Volunteer 077"]
    assert "Team 07" in found, "a shift of theirs"
    assert "Nothing here has this in its name." in coordinator.get("/rota/line00/setup?search=zz").text


def test_a_short_set_up_has_no_search(coordinator: Visitor) -> None:
    assert 'id="search"' not in coordinator.get("/rota/line01/setup").text


def test_the_phone_shows_some_of_many_phones_and_says_so(coordinator: Visitor) -> None:
    page = coordinator.get("/phone?hotline=line00").text
    assert page.count('class="card other"') == 24
    assert f"{PEOPLE - 24} more phones appear here when they ring." in page
