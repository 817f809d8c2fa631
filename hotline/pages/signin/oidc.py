"""Signing in through an identity provider (OpenID Connect), if one is set.

The code flow with PKCE, state and nonce (RFC 9700, OpenID Connect Core 3.1), by Authlib. The visitor must be one of our
people: known by the provider's own name for them. The first time, they are known by an e-mail address that `hotline
people add --email` gave them, or that HOTLINE_OIDC_COORDINATORS lists. The provider must say that it has verified the
address, unless HOTLINE_OIDC_TRUST_EMAIL trusts all of its addresses.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, redirect, render_template, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from hotline.core.people import Deed, Person, Role
from hotline.errors import PeopleError
from hotline.pages.frame import sessions
from hotline.pages.frame.parts import PageParts
from hotline.pages.signin.signin import note_refused
from hotline.pages.words.language import gettext as _
from hotline.settings import Oidc

BACK = "/sign-in/provider/back"
_PATIENCE = 5
"""Seconds for each answer of the provider."""
SIGNED_WITH = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""The algorithms accepted for ID tokens: with the provider's own key, whatever its metadata lists (RFC 8725, 3.1)."""


class Refusal(Enum):
    """Reasons why a visitor known to the provider is refused. The audit list stores these values."""

    NO_EMAIL = "provider/no-email"
    NOT_SAID = "provider/not-said-verified"
    NOT_VERIFIED = "provider/not-verified"
    NOT_ADDED = "provider/not-added"
    REMOVED = "provider/removed"


class _Client(FlaskOAuth2App):  # type: ignore[misc]
    """Authlib's client, with fixed algorithms. By itself it accepts any that the provider lists, even "none"."""

    def load_server_metadata(self) -> Any:
        metadata = super().load_server_metadata()
        listed = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [one for one in listed if one in SIGNED_WITH]
        return metadata


class OidcPages:
    """The pages `/sign-in/provider` and `/sign-in/provider/back`, the redirect address to register at the provider."""

    def __init__(self, parts: PageParts, provider: Oidc) -> None:
        self._parts = parts
        self._provider = provider
        self._clients: list[Any] = []

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        oidc = Blueprint("oidc", __name__)
        oidc.record_once(self.register)
        oidc.get("/sign-in/provider")(self.begin)
        oidc.get(BACK)(self.back)
        return oidc

    def register(self, state: Any) -> None:
        app: Flask = state.app
        self._clients.append(
            OAuth(app).register(
                "provider",
                client_cls=_Client,
                client_id=self._provider.client_id,
                client_secret=self._provider.client_secret,
                server_metadata_url=f"{self._provider.issuer}/.well-known/openid-configuration",
                client_kwargs={
                    "scope": "openid email profile",
                    "code_challenge_method": "S256",
                    "default_timeout": _PATIENCE,
                },
            )
        )

    def begin(self) -> Response | tuple[str, int]:
        """Redirect to the provider."""
        for name in [name for name in session if name.startswith("_state_")]:
            del session[name]  # of abandoned tries
        address = f"{self._parts.public_url}{BACK}"
        try:
            client = self._clients[0]
            if client.load_server_metadata().get("issuer", "").rstrip("/") != self._provider.issuer:
                return _sorry(_("The provider is not the one that HOTLINE_OIDC_ISSUER names."), 503)
            sent: Response = client.authorize_redirect(address)
        except (AuthlibBaseError, RequestException, RuntimeError, ValueError) as error:
            self._parts.notice("identity_provider_failed", error=type(error).__name__)
            return _sorry(_("The provider does not answer. Try again in a minute."), 503)
        return sent

    def back(self) -> Response | tuple[str, int]:
        """Handle the return from the provider, with a code for us."""
        wanted = {"iss": {"essential": True, "values": [self._provider.issuer, f"{self._provider.issuer}/"]},
                  "aud": {"essential": True, "value": self._provider.client_id}}  # fmt: skip
        try:
            token = self._clients[0].authorize_access_token(claims_options=wanted)
            claims = _complete(self._clients[0], token)
        except (AuthlibBaseError, JoseError, KeyError, ValueError):
            return _sorry(_("This sign-in did not start here, took too long or was cancelled. Try again."), 403)
        except (RequestException, RuntimeError) as error:
            self._parts.notice("identity_provider_failed", error=type(error).__name__)
            return _sorry(_("The provider does not answer. Try again in a minute."), 503)
        person = _person(self._parts, self._provider, claims)
        if isinstance(person, Refusal):
            note_refused(self._parts, "", person.value)
            return _sorry(_refused(person, str(claims.get("email") or "")), 403)
        sessions.sign_in(person, self._parts.now())
        self._parts.audit.add(Deed(self._parts.now(), person.name, "signed-in", "provider"))
        return redirect(url_for("tonight.home"), 303)


def _complete(client: Any, token: Any) -> dict[str, Any]:
    """The ID token's claims and, if the address is not among them, those of the provider's userinfo endpoint.

    Raises the errors of Authlib and requests. Claims about somebody else are not taken (OpenID Connect Core, 5.3.2).
    """
    claims = dict(token["userinfo"])
    if claims.get("email") and "email_verified" in claims:
        return claims
    if not client.load_server_metadata().get("userinfo_endpoint"):
        return claims
    try:
        more = client.userinfo(token=token)
    except RequestException:
        if claims.get("email"):
            return claims  # claims of the token may do this
        raise
    if more.get("sub") != claims["sub"]:
        return claims
    return {**{name: more[name] for name in ("email", "email_verified", "name") if name in more}, **claims}


def _person(parts: PageParts, provider: Oidc, claims: Any) -> Person | Refusal:
    """Return the person of ours that the provider's claims are about, if any."""
    subject = f"{provider.issuer} {claims['sub']}"
    told, said = str(claims.get("email") or "").casefold(), claims.get("email_verified")
    verified = said is True or (said is None and provider.trust_email)
    email = told if verified else ""
    person = parts.people.by_subject(subject, email)
    if person is not None:
        return person
    if not told:
        return Refusal.NO_EMAIL
    if not verified:
        return Refusal.NOT_SAID if said is None else Refusal.NOT_VERIFIED
    if email in provider.coordinators:
        if parts.people.was_removed(subject, email):
            return Refusal.REMOVED
        name = " ".join(str(claims.get("name") or "").split())[:60]
        for one in (name, email):
            try:
                parts.people.add(one, Role.COORDINATOR, parts.now(), email)
                break
            except PeopleError:
                continue
        person = parts.people.by_subject(subject, email)
    return person or Refusal.NOT_ADDED


def _refused(why: Refusal, email: str) -> str:
    add = f"hotline people add NAME --email {email}"
    match why:
        case Refusal.NO_EMAIL:
            return _(
                "The provider does not send your e-mail address. Its administrator can add the claim “email” "
                "for this application."
            )
        case Refusal.NOT_SAID:
            return _(
                "The provider does not say whether it has verified %(email)s. If it sends only verified "
                "addresses, your server administrator can set HOTLINE_OIDC_TRUST_EMAIL=on.",
                email=email,
            )
        case Refusal.NOT_VERIFIED:
            return _(
                "The provider says that %(email)s is not verified. Verify it there, then sign in again.", email=email
            )
        case Refusal.REMOVED:
            return _("You were removed here. Ask your server administrator to add you again: %(command)s", command=add)
        case Refusal.NOT_ADDED:
            return _(
                "The provider knows you, but nobody has added you here. Ask your server administrator to run: "
                "%(command)s",
                command=add,
            )


def _sorry(words: str, status: int) -> tuple[str, int]:
    return render_template("signin/provider.html", words=words), status
