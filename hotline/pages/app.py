"""The coordinators' application. It is separate from the webhooks, so that neither can weaken the other."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, g, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined

from hotline.pages.areas import NAVIGATION, areas
from hotline.pages.frame.access import guard
from hotline.pages.frame.failures import add_failures
from hotline.pages.frame.headers import add_headers
from hotline.pages.frame.parts import PageParts
from hotline.pages.frame.sessions import LONGEST
from hotline.pages.signin.rate_limits import limit
from hotline.pages.words import language
from hotline.pages.words.rota import dialled, time_of, timed
from hotline.pages.words.wording import worded

MOST_BYTES = 1_000_000
"""The limit of a request's body: a rota of a thousand volunteers takes about 200 kB."""
THEMES = ("auto", "light", "dark")
_STATIC = Path(__file__).parent / "static"


def make_pages(parts: PageParts) -> Flask:
    """The pages' application, with these parts."""
    app = Flask("hotline.pages")
    app.jinja_options = app.jinja_options | {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n"],
    }
    app.url_map.strict_slashes = app.url_map.merge_slashes = False  # else it redirects, to any Host named
    _configure(app, parts)
    _words(app, parts)
    guard(app, parts)
    CSRFProtect(app)
    add_headers(app)
    add_failures(app, parts)
    for area in areas(parts):
        app.register_blueprint(area)
    limit(app, parts)
    parts.directory.watch()
    app.before_request(parts.directory.complete)
    return app


def _configure(app: Flask, parts: PageParts) -> None:
    public = urlsplit(parts.public_url)
    secure, path = public.scheme == "https", public.path.rstrip("/") or "/"
    app.config.update(
        SECRET_KEY=parts.key,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        # A browser takes a cookie of that name only as it was set here: by this host, over TLS (RFC 6265bis, 4.1.3).
        SESSION_COOKIE_NAME="__Host-hotline" if secure and path == "/" else "hotline",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH=path,
        PERMANENT_SESSION_LIFETIME=LONGEST,
        WTF_CSRF_TIME_LIMIT=None,  # a form token lasts as long as its session
        WTF_CSRF_SSL_STRICT=False,  # `access` checks a request's origin, more reliably than by its Referer
    )


def _words(app: Flask, parts: PageParts) -> None:
    """Give templates their functions: translated texts, dates, and the signed-in person."""
    environment = app.jinja_env
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: language.translations(language.current()).gettext(message),
        lambda one, many, count: language.translations(language.current()).ngettext(one, many, count),
        newstyle=True,
    )
    environment.filters.update(language.FILTERS, worded=worded, time_of=time_of, timed=timed, dialled=dialled)
    environment.globals.update(
        asset=asset, has_asset=has_asset, zone_words=language.zone_words, language_name=language.language_name
    )

    @app.context_processor
    def frame() -> dict[str, object]:
        theme, person = session.get("theme", "auto"), g.get("person")
        endpoint = (request.endpoint or "").partition(".")[0]
        about = request.view_args or {}
        area = str(about.get("area")) if endpoint == "files" else "flow" if about.get("flow") else endpoint
        place = next((one for one in NAVIGATION if one.holds(area)), None)
        tabs = [one for one in place.tabs if person and (person.coordinator or not one.coordinators)] if place else []
        return {
            "person": person,
            "practice": parts.practice,
            "checked": g.get("checked", True),
            "language": language.current(),
            "languages": language.NAMES,
            "theme": theme if theme in THEMES else "auto",
            "themes": THEMES,
            "navigation": NAVIGATION if person else (),
            "place": place,
            "tabs": tabs if len(tabs) > 1 else [],
            "area": area,
        }


def asset(name: str) -> str:
    """The address of a static file. It changes with the file's content."""
    return url_for("static", filename=name, v=_digest(name))


def has_asset(name: str) -> bool:
    """Return whether a file was built. Without its script a page still works as far as possible."""
    return (_STATIC / name).is_file()


@cache
def _digest(name: str) -> str:
    return sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
