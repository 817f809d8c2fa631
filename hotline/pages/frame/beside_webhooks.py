"""Pages beside the webhooks in one process. They cannot take what calls need.

The pages are built at the first request for one: their imports cost memory that calls do not need. Pages may use only
some of the process's threads at a time, so a webhook always finds a free one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from hotline.core.checkup.numbers import meant_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SOUNDS = "/sounds"
NOT_PAGES = ("/voice", "/sms", SOUNDS, "/health", "/metrics", "/calendar.ics")
"""Paths that the other application answers: these, and all below them."""
HEALTH = "/health"
ALL_BUT_ONE = 7
"""All threads but one of the eight of a web process (processes/gunicorn_conf.py)."""

_BUSY = (
    b"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width>"
    b"<title>Busy</title><h1>Busy just now</h1><p>Calls come first here. This page tries again in a few seconds. "
    b"<p lang=es>Ahora hay mucha actividad y las llamadas van primero. Vuelva a intentarlo en unos segundos."
)


@dataclass(frozen=True, slots=True)
class PageLimits:
    """Limits of requests for pages: so many `at_once`, and so many more `waiting`, for `patience` seconds at most.

    They leave half of the eight threads of a web process (processes/gunicorn_conf.py).
    """

    at_once: int = 4
    waiting: int = 2
    patience: float = 2.0


PAGE_LIMITS = PageLimits()


class BesideWebhooks:
    """A WSGI application: `voice` for the webhooks, and the application that `make` builds for everything else.

    `prefix` is the path of the public address: a proxy has removed it, and links must have it again. With `only`, the
    webhooks' application answers health, and sounds for the players on the pages, alone. One thread is reserved for it.
    """

    def __init__(
        self,
        voice: WSGIApplication,
        make: Callable[[], WSGIApplication],
        prefix: str = "",
        only: bool = False,
        limits: PageLimits = PAGE_LIMITS,
    ) -> None:
        self._voice = voice
        self._make = make
        self._prefix = prefix
        self._only = only
        self._inside = BoundedSemaphore(ALL_BUT_ONE if only else limits.at_once)
        self._door = BoundedSemaphore(ALL_BUT_ONE if only else limits.at_once + limits.waiting)
        self._patience = limits.patience
        self._making = Lock()
        self._pages: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not is_page(path, self._prefix):
            if self._only and not _below(path, HEALTH) and not _below(path, SOUNDS):
                return _nothing(start_response)
            return self._voice(environ, start_response)
        if not self._door.acquire(blocking=False):
            return _busy(start_response)
        if not self._inside.acquire(timeout=self._patience):
            self._door.release()
            return _busy(start_response)
        try:
            environ["SCRIPT_NAME"] = self._prefix
            answer = self.pages()(environ, start_response)
        except BaseException:
            self._leave()
            raise
        return _AnswerInProgress(answer, self._leave)

    def pages(self) -> WSGIApplication:
        """The pages, made at the first call."""
        if self._pages is None:
            with self._making:
                if self._pages is None:
                    self._pages = self._make()
        return self._pages

    def _leave(self) -> None:
        self._inside.release()
        self._door.release()


def is_page(path: str, prefix: str = "") -> bool:
    """Return whether a path is a page's, or nobody's. A carrier's addresses are recognized with small errors."""
    as_written = not prefix and _is_in(NOT_PAGES, path)
    return not (as_written or _is_in(NOT_PAGES, meant_path(path, prefix)))


def _is_in(places: Iterable[str], path: str) -> bool:
    return any(_below(path, place) for place in places)


def _below(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


class _AnswerInProgress:
    """An answer in progress. The server closes it at the end, which frees the thread."""

    def __init__(self, answer: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._answer = answer
        self._leave: Callable[[], None] | None = leave

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        leave, self._leave = self._leave, None
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            if leave is not None:
                leave()

    def __del__(self) -> None:
        self.close()  # for servers that forget to, and for tests


def _busy(start_response: StartResponse) -> Iterable[bytes]:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(_BUSY))),
        ("Cache-Control", "no-store"),
        ("Retry-After", "5"),
        ("Refresh", "5"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]
    start_response("503 Service Unavailable", headers)
    return [_BUSY]


def _nothing(start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "14")])
    return [b"404 Not Found\n"]
