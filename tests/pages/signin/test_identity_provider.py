"""Signing in through an identity provider, by the whole dance with a real one on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from hotline.core.people import Role
from tests.pages.conftest import Site
from tests.pages.signin.identity import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.pages.visitor import Visitor


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as one:
        yield one


@pytest.fixture
def settings(provider: Provider) -> dict[str, str]:
    return {
        "HOTLINE_OIDC_ISSUER": f"{provider.issuer}/",
        "HOTLINE_OIDC_CLIENT_ID": CLIENT_ID,
        "HOTLINE_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "HOTLINE_OIDC_COORDINATORS": "Chief@example.org",
    }


def answer_of_provider(address: str) -> str:
    """Where the provider sends a browser."""
    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 302
    return str(answer.headers["Location"])


def way_back(visitor: Visitor) -> str:
    """The path that a browser comes back to us with."""
    back = urlsplit(answer_of_provider(visitor.get("/sign-in/provider").headers["Location"]))
    return f"{back.path}?{back.query}"


def dance(visitor: Visitor) -> TestResponse:
    """All the way there and back."""
    return visitor.get(way_back(visitor))


def test_somebody_who_was_added_by_e_mail_signs_in(site: Site, visitor: Visitor, provider: Provider) -> None:
    site.people.add("Ana Ruiz", Role.VIEWER, 0, email="Ana@Example.org")
    assert "Sign in with 127.0.0.1" in visitor.get("/sign-in").text
    assert dance(visitor).status_code == 303
    assert "Ana Ruiz" in visitor.get("/").text
    provider.claims = {"sub": "17", "email": "renamed@example.org", "email_verified": True}
    again = site.visitor()
    dance(again)
    assert "Ana Ruiz" in again.get("/").text, "known by the provider's own name for them from then on"


def test_a_coordinator_in_the_settings_need_not_be_added(visitor: Visitor, provider: Provider) -> None:
    provider.claims = {"sub": "1", "email": "chief@example.org", "email_verified": True, "name": "Ana"}
    assert dance(visitor).status_code == 303
    page = visitor.get("/").text
    assert "chief@example.org" in page, "there is an Ana already"
    assert visitor.get("/audit").status_code == 200


@pytest.mark.parametrize(
    ("claims", "said", "audited"),
    [
        (
            {"sub": "2", "email": "somebody@example.org", "email_verified": True},
            "Ask your server administrator to run: hotline people add NAME --email somebody@",
            "nobody added them here",
        ),
        (
            {"sub": "2", "email": "chief@example.org", "email_verified": False},
            "says that chief@example.org is not verified",
            "has not verified the address",
        ),
        (
            {"sub": "2", "email": "chief@example.org", "email_verified": "true"},
            "says that chief@example.org is not verified",
            "has not verified the address",
        ),
        ({"sub": "2", "email": "chief@example.org"}, "HOTLINE_OIDC_TRUST_EMAIL=on", "did not say whether"),
        ({"sub": "2"}, "does not send your e-mail address", "sent no e-mail address"),
    ],
)
def test_nobody_else_does_and_each_is_told_why(
    visitor: Visitor, coordinator: Visitor, provider: Provider, claims: dict[str, object], said: str, audited: str
) -> None:
    provider.claims = claims
    answer = dance(visitor)
    assert answer.status_code == 403
    assert said in unescape(answer.text)
    assert visitor.get("/").status_code == 303
    assert audited in coordinator.get("/audit").text


class TestWhoTellsAnAddressElsewhere:
    """Some providers put no more than `sub` into the ID token, and tell the rest at their userinfo endpoint."""

    def test_it_is_asked_there(self, visitor: Visitor, provider: Provider) -> None:
        provider.claims = {"sub": "1"}
        provider.userinfo = {"sub": "1", "email": "chief@example.org", "email_verified": True, "name": "Chief"}
        assert dance(visitor).status_code == 303
        assert "Chief" in visitor.get("/").text

    def test_what_it_tells_about_somebody_else_counts_for_nothing(self, visitor: Visitor, provider: Provider) -> None:
        provider.claims = {"sub": "2"}
        provider.userinfo = {"sub": "1", "email": "chief@example.org", "email_verified": True}
        assert "does not send your e-mail" in dance(visitor).text

    def test_it_cannot_take_back_what_the_token_says(self, visitor: Visitor, provider: Provider) -> None:
        provider.claims = {"sub": "2", "email": "chief@example.org", "email_verified": False}
        provider.userinfo = {"sub": "2", "email": "chief@example.org", "email_verified": True}
        assert dance(visitor).status_code == 403


class TestATrustedProvider:
    """HOTLINE_OIDC_TRUST_EMAIL is for providers that give out no address but their own, and say nothing of it."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return {**settings, "HOTLINE_OIDC_TRUST_EMAIL": "on"}

    def test_its_addresses_count_as_verified(self, visitor: Visitor, provider: Provider) -> None:
        provider.claims = {"sub": "1", "email": "chief@example.org"}
        assert dance(visitor).status_code == 303

    def test_but_not_where_it_says_that_they_are_not(self, visitor: Visitor, provider: Provider) -> None:
        provider.claims = {"sub": "1", "email": "chief@example.org", "email_verified": False}
        assert dance(visitor).status_code == 403


