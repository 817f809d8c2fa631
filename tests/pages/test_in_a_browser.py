"""The pages in a browser: what only one can tell."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.pages.looking import assert_accessible

PAGES = ("/", "/audit", "/nothing")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(desk: Page, scheme: str) -> None:
    desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in PAGES:
        desk.goto(path)
        assert_accessible(desk)
