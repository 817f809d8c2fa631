"""From an empty folder to a staffed line in a browser, by keyboard and without YAML, with a mistake in each form.

It is walked twice, in opposite corners: in English, light and wide, and in Spanish, dark and on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from hotline.core.rota.volunteer_page import page_query
from hotline.files import load
from hotline.files.edits.rewrite import content_of
from hotline.pages.setup.editing import KINDS
from hotline.pages.words.language import translations
from hotline.wiring.parts import Effort
from tests.made import EFFORT
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible

TYPED = """\
timezone: America/Chicago
volunteers:
  amy: {name: Amy Okafor, phone: "+1 410 555 0111"}
  ben: {name: Ben Ruiz, phone: "+1 410 555 0112"}
  cho: {name: Cho Min-ji, phone: "+1 410 555 0113"}
  dee: {name: Dee Washington, phone: "+1 410 555 0114"}
  eli: {name: Eli Castro, phone: "+1 410 555 0115"}
  fay: {name: Fay Connell, phone: "+1 410 555 0116"}
  gus: {name: Gus Lee, phone: "+1 410 555 0117"}
  hal: {name: Hal Duty, phone: "+1 410 555 0118"}
shifts:
  - {name: Days, days: every day, hours: 08:00-20:00, on_call: [amy, ben]}
rotations:
  - {name: Nights, days: every day, hours: 20:00-08:00, turns: [cho, dee, [eli, fay], gus],
     change: daily, starting: 2026-01-05}
holidays: {country: US, region: MD}
backup:
  - hal
  - {days: every day, hours: 08:00-12:00, on_call: [ben]}
  - {days: every day, hours: 20:00-22:00, turns: [amy], change: weekly, starting: 2026-01-05}
ringing: {ring_for: 25s, rounds: 2, backup_after: 40s, max_wait: 3m30s, rest_after_call: 5m, accept_key: "1",
          at_once: 2, stagger: 4s, say: {en: "The night line. Press 1 to take the call, 2 to pass it on."}}
