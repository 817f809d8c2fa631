"""A YAML file as plain text, lists and mappings, with the position of each part in the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding, Fix, Severity

Plain = None | str | list["Plain"] | dict[str, "Plain"]
"""The content of a file. Every scalar is text; None is a name with nothing after it."""

Path = tuple[str | int, ...]
"""The way to a part of a file, from its top: `("shifts", 2, "hours")`."""

Part = Literal["value", "key"]

_MOST_FINDINGS = 200


@dataclass(slots=True)
class Document:
    """A file that could be read as YAML.

    `findings` collects its problems: about 200 spots at most, while `errors` counts them all.
    """

    file: str
    lines: Sequence[str]
    root: Node
    plain: Plain = None
    findings: list[Finding] = field(default_factory=list)
    errors: int = 0

    def report(
        self,
        code: str,
        path: Path,
        message: Wording,
        help: Wording,
        severity: Severity = "error",
        part: Part = "value",
        character: int | None = None,
        fix: Fix | None = None,
    ) -> None:
        """Add a finding at the value at `path`, or at its key; failing that, nearby.

        `character` is the index, from 0, of a single character of a name. `fix` is left out if `help` says what to
        write.
        """
        self.errors += severity == "error"
        if len(self.findings) < _MOST_FINDINGS or (severity == "error" and self.errors <= _MOST_FINDINGS):
            line, column, length = self._spot(path, part)
            source = self.lines[line - 1] if line <= len(self.lines) else ""
            right = help.values.get("right")
            if character is not None:
                column, length = column + character + (source[column - 1 : column] in ("'", '"')), 1
                fix = fix or Fix(line, column, 1, "")
            elif fix is None and right is not None and self._is_scalar(path, part):
                text = _as_scalar(str(right), source[column - 1 : column], self._in_flow(path))
                fix = Fix(line, column, length, text)
            self.findings.append(
                Finding(code, severity, self.file, line, column, message, help, source, max(1, length), fix)
            )

    @property
    def full(self) -> bool:
        """Return whether the document accepts no more findings, so that none need careful words."""
        return self.errors >= _MOST_FINDINGS

    def add(self, error: Finding) -> None:
        """Add an error at a known spot."""
        self.errors += 1
        if self.errors <= _MOST_FINDINGS:
            self.findings.append(error)

    def line_of(self, path: Path) -> int:
        """The line, from 1, of the key or the value at a path."""
        return self._spot(path, "key")[0]

    def get(self, *path: str | int) -> Plain:
        """The plain value at a path, or None if there is none."""
        value = self.plain
        for step in path:
            inner = child(value, step)
            if inner is None:
                return None
            value = inner.value
        return value

    def in_flow_mapping(self, path: Path) -> bool:
        """Return whether the mapping at a path is written between braces."""
        return bool(getattr(self._walk(path)[1], "flow_style", False))

    def value_as(self, path: Path, yaml: str) -> Fix | None:
        """Return how to replace the value at a path, on one line, by a value given as YAML."""
        return _in_place_of(self._walk(path)[1], yaml)

    def key_as(self, path: Path, yaml: str) -> Fix | None:
        """Return the key at a path as one kind of value."""
        key = self._walk(path)[0]
        return _in_place_of(key, yaml) if key is not None else None

    def without(self, path: Path) -> Fix | None:
        """Return how to remove the part at a path: an entry or a field written on one line with its neighbours."""
        *outer, last = path
        holder = self._walk(tuple(outer))[1]
        if not isinstance(holder, SequenceNode | MappingNode) or not holder.flow_style:
            return None
        parts = [(one[0], one[1]) if isinstance(one, tuple) else (one, one) for one in holder.value]
        place = (
            last if isinstance(last, int) else next((at for at, one in enumerate(parts) if one[0].value == last), -1)
        )
        if len(parts) < 2 or not 0 <= place < len(parts):
            return None
        first, end = parts[place][0].start_mark, parts[place][1].end_mark
        if place:
            first = parts[place - 1][1].end_mark
        else:
            end = parts[1][0].start_mark
        if first.line != end.line:
            return None
        return Fix(first.line + 1, first.column + 1, end.column - first.column, "")

    def span(self, start: Path, end: Path, text: str) -> Fix | None:
        """Return how to write `text` in place of the text from the value at one path to the key at another."""
        first, last = self._walk(start)[1].start_mark, self._walk(end)[0]
        if last is None or last.end_mark.line != first.line:
            return None
        return Fix(first.line + 1, first.column + 1, last.end_mark.column - first.column, text)

    def _is_scalar(self, path: Path, part: Part) -> bool:
        """Return whether the part at a path is text on one line, which can be replaced."""
        key, value = self._walk(path)
        node = key if part == "key" else value
        return (
            isinstance(node, ScalarNode)
            and node.start_mark.line == node.end_mark.line
            and node.start_mark.index < node.end_mark.index
        )

    def _in_flow(self, path: Path) -> bool:
        return any(self.in_flow_mapping(path[:length]) for length in range(len(path)))

    def _spot(self, path: Path, part: Part) -> tuple[int, int, int]:
        key, value = self._walk(path)
        node = value
        nothing = isinstance(value, ScalarNode) and value.start_mark.index == value.end_mark.index
        spread = not isinstance(value, ScalarNode) and not getattr(value, "flow_style", False)
        if key is not None and (part == "key" or nothing or spread):
            node = key
        start, end = node.start_mark, node.end_mark
        if node is self.root and spread:
            return 1, 1, 1
        length = end.column - start.column if end.line == start.line else len(self.lines[start.line]) - start.column
        return start.line + 1, start.column + 1, length

    def _walk(self, path: Path) -> tuple[Node | None, Node]:
        key: Node | None = None
        node = self.root
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
        return key, node


def _in_place_of(node: Node, yaml: str) -> Fix | None:
    first, end = node.start_mark, node.end_mark
    written = isinstance(node, ScalarNode) or bool(getattr(node, "flow_style", False))
    if not written or first.line != end.line or first.index == end.index:
        return None
    return Fix(first.line + 1, first.column + 1, end.column - first.column, yaml)


def quoted(text: str) -> str:
    """Format text as YAML for any place in a list or a group of fields."""
    return _as_scalar(text, "", flow=True)


def _as_scalar(text: str, opening: str, flow: bool) -> str:
    """Format text as YAML, in the quotes of the old value, or without if it needs none."""
    if opening == "'":
        return "'" + text.replace("'", "''") + "'"
    plain = re.fullmatch(r"\w[\w .:/–-]*\w|\w", text) and ": " not in text
    if opening != '"' and (plain or (not flow and re.fullmatch(r"\w[\w ,.:/–-]*\w", text) and ": " not in text)):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Child:
    """The child of a plain value at one step. It may exist, and still be empty."""

    value: Plain


def child(value: Plain, step: str | int) -> Child | None:
    """Return the value under a name of a group, or at an index of a list. None if it does not exist."""
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return Child(value[step])
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return Child(value[step])
    return None


def to_plain(node: Node, on_key: Callable[[MappingNode, Node, Node | None], None]) -> Plain:
    """The plain value of a node. If a name is given twice, the first counts.

    `on_key(mapping, key, earlier)` is called for every unusable name. `earlier` is the same name's first place, or None
    if the name is no text.
    """
    if isinstance(node, ScalarNode):
        node.value = composed(node.value)
        return str(node.value) if node.value or node.style else None
    if isinstance(node, SequenceNode):
        return [to_plain(one, on_key) for one in node.value]
    assert isinstance(node, MappingNode)
    plain: dict[str, Plain] = {}
    places: dict[str, Node] = {}
    for key, value in node.value:
        if isinstance(key, ScalarNode):
            key.value = composed(key.value)
        if not isinstance(key, ScalarNode) or not key.value:
            on_key(node, key, None)
        elif key.value in plain:
            on_key(node, key, places[key.value])
        else:
            plain[key.value] = to_plain(value, on_key)
            places[key.value] = key
    return plain


def _child(node: Node, step: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def entries(value: Plain) -> Sequence[tuple[int, Mapping[str, Plain]]]:
    """The mappings in a list, with their indexes; nothing if the value is no list."""
    return [(place, one) for place, one in enumerate(value) if isinstance(one, dict)] if isinstance(value, list) else []


def names(value: Plain) -> Sequence[tuple[int, str]]:
    """The texts in a list, with their indexes; nothing if the value is no list."""
    return [(place, one) for place, one in enumerate(value) if isinstance(one, str)] if isinstance(value, list) else []


def texts_at(path: Path, written: Plain) -> Iterator[tuple[Path, str]]:
    """The texts that are written at a path, one or a list, each with its spot. Recorded ones are in `say`."""
    if isinstance(written, str):
        yield path, written
    for place, one in enumerate(written if isinstance(written, list) else ()):
        said = one.get("say") if isinstance(one, dict) else one
        if isinstance(said, str):
            yield (*path, place, "say") if isinstance(one, dict) else (*path, place), said


def mapping(value: Plain) -> Mapping[str, Plain]:
    """The value if it is a mapping, or else an empty one."""
    return value if isinstance(value, dict) else {}


def composed(text: str) -> str:
    """Return text with each letter and its accents as one character, however they were typed (NFC).

    Characters that NFC would replace by others, as in some Chinese names, stay unchanged.
    """
    if text.isascii() or any(unicodedata.normalize("NFC", one) != one for one in text):
        return text
    return unicodedata.normalize("NFC", text)
