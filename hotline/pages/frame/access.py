"""Access: who may do what. Everything is forbidden unless allowed here. A test tries every route as everybody.

A signed-in person may look; only a coordinator may change anything. The lists below have the exceptions.
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
    "volunteer.choose_messages",
    "volunteer.contact",
    "volunteer.home",
    "volunteer.manifest",
    "volunteer.cover",
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
"""Pages for anybody: they show nothing, or need a secret."""
VIEWERS_MAY = {"signin.out", "phone.play"}
"""Changes that viewers may make: to their own settings. A rehearsed call changes nothing at all."""
COORDINATORS_ONLY = {
    "audit.entries",
    "people.everyone",
    "setup.overview",
    "setup.form",
    "setup.new",
    "setup.table",
    "volunteer.seen",
}
"""Pages that not every signed-in person may see."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def guard(app: Flask, parts: PageParts) -> None:
    """Make the application refuse forbidden requests before anything else."""
    ours = _origin(parts.public_url)

    @app.before_request
    def refuse_other_sites() -> None:
        """Refuse forms on other sites, which would send a visitor's cookies (OWASP, CSRF: verify the origin)."""
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
