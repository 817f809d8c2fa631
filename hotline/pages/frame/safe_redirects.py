"""Safe redirects: always to a page of ours, regardless of the request."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


def ours(wanted: str) -> str:
    """Return the requested path if it is ours, or else the home page: never another site's address."""
    parts = urlsplit(wanted)
    plain = wanted.isascii() and wanted.isprintable() and not set(wanted) & set("\\ ")
    if parts.scheme or parts.netloc or not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return url_for("tonight.home")
    return f"{request.root_path}{wanted}"


def back() -> str:
    """Return the page that a form was on, according to the form."""
    return ours(request.form.get("to", ""))
