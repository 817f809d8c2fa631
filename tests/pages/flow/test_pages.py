"""The call flow's page: drawn and said in words, whatever is wrong with it marked, its tests run on it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from hotline.errors import TryAgain
from hotline.practice.call_test_process import CallTestProcess
from tests.files.good import FLOW, texts
from tests.files.sounds import tone
from tests.pages.conftest import Site
from tests.pages.rota.test_pages import words
from tests.pages.visitor import Visitor

_IN_SPANISH = {
    "name: RISE": "name: RISE\nlanguages: {en: {locale: en-US}, es: {locale: es-US}}",
    "press 1.}": "press 1., es: Para hablar oprima 1.}",
    "for calling.}": "for calling., es: Gracias por llamar.}",
}
SPANISH = FLOW
for _words, _instead in _IN_SPANISH.items():
    SPANISH = SPANISH.replace(_words, _instead)
LOST = "  lost: {say: {en: Round.}, then: lost}\n"
DEAD_END = FLOW.replace('menu: {"1": reach}', 'menu: {"1": reach, "2": lost}') + LOST
TESTS = """\
tests:
  - name: A caller is greeted
    at: 2026-03-04 12:00
    hears: [To be connected]
  - name: A caller hears something else
    at: 2026-03-04 12:00
    hears: [Good morning]
