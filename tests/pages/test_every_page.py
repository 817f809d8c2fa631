"""Every page of fifty hotlines with five hundred volunteers each, and the lists of a thousand hotlines: their bytes.

How long each takes is measured by `python -m benchmarks.pages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from benchmarks.lines import usual_week
from benchmarks.pages import LISTS, addresses, fill, first_load, pages_of, sign_in, site
from hotline.wiring.web import Web

MOST = 100_000
"""Bytes of a first load, not compressed: the page, style sheets, scripts and pictures, less the text editor."""
CALLS = 2_000
NO_PAGES = {
    "static": "files of pages",
    "files.words": "a list for the editor",
    "files.version": "shows a whole file",
    "reports.download": "a file to save",
    "tonight.changes": "a stream that never ends",
    "volunteer.contact": "a file to save",
    "volunteer.manifest": "a file for phones",
    "signin.form": "measured with the others, but a signed-in person is sent on",
    "signin.welcome": "needs a link that is used once",
}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, FlaskClient]]:
    """Fifty hotlines of five hundred volunteers."""
    with site(tmp_path_factory.mktemp("large"), 50, 500) as (settings, web):
        fill(settings, 50, CALLS)
        client = web.app.test_client()
        sign_in(client)
        yield web, client


def test_every_page_is_listed(large: tuple[Web, FlaskClient]) -> None:
    web, _ = large
    found = {rule.endpoint for rule in pages_of(web).url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert found - NO_PAGES.keys() == addresses(web.parts.key, web).keys()


def test_no_page_is_larger_than_a_hundred_kilobytes(large: tuple[Web, FlaskClient]) -> None:
    web, client = large
    sizes = {
        path: first_load(client, path).plain - _text_in_editor(client, path)
        for some in addresses(web.parts.key, web).values()
        for path in some
    }
    assert {path: size for path, size in sizes.items() if size >= MOST} == {}


def test_no_list_of_a_thousand_hotlines_is_larger(tmp_path: Path) -> None:
    with site(tmp_path, 1_000, 10, usual_week) as (settings, web):
        fill(settings, 1_000, CALLS)
        client = web.app.test_client()
        sign_in(client)
        sizes = {path: first_load(client, path).plain for path in LISTS}
        assert {path: size for path, size in sizes.items() if size >= MOST} == {}


def _text_in_editor(client: FlaskClient, path: str) -> int:
    """Return the bytes of a file that is shown for editing: nobody can edit less of it."""
    if not path.endswith("/file"):
        return 0
    found = re.search(rb"<textarea.*?</textarea>", client.get(path, buffered=True).data, re.DOTALL)
    assert found
    return len(found[0])
