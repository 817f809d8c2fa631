"""Asking for cover on volunteers' own pages, and the coordinators' list of requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from twilio.request_validator import RequestValidator

from hotline.core.rota.volunteer_page import page_query
from hotline.files.edits.versions import Versions
from tests.files.good import rota_with, texts
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor, forms, untimed

NOW = datetime(2026, 3, 4, 17, 30, 20, tzinfo=UTC)
"""Wednesday 2026-03-04, 12:30 in New York."""
SHIFTS = (
    "shifts:",
    "  - {days: fri, hours: 18:00-22:00, on_call: [amy]}",
    "  - {days: mon, hours: 18:00-22:00, on_call: [ben]}",
    "  - {days: sun, hours: 08:00-22:00, on_call: [cho]}",
    "backup: [dee]",
)


@pytest.fixture
def more() -> tuple[str, ...]:
    """More lines of the rota."""
    return ("cover_requests: {ask: together}",)


@pytest.fixture
def files(more: tuple[str, ...]) -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS, *more))


@pytest.fixture(autouse=True)
def wednesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def page_of(site: Site, who: str) -> str:
    site.web.parts.directory.refresh()
    rota = site.web.parts.directory.state.hotlines["rise"].rota
    return f"/mine?{urlencode(page_query(site.web.parts.key, rota, who))}"


def file_of(site: Site) -> str:
    return (site.folder / "rota" / "rise.yaml").read_text()


def press(visitor: Visitor, page: str, do: str, **more: str) -> str:
    """Press the first button of a kind on a page; the page one comes to."""
    shown = visitor.get(page).text
    form = next(one for one in forms(shown) if one.fields.get("do") == do)
    return visitor.client.post(form.action, data={**form.fields, **more}, follow_redirects=True, buffered=True).text


def works(site: Site) -> None:
    """A worker does what is due."""
    site.web.parts.cover_rounds.go_on()


def test_a_request_is_made_answered_and_written(site: Site, visitor: Visitor, coordinator: Visitor) -> None:
    before = file_of(site)
    amy, ben = page_of(site, "amy"), page_of(site, "ben")
    told = press(visitor, amy, "ask")
    assert "Others are asked. You are on call until somebody says yes. We will tell you." in told
    works(site)
    assert "Fri 6 Mar 18:00–22:00" in coordinator.get("/rota/rise/requests").text
    shown = visitor.get(ben).text
    assert "Amy cannot be on call. Can you?" in shown
    assert file_of(site) == before
    assert "It is in the rota: you are on call then." in press(visitor, ben, "yes")
    assert file_of(site).count("{who: ben, for: amy, from: 2026-03-06 18:00, to: 2026-03-06 22:00}") == 1
    assert "Ben covers for you: Fri 6 Mar 18:00–22:00." in untimed(visitor.get(amy).text)
    assert "Ben for Amy: Fri 6 Mar 18:00–22:00" in untimed(coordinator.get("/rota/rise/requests").text)
    (version, *_) = Versions(site.folder / "var" / "versions").of("rota/rise.yaml")
    assert (version.who, version.how) == ("Ben", "own-cover")
    assert "took a shift that somebody asked others to cover" in coordinator.get("/rota/rise/versions").text


def test_reading_a_page_changes_nothing_however_often_a_scanner_opens_it(site: Site, visitor: Visitor) -> None:
    amy, ben = page_of(site, "amy"), page_of(site, "ben")
    for page in (amy, ben, f"{amy}&do=ask", f"{ben}&do=yes", amy.replace("/mine?", "/mine/cover?do=ask&")):
        visitor.get(page)
        visitor.client.head(page)
    works(site)
    assert site.web.parts.cover_desk.book.of() == []


def test_a_stranger_with_another_key_does_nothing(site: Site, visitor: Visitor) -> None:
    press(visitor, page_of(site, "amy"), "ask")
    works(site)
    form = next(one for one in forms(visitor.get(page_of(site, "ben")).text) if one.fields.get("do") == "yes")
    for wrong in (
        {"key": form.fields["key"][:-1]},
        {"who": "cho"},
        {"who": "amy"},
        {"rota": "other"},
        {"csrf_token": ""},
    ):
        answer = visitor.client.post(form.action, data={**form.fields, **wrong}, buffered=True)
        assert answer.status_code in (400, 404)
    assert "cover:" not in file_of(site)


def test_a_double_click_makes_one_request_and_one_cover(site: Site, visitor: Visitor) -> None:
    amy, ben = page_of(site, "amy"), page_of(site, "ben")
    asked = next(one for one in forms(visitor.get(amy).text) if one.fields.get("do") == "ask")
    for _ in range(2):
        visitor.client.post(asked.action, data=asked.fields, buffered=True)
    works(site)
    assert len(site.web.parts.cover_desk.book.of()) == 1
    yes = next(one for one in forms(visitor.get(ben).text) if one.fields.get("do") == "yes")
    for _ in range(2):
        visitor.client.post(yes.action, data=yes.fields, buffered=True)
    assert file_of(site).count("for: amy") == 1


def test_the_asker_keeps_it_after_all_and_a_late_yes_is_thanked(site: Site, visitor: Visitor) -> None:
    amy, ben = page_of(site, "amy"), page_of(site, "ben")
    press(visitor, amy, "ask")
    works(site)
    yes = next(one for one in forms(visitor.get(ben).text) if one.fields.get("do") == "yes")
    assert "You keep this shift." in press(visitor, amy, "keep")
    late = visitor.client.post(yes.action, data=yes.fields, buffered=True)
    assert (late.status_code, "It is not needed any more." in late.text) == (409, True)


def test_a_swap_is_offered_and_accepted(site: Site, visitor: Visitor) -> None:
    amy, ben = page_of(site, "amy"), page_of(site, "ben")
    assert "Ben" not in visitor.get(amy).text, "others' shifts are shown to those who ask only"
    look = next(one for one in forms(visitor.get(amy).text) if one.fields.get("do") == "look")
    start = str(int(datetime(2026, 3, 6, 23, tzinfo=UTC).timestamp()))
    shown = visitor.client.post(look.action, data={**look.fields, "start": start}, buffered=True).text
    theirs = next(line.split('"')[1] for line in shown.split("<option value=")[1:] if "Ben: Mon 9 Mar" in line)
    offer = next(one for one in forms(shown) if one.fields.get("do") == "offer")
    visitor.client.post(offer.action, data={**offer.fields, "theirs": theirs}, buffered=True)
    works(site)
    assert "You take Fri 6 Mar 18:00–22:00. They take Mon 9 Mar 18:00–22:00." in untimed(visitor.get(ben).text)
    press(visitor, ben, "yes")
    assert "{who: ben, for: amy, from: 2026-03-06 18:00, to: 2026-03-06 22:00}" in file_of(site)
    assert "{who: amy, for: ben, from: 2026-03-09 18:00, to: 2026-03-09 22:00}" in file_of(site)


def test_a_coordinator_withdraws_a_request_and_a_viewer_may_not(
    site: Site, visitor: Visitor, coordinator: Visitor, viewer: Visitor
) -> None:
    press(visitor, page_of(site, "amy"), "ask")
    works(site)
    (request,) = site.web.parts.cover_desk.book.of()
    seen = viewer.get("/rota/rise/requests")
    assert (seen.status_code, "Withdraw" in seen.text) == (200, False)
    refused = viewer.post("/rota/rise/requests", {"do": "withdraw", "request": request.id}, at="/")
    assert refused.status_code == 403
    assert "Withdrawn. Nobody else is asked." in press(coordinator, "/rota/rise/requests", "withdraw")
    assert "Nobody is asking for cover." in coordinator.get("/rota/rise/requests").text


@pytest.mark.parametrize("more", [("cover_requests: {ask: together, approve: yes}",)])
class TestApproval:
    def test_a_coordinator_sees_what_changes_and_approves(
        self, site: Site, visitor: Visitor, coordinator: Visitor
    ) -> None:
        amy, ben = page_of(site, "amy"), page_of(site, "ben")
        press(visitor, amy, "ask")
        works(site)
        assert "Your coordinator has to approve it first." in press(visitor, ben, "yes")
        assert "Ben said yes. It is yours until your coordinator approves." in visitor.get(amy).text
        shown = coordinator.get("/rota/rise/requests").text
        assert "Ben is on call Fri 6 Mar 18:00–22:00." in shown
        assert "Amy is off Fri 6 Mar 18:00–22:00." in shown
        assert "cover:" not in file_of(site)
        home = coordinator.get("/").text
        assert "1 request for cover waits for your yes." in home
        assert 'href="/rota/rise/requests">' in home
        assert "Approved. It is in the rota" in press(coordinator, "/rota/rise/requests", "approve")
        assert file_of(site).count("for: amy") == 1
        assert "approved a cover" in coordinator.get("/audit").text

    def test_one_that_is_declined_is_not_written(self, site: Site, visitor: Visitor, coordinator: Visitor) -> None:
        press(visitor, page_of(site, "amy"), "ask")
        works(site)
        press(visitor, page_of(site, "ben"), "yes")
        assert "Not approved." in press(coordinator, "/rota/rise/requests", "decline")
        assert "cover:" not in file_of(site)


@pytest.mark.parametrize("more", [("cover_requests: {ask: none}",)])
def test_a_rota_that_asks_nobody_shows_no_button(site: Site, visitor: Visitor, coordinator: Visitor) -> None:
    assert "Cover and swaps" not in visitor.get(page_of(site, "amy")).text
    assert "Volunteers cannot ask each other for cover here" in coordinator.get("/rota/rise/requests").text


@pytest.mark.parametrize("settings", [{"HOTLINE_EDIT": "off"}])
def test_where_the_file_cannot_be_written_the_coordinator_gets_the_lines(
    site: Site, visitor: Visitor, coordinator: Visitor
) -> None:
    press(visitor, page_of(site, "amy"), "ask")
    works(site)
    assert "Your coordinator has to write it into the rota." in press(visitor, page_of(site, "ben"), "yes")
    shown = coordinator.get("/rota/rise/requests").text
    assert "- {who: ben, for: amy, from: 2026-03-06 18:00, to: 2026-03-06 22:00}" in shown
    assert "cover:" not in file_of(site)


def test_texts_do_the_same_through_the_webhook(site: Site, visitor: Visitor) -> None:
    def text(who: str, body: str) -> str:
        rota = site.web.parts.directory.state.hotlines["rise"].rota
        form = {"MessageSid": f"SM{body}{who}", "From": rota.volunteers[who].phone, "To": "+14105550100", "Body": body}
        url = f"{site.web.parts.settings.public_url}/sms"
        signed = RequestValidator(site.web.parts.token).compute_signature(url, form)
        return visitor.client.post("/sms", data=form, headers={"X-Twilio-Signature": signed}, buffered=True).text

    page_of(site, "amy")
    assert "Others are asked about Fri 6 Mar 18:00-22:00." in text("amy", "CANT FRI")
    works(site)
    assert "Amy cannot be on call. Can you?" in visitor.get(page_of(site, "ben")).text
    assert "Thank you! You are on call Fri 6 Mar 18:00-22:00." in text("ben", "YES")
    assert "Somebody else has taken Fri 6 Mar 18:00-22:00 already." in text("cho", "YES")
    assert "There is nothing to say yes to." in text("amy", "YES")
    assert file_of(site).count("for: amy") == 1


def test_without_the_database_the_page_opens_and_says_so(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    form = next(one for one in forms(visitor.get(page).text) if one.fields.get("do") == "ask")
    database = site.folder / "var" / "hotline.db"
    for path in database.parent.glob("hotline.db*"):
        path.unlink()
    database.mkdir()
    answer = visitor.client.post(form.action, data=form.fields, buffered=True)
    assert (answer.status_code, "this was not saved" in answer.text) == (503, True)
    shown = visitor.get(page).text
    assert "Requests cannot be shown just now." in shown
    assert "Your choices cannot be shown just now." in shown
