"""What a release says of itself: its licences, and its version."""

from __future__ import annotations

import re
from pathlib import Path

from hotline import __version__
from tests.licences import PAGE, installed, licence_of, page, scripts


def test_the_list_of_licences_is_current() -> None:
    """`python -m tests.licences` writes it."""
    assert PAGE.read_text("utf-8") == page()


def test_every_licence_is_known_and_allows_what_we_do() -> None:
    allowed = ("MIT", "BSD", "Apache", "PSF", "MPL", "LGPL", "GPL-2.0-or-later")
    for name in installed():
        assert licence_of(name).startswith(allowed), f"{name}: {licence_of(name)}"
    assert set(scripts().values()) == {"MIT"}, "the page has their text"
    assert [name for name in installed() if licence_of(name).startswith("GPL")] == ["igraph"], "the page says so"


def test_the_changelog_has_a_dated_section_for_this_version() -> None:
    text = (Path(__file__).parents[1] / "CHANGELOG.md").read_text("utf-8")
    [newest, *_] = re.findall(r"^## \[(\d.*?)\] - \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert newest == __version__
