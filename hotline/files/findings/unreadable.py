"""A value that cannot be read, and the bridge that takes its error through pydantic."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

from hotline.core.wording import Wording, together

Value = TypeVar("Value")

_MOST_TOLD = 5
_LOOKS = str.maketrans(dict.fromkeys("‐‑‒―−﹣－", "-"))


class Unreadable(ValueError):
    """A value that is not as expected. `code`, `message` and `help` are those of the finding.

    For a list they describe the first bad entry; `entries` has the error of each bad entry, by its index.
    """

    def __init__(self, code: str, message: Wording, help: Wording) -> None:
        super().__init__(message)
        self.code, self.message, self.help = code, message, help
        self.entries: Mapping[int, Unreadable] = {}


def reader(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Make a function for pydantic's validators from a function that raises `Unreadable`."""

    def reading(value: Any) -> Value:
        try:
            return read(value)
        except Unreadable as problem:
            raise PydanticCustomError(
                "unreadable", "{message}", {"message": problem.message, "problem": problem}
            ) from None

    return reading


def each(values: Sequence[object], read: Callable[[object], Value]) -> list[Value]:
    """Read every entry of a list. Raises `Unreadable` with all those that cannot be read."""
    found: list[Value] = []
    entries: dict[int, Unreadable] = {}
    for place, value in enumerate(values):
        try:
            found.append(read(value))
        except Unreadable as problem:
            entries[place] = problem
    if entries:
        first = next(iter(entries.values()))
        whole = Unreadable(first.code, first.message, first.help)
        whole.entries = entries
        raise whole
    return found


def several(problems: Iterable[Unreadable]) -> tuple[Wording, Wording]:
    """Return the problems of a text's parts, and the remedies, for the first few."""
    told = tuple(problems)[:_MOST_TOLD]
    return together(*dict.fromkeys(one.message for one in told)), together(*dict.fromkeys(one.help for one in told))


def text(value: object, example: str) -> str:
    """Return the value if it is text, as plain characters: copied text has hidden ones. Raises `Unreadable`."""
    if isinstance(value, str):
        return value.strip() if value.isascii() else plain(value)
    raise Unreadable(
        "wrong-type",
        Wording("Write a text here, not %(found)s.", found=kind(value)),
        Wording("For example: %(example)s", example=example),
    )


def plain(text: str) -> str:
    """Return text without surrounding quotes and invisible marks, its hyphens, spaces and digits as on a keyboard."""
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf").translate(_LOOKS)
    return unicodedata.normalize("NFKC", seen).strip().strip("“”„‘’«»").strip()


def kind(value: object) -> Wording:
    """Return the kind of a plain value, in words."""
    if value is None:
        return Wording("nothing")
    if isinstance(value, list):
        return Wording("a list")
    if isinstance(value, dict):
        return Wording("a group of fields")
    return Wording("`%(value)s`", value=clip(str(value)))


def clip(value: str, most: int = 40) -> str:
    """Return the text on one line, at most `most` characters long."""
    line = " ".join(value.split())
    return line if len(line) <= most else line[: most - 1] + "…"
