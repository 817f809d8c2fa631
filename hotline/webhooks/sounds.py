"""Serves recorded words to carriers, which fetch them without parameters or a signature, and cache them.

The address is signed by us, and only sounds of a hotline are served. Nothing about who asks is kept.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from hotline.core.calls.sound import PATH, TYPES, asked_for
from hotline.ports import Directory

A_YEAR = 365 * 24 * 3600


def make_sounds(directory: Directory, key: bytes) -> Blueprint:
    """Return the blueprint of `/sounds`. Another content has another address, so caches may keep each for good."""
    sounds = Blueprint("sounds", __name__)

    @sounds.get(f"{PATH}/<name>")
    def sound(name: str) -> Response:
        file = asked_for(name, key)
        found = directory.sound(file) if file else None
        if found is None:
            abort(404)
        response = Response(found.data, mimetype=TYPES[found.suffix])
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.set_etag(found.digest)
        response.make_conditional(request.environ, accept_ranges=True, complete_length=len(found.data))
        return response

    return sounds
