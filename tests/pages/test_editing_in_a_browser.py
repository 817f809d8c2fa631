"""Rota, files and call flow in a browser: what is typed, marked and proposed, and what two people do at once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from hotline.core.people import Role
from hotline.files.edits.versions import digest
from hotline.files.values.recordings import read_recording
from tests.files.good import ROTA
from tests.pages.conftest import PASSWORD, Site
from tests.pages.looking import assert_accessible, assert_accessible_everywhere

FILE = "/rota/rise/file"
WITH_GAPS = ("/rota/rise", "/rota/rise?view=month", "/rota/rise/load", "/rota/rise/gaps", "/rota/rise/versions/1")


def rota_text(site: Site) -> str:
    return (site.folder / "rota/rise.yaml").read_text()


def retype(desk: Page, text: str) -> None:
    """Put a text into the editor in place of what is there."""
    desk.locator(".cm-content").click()
    desk.keyboard.press("Control+a")
    desk.keyboard.insert_text(text)


def test_gaps_and_a_version_are_accessible_wide_and_narrow_in_light_and_dark(desk: Page, site: Site) -> None:
    """All pages of a line without gaps are in test_every_page_in_a_browser.py."""
    (site.folder / "rota/rise.yaml").write_text(ROTA.replace("24h", "08:00-20:00") + "backup: [ben]\n")
    site.web.parts.directory.refresh()
    for path in WITH_GAPS:
        assert_accessible_everywhere(desk, path)


def test_an_edit_with_an_error_is_marked_and_not_saved_and_a_good_one_is(desk: Page, site: Site) -> None:
    desk.goto(FILE)
    retype(desk, ROTA.replace("[amy, ben]", "[amy, bem]"))
    expect(desk.get_by_role("status")).to_contain_text("1 error")
    expect(desk.locator(".cm-lintRange-error")).to_have_text("bem")
    expect(desk.locator("#review")).to_contain_text("line 6")
    assert_accessible(desk)
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Not saved")
    assert rota_text(site) == ROTA
    retype(desk, ROTA.replace("Ben Ruiz", "Ben R"))
    expect(desk.get_by_role("status")).to_contain_text("No problems found.")
    expect(desk.get_by_text("Not saved")).not_to_be_visible()
    expect(desk.locator("#review")).to_contain_text("Ben R: Name")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved.")).to_be_visible()
    assert rota_text(site) == ROTA.replace("Ben Ruiz", "Ben R")


def test_names_are_proposed_where_they_belong(desk: Page) -> None:
    desk.goto(FILE)
    desk.locator(".cm-content").click()
    desk.keyboard.press("Control+End")
    desk.keyboard.type("away:\n- {who: ")
    desk.keyboard.press("Control+Space")
    options = desk.get_by_role("listbox").get_by_role("option")
    expect(options).to_have_text(["amy", "ben"])
    desk.keyboard.press("Escape")
    desk.keyboard.type("ben, ")
    desk.keyboard.press("Control+Space")
    expect(options.filter(has_text="from")).to_be_visible()


def test_two_coordinators_at_once_lose_nothing(desk: Page, site: Site) -> None:
    site.people.add("Bo", Role.COORDINATOR, 0, password=PASSWORD)
    desk.goto(FILE)
    hers, his = ROTA.replace("Always", "Hers"), ROTA.replace("Always", "His")
    retype(desk, hers)
    expect(desk.get_by_role("status")).to_contain_text("No problems found.")
    form = {"text": his, "base": digest(ROTA.encode()), "reviewed": digest(his.encode()), "step": "save"}
    bo = site.visitor()
    bo.sign_in("Bo", PASSWORD)
    assert bo.post(FILE, form, at=FILE).status_code == 303
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("alert")).to_contain_text("Bo,")
    expect(desk.get_by_role("region", name="Their version beside yours")).to_contain_text("name: Hers")
    assert rota_text(site) == his
    assert_accessible(desk)
    expect(desk.get_by_role("status")).to_contain_text("No problems found.")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved.")).to_be_visible()
    assert rota_text(site) == hers


def test_a_swap_is_shown_written_and_undone(desk: Page, site: Site) -> None:
    alternate = ROTA.replace("days: every day, hours: 24h, on_call: [amy, ben]", "hours: 08:00-20:00, on_call: [amy]")
    alternate += "  - {name: Nights, hours: 20:00-08:00, on_call: [ben]}\n"
    (site.folder / "rota/rise.yaml").write_text(alternate)
    site.web.parts.directory.refresh()
    day = date.today() + timedelta(days=10)  # noqa: DTZ011 - any day ahead will do
    desk.goto("/rota/rise/swap")
    desk.get_by_label("First person").select_option("amy")
    desk.get_by_label("Second person").select_option("ben")
    desk.get_by_label("Day", exact=True).fill(day.isoformat())
    desk.get_by_role("button", name="See what changes").click()
    expect(desk.get_by_role("region", name="What changes")).to_contain_text("Ben Ruiz takes")
    assert_accessible(desk)
    assert rota_text(site) == alternate
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved.")).to_be_visible()
    assert rota_text(site).count("for: ") == 2
    assert_accessible(desk)
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("undid the previous change")).to_be_visible()
    assert rota_text(site) == alternate


def test_an_older_version_is_brought_back(desk: Page, site: Site) -> None:
    desk.goto("/rota/rise/versions")
    (site.folder / "rota/rise.yaml").write_text(ROTA.replace("Always", "Ever"))
    desk.goto("/rota/rise/versions")
    desk.get_by_role("link", name="What changed").click()
    expect(desk.get_by_role("region", name="Changed lines")).to_contain_text("name: Ever")
    desk.get_by_role("button", name="Restore").click()
    expect(desk.get_by_text("brought back an older version")).to_be_visible()
    assert rota_text(site) == ROTA


def test_a_step_of_the_drawing_leads_to_its_words_and_they_can_be_read_aloud(desk: Page) -> None:
    desk.goto("/flow/rise")
    desk.get_by_role("link", name="goodbye. says goodbye").click()
    expect(desk.locator("#step-goodbye")).to_be_in_viewport()
    expect(desk.locator("#step-goodbye").get_by_role("button", name="Read aloud")).to_be_visible()


def test_the_words_of_a_step_are_recorded_and_saved_as_the_file_that_belongs_to_it(desk: Page, tmp_path: Path) -> None:
    """The browser's own microphone for tests beeps."""
    desk.goto("/flow/rise")
    step = desk.locator("#step-goodbye")
    step.get_by_role("button", name="Record").click()
    expect(step.get_by_role("button", name="Stop recording")).to_be_visible()
    desk.wait_for_timeout(2500)
    step.get_by_role("button", name="Stop recording").click()
    expect(step.get_by_text("write goodbye as the recording", exact=False)).to_be_visible()
    assert_accessible(desk)
    with desk.expect_download() as saving:
        step.get_by_role("link", name="Save the file").click()
    assert saving.value.suggested_filename == "goodbye.en.wav"
    saving.value.save_as(tmp_path / "goodbye.en.wav")
    data = (tmp_path / "goodbye.en.wav").read_bytes()
    found = read_recording("", "wav", data)
    assert 0.3 < found.seconds < 4
    assert found.silent_for < 0.5
    assert found.level is not None
    assert found.level > -30
    assert (data[22:24], data[24:28]) == (b"\x01\0", (8000).to_bytes(4, "little"))


