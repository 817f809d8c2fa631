"""No form loses what was typed: the session ends, somebody else saves first, or the button is pressed twice."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from hotline.pages.frame.access import OPEN
from hotline.pages.setup.editing import KINDS
from tests.files.good import ROTA, texts
from tests.pages.conftest import Site
from tests.pages.visitor import Form, Visitor, forms

ROOT = Path(__file__).parents[2]
FLOW = (ROOT / "call_flows" / "rise.yaml").read_bytes().decode()
TYPED = "Typed with care: é & more"
NOT_TYPED = {"files.check", "phone.play", "signin.out"}
"""What only scripts send, and a button without fields."""
WITH = {"rota": "rise", "flow": "rise", "id": "rise", "area": "rota", "hotline": "rise", "number": "1", "who": "amy"}
"""A value for each part of an address."""
FORMS = {
    "/rota/rise/volunteer": {"name": "Zoe", "phone": "+1 410 555 0133"},
    "/rota/rise/volunteer?entry=ben": {"name": "Benno"},
    "/rota/rise/coordinator": {"name": "Nora", "phone": "+1 410 555 0134"},
    "/rota/rise/shift": {"name": "More", "start": "08:00", "end": "18:00", "on_call_1": "amy"},
    "/rota/rise/shift?entry=0": {"name": "All day"},
    "/rota/rise/rotation": {"start": "08:00", "end": "18:00", "starting": "2030-01-07", "turn_1_1": "amy"},
    "/rota/rise/backup": {"backup_1": "ben"},
    "/rota/rise/backup_shift": {"name": "Late", "start": "20:00", "end": "22:00", "on_call_1": "amy"},
    "/rota/rise/backup_rotation": {"start": "20:00", "end": "22:00", "starting": "2030-01-07", "turn_1_1": "amy"},
    "/rota/rise/holidays": {"country": "US", "also_1": "2030-12-24"},
    "/rota/rise/ringing": {"ring_for": "25s"},
    "/rota/rise/screening": {"say_en": "RISE. Press 1.", "say_es": "RISE. Oprima 1."},
    "/rota/rise/limits": {"rest_between": "9h"},
    "/rota/rise/texts": {"reminder_1": "2h before"},
    "/rota/rise/cover_requests": {"wait": "45m"},
    "/rota/rise/zone": {"city": "America/Toronto"},
    "/rota/rise/handsets": {"handsets": "C"},
    "/rota/rise/absence?entry=0": {"to_date": "2030-01-09"},
    "/rota/rise/covering?entry=0": {"who": "ben"},
    "/flow/rise/step?entry=goodbye": {"say_en": "Take care."},
    "/flow/rise/keys?entry=nobody_free": {"key_3": "3", "go_3": "about"},
    "/flow/rise/new_step": {"name": "more", "say_en": "More.", "say_es": "Más.", "to": "goodbye"},
    "/flow/rise/hours": {"start_1": "08:00", "end_1": "20:00", "closed": "lifeline"},
    "/flow/rise/languages": {"voice_1": "Polly.Matthew-Neural"},
    "/rota/rise/text_words": {"words_soon_en": "{hotline}: soon."},
    "/flow/rise/line": {"name": "RISE line"},
    "/flow/rise/apology": {"apology_en": "Sorry about that.", "apology_es": "Lo sentimos mucho."},
    "/rota/rise/away": {"who": "ben", "from_date": "2030-01-07"},
    "/rota/rise/cover": {"who": "ben", "other": "amy", "from_date": "2030-01-07"},
    "/rota/rise/swap": {"who": "amy", "other": "cho", "from_date": "2030-01-07", "to_date": "2030-01-09"},
    "/rota/rise/import": {"text": "Name\tPhone\nGus Lee\t+1 410 555 0117"},
    "/rota/rise/file": {"text": ""},
    "/flow/rise/file": {"text": ""},
}
"""What is typed into each form that changes a file, by its address. An empty text is filled with the file, changed."""


@pytest.fixture
def files() -> dict[str, bytes]:
    days = "  - {name: Days, hours: 08:00-20:00, on_call: [amy, ben]}\n"
    nights = "  - {name: Nights, hours: 20:00-08:00, on_call: [cho]}\n"
    people = '  cho: {name: Cho Park, phone: "+1 410 555 0113"}\n'
    rota = ROTA[: ROTA.index("shifts:")] + people + "shifts:\n" + days + nights
    away = "away:\n  - {who: cho, from: 2030-01-07, to: 2030-01-08}\n"
    cover = "cover:\n  - {who: amy, for: cho, from: 2030-01-07 20:00, to: 2030-01-08 08:00}\n"
    return texts(flow=FLOW, rota=rota + away + cover)


def changing(site: Site) -> Iterator[Rule]:
    """The routes to which people send forms."""
    for rule in site.app.url_map.iter_rules():
        if rule.methods and "POST" in rule.methods and rule.endpoint not in OPEN | NOT_TYPED:
            yield rule


def addresses(site: Site, rule: Rule) -> Iterator[str]:
    kinds = [*KINDS["rota" if "rota" in rule.arguments else "flow"]] if rule.endpoint == "setup.enter" else [""]
    change = {"change": "away"} if "change" in rule.arguments else {}
    for kind in kinds:
        given = {name: WITH.get(name, "1") for name in rule.arguments} | change
        with site.app.test_request_context():
            yield site.app.url_map.bind("").build(rule.endpoint, {**given, **({"kind": kind} if kind else {})}, "POST")


def shown(page: str) -> bool:
    return TYPED in html.unescape(page)


def test_every_form_outlives_the_session(site: Site, visitor: Visitor) -> None:
    tried = [at for rule in changing(site) for at in addresses(site, rule)]
    lost = [at for at in tried if not shown(visitor.client.post(at, data={"typed": TYPED}, buffered=True).text)]
    assert lost == []
    assert {at.partition("?")[0] for at in FORMS} <= {*tried, "/rota/rise/cover", "/rota/rise/swap", "/flow/rise/file"}


def looked(visitor: Visitor, site: Site, at: str) -> Form:
    """Type into the form at an address and see what changes: the form that saves it."""
    typed = dict(FORMS[at])
    if at.endswith("/file"):
        path = "rota/rise.yaml" if at.startswith("/rota") else "call_flows/rise.yaml"
        typed["text"] = (site.folder / path).read_text() + "# The end.\n"
    action = at.partition("?")[0]
    form = next(one for one in forms(visitor.get(at).text) if one.action == action and one.method == "post")
    page = visitor.client.post(action, data={**form.fields, **typed, "step": "look"}, buffered=True).text
    found = [one for one in forms(page) if "reviewed" in one.fields]
    if not found:  # a table's columns come first
        between = next(one for one in forms(page) if "use_0" in one.fields)
        page = visitor.client.post(action, data=between.fields, buffered=True).text
        found = [one for one in forms(page) if "reviewed" in one.fields]
    button = "save" if at.endswith("/file") else "write"
    return Form(
        action,
        "post",
        {**found[0].fields, **({"text": typed["text"]} if "text" in typed else {}), "step": button, "sure": "yes"},
    )


@pytest.mark.parametrize("at", FORMS)
def test_two_clicks_save_once_and_both_say_so(site: Site, coordinator: Visitor, at: str) -> None:
    form = looked(coordinator, site, at)
    before = {path: path.read_bytes() for path in site.folder.rglob("*/rise.yaml")}
    answers = [coordinator.client.post(form.action, data=form.fields, buffered=True) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303], at
    assert answers[0].headers["Location"].partition("?")[0] == answers[1].headers["Location"].partition("?")[0]
    assert all("Saved." in coordinator.get(one.headers["Location"]).text for one in answers)
    changed = [path for path, raw in before.items() if path.read_bytes() != raw]
    (path,) = changed
    versions = site.web.parts.saved_files.versions.of(str(path.relative_to(site.folder)))
    assert len(versions) == 2


@pytest.mark.parametrize("at", FORMS)
def test_somebody_elses_edit_takes_nothing_away(site: Site, coordinator: Visitor, at: str) -> None:
    form = looked(coordinator, site, at)
    path = site.folder / ("rota/rise.yaml" if at.startswith("/rota") else "call_flows/rise.yaml")
    path.write_text(f"# Somebody else was here.\n{path.read_text()}")
    answer = coordinator.client.post(form.action, data=form.fields, buffered=True)
    assert answer.status_code == 409
    kept = [one.fields for one in forms(answer.text)] + [{"": html.unescape(answer.text)}]
    for name, value in FORMS[at].items():
        assert any(value in one.get(name, one.get("", "")) for one in kept), f"{name} of {at}"
    assert path.read_text().startswith("# Somebody else was here.\n")
    assert path.read_bytes().count(b"Somebody else") == 1


def test_a_new_hotline_is_made_once_by_two_clicks(site: Site, coordinator: Visitor) -> None:
    form = next(one for one in forms(coordinator.get("/new").text) if one.action == "/new")
    typed = {"name": "Night Line", "number": "+1 410 555 0150", "city": "Boston", "name_1": "Amy", "step": "write"}
    data = {**form.fields, **typed, "phone_1": "+1 410 555 0111", "language_en": "yes"}
    answers = [coordinator.client.post("/new", data=data, buffered=True) for _ in range(2)]
    assert [one.headers.get("Location") for one in answers] == ["/rota/night_line/setup?made=1"] * 2
    other = coordinator.client.post("/new", data={**data, "city": "Chicago"}, buffered=True)
    assert other.status_code == 422
    assert "There is a hotline by this name." in other.text


def test_somebody_who_is_added_by_two_clicks_has_a_link(coordinator: Visitor) -> None:
    form = next(one for one in forms(coordinator.get("/people").text) if {"name", "role"} <= one.fields.keys())
    data = {**form.fields, "name": "Zoe Quark", "email": "", "role": "viewer"}
    for _ in range(2):
        page = coordinator.client.post(form.action, data=data, buffered=True).text
        assert "/welcome?key=" in page
        assert "Zoe Quark" in page
    refused = coordinator.client.post(form.action, data={**data, "role": "coordinator"}, buffered=True)
    assert refused.status_code == 409
    assert 'value="Zoe Quark"' in refused.text
