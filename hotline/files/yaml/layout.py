"""The layout of a YAML file: the positions of its parts in the text, for inserting.

PyYAML's marks say where a part begins. For a list or a group in block style their end is too late (after the comments
and blank lines that follow it). So the end here is that of the last thing written in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from hotline.files.yaml.reading import TextLoader

Kind = Literal["scalar", "list", "group", "repeated"]


@dataclass(slots=True)
class TextPart:
    """A part of a YAML text.

    `start` and `end` are offsets in the text, `column` counts from 0; `brackets` for `[…]` and `{…}`. `inside` is the
    offset after the opening bracket. `parts` are a list's entries, or a group's names and values in turn. `repeated` is
    a part written elsewhere (`*x`).
    """

    kind: Kind
    start: int
    end: int
    column: int
    brackets: bool = False
    value: str = ""
    quotes: str = ""
    inside: int = 0
    parts: list[TextPart] = field(default_factory=list)

    @property
    def fields(self) -> Iterator[tuple[TextPart, TextPart]]:
        """The names and values of a group."""
        return zip(self.parts[::2], self.parts[1::2], strict=True)

    def get(self, name: str) -> TextPart | None:
        """The value under a name of a group."""
        return next((value for key, value in self.fields if key.value == name), None)

    @property
    def blank(self) -> bool:
        """Return whether the part is a name with nothing after its colon."""
        return self.kind == "scalar" and not self.value and not self.quotes

    @property
    def last(self) -> int:
        """The offset after the last thing written in it."""
        return max([self.end, *(part.last for part in self.parts)]) if not self.brackets else self.end


def layout(text: str) -> TextPart:
    """The parts of a file that can be read, without a byte order mark."""
    events = (
        event for event in yaml.parse(text, Loader=TextLoader) if isinstance(event, NodeEvent | CollectionEndEvent)
    )
    return _part(text, next(events), events)


def _part(text: str, event: Event, events: Iterator[Event]) -> TextPart:
    assert event.start_mark is not None
    assert event.end_mark is not None
    start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
    if isinstance(event, AliasEvent):
        return TextPart("repeated", start, end, column)
    if isinstance(event, ScalarEvent):
        written = len(text[start:end].rstrip()) if event.style in ("|", ">") else end - start
        return TextPart("scalar", start, start + written, column, False, event.value, event.style or "")
    assert isinstance(event, SequenceStartEvent | MappingStartEvent)
    group = isinstance(event, MappingStartEvent)
    part = TextPart("group" if group else "list", start, start, column, bool(event.flow_style), inside=end)
    for inner in events:
        if isinstance(inner, CollectionEndEvent):
            if part.brackets and inner.end_mark is not None:
                part.end = inner.end_mark.index
            break
        part.parts.append(_part(text, inner, events))
    return part
