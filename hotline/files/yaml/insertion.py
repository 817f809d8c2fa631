"""Inserting into the text of a YAML file: where new words go, and their layout, after the surrounding text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.files.yaml.layout import TextPart

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NEWLINES = ("\r\n", "\n", "\r")
_COMMENTS = re.compile(r"(?:#[^\n\r]*(?:\r\n|\n|\r|$))+")
_COMMA = re.compile(r"(?:\s|#[^\n\r]*[\n\r])*,")


@dataclass(frozen=True, slots=True)
class Insertion:
    """A change of a text: `words` replace what is from `at` to `until`, usually nothing."""

    at: int
    words: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a file: its line endings, its indentation of lists, and whether it is JSON."""

    newline: str
    indent: int
    json: bool

    @classmethod
    def of(cls, text: str, root: TextPart) -> Style:
        found = _BREAK.search(text)
        newline = found.group() if found and found.group() in _NEWLINES else "\n"
        lists = [value for _, value in root.fields if value.kind == "list" and not value.brackets]
        quoted = bool(root.brackets and root.parts and root.parts[0].quotes == '"')
        return cls(newline, lists[0].column - root.column if lists else 2, quoted)


def into_brackets(text: str, whole: TextPart, new: Sequence[str], style: Style) -> list[Insertion]:
    """Insert after the last item between brackets: on the same line, or on its own line like the others."""
    last = whole.parts[-1].last
    own = whole.parts[-1] if whole.kind == "list" else whole.parts[-2]
    comma = _COMMA.match(text, last, whole.end - 1)
    after = comma.end() if comma else last
    line_end = end_of_line(text, after)
    indent = text[start_of_line(text, own.start) : own.start]
    if indent.strip(" ") or line_end >= whole.end - 1 or _BREAK.search(text, last, after):
        return [Insertion(last, "".join(f", {one}" for one in new))]
    lines = [f"{style.newline}{indent}{one}" for one in new]
    separated = ",".join(lines) + ("," if comma else "")
    return [*([] if comma else [Insertion(last, ",")]), Insertion(line_end, separated)]


def lines_after(text: str, offset: int, lines: Sequence[str], style: Style) -> Insertion:
    line_end = end_of_line(text, offset)
    here = _BREAK.match(text, line_end)
    newline = here.group() if here and here.group() in _NEWLINES else style.newline
    return Insertion(line_end, "".join(newline + line for line in lines))


def commented_out(text: str, root: TextPart, section: str) -> int | None:
    """The last offset of the comment that shows how a section is written, as in `# away:`."""
    inside = [(key.start, value.last) for key, value in root.fields]
    for block in _COMMENTS.finditer(text):
        starts_line = text[block.start() - 1 : block.start()] in ("", "\n", "\r")
        within = any(start <= block.start() < end for start, end in inside)
        if starts_line and not within and re.search(rf"^#+[ \t]*{section}:", block.group(), re.MULTILINE):
            return block.start() + len(block.group().rstrip())
    return None


def sections_stand_apart(text: str, root: TextPart) -> bool:
    """Return whether blank lines separate the sections of a file."""
    pairs = zip(root.parts[1::2], root.parts[2::2], strict=False)
    between = (_BREAK.split(text[one.last : key.start])[1:-1] for one, key in pairs)
    return any(not line.strip() for lines in between for line in lines)


def start_of_line(text: str, offset: int) -> int:
    found = [match.end() for match in _BREAK.finditer(text, 0, offset)]
    return found[-1] if found else 0


def end_of_line(text: str, offset: int) -> int:
    found = _BREAK.search(text, offset)
    return found.start() if found else len(text)
