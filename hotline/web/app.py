"""The WSGI application."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from hotline.web.rescue import NOTHING_ELSE
from hotline.web.webhook import as_twiml

MOST_BYTES = 64 * 1024
"""Of a request's body; a webhook's is about 1 kB."""


def make_app(*blueprints: Blueprint) -> Flask:
    """An application of these parts, none of which it knows."""
    app = Flask("hotline", static_folder=None)
    app.url_map.strict_slashes = app.url_map.merge_slashes = False  # else it redirects, to whatever Host says
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    for blueprint in blueprints:
        app.register_blueprint(blueprint)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return Response(f"{error.code} {error.name}\n", status=error.code, mimetype="text/plain")

    @app.errorhandler(Exception)
    def failed(_: Exception) -> Response:
        if request.path.startswith("/voice"):
            return as_twiml(NOTHING_ELSE)
        return Response("500 Internal Server Error\n", status=500, mimetype="text/plain")

    return app
