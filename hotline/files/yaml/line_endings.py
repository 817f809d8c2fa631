"""Text from an editor as bytes of the original file: with its line endings and its byte order mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

_BREAK = re.compile("\r\n|\r|\n")
_BOM = "\ufeff"


def shown_text(raw: bytes) -> str | None:
    """A file's text as editors show it, with `\\n` between its lines; None if it is not in UTF-8."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return _BREAK.sub("\n", text.removeprefix(_BOM))


def as_before(before: bytes, edited: str) -> bytes:
    """Return the edited text with the mark and the line endings of the file before it.

    In a file with several kinds of endings each old line keeps its own, and new lines get the most common one.
    """
    text = before.decode("utf-8", "replace")
    bom = _BOM if text.startswith(_BOM) else ""
    body = text.removeprefix(_BOM)
    lines = _BREAK.sub("\n", edited.removeprefix(_BOM)).split("\n")
    endings = _BREAK.findall(body)
    kinds = sorted(set(endings), key=endings.count, reverse=True)
    usual = kinds[0] if kinds else "\n"
    if len(kinds) < 2:
        return (bom + usual.join(lines)).encode()
    own = _own_endings(_BREAK.split(body), endings, lines, usual)
    return (bom + "".join(line + ending for line, ending in zip(lines, own, strict=True))).encode()


def _own_endings(before: Sequence[str], endings: Sequence[str], after: Sequence[str], usual: str) -> list[str]:
    found = [usual] * (len(after) - 1) + [""]
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        for place in range(block.size):
            old, new = block.a + place, block.b + place
            if old < len(endings) and new < len(after) - 1:
                found[new] = endings[old]
    return found
