"""Pictures of every page, light and dark, wide and narrow, for docs/pictures: `python -m tests.pages.pictures`.

They show the hotline that ships, on an evening that is always the same, as somebody who may look sees it: no number
of a volunteer is whole in them. Chromium draws them; nobody compares them.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import time_machine
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from hotline.core.log import LogEntry, Moment
from hotline.core.people import Role
from hotline.core.volunteer_page import page_query
from hotline.deployment import secret_key
from hotline.pages.areas import NAVIGATION
from hotline.pages.mount import Mounted
from hotline.settings import Settings, read_settings
from hotline.store.calllog import CallLog
from hotline.store.embedded import EmbeddedServer
from hotline.store.opened import Database
from hotline.store.people import People
from hotline.wiring import Web, build_web
from tests.faults.processes import free_port
from tests.pages.conftest import CHROMIUM, PASSWORD, QUIET

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
EVENING = datetime(2026, 11, 18, 0, 20, tzinfo=UTC)
"""Tuesday 2026-11-17, 19:20 in New York."""
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
SCHEMES = ("light", "dark")
_TALLEST = 2400
"""Pixels of a page that are worth showing."""


def draw(web: Web, settings: Settings, address: str, browser: Browser) -> Iterator[str]:
    """Draw every page; the names of the files."""
    pages = web.app.wsgi_app
    assert isinstance(pages, Mounted)
    application: Any = pages.pages()
    with application.test_request_context():
        paths = {
            entry.area: application.url_for(entry.endpoint)
            for entry in NAVIGATION
            if entry.endpoint in application.view_functions and not entry.coordinators
        }
    query = page_query(secret_key(settings), web.directory.state.hotlines["rise"].rota, "amy")
    for scheme in SCHEMES:
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                base_url=address,
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": width, "height": height},
                locale="en-US",
            )
            page = context.new_page()
            for name, path in {"sign-in": "/sign-in", "mine": f"/mine?{urlencode(query)}", **paths}.items():
                if name not in {"sign-in", "mine"} and page.url.startswith(f"{address}/mine"):
                    page.goto("/sign-in")
                    page.fill("#name", "Grants office")
                    page.fill("#password", PASSWORD)
                    page.press("#password", "Enter")
                    page.wait_for_url(f"{address}/")
                page.goto(path, wait_until="load")
                page.wait_for_timeout(400)
                tall = min(int(page.evaluate("document.documentElement.scrollHeight")), _TALLEST)
                page.set_viewport_size({"width": width, "height": max(height, tall)})
                file = f"{name}-{scheme}-{size}.jpg"
                page.screenshot(path=PICTURES / file, type="jpeg", quality=82)
                page.set_viewport_size({"width": width, "height": height})
                yield file
            context.close()


@contextmanager
def served() -> Iterator[tuple[Web, Settings, str]]:
    """The hotline that ships, with some calls of the day, and its pages on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("call_flows", "rota"):
            shutil.copytree(ROOT / name, Path(folder, name))
        settings = read_settings({"HOTLINE_CONFIG_DIR": folder, "HOTLINE_DATA_DIR": f"{folder}/var"})
        embedded = EmbeddedServer(settings.data_dir)
        embedded.start()
        People(Database(settings.database_url)).add("Grants office", Role.VIEWER, 0, password=PASSWORD)
        CallLog(settings.database_url).write(list(_calls()))
        web = build_web(settings)
        server = make_server("127.0.0.1", free_port(), web.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield web, settings, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            embedded.stop()


def _calls() -> Iterator[LogEntry]:
    """Calls of the last months, always the same, the way they might have come."""
    now = int(EVENING.timestamp())
    for number in range(900):
        start = now - number * 9_000 - number * number % 7_000
        yield LogEntry(f"c{number}", "rise", Moment.STARTED, start)
        if number % 11 != 7:
            yield LogEntry(f"c{number}", "rise", Moment.ANSWERED, start + 8 + number * 13 % 40)
        if number:
            yield LogEntry(f"c{number}", "rise", Moment.ENDED, start + 60 + number * 97 % 1_900)


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    with time_machine.travel(EVENING, tick=True), served() as (web, settings, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for drawn in draw(web, settings, address, browser):
            sys.stdout.write(f"{PICTURES.relative_to(ROOT)}/{drawn}\n")
        browser.close()
