"""Bytes to a document: the guard first, then PyYAML's `compose`, with no implicit resolvers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import yaml
from yaml.error import Mark, MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode

from hotline.core.wording import Wording
from hotline.files.findings.finding import Finding
from hotline.files.yaml.document import Document, Plain, to_plain
from hotline.files.yaml.guard import MOST_BYTES, Refused, check_events, lines_of, text_of

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLAIN_WORDS: tuple[tuple[str, Wording, Wording], ...] = (
    (
        "mapping values are not allowed",
        Wording("There is an unexpected colon here."),
        Wording(
            "If it belongs to the text, put the whole text in quotes. If this line starts a field of its own, indent it"
            " exactly like the fields around it."
        ),
    ),
    (
        "unexpected end of stream",
        Wording("Quotes are opened here and never closed."),
        Wording(
            'Close them at the end of the text. Put a text with an apostrophe into double quotes: "You\'ve reached …".'
        ),
    ),
    (
        "expected ',' or ']'",
        Wording("A list that was opened with `[` is not closed correctly."),
        Wording("Put commas between the names and a `]` at the end: [amy, ben]"),
    ),
    (
        "expected ',' or '}'",
        Wording("A `{` that was opened above is not closed correctly."),
        Wording(
            "Put commas between the fields and a `}` at the end. Put a text with a colon or a comma in "
            "quotes. Look for unclosed quotes too."
        ),
    ),
    (
        "did not find expected key",
        Wording("This does not line up with the lines above it."),
        Wording(
            "Indent it with spaces exactly like its neighbours. If a text above holds quotes or an apostrophe, put it"
            " in double quotes."
        ),
    ),
    (
        "expected '-' indicator",
        Wording("A list above ends here unexpectedly."),
        Wording("Start each entry of the list with `- `, all at the same indentation."),
    ),
    (
        "cannot start any token",
        Wording("A text cannot begin with this character."),
        Wording('Put the text in quotes: "@home".'),
    ),
    (
        "could not find expected ':'",
        Wording("This name has no colon after it."),
        Wording("Write `name: value`, with a space after the colon."),
    ),
    (
        "unknown escape character",
        Wording("A backslash in double quotes has a special meaning, but not with this letter."),
        Wording("Delete the backslash, or use single quotes."),
    ),
    (
        "expected node content",
        Wording("Something is missing before this point."),
        Wording("Look for a bracket or a comma too many."),
    ),
)
_OTHERWISE = (
    Wording("This line cannot be read as YAML."),
    Wording("Compare it with the lines around it: indentation, colons, quotes and brackets."),
)


class TextLoader(_Base):  # type: ignore[misc]
    """Reads every scalar as text: `19:00`, `+1410…`, `no`."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def resolve(self, kind: type[Node], value: object, implicit: object) -> str:
        """Return no tag: nothing here asks for one, and finding them takes a quarter of the time."""
        return ""