@pytest.mark.parametrize("listed", [("none",), ("none", "RS256"), ("HS256", "none"), ()])
def test_a_token_without_a_signature_opens_nothing_whatever_the_provider_lists(
    visitor: Visitor, provider: Provider, listed: tuple[str, ...]
) -> None:
    provider.listed, provider.unsigned = listed, True
    provider.claims = {"sub": "1", "email": "chief@example.org", "email_verified": True}
    assert dance(visitor).status_code == 403
    assert visitor.get("/").status_code == 303


def test_whoever_was_removed_stays_out_until_they_are_added_again(
    site: Site, visitor: Visitor, provider: Provider
) -> None:
    """The settings may still list them as a coordinator."""
    provider.claims = {"sub": "1", "email": "chief@example.org", "email_verified": True, "name": "The Chief"}
    dance(visitor)
    chief = site.people.named("The Chief")
    assert chief is not None
    site.people.remove(chief.id)
    again = site.visitor()
    assert "You were removed here" in dance(again).text
    provider.claims = {"sub": "1", "email": "chief-2@example.org", "email_verified": True}
    assert dance(again).status_code == 403, "nor under another address"
    assert again.get("/").status_code == 303
    site.people.add("Chief", Role.VIEWER, 0, email="chief@example.org")
    provider.claims = {"sub": "1", "email": "chief@example.org", "email_verified": True}
    assert dance(again).status_code == 303
    assert again.get("/audit").status_code == 403, "as what they were added for"


@pytest.mark.parametrize(
    "wrong", [{"iss": "https://evil.example.org"}, {"aud": "another"}, {"nonce": "another"}, {"exp": 1}]
)
def test_a_token_that_is_not_for_us_opens_nothing(
    visitor: Visitor, provider: Provider, wrong: dict[str, object]
) -> None:
    provider.claims, provider.wrong = {"sub": "1", "email": "chief@example.org", "email_verified": True}, wrong
    assert dance(visitor).status_code == 403
    assert visitor.get("/").status_code == 303


def test_a_token_that_somebody_else_signed_opens_nothing(visitor: Visitor, provider: Provider) -> None:
    provider.claims = {"sub": "1", "email": "chief@example.org", "email_verified": True}
    provider.signing = RSAKey.generate_key(2048, {"kid": "1"})
    assert dance(visitor).status_code == 403
    assert visitor.get("/").status_code == 303


def test_a_code_works_once_and_only_in_the_browser_that_asked(site: Site, visitor: Visitor, provider: Provider) -> None:
    provider.claims = {"sub": "1", "email": "chief@example.org", "email_verified": True}
    back = way_back(visitor)
    assert site.visitor().get(back).status_code == 403, "another browser"
    assert visitor.get(back).status_code == 303
    assert site.visitor().get(back).status_code == 403
    visitor.submit("/", {}, action="/sign-out")
    assert visitor.get(back).status_code == 403, "the same browser, once more"
    assert visitor.get("/sign-in/provider/back").status_code == 403
    assert visitor.get("/sign-in/provider/back?error=access_denied&state=x").status_code == 403


@pytest.mark.parametrize("settings", [{
    "HOTLINE_OIDC_ISSUER": "http://127.0.0.1:9", "HOTLINE_OIDC_CLIENT_ID": "x", "HOTLINE_OIDC_CLIENT_SECRET": "x",
}])  # fmt: skip
def test_a_provider_that_is_gone_leaves_names_and_passwords(visitor: Visitor) -> None:
    answer = visitor.get("/sign-in/provider")
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert visitor.sign_in("Ana", "correct horse battery").status_code == 200