"""
PAGE = "/flow/rise"


@pytest.fixture
def files() -> dict[str, bytes]:
    return {**texts(flow=SPANISH), "call_flows/tests/rise.yaml": TESTS.encode()}


@pytest.fixture(autouse=True)
def tests_folder(tmp_path: Path) -> None:
    (tmp_path / "call_flows").mkdir(exist_ok=True)


def edit(site: Site, flow: str) -> None:
    (site.folder / "call_flows/rise.yaml").write_text(flow)
    site.web.parts.directory.refresh()


def test_the_only_call_flow_is_where_the_way_to_call_flows_leads(viewer: Visitor) -> None:
    assert viewer.get("/flow").location == PAGE


def test_each_step_is_drawn_and_said_in_words_with_its_keys(viewer: Visitor) -> None:
    page = viewer.get(PAGE).text
    assert page.count('class="flow-step') == 3
    said = words(page[page.index('id="steps"') :])
    assert "welcome calls begin here listens for a key" in said
    assert "1 → leads to reach" in said
    assert "nothing pressed → leads to reach" in said
    assert "nobody answers → leads to goodbye" in said
    assert "To be connected press 1." in said
    assert "Para hablar oprima 1." in said
    assert 'lang="es-US" data-speak' in page


def test_what_callers_hear_and_press_while_they_wait_is_said_too(viewer: Visitor, site: Site) -> None:
    waiting = (
        "    hold: {en: [Still looking., Thank you.]}\n"
        '    while_waiting: {say: {en: To stop waiting press 2.}, menu: {"2": goodbye}}\n    not_answered: goodbye'
    )
    edit(site, FLOW.replace("    not_answered: goodbye", waiting))
    page = viewer.get(PAGE).text
    said = words(page[page.index('id="steps"') :])
    assert "While several phones ring, in turn: English Still looking. English Thank you." in said
    assert "After a minute of waiting: English To stop waiting press 2." in said
    assert "2 → leads to goodbye" in said


def test_the_drawing_speaks_the_language_that_is_chosen_and_has_the_size_that_is(viewer: Visitor) -> None:
    drawn = viewer.get(f"{PAGE}?lang=es&zoom=50").text
    assert ">Para hablar oprima 1.</text>" in drawn
    usual = re.search(r'<svg class="flow"[^>]* width="(\d+)"', viewer.get(PAGE).text)
    small = re.search(r'<svg class="flow"[^>]* width="(\d+)"', drawn)
    assert usual is not None
    assert small is not None
    assert int(small[1]) * 2 == pytest.approx(int(usual[1]), abs=2)
    assert viewer.get(f"{PAGE}?lang=xx&zoom=9999").status_code == 200


def test_the_language_of_its_words_is_not_that_of_the_page(coordinator: Visitor) -> None:
    coordinator.submit("/", {"language": "es"}, action="/preferences")
    page = coordinator.get(f"{PAGE}?lang=en").text
    assert '<html lang="es"' in page
    assert ">To be connected press 1.</text>" in page


def test_a_dead_end_is_drawn_although_no_call_is_led_there(viewer: Visitor, site: Site) -> None:
    edit(site, DEAD_END)
    page = viewer.get(PAGE).text
    assert "Dead end: callers reach nobody" in page
    assert "Check: lost (dead end)." in words(page).replace("( ", "(").replace(" )", ")")
    assert "The file has errors and cannot be used. Calls use the last good version." in words(page)


def test_a_file_that_is_no_flow_at_all_shows_the_last_good_one_and_says_so(viewer: Visitor, site: Site) -> None:
    edit(site, "steps: [")
    page = words(viewer.get(PAGE).text)
    assert "This drawing shows it." in page
    assert "goodbye" in page


def test_call_flows_there_are_not_are_not_found(viewer: Visitor) -> None:
    for path in ("/flow/none", "/flow/tests", "/flow/..%2Frota%2Frise", "/flow/rise.yaml"):
        assert viewer.get(path).status_code == 404


class TestCallTests:
    def test_they_run_from_the_page_and_those_that_failed_tell_the_call(self, coordinator: Visitor) -> None:
        page = coordinator.post(f"{PAGE}/tests", {}, at=PAGE).text
        assert "1 of 2 failed" in words(page)
        failed, passed = page.index("A caller hears something else"), page.index("A caller is greeted")
        assert failed < passed, "what failed comes first"
        assert "Good morning" in page
        assert "caller hears: To be connected press 1." in words(page)

    def test_a_viewer_may_not_run_them(self, viewer: Visitor) -> None:
        assert viewer.post(f"{PAGE}/tests", {}).status_code == 403
        assert "Run the tests" not in viewer.get(PAGE).text

    def test_a_run_that_takes_too_long_is_ended(self, site: Site) -> None:
        with pytest.raises(TryAgain, match="stopped after 0 seconds"):
            CallTestProcess(site.folder, longest=0.01).run()
        assert len(CallTestProcess(site.folder, longest=600).run()["tests"]) == 2, "and the next one may run"

    def test_a_web_process_is_not_copied_for_them(self, site: Site) -> None:
        """Nothing of ours runs in a copy of it, which has the locks of its other threads and not the threads."""
        copied: list[bool] = []
        os.register_at_fork(before=lambda: copied.append(True))
        assert len(CallTestProcess(site.folder, longest=600).run()["tests"]) == 2
        assert not copied

    def test_where_they_cannot_be_run_the_reason_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(TryAgain, match="There is no folder"):
            CallTestProcess(tmp_path / "none", longest=600).run()


def test_a_recorded_step_can_be_heard_by_those_who_are_signed_in(site: Site, viewer: Visitor) -> None:
    assert "<audio" not in viewer.get(PAGE).text
    sounds = site.folder / "call_flows/sounds"
    sounds.mkdir()
    (sounds / "welcome.en.wav").write_bytes(tone())
    edit(site, SPANISH.replace("  welcome:\n", "  welcome:\n    play: welcome\n"))
    page = viewer.get(PAGE)
    found = re.findall(r'<audio controls preload="none" src="([^"]+)"', page.text)
    assert len(found) == 1, "the Spanish words have no recording"
    assert "There is no usable recording welcome in this language: callers hear a voice." in words(page.text)
    answer = site.web.app.test_client().get(found[0])
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "audio/wav", tone())
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert viewer.get("/flow").location == PAGE, "a sound is no call flow"


def test_a_coordinator_can_record_the_words_of_steps_and_of_waiting(
    site: Site, coordinator: Visitor, viewer: Visitor
) -> None:
    waiting = "    hold: {en: [Still looking., {play: thanks, say: Thank you.}]}\n    not_answered: goodbye"
    edit(site, FLOW.replace("    not_answered: goodbye", waiting))
    names = re.findall(r'data-record="([^"]+)"', coordinator.get(PAGE).text)
    screening = "screening.en.wav"
    assert names == ["welcome.en.wav", "reach_hold_1.en.wav", "thanks.en.wav", "goodbye.en.wav", screening]
    said = words(viewer.get(PAGE).text)
    assert "What volunteers hear first English RISE call. Press 1 to take it." in said
    assert "data-record" not in viewer.get(PAGE).text
