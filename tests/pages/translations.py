"""The words of the pages, found in code and templates, beside what translators made of them.

`python -m tests.pages.translations` writes each text that has no translation yet into the file of its area, for
somebody to fill in (`msgstr`), and takes out those that no page says any more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from hotline import pages
from hotline.pages.words.language import FIRST, NAMES

HERE = Path(pages.__file__).parent
LANGUAGES = [one for one in NAMES if one != FIRST]
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "later": None, "Wording": None}
_FINDINGS = {"files", "practice"}
"""The rooms whose wordings are about files: the area of their texts is `findings`; that of all others is `parts`."""
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}

Text = str | tuple[str, ...]


def said() -> dict[str, dict[Text, list[str]]]:
    """Every text of the pages, by area, with the files that say it. What two areas say belongs to the frame."""
    found: dict[Text, dict[str, set[str]]] = {}
    for name, text in _extracted(HERE):
        found.setdefault(text, {}).setdefault(_area(Path(name)), set()).add(name)
    for name, text in _extracted(HERE.parent):
        room = Path(name).parts[0]
        if room != HERE.name:
            area = "findings" if room in _FINDINGS else "parts"
            found.setdefault(text, {}).setdefault(area, set()).add(name)
    areas: dict[str, dict[Text, list[str]]] = {}
    for text, by_area in found.items():
        area = next(iter(by_area)) if len(by_area) == 1 else "frame"
        areas.setdefault(area, {})[text] = sorted(set().union(*by_area.values()))
    return areas


def _extracted(folder: Path) -> Iterator[tuple[str, Text]]:
    for name, _, message, _, _ in extract_from_dir(folder, _METHODS, _OPTIONS, _KEYWORDS, strip_comment_tags=True):
        yield name, tuple(message) if isinstance(message, (list, tuple)) else message


def translated(language: str) -> Iterator[tuple[str, Catalog]]:
    """Each area's catalog in a language."""
    for path in sorted((HERE / "translations" / language).glob("*.po")):
        with path.open("rb") as file:
            yield path.stem, read_po(file, locale=language)


def write(language: str) -> int:
    """Bring the catalogs of a language up to what is said; how many texts wait for a translation."""
    known = {message.id: message.string for _, catalog in translated(language) for message in catalog if message.id}
    waiting = 0
    folder = HERE / "translations" / language
    folder.mkdir(parents=True, exist_ok=True)
    areas = said()
    for path in folder.glob("*.po"):
        if path.stem not in areas:
            path.unlink()
    for area, texts in areas.items():
        catalog = Catalog(locale=language, header_comment=f"# The pages in {NAMES[language]}: {area}.")
        for text in sorted(texts, key=str):
            translation = known.get(text) or (("", "") if isinstance(text, tuple) else "")
            catalog.add(text, translation, [(name, 0) for name in texts[text]])
            waiting += not all(translation) if isinstance(text, tuple) else not translation
        with (folder / f"{area}.po").open("wb") as file:
            write_po(file, catalog, width=120, omit_header=True, no_location=True, sort_output=True)
    return waiting


def _area(path: Path) -> str:
    """The area that a file belongs to: a folder of templates, or a module or a room that is named as one is."""
    if path.parts[0] == "templates":
        return path.parts[1]
    areas = {one.name for one in (HERE / "templates").iterdir()}
    return next((name for name in (path.stem, path.parts[0]) if name in areas), "frame")


if __name__ == "__main__":
    for one in LANGUAGES:
        sys.stdout.write(f"{NAMES[one]}: {write(one)} texts wait for a translation\n")
