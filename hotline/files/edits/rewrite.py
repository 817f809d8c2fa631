"""A file's text with another meaning: what forms of the pages change.

A form changes the plain content of a file. `rewritten` then changes the text, and only where the content differs: all
other bytes stay, comments included. A removed entry takes the comments on its own lines with it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from hotline.core.wording import Wording
from hotline.errors import FilesError
from hotline.files.yaml.document import Document, Path, Plain, mapping
from hotline.files.yaml.insertion import Style
from hotline.files.yaml.layout import TextPart, layout
from hotline.files.yaml.reading import read
from hotline.files.yaml.rewriting import Rewriter, Unsafe, applied, reordered

SECTIONS = (
    "name",
    "numbers",
    "rota",
    "timezone",
    "calendar",
    "languages",
    "start",
    "open",
    "closed",
    "steps",
    "apology",
    "volunteers",
    "coordinators",
    "shifts",
    "rotations",
    "away",
    "cover",
    "holidays",
    "backup",
    "ringing",
    "limits",
    "cover_requests",
    "texts",
)
"""The sections of files, in the order in which new ones are put."""
_ORDERED = "languages"
"""The section of named parts whose order means something: calls begin in the first language."""
_BOM = "\ufeff"


def content_of(text: str) -> dict[str, Plain]:
    """Return the plain content of a file. Raises FilesError if the file has errors."""
    return copy.deepcopy(_shared(text))


def _shared(text: str) -> dict[str, Plain]:
    """Return the plain content of a file, which others use too. Raises FilesError if the file has errors."""
    found = _plain(text.removeprefix(_BOM))
    if not isinstance(found, dict):
        raise FilesError(
            Wording("The file has errors and cannot be used."), Wording("Fix it first: choose “Edit as text”.")
        )
    return found


def changed(text: str, change: Callable[[dict[str, Plain]], None]) -> str:
    """Return a file's text after a change of its content. `change` edits the content it is given.

    Raises FilesError as `content_of` and `rewritten`.
    """
    wanted = content_of(text)
    change(wanted)
    return rewritten(text, wanted)


def rewritten(text: str, wanted: dict[str, Plain]) -> str:
    """Return a file's text with this content. Empty lists and groups at the top are left out.

    Raises FilesError if the way the file is written does not allow it. Nothing is lost then.
    """
    bom, body = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    old = _shared(body)
    wanted = {name: value for name, value in wanted.items() if value not in ([], {}) or old.get(name) == value}
    try:
        if old != wanted:
            root = layout(body)
            body = applied(body, Rewriter(body, root, Style.of(body, root), SECTIONS).changes(old, wanted))
        order = _order_in(wanted)
        if order != _order_in(_plain(body)):
            body = applied(body, reordered(body, layout(body), _ORDERED, order))
    except Unsafe:
        raise _refused() from None
    found = _plain(body)
    if found != wanted or order != _order_in(found):
        raise _refused()
    return bom + body


def _order_in(content: Plain) -> list[str]:
    return list(mapping(mapping(content).get(_ORDERED)))


def path_at(text: str, line: int, column: int) -> Path:
    """Return the path of the part of a file that is at a line and a column, both from 1. The nearest before it."""
    body = text.removeprefix(_BOM)
    lines = body.splitlines(keepends=True)
    offset = sum(map(len, lines[: line - 1])) + column - 1
    path: list[str | int] = []
    part = layout(body)
    while True:
        if part.kind == "list":
            inner: list[tuple[str | int, int, TextPart]] = [(at, one.start, one) for at, one in enumerate(part.parts)]
        elif part.kind == "group":
            inner = [(key.value, key.start, value) for key, value in part.fields]
        else:
            return tuple(path)
        found = [(step, one) for step, start, one in inner if start <= offset]
        if not found:
            return tuple(path)
        path.append(found[-1][0])
        part = found[-1][1]


def _refused() -> FilesError:
    return FilesError(
        Wording("This part of the file is written in a way that a form cannot change safely."),
        Wording("Choose “Edit as text” and change it there. Nothing was saved."),
    )


def _plain(body: str) -> Plain:
    outcome = read("", body.encode())
    return outcome.plain if isinstance(outcome, Document) and not outcome.findings else None