def read(file: str, raw: bytes) -> Document | Finding:
    """The document in a file's bytes, or the one finding that says why there is none."""
    text = ""
    try:
        text = text_of(raw)
        parsed = _parsed(text)
    except Refused as refused:
        return _finding(file, lines_of(text or raw[:MOST_BYTES].decode("utf-8", "replace")), refused)
    except yaml.YAMLError as error:
        lines = lines_of(text)
        return _finding(file, lines, _syntax(error, lines))
    document = Document(file, lines_of(text), parsed.root, parsed.plain)
    for key, earlier in parsed.doubtful:
        document.add(_key_finding(document, key, earlier))
    for one in parsed.refused:
        document.add(_finding(file, document.lines, one))
    return document


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A text's nodes and its plain content, which nobody changes, and what is wrong with either.

    `doubtful` are names that cannot be used, each with the same name's first place if it is there twice.
    """

    root: Node
    plain: Plain
    doubtful: Sequence[tuple[Node, Node | None]]
    refused: Sequence[Refused]


@lru_cache(maxsize=4)
def _parsed(text: str) -> _Parsed:
    """Parse a text. An edit is checked with the same texts several times over. Raises Refused and YAMLError."""
    if not check_events(yaml.parse(text, Loader=TextLoader)):
        raise Refused(
            "file-empty", Wording("This file is empty."), Wording("Write the call flow or rota, or delete the file.")
        )
    root: Node | None = yaml.compose(text, Loader=TextLoader)
    assert root is not None
    doubtful: list[tuple[Node, Node | None]] = []
    plain = to_plain(root, lambda _, key, earlier: doubtful.append((key, earlier)))
    return _Parsed(root, plain, doubtful, list(_control_characters(root)) if "\\" in text else ())


def _key_finding(document: Document, key: Node, earlier: Node | None) -> Finding:
    mark = key.start_mark
    if earlier is None or not isinstance(key, ScalarNode):
        code = "bad-name"
        message = Wording("There is no usable name before this colon.")
        help = Wording("Write `name: value`. A name that begins with `[`, `{` or `?` goes into quotes.")
    else:
        code = "duplicate-key"
        message = Wording("`%(name)s` is already in line %(line)s.", name=key.value, line=earlier.start_mark.line + 1)
        help = Wording("Keep one of the two and delete the other.")
    length = key.end_mark.column - mark.column if key.end_mark.line == mark.line else 1
    source = document.lines[mark.line]
    return Finding(code, "error", document.file, mark.line + 1, mark.column + 1, message, help, source, max(1, length))


def _control_characters(root: Node) -> Iterator[Refused]:
    """Escapes such as "\\0" are YAML, and would make a document that no carrier reads."""
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            pending.extend(part for pair in node.value for part in pair)
        elif not isinstance(node, ScalarNode):
            pending.extend(node.value)
        elif node.style == '"' and any(_unspeakable(character) for character in node.value):
            yield Refused(
                "control-character",
                Wording("This text holds an invisible control character, written with a backslash."),
                Wording("Delete the backslash and the characters that belong to it."),
                node.start_mark.line,
                node.start_mark.column,
            )


def _unspeakable(character: str) -> bool:
    code = ord(character)
    return (code < 32 and character not in "\n\t\r") or 0x7F <= code < 0xA0 or code in (0xFFFE, 0xFFFF)


def _syntax(error: yaml.YAMLError, lines: Sequence[str]) -> Refused:
    if not isinstance(error, MarkedYAMLError) or error.problem is None:
        return Refused("yaml-syntax", *_OTHERWISE)
    mark: Mark | None = error.problem_mark or error.context_mark
    if "unexpected end of stream" in error.problem and error.context_mark is not None:
        mark = error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    while line > 0 and (line >= len(lines) or not lines[line].strip()):
        line, column = line - 1, len(lines[line - 1])
    for near in (line, line - 1):
        indentation = lines[near][: len(lines[near]) - len(lines[near].lstrip())] if 0 <= near < len(lines) else ""
        if "\t" in indentation:
            return Refused(
                "yaml-tab",
                Wording("This line is indented with a tab."),
                Wording("Use spaces. Most editors can turn tabs into spaces for you."),
                near,
                indentation.index("\t"),
            )
    if looks := _only_looks_like_yaml(lines, line):
        return looks
    run_on = re.search(r"(?:^|[\s,{])(\w+):([\[{\"'])", lines[line] if line < len(lines) else "")
    if run_on:
        message = Wording("A space is missing after the colon of `%(field)s`.", field=run_on[1])
        help = Wording("Write %(whole)s", whole=f"{run_on[1]}: {run_on[2]}…")
        return Refused("yaml-syntax", message, help, line, run_on.start(1))
    for part, message, help in _PLAIN_WORDS:
        if part in error.problem:
            return Refused("yaml-syntax", message, help, line, column)
    return Refused("yaml-syntax", *_OTHERWISE, line, column)


_INDENTATION = re.compile(r"[\s\u200b\ufeff]*")
_DASHES = "–—−‐‑•"
_BEFORE_COLON = re.compile(r"[^:'\"]*")
_FULL_WIDTH = re.compile(r"(?<=\w)：")


def _only_looks_like_yaml(lines: Sequence[str], line: int) -> Refused | None:
    """Say which space, dash or colon at or above an error is of another kind, if the error is gone without such."""
    for near in (line, line - 1):
        at = _look_alike(lines[near])[0] if 0 <= near < len(lines) else None
        if at is None or not _helps(lines, line):
            continue
        message = Wording(
            "This line has the character U+%(code)s (%(character)s), which only looks like one of YAML.",
            code=f"{ord(lines[near][at]):04X}",
            character=unicodedata.name(lines[near][at], "?").lower(),
        )
        help = Wording("Delete it and type it again: a space, a hyphen or a colon.")
        return Refused("yaml-syntax", message, help, near, at)
    return None


def _helps(lines: Sequence[str], line: int) -> bool:
    """Return whether the first error is gone from this line on up once all look-alikes are what they look like."""
    try:
        for _event in yaml.parse("\n".join(_look_alike(one)[1] for one in lines), Loader=TextLoader):
            pass
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return mark is not None and mark.line > line
    except yaml.YAMLError:
        return False
    return True


def _look_alike(line: str) -> tuple[int | None, str]:
    """Return where a character is that only looks like one of YAML, or None; and the line with what it looks like."""
    indentation = _INDENTATION.match(line)
    assert indentation is not None
    spaces, rest = indentation[0], line[indentation.end() :]
    other = next((at for at, one in enumerate(spaces) if one not in " \t\r"), None)
    indented = "".join(" " if one.isspace() else "" for one in spaces) if other is not None else spaces
    if not rest:
        return None, line
    if rest[0] in _DASHES and rest[1:2].isspace():
        return (len(spaces) if other is None else other), f"{indented}-{rest[1:]}"
    before = _BEFORE_COLON.match(rest)
    colon = _FULL_WIDTH.search(before[0]) if before else None
    if colon:
        at = len(spaces) + colon.start()
        return (at if other is None else other), f"{indented}{rest[: colon.start()]}: {rest[colon.end() :]}"
    return other, indented + rest


def _finding(file: str, lines: Sequence[str], refused: Refused) -> Finding:
    source = lines[refused.line] if refused.line < len(lines) else ""
    return Finding(
        refused.code, "error", file, refused.line + 1, refused.column + 1, refused.message, refused.help, source
    )
