"""Pages for failures: an explanation, and a link. Never the error inside."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from hotline.errors import DatabaseUnavailable, HotlineError, LiveStateUnavailable, describe
from hotline.pages.frame.kept_form import KeptForm, kept_form
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later
from hotline.pages.words.wording import in_words

_LAST_WORDS = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Error</title><h1>This page cannot be shown</h1>"
    "<p>Something went wrong on our side. The error is in the log. Calls are not affected. <a href=/>Start again</a>"
)
_SENT_AGAIN = {400, 403, 409, 429, 500, 503}
"""Requests that may succeed if sent again, or that contain words that somebody would have to type again."""
_REFUSALS = {
    400: (later("This could not be read"), later("Go back, reload the page and try again.")),
    401: (later("You are signed out"), later("Sign in, then try again.")),
    403: (
        later("You have no access to this"),
        later("Everyone who is signed in can view this. Only coordinators can change it."),
    ),
    404: (later("Page not found"), later("The address may be mistyped, or the page no longer exists.")),
    405: (later("This cannot be done here"), later("Go back to the page you came from, and use its buttons.")),
    413: (later("This is too big"), later("Send less than 1 MB at once.")),
    429: (later("Too many tries"), later("Wait a few minutes, then try again.")),
    503: (later("Not available right now"), later("A part of the system cannot be reached. Calls are not affected.")),
}
"""Title and words of each refusal, by its HTTP status."""
_REFUSED = later("This did not work"), later("Go back and try again.")
"""Title and words of any other."""
Answer = tuple[str, int, dict[str, str]]


def add_failures(app: Flask, parts: PageParts) -> None:
    """Answer every failure with a page of ours."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Answer:
        code = error.code or 500
        title, words = map(_, _REFUSALS.get(code, _REFUSED))
        headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
        if code == 401 and (kept := kept_form()) is not None:
            return sign_in_page(parts, kept=kept), 401, headers
        return _page(code, title, words, headers)

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError) -> Answer:
        if g.get("person") is not None and request.endpoint == "signin.enter" and (kept := kept_form()) is not None:
            return render_template("signin/again.html", kept=kept), 200, {}
        return _page(
            400,
            _("This form has expired"),
            _("You signed in or out after you opened it. Nothing has been saved yet."),
        )

    @app.errorhandler(DatabaseUnavailable)
    @app.errorhandler(LiveStateUnavailable)
    def away(error: HotlineError) -> Answer:
        parts.notice("pages_without", part=type(error).__name__)
        return _page(
            503,
            _("The database cannot be reached")
            if isinstance(error, DatabaseUnavailable)
            else _("Redis cannot be reached"),
            _("Calls are not affected. Their records wait on disk. Try again in a minute."),
            {"Retry-After": "60"},
        )

    @app.errorhandler(HotlineError)
    def cannot(error: HotlineError) -> Answer:
        return _page(409, _("This cannot be done"), in_words(error))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Answer:
        parts.notice("page_failed", where=request.endpoint or "", error=describe(error))
        try:
            return _page(
                500,
                _("Something went wrong on our side"),
                _("The error is in the log. Calls are not affected. Try again, or continue on another page."),
            )
        except Exception:  # noqa: BLE001 - what failed may be what every page needs
            return _LAST_WORDS, 500, {}


def _page(code: int, title: str, words: str, headers: dict[str, str] | None = None) -> Answer:
    g.setdefault("person", None)
    kept = kept_form() if code in _SENT_AGAIN else None
    return render_template("frame/failure.html", code=code, title=title, words=words, kept=kept), code, headers or {}


def sign_in_page(
    parts: PageParts, to: str = "", problem: str = "", name: str = "", kept: KeptForm | None = None
) -> str:
    """The sign-in form. `to` is the next page, `kept` a form to send again instead."""
    provider = urlsplit(parts.oidc.issuer).hostname if parts.oidc else ""
    return render_template("signin/form.html", to=to, problem=problem, name=name, provider=provider, kept=kept)
