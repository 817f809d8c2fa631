"""Pages beside webhooks: whoever looks at pages never takes what a caller needs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from hotline.pages.frame.beside_webhooks import BesideWebhooks, PageLimits, is_page
from hotline.settings import read_settings
from tests.made import build_web
from tests.pages.conftest import Site
from tests.test_promises import elsewhere


def voice(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"voice"]


class Slow:
    """Pages that take as long as they are let: each answer waits for `go`."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.inside = threading.Semaphore(0)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.inside.release()
        self.go.wait(20)
        start("200 OK", [("Content-Type", "text/plain")])
        return [environ["SCRIPT_NAME"].encode() + b"page"]


@pytest.fixture
def slow() -> Iterator[Slow]:
    one = Slow()
    yield one
    one.go.set()


def asked(mounted: BesideWebhooks, path: str) -> threading.Thread:
    thread = threading.Thread(target=lambda: Client(mounted).get(path, buffered=True))
    thread.start()
    return thread


@pytest.mark.parametrize(
    "path", ["/voice", "/voice/ended", "/sms", "/sounds/x.wav", "/health/ready", "/metrics", "/calendar.ics"]
)
def test_webhooks_are_no_pages(path: str) -> None:
    assert not is_page(path)
    assert is_page(f"/{path.split('/')[1]}s")
    assert is_page(f"/x{path}")


def test_however_many_pages_are_asked_for_a_caller_is_answered(slow: Slow) -> None:
    mounted = BesideWebhooks(voice, lambda: slow, limits=PageLimits(2, 1, patience=20))  # type: ignore[arg-type]
    threads = [asked(mounted, "/") for _ in range(2)]
    for _ in threads:
        assert slow.inside.acquire(timeout=10)
    threads.append(asked(mounted, "/"))
    time.sleep(0.2)  # until it waits
    refused = Client(mounted).get("/", buffered=True)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "Calls come first here" in refused.text
    assert Client(mounted).get("/voice").text == "voice"
    slow.go.set()
    for thread in threads:
        thread.join(10)
    assert Client(mounted).get("/", buffered=True).text == "page"


def test_nobody_waits_for_a_page_longer_than_patience(slow: Slow) -> None:
    mounted = BesideWebhooks(voice, lambda: slow, limits=PageLimits(1, 1, patience=0.05))  # type: ignore[arg-type]
    thread = asked(mounted, "/")
    assert slow.inside.acquire(timeout=10)
    assert Client(mounted).get("/", buffered=True).status_code == 503
    slow.go.set()
    thread.join(10)


def test_a_page_that_fails_gives_its_place_back() -> None:
    def broken(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        raise ZeroDivisionError

    mounted = BesideWebhooks(voice, lambda: broken, limits=PageLimits(1, 0, patience=0))  # type: ignore[arg-type]
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            Client(mounted).get("/")


def test_pages_are_made_at_the_first_one_and_once() -> None:
    made = []

    def make() -> Any:
        made.append(1)
        return voice

    mounted = BesideWebhooks(voice, make)
    Client(mounted).get("/voice")
    assert made == []
    for _ in range(3):
        Client(mounted).get("/", buffered=True)
    assert made == [1]


def test_a_process_for_calls_loads_nothing_of_the_pages(tmp_path: Path) -> None:
    code = """
import sys
from hotline.wiring.web import wsgi_app
client = wsgi_app().test_client()
client.post("/voice")
client.get("/health/live")
heavy = {"authlib", "babel", "argon2", "flask_wtf", "flask_limiter", "hotline.pages.app", "sqlalchemy"}
print(sorted(heavy & set(sys.modules)))
"""
    assert elsewhere(code, tmp_path) == "[]\n"


def client_with(site: Site, pages: str) -> FlaskClient:
    return build_web(read_settings({**site.environment, "HOTLINE_PAGES": pages})).app.test_client()


def test_switched_off_there_are_none(site: Site) -> None:
    client = client_with(site, "off")
    assert client.get("/").status_code == 404
    assert client.get("/sign-in").text == "404 Not Found\n"
    assert client.get("/health/live").status_code == 200


def test_by_themselves_they_come_with_health_and_no_webhook(site: Site) -> None:
    client = client_with(site, "only")
    assert client.get("/sign-in", buffered=True).status_code == 200
    assert client.get("/health/live").status_code == 200
    for path in ("/voice", "/voice/ended", "/calendar.ics"):
        assert client.post(path).status_code == 404
