"""The coordinators' pages of a small hotline: in this process for most tests, in a browser for a few."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect
from werkzeug.serving import make_server

from hotline.core.people import Person, Role
from hotline.pages.frame.beside_webhooks import BesideWebhooks
from hotline.settings import read_settings
from hotline.store.database.lazy import Database
from hotline.store.database.people import PeopleTables
from hotline.wiring.parts import Effort
from hotline.wiring.web import Web
from tests.conftest import whole
from tests.faults.processes import free_port
from tests.files.good import texts
from tests.made import EFFORT, build_web
from tests.pages.visitor import Visitor


class _Compiled(BytecodeCache):
    """Templates, compiled once for all sites of this process, of which each test has its own."""

    codes: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}

WITHIN = 120_000
"""Milliseconds in which a browser does what it is told: longer than any machine needs."""
expect.set_options(timeout=WITHIN)

PASSWORD = "correct horse battery"
CHROMIUM = "/usr/bin/chromium-headless-shell"
if not os.path.exists(CHROMIUM):
    CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@dataclass
class Site:
    """A hotline's pages. `folder` has its files, `port` is where a browser finds it once somebody serves it."""

    folder: Path
    environment: dict[str, str]
    web: Web
    people: PeopleTables

    @property
    def app(self) -> Flask:
        """The application that serves the pages."""
        mounted = self.web.app.wsgi_app
        assert isinstance(mounted, BesideWebhooks)
        pages = mounted.pages()
        assert isinstance(pages, Flask)
        return pages

    def visitor(self) -> Visitor:
        """Somebody who has just come in."""
        client: FlaskClient = self.web.app.test_client()
        return Visitor(client)

    def signed_in(self, person: Person) -> Visitor:
        """Somebody who has signed in."""
        visitor = self.visitor()
        visitor.sign_in(person.name, PASSWORD)
        return visitor


@pytest.fixture
def files() -> dict[str, bytes]:
    """The call flow and rota files, by path. Tests of a module may have others."""
    return texts()


@pytest.fixture
def settings() -> dict[str, str]:
    """More settings. Tests of a module may have others."""
    return {}


@pytest.fixture(scope="session")
def with_people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which Ana and Vic may sign in, made once: bringing one up to date takes a while.

    Our hashes are meant to take a while at each sign-in. Theirs is one that is checked at once.
    """
    folder = tmp_path_factory.mktemp("people")
    people = PeopleTables(Database(f"sqlite:///{folder / 'made.db'}"))
    people.add("Ana", Role.COORDINATOR, 0, password=PASSWORD)
    people.add("Vic", Role.VIEWER, 0, password=PASSWORD)
    copy, fast = whole(folder / "made.db"), PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with closing(sqlite3.connect(copy)) as made, made:
        made.execute("UPDATE people SET password = ?", [fast])
    return copy


@pytest.fixture
def effort() -> Effort:
    """How much may be computed for the pages. What an edit does to waits takes a while: tests of that have EFFORT."""
    return replace(EFFORT, edit_waits_within=0.001)


@pytest.fixture
def site(
    tmp_path: Path,
    redis_url: str,
    files: dict[str, bytes],
    settings: dict[str, str],
    effort: Effort,
    with_people: Path,
) -> Iterator[Site]:
    """A hotline with two people who may sign in: Ana, a coordinator, and Vic, a viewer.

    All have one Redis, so nothing of one may be there when the next begins. Whoever closes an SQLite database last
    writes all of it to the disk: so it stays open until the test ends.
    """
    for path, raw in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    environment = {
        "HOTLINE_CONFIG_DIR": str(tmp_path),
        "HOTLINE_DATA_DIR": str(tmp_path / "var"),
        "REDIS_URL": redis_url,
        **settings,
    }
    read = read_settings(environment)
    read.data_dir.mkdir(mode=0o700)
    shutil.copyfile(with_people, read.data_dir / "hotline.db")
    people = PeopleTables(Database(read.database_url))
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    with closing(sqlite3.connect(read.data_dir / "hotline.db")) as connection:
        connection.execute("SELECT name FROM people").fetchall()
        yield Site(tmp_path, environment, build_web(read, effort), people)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    """Somebody who has not signed in."""
    return site.visitor()


@pytest.fixture
def coordinator(site: Site) -> Visitor:
    """Ana, signed in."""
    visitor = site.visitor()
    visitor.sign_in("Ana", PASSWORD)
    return visitor


@pytest.fixture
def viewer(site: Site) -> Visitor:
    """Vic, signed in, who may look."""
    visitor = site.visitor()
    visitor.sign_in("Vic", PASSWORD)
    return visitor


# ---------------------------------------------------------------------------------------------------------- browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, which asks nobody for anything by itself."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """The site, served on this machine: the address of its home page."""
    server = make_server("127.0.0.1", free_port(), site.web.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="site", daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], address: str) -> dict[str, Any]:
    return {**browser_context_args, "base_url": address, "locale": "en-US", "timezone_id": "America/New_York"}


@pytest.fixture
def page(context: BrowserContext, page: Page, address: str) -> Iterator[Page]:
    """A browser in which nobody has signed in. The test fails for an error in the browser's console, and for a request
    to anywhere else."""
    wrong: list[str] = []

    def said(message: ConsoleMessage) -> None:
        refused = "the server responded with a status of" in message.text and message.location["url"] == page.url
        if message.type in {"error", "warning"} and not refused:
            wrong.append(message.text)

    def sent(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            wrong.append(request.url)

    page.set_default_timeout(WITHIN)
    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    context.on("request", sent)
    yield page
    assert wrong == []


@pytest.fixture
def desk(page: Page, address: str, coordinator: Visitor) -> Page:
    """The same, in which Ana, a coordinator, is signed in."""
    kept = coordinator.client.get_cookie("hotline")
    assert kept is not None
    page.context.add_cookies([{"name": kept.key, "value": kept.value, "url": address, "httpOnly": True}])
    page.goto("/")
    return page
