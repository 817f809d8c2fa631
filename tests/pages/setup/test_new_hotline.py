"""A new hotline by form, also the first one of an empty folder."""

from __future__ import annotations

import pytest

from hotline.files import load
from hotline.files.edits.starter import Beginning, FirstPerson, starter_files
from tests.files.good import texts
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor, forms

ANSWERS = {
    "name": "Night Line",
    "number": "+1 410 555 0150",
    "city": "Baltimore",
    "name_1": "Amy Okafor",
    "phone_1": "+1 410 555 0111",
    "language_es": "yes",
    "first": "es",
    "opening": "warm",
}


@pytest.fixture
def files() -> dict[str, bytes]:
    return {}


def made(visitor: Visitor, data: dict[str, str]) -> str:
    return visitor.submit("/new", {**data, "step": data.get("step", "write")}, "/new").text


def test_an_empty_folder_leads_to_the_first_hotline(site: Site, coordinator: Visitor) -> None:
    for page in ("/", "/rota", "/flow", "/phone"):
        shown = coordinator.get(page, follow=True)
        assert shown.status_code == 200
        assert 'href="/new"' in shown.text
        assert 'role="alert"' not in shown.text
    page = made(coordinator, ANSWERS)
    assert "Your hotline works." in page
    beginning = Beginning(
        "Night Line",
        "+1 410 555 0150",
        "America/New_York",
        [FirstPerson("Amy Okafor", "+1 410 555 0111")],
        ("es", "en"),
        "warm",
    )
    for path, text in starter_files(beginning).items():
        assert (site.folder / path).read_text() == text
    assert (site.folder / "schemas/rota.json").is_file()
    line = load(site.folder, ()).hotlines["night_line"]
    assert list(line.flow.languages) == ["es", "en"]
    assert "Night Line" in coordinator.get("/").text
    assert "made this hotline" in coordinator.get("/audit").text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"city": "Nowhere at all"}, "city", "no time zone by the city"),
        ({"number": "555"}, "number", "country code"),
        ({"phone_1": "12"}, "phone_1", "country code"),
        ({"phone_2": "+1 410 555 0112"}, "name_2", "Enter the name"),
        ({"name_1": "", "phone_1": ""}, "name_1", "at least one volunteer"),
        ({"name": ""}, "name", "Enter the name of the hotline"),
    ],
)
def test_a_mistake_marks_its_field_and_writes_nothing(
    site: Site, coordinator: Visitor, typed: dict[str, str], field: str, said: str
) -> None:
    page = made(coordinator, {**ANSWERS, **typed})
    assert f'id="{field}-wrong"' in page
    assert said in page
    kept = next(one for one in forms(page) if one.action.endswith("/new")).fields
    assert {name: one for name, one in {**ANSWERS, **typed}.items() if kept[name] != one} == {}
    assert not (site.folder / "rota").exists()


@pytest.mark.parametrize("files", [texts()])
def test_beside_another_hotline(site: Site, coordinator: Visitor, viewer: Visitor) -> None:
    assert "There is a hotline by this name" in made(coordinator, {**ANSWERS, "name": "Rise"})
    assert 'id="number-wrong"' in made(coordinator, {**ANSWERS, "number": "+1 410 555 0100"})
    assert "More volunteers" in made(coordinator, {**ANSWERS, "step": "more"})
    assert "Your hotline works." in made(coordinator, ANSWERS)
    assert (site.folder / "rota/rise.yaml").read_bytes() == texts()["rota/rise.yaml"]
    assert viewer.get("/new").status_code == 403
