"""Inserting into the text of a YAML file: where new words go, and their layout, after the surrounding text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotline.files.yaml.layout import TextPart

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NEWLINES = ("\r\n", "\n", "\r")
_COMMENTS = re.compile(r"(?:#[^\n\r]*(?:\r\n|\n|\r|$))+")
_COMMA = re.compile(r"(?:\s|#[^\n\r]*[\n\r])*,")
_BEFORE_NEW = {"away": ("rotations", "shifts", "volunteers"), "cover": ("away", "rotations", "shifts", "volunteers")}
"""The section before which a new one goes: the first of these that the file has."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """`words` replace the text from `at` to `until`, which is usually empty."""

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

    def in_braces(self, entry: Mapping[str, str]) -> str:
        """An entry on one line: {who: ben, from: 2026-12-24, to: 2026-12-26}"""
        if self.json:
            return json.dumps(dict(entry), ensure_ascii=False)
        return "{" + ", ".join(f"{name}: {value}" for name, value in entry.items()) + "}"

    def name(self, name: str) -> str:
        return json.dumps(name) if self.json else name


def inserted(text: str, insertions: Sequence[Insertion]) -> str:
    """Return the text with the words inserted. Insertions at one place keep their order."""
    pieces, done = [], 0
    for insertion in sorted(insertions, key=lambda one: one.at):
        pieces += [text[done : insertion.at], insertion.words]
        done = insertion.at if insertion.until is None else insertion.until
    return "".join((*pieces, text[done:]))


def added_to_list(
    text: str, root: TextPart, found: TextPart, new: Sequence[Mapping[str, str]], style: Style
) -> list[Insertion] | None:
    """Entries at the end of a list, which may be empty or blank; None if there is no list to add to."""
    if found.kind == "list" and found.brackets:
        return _into_brackets(text, found, [style.in_braces(one) for one in new], style)
    if found.kind == "list" and found.parts:
        last = found.parts[-1]
        block = last.kind == "group" and not last.brackets
        column, inner = found.column, max(last.column - found.column, 2)
        lines = [line for one in new for line in _entry(one, column, inner if block else 0, style)]
        return [lines_after(text, last.last, lines, style)]
    if found.blank and not root.brackets:
        return [lines_after(text, found.last, _list(new, root.column + style.indent, style), style)]
    return None


def new_section(
    text: str, root: TextPart, section: str, new: Sequence[Mapping[str, str]], style: Style
) -> list[Insertion] | None:
    """Insert a list under a name that the file does not have yet."""
    if root.brackets:
        entries = ", ".join(style.in_braces(one) for one in new)
        return _into_brackets(text, root, [f"{style.name(section)}: [{entries}]"], style)
    lines = [f"{' ' * root.column}{section}:", *_list(new, root.column + style.indent, style)]
    if root.get(_BEFORE_NEW[section][0]) is None or section == "away":
        comment = commented_out(text, root, section)
        if comment is not None:
            return [lines_after(text, comment, lines, style)]
    for name in _BEFORE_NEW[section]:
        before = root.get(name)
        if before is not None:
            apart = [""] if sections_stand_apart(text, root) else []
            return [lines_after(text, before.last, [*apart, *lines], style)]
    return None


def with_field(text: str, root: TextPart, path: Sequence[str], value: str) -> list[Insertion] | None:
    """Insert a field with a one-word value: at the end of its group, or after `timezone` at the top."""
    group: TextPart | None = root
    for step in path[:-1]:
        group = group.get(step) if group is not None and group.kind == "group" else None
    if group is None or group.kind != "group" or not group.parts:
        return None
    style = Style.of(text, root)
    there = group.get(path[-1])
    if there is not None:
        gap = " " if there.blank else ""
        return [Insertion(there.start, gap + value, there.end)] if there.kind == "scalar" else None
    if group.brackets:
        return _into_brackets(text, group, [f"{style.name(path[-1])}: {value}"], style)
    after = (root.get("timezone") if group is root else None) or group.parts[-1]
    return [lines_after(text, after.last, [f"{' ' * group.column}{path[-1]}: {value}"], style)]


def _into_brackets(text: str, whole: TextPart, new: Sequence[str], style: Style) -> list[Insertion]:
    """Insert after the last item between brackets: on the same line, or on its own line like the others."""
    if not whole.parts:
        return [Insertion(whole.inside, ", ".join(new))]
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


def _list(new: Sequence[Mapping[str, str]], column: int, style: Style) -> list[str]:
    return [line for one in new for line in _entry(one, column, 0, style)]


def _entry(one: Mapping[str, str], column: int, inner: int, style: Style) -> list[str]:
    """The lines of an entry of a list; with `inner`, a line for each field, so far from the dash."""
    dash = " " * column + "-"
    if not inner:
        return [f"{dash} {style.in_braces(one)}"]
    fields = [f"{name}: {value}" for name, value in one.items()]
    return [dash + " " * (inner - 1) + fields[0], *(" " * (column + inner) + field for field in fields[1:])]


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