def test_without_scripts_the_editor_is_a_form(desk: Page, site: Site) -> None:
    desk.route("**/built/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    desk.goto(FILE)
    desk.get_by_label("Text of rota/rise.yaml").fill(ROTA.replace("[amy, ben]", "[amy, bem]"))
    desk.get_by_role("button", name="Check and show changes").click()
    expect(desk.locator("#review")).to_contain_text("line 6")
    desk.get_by_label("Text of rota/rise.yaml").fill(ROTA.replace("Always", "Ever"))
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("These are the changes. Check them, then save.")).to_be_visible()
    assert rota_text(site) == ROTA
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Saved.")).to_be_visible()
    assert rota_text(site) == ROTA.replace("Always", "Ever")


def test_what_is_proposed_is_written_with_one_click(desk: Page, site: Site) -> None:
    desk.goto(FILE)
    retype(desk, ROTA.replace("[amy, ben]", "[amy, bem, amy]"))
    buttons = desk.locator("#review .findings").get_by_role("button")
    expect(buttons).to_have_count(2)
    assert_accessible(desk)
    buttons.filter(has_text="Write ben").click()
    expect(buttons).to_have_text(["Delete it"])
    buttons.click()
    expect(desk.locator("#review")).not_to_contain_text("already")
    expect(desk.locator(".cm-content")).to_contain_text("on_call: [amy, ben]}")
