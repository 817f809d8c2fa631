"""The phone in the browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from hotline.settings import read_settings
from hotline.wiring.parts import Parts
from tests.files.good import ROTA
from tests.pages.conftest import Site
from tests.pages.looking import assert_accessible, assert_accessible_everywhere
from tests.pages.visitor import Visitor, links, token_of

SATURDAY = "2026-11-28T03:00"


def played(visitor: Visitor, asked: dict[str, Any]) -> Any:
    token = token_of(visitor.get("/phone").text)
    return visitor.client.post("/phone/play", json=asked, headers={"X-CSRFToken": token})


def script(**more: Any) -> dict[str, Any]:
    return {"hotline": "rise", "at": SATURDAY, "acts": [], "now": 0, **more}


def test_a_call_is_played_and_told_in_words(coordinator: Visitor) -> None:
    answer = played(coordinator, script(acts=[{"at": 1, "ring": 0, "what": "press", "key": "1"}]))
    told = answer.get_json()
    assert answer.status_code == 200
    assert any(one["kind"] == "rings" for one in told["happenings"])
    assert told["happenings"][0]["label"].startswith("Caller")
    assert told["troubles"] == []


def test_viewers_may_rehearse_and_not_with_files_of_their_own(viewer: Visitor) -> None:
    assert played(viewer, script()).status_code == 200
    assert played(viewer, script(texts={"call_flows/rise.yaml": "steps: {}"})).status_code == 403


def test_edited_files_are_heard_before_they_are_saved(coordinator: Visitor, files: dict[str, bytes]) -> None:
    text = files["call_flows/rise.yaml"].decode().replace("To be connected", "At DAWN")
    told = played(coordinator, script(texts={"call_flows/rise.yaml": text})).get_json()
    assert "DAWN" in "".join(one["says"] for one in told["happenings"])
    told = played(coordinator, script()).get_json()
    assert "DAWN" not in "".join(one["says"] for one in told["happenings"])


def test_edits_that_cannot_be_used_are_refused_and_no_other_file_is_made(coordinator: Visitor, site: Site) -> None:
    assert played(coordinator, script(texts={"call_flows/rise.yaml": "steps: ["})).status_code == 409
    assert played(coordinator, script(texts={"../elsewhere.yaml": "a: 1"})).status_code == 200
    assert not (site.folder.parent / "elsewhere.yaml").exists()


@pytest.mark.parametrize(
    "asked",
    [
        [],
        script(at="yesterday"),
        script(at="0001-01-01T00:00"),
        script(now=-1),
        script(now="1"),
        script(acts="none"),
        script(acts=[{"at": 1, "ring": 0, "what": "explode"}]),
        script(acts=[{"at": 1, "ring": 0, "what": "press", "key": "11"}]),
        script(acts=[{"at": 1, "ring": -1, "what": "answer"}]),
        script(acts=[{"at": 1e9, "ring": 0, "what": "hang up"}]),
        script(acts=[{"at": 1, "ring": 0, "what": "press", "key": "1"}] * 201),
    ],
)
def test_what_is_no_call_is_refused(coordinator: Visitor, asked: Any) -> None:
    assert played(coordinator, asked).status_code == 400


def test_a_hotline_that_is_not_there_is_not_found(coordinator: Visitor) -> None:
    assert played(coordinator, script(hotline="dusk")).status_code == 404
    assert coordinator.get("/phone?hotline=dusk").status_code == 404


def test_a_call_without_the_forms_token_is_refused(coordinator: Visitor) -> None:
    assert coordinator.client.post("/phone/play", json=script()).status_code == 400


def test_without_a_script_a_whole_call_is_told(coordinator: Visitor) -> None:
    page = coordinator.get(f"/phone/whole?hotline=rise&at={SATURDAY}&keys=1&others=accept")
    assert page.status_code == 200
    assert "picks up" in page.text
    assert "<svg" in page.text


def test_a_call_that_rings_very_often_is_played_in_part_and_to_its_end_if_asked(
    coordinator: Visitor, site: Site
) -> None:
    often = ROTA + "ringing: {rounds: 10, max_wait: 1h, ring_for: 10s, backup_after: 30m}\n"
    (site.folder / "rota/rise.yaml").write_text(often)
    site.web.parts.directory.refresh()
    path = f"/phone/whole?hotline=rise&at={SATURDAY}&keys=1"
    part, whole = coordinator.get(path).text, coordinator.get(f"{path}&all=1").text
    assert "The call goes on." in part
    assert part.count("phone</th>") < whole.count("phone</th>")
    assert "The call goes on." not in whole
    (onward,) = (one for one in links(part) if "all=1" in one)
    assert "goes on" not in coordinator.get(onward).text, "with the keys and everything else that was chosen"
    for more in ("endpoint=x", "_external=1&_scheme=javascript"):
        page = coordinator.get(f"{path}&{more}")
        assert page.status_code == 200
        assert [one for one in links(page.text) if "all=1" in one] == [f"{onward.partition('all=1')[0]}{more}&all=1"]


@pytest.mark.parametrize("query", ["keys=x", "others=sleeps", "at=soon"])
def test_a_whole_call_that_cannot_be_is_refused(coordinator: Visitor, query: str) -> None:
    assert coordinator.get(f"/phone/whole?hotline=rise&{query}").status_code == 400


def test_whoever_set_themselves_off_is_not_rung_in_a_rehearsal(viewer: Visitor, site: Site) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)  # an absence that is over is forgotten
    noon = tomorrow.replace(hour=12, minute=0, second=0, microsecond=0).astimezone(ZoneInfo("America/New_York"))
    at = int(noon.timestamp())
    Parts(read_settings(site.environment)).absences.keep("rise", "amy", at - 3_600, at + 3_600)
    acts = [{"at": 1, "ring": 0, "what": "press", "key": "1"}]
    told = played(viewer, script(at=f"{noon:%Y-%m-%dT%H:%M}", acts=acts, now=120)).get_json()
    assert {one["id"] for one in told["happenings"] if one["kind"] == "rings"} == {"ben"}


def test_nothing_of_a_rehearsal_reaches_the_call_log(coordinator: Visitor, site: Site) -> None:
    coordinator.get(f"/phone/whole?hotline=rise&at={SATURDAY}&keys=1&others=accept")
    assert not list((site.folder / "var").glob("spool/*"))


# ------------------------------------------------------------------------------------------------------- browser


def go_on(page: Page, seconds: float) -> None:
    page.clock.run_for(round(seconds * 1_000))


def after_an_answer(page: Page, button: str) -> None:
    with page.expect_response("**/phone/play") as answered:
        page.locator(button).click()
    assert isinstance(answered.value.status, int)
    go_on(page, 0.3)


@pytest.mark.parametrize("width", [1_280, 390])
def test_a_whole_call_with_a_failover(desk: Page, width: int) -> None:
    """Nobody answers the first phone; the second volunteer takes the call, and the caller hangs up."""
    desk.set_viewport_size({"width": width, "height": 900})
    desk.clock.install()
    desk.goto(f"/phone?at={SATURDAY}")
    assert_accessible(desk)
    after_an_answer(desk, "#dial")
    expect(desk.locator("#spoken p").first).to_be_visible()
    with desk.expect_response("**/phone/play"):
        desk.keyboard.press("1")
    go_on(desk, 10)
    first = desk.locator(".other.ringing")
    expect(first).to_have_count(1)
    name = first.get_attribute("data-who")
    assert_accessible(desk)
    go_on(desk, 20)
    second = desk.locator(".other.ringing")
    expect(second).to_have_count(1)
    assert second.get_attribute("data-who") != name
    after_an_answer(desk, "[data-act=answer]")
    expect(desk.locator(".other.screened")).to_have_count(1)
    after_an_answer(desk, "[data-act=accept]")
    expect(desk.locator(".other.talking")).to_have_count(1)
    assert_accessible(desk)
    go_on(desk, 20)
    after_an_answer(desk, "#hang-up")
    expect(desk.locator("#state")).to_contain_text("The call is over")
    expect(desk.locator("#drawn svg")).to_be_visible()
    expect(desk.locator("#dial")).to_have_text("Call again")
    assert_accessible(desk)


def test_a_whole_call_that_played_by_itself_is_accessible(desk: Page) -> None:
    assert_accessible_everywhere(desk, f"/phone/whole?hotline=rise&at={SATURDAY}&keys=1&others=accept")


def test_a_server_that_is_gone_ends_the_rehearsal_with_words(desk: Page) -> None:
    desk.route("**/phone/play", lambda route: route.fulfill(status=200, body="no"))
    desk.goto("/phone")
    desk.locator("#dial").click()
    expect(desk.locator("#state")).to_contain_text("does not answer")


def test_on_a_small_phone_the_one_that_rings_is_a_sheet_at_the_bottom(desk: Page) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.clock.install()
    desk.goto(f"/phone?at={SATURDAY}")
    after_an_answer(desk, "#dial")
    with desk.expect_response("**/phone/play"):
        desk.keyboard.press("1")
    go_on(desk, 10)
    expect(desk.locator(".other.ringing")).to_have_count(1)
    for button in desk.locator(".other.ringing button").all():
        expect(button).to_be_in_viewport(ratio=1)
    sheet = desk.locator(".phones").bounding_box()
    assert sheet is not None
    assert round(sheet["y"] + sheet["height"]) == 844
    assert (sheet["x"], sheet["width"]) == (0, 390)
    hang_up = desk.locator("#hang-up")
    hang_up.evaluate("button => button.scrollIntoView({block: 'center'})")
    box = hang_up.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= sheet["y"], "the caller can still hang up"


def test_what_is_not_saved_in_the_editor_is_heard_on_the_phone(desk: Page) -> None:
    desk.goto("/flow/rise/file")
    desk.evaluate("sessionStorage.setItem('hotline-edited', '{}')")
    area = desk.locator(".cm-content")
    area.get_by_text("To be connected press 1.").click()
    desk.keyboard.press("End")
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.type(" At DAWN.")
    with desk.context.expect_page() as opened:
        desk.get_by_role("link", name="Try it on the phone").click()
    phone = opened.value
    expect(phone.locator("#hint")).to_contain_text("with your unsaved edits")
    phone.locator("#dial").click()
    expect(phone.locator("#spoken")).to_contain_text("At DAWN.")
