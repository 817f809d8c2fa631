"""The guard before YAML is read: it refuses files that are no text, or made to exhaust the reader.

Nothing here recurses, and reading stops at the first spot over a limit, so a hostile file costs little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
)

from hotline.core.wording import Count, Wording

MOST_BYTES = 5_000_000
MOST_DEPTH = 20
MOST_NODES = 150_000

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_UTF16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


@dataclass(frozen=True)
class Refused(Exception):
    """The file cannot be used at all. `line` and `column` count from 0."""

    code: str
    message: Wording
    help: Wording
    line: int = 0
    column: int = 0


def text_of(raw: bytes) -> str:
    """The text of a file, without a byte order mark. Raises `Refused`."""
    if len(raw) > MOST_BYTES:
        raise Refused(
            "file-too-big",
            Wording("This file is larger than %(most)s MB and is not read.", most=MOST_BYTES // 1_000_000),
            Wording("Check that this is the right file. A rota of a thousand volunteers takes about 200 kB."),
        )
    if raw.startswith(_UTF16_OR_32):
        raise Refused(
            "not-utf8",
            Wording("This file is saved in UTF-16 (some editors call it “Unicode”), not in UTF-8."),
            Wording("Open it in your editor and use “Save as” with the encoding UTF-8."),
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        lines = lines_of(before)
        raise Refused(
            "not-utf8",
            Wording("A letter here is not saved in UTF-8."),
            Wording(
                "Open the file in your editor, use “Save as” with the encoding UTF-8, and check the"
                " letters on this line."
            ),
            len(lines) - 1,
            len(lines[-1]),
        ) from None
    text = text.removeprefix("\ufeff")
    control = _CONTROL.search(text)
    if control:
        lines = lines_of(text[: control.start()])
        raise Refused(
            "control-character",
            Wording(
                "There is an invisible control character here (U+%(number)s).", number=f"{ord(control.group()):04X}"
            ),
            Wording("Delete this part of the line and type it again. Such characters often come from copied text."),
            len(lines) - 1,
            len(lines[-1]),
        )
    return text


def lines_of(text: str) -> Sequence[str]:
    """The lines of a text, as YAML counts them; at least one."""
    return _LINE_BREAK.split(text)


@dataclass(slots=True)
class _Open:
    """A collection being read: its number of nodes so far, and their depth."""

    anchor: str | None
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class _Count:
    """The size and depth of everything read so far, with aliases expanded."""

    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[int, int]] = field(default_factory=dict)
    documents: int = 0
    nodes: int = 0
    """The sizes of all that is open, summed."""

    def see(self, event: Event) -> None:
        """See one event. Most are scalars, and files have thousands."""
        if isinstance(event, ScalarEvent):
            if event.tag is not None:
                raise _tagged(event, event.tag)
            self._add(event, event.anchor, 1, 0)
        elif isinstance(event, CollectionStartEvent):
            if event.tag is not None:
                raise _tagged(event, event.tag)
            self.open.append(_Open(event.anchor))
            self.nodes += 1
            self._limit_depth(event, 0)
        elif isinstance(event, CollectionEndEvent):
            done = self.open.pop()
            self.nodes -= done.size
            self._add(event, done.anchor, done.size, done.height)
        elif isinstance(event, AliasEvent):
            self._see_alias(event)
        elif isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _refused(
                    event,
                    "many-documents",
                    Wording("A second document begins here. The line `---` is only allowed at the top."),
                    Wording("Delete this `---` line, or move the rest into its own file."),
                )

    def _see_alias(self, event: AliasEvent) -> None:
        if any(one.anchor == event.anchor for one in self.open):
            raise _refused(
                event,
                "alias-loop",
                Wording(
                    "`*%(anchor)s` is inside the part it repeats, so it would never end.",
                    anchor=event.anchor,
                ),
                Wording("Write this part out in full."),
            )
        if event.anchor not in self.anchors:
            raise _refused(
                event,
                "unknown-alias",
                Wording(
                    "`*%(anchor)s` repeats a part marked `&%(anchor)s`, but there is none above.", anchor=event.anchor
                ),
                Wording('If it is text, put it in quotes: "*". Otherwise write this part out in full.'),
            )
        size, height = self.anchors[event.anchor]
        self._limit_depth(event, height)
        self._add(event, None, size, height)

    def _add(self, event: Event, anchor: str | None, size: int, height: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = (size, height)
        if self.open:
            outer = self.open[-1]
            outer.size += size
            self.nodes += size
            if outer.height <= height:
                outer.height = height + 1
        if self.nodes > MOST_NODES:
            aliased = bool(self.anchors)
            raise _refused(
                event,
                "too-many-aliases" if aliased else "too-many-entries",
                Wording(
                    "Written out in full, this file has more than %(most)s parts. It was not read to the end.",
                    most=Count(MOST_NODES),
                ),
                Wording("Write repeated parts out instead of using `&` and `*`.")
                if aliased
                else Wording("Check that this is the right file, or split it into several hotlines."),
            )

    def _limit_depth(self, event: Event, height: int) -> None:
        if len(self.open) + height > MOST_DEPTH:
            raise _refused(
                event,
                "too-deep",
                Wording("Brackets or indentation go more than %(most)s levels deep here.", most=MOST_DEPTH),
                Wording(
                    "Look for brackets that are opened and never closed. No hotline file needs more than six levels."
                ),
            )


def check_events(events: Iterable[Event]) -> bool:
    """Read a file's events. Returns whether there are any. Raises `Refused`, and `yaml.YAMLError` for bad syntax."""
    count = _Count()
    seen = False
    for event in events:
        count.see(event)
        seen = seen or (isinstance(event, NodeEvent) and not _is_nothing(event))
    return seen


def _is_nothing(event: NodeEvent) -> bool:
    return isinstance(event, ScalarEvent) and event.value == "" and event.implicit[0]


def _tagged(event: Event, tag: str) -> Refused:
    return _refused(
        event,
        "yaml-tag",
        Wording("`%(tag)s` is a YAML tag. Tags are not used here.", tag=tag.replace("tag:yaml.org,2002:", "!!")),
        Wording('Delete it. If it is text, put the text in quotes, like "!".'),
    )


def _refused(event: Event, code: str, message: Wording, help: Wording) -> Refused:
    mark = event.start_mark
    assert mark is not None
    return Refused(code, message, help, mark.line, mark.column)
