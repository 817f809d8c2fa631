"""What somebody typed outlives a session that ends, a form token that is has expired, and a part that fails."""

from __future__ import annotations

import html
import io
import re

import pytest
from werkzeug.test import TestResponse

from tests.pages.conftest import PASSWORD, Site
from tests.pages.visitor import Visitor, forms, token_of

TYPED = '# typed for an hour: é, "quotes" & <tags>\n\nname: RISE\n'


def sent(page: str, action: str) -> dict[str, str]:
    """All that a form of a page sends: inputs, and what is in text areas."""
    form = next(one for one in forms(page) if one.action == action)
    areas = re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {**form.fields, **{html.unescape(name): html.unescape(text) for name, text in areas}}


def edit(visitor: Visitor, token: str) -> TestResponse:
    """Save an edit with this form token."""
    data = {"csrf_token": token, "text": TYPED, "base": "0" * 64, "step": "save"}
    return visitor.client.post("/rota/rise/file", data=data, buffered=True)


@pytest.fixture
def token(coordinator: Visitor) -> str:
    """The token of a form that is opened while the session lasts."""
    return token_of(coordinator.get("/").text)


def test_an_edit_outlives_the_session(site: Site, coordinator: Visitor, token: str) -> None:
    coordinator.client.delete_cookie("hotline")
    refused = edit(coordinator, token)
    assert refused.status_code in {400, 401}
    page = refused.text
    if refused.status_code == 400:  # the token went with the session: one more step, and nothing lost
        (again,) = [one for one in forms(page) if one.action.endswith("/rota/rise/file")]
        page = coordinator.client.post(again.action, data=sent(page, again.action), buffered=True).text
    assert html.unescape(page).count(TYPED)
    fields = {**sent(page, "/sign-in"), "name": "Ana", "password": "not her password"}
    wrong = coordinator.client.post("/sign-in", data=fields, buffered=True)
    assert wrong.status_code == 403
    assert TYPED in html.unescape(wrong.text), "nor is it lost by a slip at the password"
    fields = {**sent(wrong.text, "/sign-in"), "name": "Ana", "password": PASSWORD}
    signed_in = coordinator.client.post("/sign-in", data=fields, buffered=True)
    assert signed_in.status_code == 200
    (again,) = [one for one in forms(signed_in.text) if one.action.endswith("/rota/rise/file")]
    fields = sent(signed_in.text, again.action)
    assert fields["text"] == TYPED
    assert "password" not in fields
    reviewed = coordinator.client.post(again.action, data=fields, buffered=True)
    assert reviewed.status_code not in {400, 401, 403}, "it arrives"


def test_an_edit_outlives_a_form_token_that_is_too_old(site: Site, coordinator: Visitor, token: str) -> None:
    """Somebody signed out and in again in another tab."""
    coordinator.submit("/", {}, action="/sign-out")
    coordinator.sign_in("Ana", PASSWORD)
    refused = edit(coordinator, token)
    assert refused.status_code == 400
    (again,) = [one for one in forms(refused.text) if one.action.endswith("/rota/rise/file")]
    fields = sent(refused.text, again.action)
    assert fields["text"] == TYPED
    assert fields["csrf_token"] != token
    assert coordinator.client.post(again.action, data=fields, buffered=True).status_code not in {400, 401, 403}


def test_a_chosen_file_outlives_the_session(coordinator: Visitor, token: str) -> None:
    """A browser would not send it again, and would not say that it is gone."""
    table = b"name,phone\nDee Washington,+1 410 555 0114\n"
    coordinator.client.delete_cookie("hotline")
    data = {"csrf_token": token, "text": "", "file": (io.BytesIO(table), "people.csv")}
    page = coordinator.client.post("/rota/rise/import", data=data, buffered=True).text
    if 'name="password"' not in page:  # the token went with the session: one more step
        (again,) = [one for one in forms(page) if one.action.endswith("/rota/rise/import")]
        page = coordinator.client.post(again.action, data=sent(page, again.action), buffered=True).text
    fields = {**sent(page, "/sign-in"), "name": "Ana", "password": PASSWORD}
    signed_in = coordinator.client.post("/sign-in", data=fields, buffered=True).text
    (again,) = [one for one in forms(signed_in) if one.action.endswith("/rota/rise/import")]
    read = coordinator.client.post(again.action, data=sent(signed_in, again.action), buffered=True)
    assert read.status_code == 200
    assert "Dee Washington" in read.text


def test_what_another_site_sends_is_not_kept(coordinator: Visitor, token: str) -> None:
    """Or its visitors would be asked to send what it wrote."""
    headers = {"Origin": "https://evil.example"}
    refused = coordinator.client.post(
        "/rota/rise/file", data={"csrf_token": token, "text": TYPED}, headers=headers, buffered=True
    )
    assert refused.status_code == 403
    assert "typed for an hour" not in refused.text


def test_a_password_is_never_kept(site: Site, visitor: Visitor) -> None:
    refused = visitor.client.post("/sign-in", data={"name": "Ana", "password": "a secret of hers"}, buffered=True)
    assert refused.status_code == 400
    assert "a secret of hers" not in refused.text


def test_a_form_leads_nowhere_but_here(visitor: Visitor) -> None:
    kept = {"kept-path": "//evil.example/", "kept:text": "x", "name": "Ana", "password": PASSWORD}
    page = visitor.post("/sign-in", kept, at="/sign-in").text
    assert all("evil" not in one.action for one in forms(page))
