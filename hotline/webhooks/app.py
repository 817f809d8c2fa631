"""The WSGI application."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from hotline.core.calls.sound import PATH
from hotline.core.checkup.numbers import meant_path
from hotline.webhooks.rescue import NOTHING_ELSE
from hotline.webhooks.signed import SENT_PATH
from hotline.webhooks.webhook import as_twiml

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES = 64 * 1024
"""The limit of a request's body; a webhook's is about 1 kB."""


class AsMeant:
    """Accepts mistyped addresses: people type `/voice/`, `//voice` and `/Voice` into a carrier's console, too.

    The original address is kept for the signature, which covers it exactly.
    """

    def __init__(self, app: WSGIApplication, known: Collection[str], prefix: str) -> None:
        self._app = app
        self._known = known
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sent = environ.get("PATH_INFO", "")
        if sent not in self._known:
            meant = meant_path(sent, self._prefix)
            if meant in self._known or meant.startswith(f"{PATH}/"):
                environ[SENT_PATH], environ["PATH_INFO"] = sent, meant
        return self._app(environ, start_response)


def make_app(*blueprints: Blueprint, prefix: str = "") -> Flask:
    """Build an application from these parts, about which it knows nothing.

    `prefix` is the path of the public address.
    """
    app = Flask("hotline", static_folder=None)
    app.url_map.strict_slashes = app.url_map.merge_slashes = False  # else it redirects, to any Host named
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    for blueprint in blueprints:
        app.register_blueprint(blueprint)

    app.wsgi_app = AsMeant(app.wsgi_app, {rule.rule for rule in app.url_map.iter_rules()}, prefix)  # type: ignore[method-assign]

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return Response(f"{error.code} {error.name}\n", status=error.code, mimetype="text/plain")

    @app.errorhandler(Exception)
    def failed(_: Exception) -> Response:
        if request.path.startswith("/voice"):
            return as_twiml(NOTHING_ELSE)
        return Response("500 Internal Server Error\n", status=500, mimetype="text/plain")

    return app
