"""Safe redirects: always to a page of ours, whatever a request asks for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


def ours(wanted: str) -> str:
    """A path of ours that was asked for, or the home page: never another site's address."""
    parts = urlsplit(wanted)
    plain = wanted.isascii() and wanted.isprintable() and not set(wanted) & set("\\ ")
    if parts.scheme or parts.netloc or not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return url_for("tonight.home")
    return f"{request.root_path}{wanted}"


def back() -> str:
    """The page that a form was on, as the form says."""
    return ours(request.form.get("to", ""))
