"""Headers of every answer: load nothing from elsewhere, store nothing, allow no framing."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
WITH_MICROPHONE = PERMISSIONS.replace("microphone=()", "microphone=(self)")
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


def add_headers(app: Flask) -> None:
    """Add the headers to every answer. A page may set its own first."""

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            # The address changes with the file, so browsers need never ask again.
            response.headers["Cache-Control"] = _FOR_A_YEAR if "v" in request.args else "no-cache"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
