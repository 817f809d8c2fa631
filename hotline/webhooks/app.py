"""The WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from flask import Blueprint, Flask, Request, Response, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.utils import cached_property

from hotline.core.calls.sound import PATH
from hotline.core.checkup.numbers import meant_path
from hotline.webhooks.rescue import NOTHING_ELSE
from hotline.webhooks.signed import SENT_PATH
from hotline.webhooks.webhook import as_twiml

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_BYTES = 64 * 1024
"""The limit of a request's body; a webhook's is about 1 kB."""


_NO_FIELDS: ImmutableMultiDict[str, str] = ImmutableMultiDict()
_NO_FILES: ImmutableMultiDict[str, Any] = ImmutableMultiDict()
_FORM = "application/x-www-form-urlencoded"
_FORMS = frozenset({_FORM, f"{_FORM}; charset=utf-8", f"{_FORM};charset=utf-8"})


class CarrierRequest(Request):
    """A request whose form is read in one go if it is as carriers send it. Flask's way to the same takes twice as long.

    Whatever else there is, Flask reads.
    """

    def _load_form_data(self) -> None:
        read, length = self.__dict__, self.environ.get("CONTENT_LENGTH", "")
        kind = self.environ.get("CONTENT_TYPE", "").lower()
        known = (
            kind in _FORMS and len(length) < 6 and length.isascii() and length.isdigit() and int(length) <= MOST_BYTES
        )
        if not known or read.keys() & {"form", "stream", "_cached_data"}:
            super()._load_form_data()
            return
        body = self.environ["wsgi.input"].read(int(length))
        if len(body) != int(length):
            raise ClientDisconnected
        try:
            fields = _fields(body.decode())
        except ValueError:
            fields = []
        read.update(stream=BytesIO(), form=ImmutableMultiDict(fields), files=_NO_FILES)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The fields of the query."""
        return ImmutableMultiDict(_fields(self.query_string.decode())) if self.query_string else _NO_FIELDS


def _fields(text: str) -> list[tuple[str, str]]:
    """Return the fields of a form in order, as `parse_qsl` of urllib does, which looks at each part several times."""
    return [
        (_plain(name), _plain(value)) if "%" in pair or "+" in pair else (name, value)
        for pair in text.split("&")
        if pair
        for name, _, value in (pair.partition("="),)
    ]


def _plain(text: str) -> str:
    return unquote(text.replace("+", " "), errors="werkzeug.url_quote")


class _Views(MapAdapter):
    """Finds the view of a request, by path and method. Those `known` have addresses in which nothing varies."""

    known: dict[tuple[str, str], Any]

    def match(self, *of: Any, **named: Any) -> Any:
        key = (self.path_info, self.default_method)
        found = self.known.get(key)
        if found is None:
            found = super().match(*of, **named)
            if not found[1]:
                self.known[key] = found
        return found


class CarrierApp(Flask):
    """Flask, which knows a view by path and method alone: nothing here depends on the host a request names."""

    request_class = CarrierRequest

    def __init__(self, *of: Any, **named: Any) -> None:
        super().__init__(*of, **named)
        self._known_views: dict[tuple[str, str], Any] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the view of a request."""
        if request is None:
            return super().create_url_adapter(request)
        views = _Views(self.url_map, "", "", "", request.scheme, request.path, request.method)
        views.known = self._known_views
        return views

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: no view is a coroutine, and Flask would look each time."""
        return func


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
    """Build an application from its parts, without knowing what they do.

    `prefix` is the path of the public address.
    """
    app = CarrierApp("hotline", static_folder=None)
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