limits: {rest_between: 0s}
texts: {reminders: none, words: {soon: {en: "{hotline}: soon.", es: "{hotline}: pronto."}}}
cover_requests: {ask: together, wait: 45m}
coordinators: {nora: {name: Nora Diaz, email: nora@example.org}}
handsets: C
"""
"""What a coordinator would have typed."""
TOP = "/rota/night_line"
_FOLDED = """field => {
    const folded = field.closest("details:not([open])");
    folded?.querySelector("summary").focus();
    return folded !== null;
}"""
"""Goes to what unfolds a field, and says whether it has to be unfolded."""


@dataclass(frozen=True)
class Corner:
    """A language, a colour scheme and a width in which the walk is walked."""

    language: str
    scheme: str
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"


@pytest.fixture(params=[Corner("en", "light", 1280), Corner("es", "dark", 390)], ids=str)
def corner(request: pytest.FixtureRequest) -> Corner:
    found: Corner = request.param
    return found


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], corner: Corner) -> dict[str, Any]:
    looks = {"color_scheme": corner.scheme, "reduced_motion": "reduce"}
    return {
        **browser_context_args,
        **looks,
        "viewport": {"width": corner.width, "height": 844},
        "locale": corner.language,
    }


@pytest.fixture
def effort() -> Effort:
    """Forecasts take a while, and are tested elsewhere."""
    return replace(EFFORT, edit_waits_within=0.001)


@pytest.fixture
def files() -> dict[str, bytes]:
    return {}


@dataclass
class Walk:
    """Somebody who uses the pages by keyboard. Buttons and sentences are named in English, whatever the pages speak.

    `looks_at_mistakes`: axe looks at the pages that name a mistake in a form of the set-up. Else it looks at those that
    show what changes.
    """

    page: Page
    language: str
    looks_at_mistakes: bool
    seen: set[str] = field(default_factory=set)

    def say(self, words: str, **values: str) -> str:
        """Words of the pages, in their language."""
        said = translations(self.language).gettext(words)
        return said % values if values else said

    def go_to(self, at: str) -> None:
        self.seen.add(re.split(r"[/?]", at)[3] if at.count("/") > 2 else at)
        self.page.goto(at, wait_until="domcontentloaded")

    def put(self, typed: Mapping[str, str]) -> None:
        """Fill in fields. Of dates and times, each browser has keys of its own."""
        for name, value in typed.items():
            one = self.page.locator(f"main form[method=post] [name={name}]").first
            if one.evaluate(_FOLDED):
                self.page.keyboard.press("Enter")
            kind = one.evaluate("one => { one.focus(); one.select?.(); return one.type; }")
            if kind == "select-one":
                self._choose(one, value)
            elif kind == "checkbox":
                if one.is_checked() != bool(value):
                    self.page.keyboard.press("Space")
            elif kind in ("date", "time"):
                one.fill(value)
            elif value:
                self.page.keyboard.insert_text(value)
            else:
                self.page.keyboard.press("Delete")

    def _choose(self, menu: Locator, value: str) -> None:
        """Choose of a menu by its arrow keys, from the nearer end if it is long."""
        chosen, wanted, last = menu.evaluate(
            """(menu, value) => {
                const values = [...menu.options].map(one => one.value);
                return [menu.selectedIndex, values.indexOf(value), values.length - 1];
            }""",
            value,
        )
        if last - wanted < abs(wanted - chosen):
            self.page.keyboard.press("End")
            chosen = last
        for _step in range(abs(wanted - chosen)):
            self.page.keyboard.press("ArrowDown" if wanted > chosen else "ArrowUp")
        expect(menu).to_have_value(value)

    def press(self, button: str, **values: str) -> None:
        name = self.say(button, **values)
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first.focus()
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.keyboard.press("Enter")

    def look(self, button: str = "See what changes", closely: bool = True) -> None:
        """See what changes. Nothing is wrong with that page, and nothing on it is written as in a file."""
        self.press(button)
        if closely:
            assert_accessible(self.page)
        for shown in self.page.locator("#preview").all_inner_texts():
            assert not re.search(r"[a-z]_[a-z]|[\[{]\w|\w[\]}]|yaml", re.sub("nobody_free|{hotline}", "", shown)), shown

    def sees(self, words: str, **values: str) -> None:
        expect(self.page.get_by_text(self.say(words, **values)).first).to_be_visible()

    def is_told(self) -> None:
        """Somebody is told what is wrong."""
        expect(self.page.get_by_role("alert").first).to_be_visible()

    def kept(self, typed: Mapping[str, str]) -> None:
        """What was typed is still there."""
        found = self.page.locator("main form[method=post]").evaluate_all(
            "forms => Object.fromEntries(forms.flatMap(form => [...new FormData(form)]))"
        )
        assert {name: found.get(name, "") for name in typed} == typed

    def fill(self, at: str, typed: dict[str, str], mistake: dict[str, str], wrong: str = "") -> None:
        """Fill in a form with a mistake in it, be told at the field, correct it, and save.

        `wrong` is the field that is marked: that of the mistake, if nothing else is said.
        """
        self.go_to(at)
        self.put(typed | mistake)
        self.look(closely=self.looks_at_mistakes)
        expect(self.page.locator(f"#{wrong or next(iter(mistake))}-wrong")).to_be_visible()
        self.kept(typed | mistake)
        self.put({name: typed.get(name, "") for name in mistake})
        self.look(closely=not self.looks_at_mistakes)
        self.save()

    def save(self, button: str = "Save") -> None:
        sure = self.page.get_by_label(self.say("I accept this gap. Only the backup is rung then."))
        if sure.count():
            sure.press("Space")
        self.press(button)
        self.sees("Saved.")


def _make_the_line(walk: Walk) -> None:
    walk.page.get_by_role("link", name=walk.say("Make your first hotline")).press("Enter")
    first = {"name": "Night Line", "number": "+1 410 555 0150", "name_1": "Amy Okafor", "phone_1": "+1 410 555 0111"}
    walk.page.locator("#city").wait_for()
    walk.put({**first, "language_en": "yes", "language_es": "yes", "first": "en", "city": "Balti"})
    walk.look("Make the hotline")
    expect(walk.page.locator("#city-wrong")).to_be_visible()
    walk.kept(first)
    walk.put({"city": "Baltimore"})
    walk.press("Make the hotline")
    walk.sees("Your hotline works.")
    assert_accessible(walk.page)


def _import_volunteers(walk: Walk) -> None:
    """Six from a table, one of whose rows has half a number."""
    names = "Cho Min-ji,Dee Washington,Eli Castro,Fay Connell,Gus Lee,Hal Duty"
    rows = "\n".join(f"{name}\t+1 410 555 {place:04}" for place, name in enumerate(names.split(","), 113))
    walk.go_to(f"{TOP}/import")
    walk.put({"text": rows.replace("0118", "")})
    walk.look("Read the table")
    walk.look()
    expect(walk.page.locator(".notice.warn")).to_be_visible()
    walk.put({"text": rows})
    walk.look()
    walk.save("Add them")


def _choose_the_backup(walk: Walk) -> None:
    """Somebody else at first: nothing forbids them, but it can be seen."""
    walk.go_to(f"{TOP}/backup")
    walk.put({"backup_1": "gus"})
    walk.look()
    expect(walk.page.locator("#preview")).to_contain_text(re.compile("gus", re.IGNORECASE))
    walk.put({"backup_1": "hal"})
    walk.look()
    expect(walk.page.locator("#preview")).not_to_contain_text(re.compile("gus", re.IGNORECASE))
    walk.save()


def _staff_the_line(walk: Walk) -> None:
    """Every form of the rota's and of the call flow's set-up."""
    volunteer = {"name": "Ben Ruiz", "phone": "+1 410 555 0112"}
    walk.fill(f"{TOP}/volunteer", volunteer, {"phone": "410"})
    _import_volunteers(walk)
    _choose_the_backup(walk)
    morning, evening = {"start": "08:00", "end": "12:00"}, {"start": "20:00", "end": "22:00"}
    walk.fill(f"{TOP}/backup_shift", {**morning, "on_call_1": "ben"}, {"end": ""})
    walk.fill(f"{TOP}/backup_rotation", {**evening, "turn_1_1": "amy", "starting": "2026-01-05"}, {"end": ""})
    walk.fill(f"{TOP}/holidays", {"country": "US", "region": "MD"}, {"region": "Maryland"})
    turns = {"turn_1_1": "cho", "turn_2_1": "dee", "turn_3_1": "eli", "turn_3_2": "fay", "turn_4_1": "gus"}
    times = {"name": "Nights", "start": "20:00", "end": "08:00", "count": "1", "unit": "day", "starting": "2026-01-05"}
    walk.fill(f"{TOP}/rotation", {**times, **turns}, {"end": ""})
    days = {"name": "Days", "start": "08:00", "end": "20:00", "on_call_2": "ben"}
    walk.fill(f"{TOP}/shift?entry=0", days, {"end": ""})
    walk.fill(f"{TOP}/ringing", {"ring_for": "25s"}, {"ring_for": "25 of them"})
    says = "The night line. Press 1 to take the call, 2 to pass it on."
    walk.fill(f"{TOP}/screening", {"say_en": says}, {"say_en": says.replace("1", "4")})
    walk.fill(f"{TOP}/limits", {"rest_between": "0s"}, {"rest_between": "none"})
    walk.fill(f"{TOP}/texts", {"without_reminders": "yes"}, {"reminder_1": "1h before"}, "without_reminders")
    words = {"words_soon_en": "{hotline}: soon.", "words_soon_es": "{hotline}: pronto."}
    walk.fill(f"{TOP}/text_words", words, {"words_soon_es": "{nobody}: pronto."})
    walk.fill(f"{TOP}/cover_requests", {"ask": "together", "wait": "45m"}, {"wait": "soon"})
    walk.fill(f"{TOP}/coordinator", {"name": "Nora Diaz", "email": "nora@example.org"}, {"email": "nora"})
    walk.fill(f"{TOP}/zone", {"city": "Chicago"}, {"city": "Chicagoland"})
    walk.go_to(f"{TOP}/handsets")
    walk.put({"handsets": "C"})
    walk.look()
    walk.save()
    walk.fill("/flow/night_line/step?entry=nobody_free", {"wait": "5s"}, {"wait": "a while"})
    walk.fill("/flow/night_line/keys?entry=nobody_free", {"key_2": "3", "go_2": "goodbye"}, {"go_2": ""})
    step = {"name": "About", "say_en": "We are volunteers.", "say_es": "Somos voluntarios.", "to": "goodbye"}
    step |= {"by_step": "nobody_free", "by_key": "5"}
    walk.fill("/flow/night_line/new_step", step, {"say_es": ""})
    voice = {"voice_2": "Polly.Mia-Neural", "locale_2": "es-US"}
    walk.fill("/flow/night_line/languages", voice, {"locale_2": "Spain"})
    walk.fill("/flow/night_line/line", {"number_2": "+1 410 555 0151"}, {"number_2": "410"})
    sorry = {"apology_en": "We are sorry. Please hold.", "apology_es": "Lo sentimos. Espere, por favor."}
    walk.fill("/flow/night_line/apology", sorry, {"apology_es": ""})


def _set_hours(walk: Walk) -> None:
    """Open hours last: outside them nobody is on call."""
    closed = {"closed_say_en": "We are closed.", "closed_say_es": "Estamos cerrados."}
    hours = {"day_mon_1": "yes", "start_1": "08:00", "end_1": "20:00", **closed}
    walk.fill("/flow/night_line/hours", hours, {"closed_say_es": ""})


def _enter_times(walk: Walk) -> None:
    """Somebody is away, an extra person covers, and two swap."""
    today, *days = [(datetime.now(UTC) + timedelta(days=later)).date().isoformat() for later in (0, 30, 33)]
    backwards, right = {"from_date": days[1], "to_date": days[0]}, {"from_date": days[0], "to_date": days[1]}
    forms = {
        "away": {"who": "hal"},
        "cover": {"who": "fay", "other": "amy"},
        "swap": {"who": "dee", "other": "gus"},
    }
    for change, people in forms.items():
        walk.go_to(f"{TOP}/{change}")
        walk.put(people | backwards)
        walk.look()
        walk.is_told()
        walk.kept(people | backwards)
        walk.put(right)
        walk.look()
        walk.save()
    for kind in ("absence", "covering"):
        walk.fill(f"{TOP}/{kind}?entry=0", {"to_date": days[0]}, {"to_date": today})
    walk.go_to(TOP)
    printed = walk.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def _cover(walk: Walk, site: Site) -> None:
    """A volunteer cannot be on call, and a second one can, each on their own page."""
    rota = site.web.parts.directory.state.hotlines["night_line"].rota

    def go_to(who: str) -> None:
        walk.go_to(f"/mine?{urlencode(page_query(site.web.parts.key, rota, who))}")

    go_to("cho")
    with walk.page.expect_navigation():
        walk.page.get_by_role("button", name=walk.say("I can’t")).nth(2).press("Enter")
    walk.sees("Others are asked. You are on call until somebody says yes. We will tell you.")
    assert_accessible(walk.page)
    site.web.parts.cover_rounds.go_on()
    go_to("gus")
    walk.sees("%(name)s cannot be on call. Can you?", name="Cho Min-ji")
    assert_accessible(walk.page)
    walk.press("Yes, I take it")
    walk.sees("Thank you! It is in the rota: you are on call then.")
    assert_accessible(walk.page)
    assert "who: gus, for: cho" in (site.folder / "rota/night_line.yaml").read_text()


def test_from_an_empty_folder_to_a_staffed_line(desk: Page, site: Site, corner: Corner) -> None:
    walk = Walk(desk, corner.language, corner.scheme == "light")
    _make_the_line(walk)
    _staff_the_line(walk)
    made = content_of((site.folder / "rota/night_line.yaml").read_text())
    assert made == content_of(TYPED)
    line = load(site.folder, ()).hotlines["night_line"]
    assert line.rota.backup_by_turns == (("hal",), ("ben", "amy"))
    assert line.flow.numbers == ("+14105550150", "+14105550151")
    _enter_times(walk)
    _cover(walk, site)
    _set_hours(walk)
    assert {*KINDS["rota"], *KINDS["flow"]} <= walk.seen, "there is a form in which no mistake is made"
