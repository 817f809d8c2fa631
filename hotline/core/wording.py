"""Words in English that remember what they were put together from, so that they can be translated where they are shown.

Terminals, JSON and logs show them as they are. The pages translate `template`, and `values` if need be
(`hotline.pages.words.wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self


class Wording(str):
    """The text `template`, each `%(name)s` in it filled in from `values`.

    Templates are literals, so that `tests.pages.translations` finds them. A value is shown as `str` gives it; wordings
    and the classes of this kind are translated, too. A help whose value is named `right` says what to write in place
    of what is marked, and editors offer to (`Finding.fix`).
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        made = super().__new__(cls, template % values if values else template)
        made.template, made.values = template, values
        return made

    def as_data(self) -> dict[str, object]:
        """Return template and values as plain objects for `json.dumps`."""
        values = {name: one.as_data() if isinstance(one, Wording) else str(one) for name, one in self.values.items()}
        return {"template": self.template, "values": values}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the wording of `as_data`. Raises KeyError, TypeError or ValueError for anything else."""
        values = {name: cls.of_data(one) if isinstance(one, dict) else one for name, one in data["values"].items()}
        return cls(data["template"], **values)


def data_of(words: str) -> object:
    """Return words as plain objects for `json.dumps`: those of a wording, or else the text."""
    return words.as_data() if isinstance(words, Wording) else words


def words_of(data: object) -> str:
    """Return the words of `data_of`. Raises KeyError, TypeError or ValueError for anything else."""
    if isinstance(data, str):
        return data
    if not isinstance(data, dict):
        raise TypeError(type(data).__name__)
    return Wording.of_data(data)


def together(*sentences: str) -> Wording:
    """Return sentences one after another, without those that are empty."""
    said = {f"part{place}": one for place, one in enumerate(sentences) if one}
    template = " ".join(f"%({name})s" for name in said)
    return Wording(template, **said)


NOTHING = together()


@dataclass(frozen=True, slots=True)
class InARow:
    """Names in a row: `amy, ben, cho`."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class Count:
    """A number with thousands: `150,000`."""

    number: int

    def __str__(self) -> str:
        return f"{self.number:,}"


def in_a_row(words: Iterable[str]) -> InARow:
    """Return names with commas between them."""
    return InARow(tuple(words))
