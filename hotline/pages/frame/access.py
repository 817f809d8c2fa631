"""Access: who may do what. Nothing is allowed that is not allowed here: a test asks for every route as everybody.

Looking takes a person who is signed in; changing anything takes a coordinator. The lists below have the exceptions.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from hotline.pages.frame.parts import PageParts
from hotline.pages.frame.sessions import BY_ITSELF, find_person

OPEN = {
    "static",
    "volunteer.away",
    "volunteer.back",
    "volunteer.contact",
    "volunteer.off",
    "volunteer.ring",
    "volunteer.show",
    "volunteer.take_back",
    "oidc.back",
    "oidc.begin",
    "preferences.choose",
    "signin.form",
    "signin.enter",
    "signin.welcome",
    "signin.use_link",
}
"""For anybody: they tell nothing, or ask for a secret."""
VIEWERS_MAY = {"signin.out", "phone.play"}
"""What is changed by those who may only look: their own things. A rehearsed call changes nothing at all."""
COORDINATORS_ONLY = {"audit.entries", "people.everyone"}
"""What not everybody who is signed in may look at."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask, parts: PageParts) -> None:
    """Have the application refuse whoever may not, before anything else happens."""
    ours = _origin(parts.public_url)

    @app.before_request
    def refuse_other_sites() -> None:
        """A form on another site may send its visitors here with their cookies (OWASP, CSRF: verify the origin)."""
        if request.method in SAFE:
            return
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            abort(403)
        origin = request.headers.get("Origin")
        if origin is not None and origin not in {ours, _origin(request.host_url)}:
            abort(403)
        g.same_site = True

    @app.before_request
    def refuse_strangers() -> Response | None:
        find_person(parts)
        if request.endpoint is None or request.endpoint in OPEN:
            return None
        if g.person is None:
            if request.method not in SAFE or BY_ITSELF in request.args:
                abort(401)
            return redirect(url_for("signin.form", to=request.full_path.removesuffix("?")), 303)
        changes = request.method not in SAFE and request.endpoint not in VIEWERS_MAY
        if (changes or request.endpoint in COORDINATORS_ONLY) and not g.person.coordinator:
            abort(403 if g.checked else 503)
        return None


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
