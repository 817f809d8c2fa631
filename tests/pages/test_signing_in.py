"""Signing in and out, one-time links, and how long a session lasts."""

from __future__ import annotations

import pytest

from tests.pages.conftest import PASSWORD, Site
from tests.pages.visitor import Visitor


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_then_on(visitor: Visitor) -> None:
    sent = visitor.get("/audit")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in?to=/audit")
    there = visitor.submit(sent.headers["Location"], {"name": "ana", "password": PASSWORD}, action="/sign-in")
    assert (there.status_code, there.request.path) == (200, "/audit")


def test_a_wrong_password_and_a_name_nobody_has_get_the_same_answer(visitor: Visitor) -> None:
    wrong = visitor.sign_in("Ana", "not her password")
    unknown = visitor.sign_in("Nobody", "not her password")
    assert wrong.status_code == unknown.status_code == 403
    assert "do not go together" in wrong.text
    assert visitor.get("/").status_code == 303


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(site: Site, coordinator: Visitor) -> None:
    copy = site.visitor()
    kept = coordinator.client.get_cookie("hotline")
    assert kept is not None
    coordinator.submit("/", {}, action="/sign-out")
    copy.client.set_cookie("hotline", kept.value)
    assert copy.get("/").status_code == 303


def test_guessing_is_stopped_for_a_name_and_the_right_password_counts_no_try(site: Site) -> None:
    for _ in range(12):
        assert site.visitor().sign_in("Ana", PASSWORD).status_code == 200
    statuses = [site.visitor().sign_in(name, "a guess or two").status_code for name in ("Ana", " ana", "ANA ") * 4]
    assert statuses == [403] * 10 + [429] * 2
    assert site.visitor().sign_in("Ana", PASSWORD).status_code == 429
    assert site.visitor().sign_in("Vic", PASSWORD).status_code == 200
    refused = site.visitor().sign_in("Ana", PASSWORD)
    assert "Too many tries" in refused.text


@pytest.mark.parametrize("settings", [{"REDIS_URL": "redis://127.0.0.1:9"}])
def test_guessing_is_stopped_without_redis_too(site: Site) -> None:
    statuses = [site.visitor().sign_in("Ana", "a guess or two").status_code for _ in range(11)]
    assert statuses[-1] == 429
    assert site.visitor().sign_in("Vic", PASSWORD).status_code == 200
