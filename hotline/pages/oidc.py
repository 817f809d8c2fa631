"""Signing in through an identity provider (OpenID Connect), where one is set.

The code flow with PKCE, state and nonce (RFC 9700, OpenID Connect Core 3.1), by Authlib. Whoever comes back has to be
somebody there is: known by the provider's own name for them or, the first time, by a verified e-mail address that
`hotline people add --email` gave them, or that HOTLINE_OIDC_COORDINATORS lists.
"""

from __future__ import annotations

from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, redirect, render_template, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from hotline.core.people import Deed, Person, Role
from hotline.errors import PeopleError
from hotline.pages import sessions
from hotline.pages.language import gettext as _
from hotline.pages.signin import note_refused
from hotline.pages.tools import Tools
from hotline.settings import Oidc

BACK = "/sign-in/provider/back"
_PATIENCE = 5
"""Seconds for each answer of the provider."""


def make_oidc(tools: Tools, provider: Oidc) -> Blueprint:
    """`/sign-in/provider`, and `/sign-in/provider/back`, which the provider has to know as our redirect address."""
    oidc = Blueprint("oidc", __name__)
    clients: list[Any] = []

    @oidc.record_once
    def register(state: Any) -> None:
        app: Flask = state.app
        clients.append(
            OAuth(app).register(
                "provider",
                client_id=provider.client_id,
                client_secret=provider.client_secret,
                server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
                client_kwargs={
                    "scope": "openid email profile",
                    "code_challenge_method": "S256",
                    "default_timeout": _PATIENCE,
                },
            )
        )

    @oidc.get("/sign-in/provider")
    def begin() -> Response | tuple[str, int]:
        """Off to the provider."""
        for name in [name for name in session if name.startswith("_state_")]:
            del session[name]  # of tries that were given up
        address = f"{tools.public_url}{BACK}"
        try:
            client = clients[0]
            if client.load_server_metadata().get("issuer", "").rstrip("/") != provider.issuer:
                return _sorry(_("The provider says it is somebody else than HOTLINE_OIDC_ISSUER names."), 503)
            sent: Response = client.authorize_redirect(address)
        except (AuthlibBaseError, RequestException, RuntimeError, ValueError) as error:
            tools.notice("identity_provider_failed", error=type(error).__name__)
            return _sorry(_("The provider does not answer. Try again in a minute."), 503)
        return sent

    @oidc.get(BACK)
    def back() -> Response | tuple[str, int]:
        """Back from the provider, with a code for us."""
        wanted = {"iss": {"essential": True, "values": [provider.issuer, f"{provider.issuer}/"]},
                  "aud": {"essential": True, "value": provider.client_id}}  # fmt: skip
        try:
            claims = clients[0].authorize_access_token(claims_options=wanted)["userinfo"]
        except (AuthlibBaseError, JoseError, KeyError, ValueError):
            return _sorry(_("This sign-in was not begun here, took too long, or was stopped. Try once more."), 403)
        except (RequestException, RuntimeError) as error:
            tools.notice("identity_provider_failed", error=type(error).__name__)
            return _sorry(_("The provider does not answer. Try again in a minute."), 503)
        person = _person(tools, provider, claims)
        if person is None:
            note_refused(tools, "", "provider")
            return _sorry(
                _("The provider knows you, but nobody has added you here. Ask whoever runs the server for: %(command)s",
                  command="hotline people add NAME --email ADDRESS"), 403
            )  # fmt: skip
        sessions.sign_in(person, tools.now())
        tools.audit.add(Deed(tools.now(), person.name, "signed-in", "provider"))
        return redirect(url_for("tonight.home"), 303)

    return oidc


def _person(tools: Tools, provider: Oidc, claims: Any) -> Person | None:
    """Who the provider's claims are about, if it is one of our people."""
    subject = f"{provider.issuer} {claims['sub']}"
    verified = claims.get("email_verified") is True
    email = str(claims.get("email") or "").casefold() if verified else ""
    person = tools.people.by_subject(subject, email)
    if person is None and email in provider.coordinators:
        name = " ".join(str(claims.get("name") or "").split())[:60]
        for one in (name, email):
            try:
                tools.people.add(one, Role.COORDINATOR, tools.now(), email)
                break
            except PeopleError:
                continue
        person = tools.people.by_subject(subject, email)
    return person


def _sorry(words: str, status: int) -> tuple[str, int]:
    return render_template("signin/provider.html", words=words), status
