"""Two texts line by line: removed and added lines, and the lines around; in one column, or side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_AROUND = 3

Kind = Literal["same", "gone", "new", "skipped"]


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A line, with its numbers in the old and in the new text; or, `skipped`, how many equal lines are left out."""

    kind: Kind
    text: str
    old: int | None = None
    new: int | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of each text beside the other; None if there is no counterpart."""

    left: ComparedRow | None
    right: ComparedRow | None


def rows(before: str, after: str, around: int = _AROUND) -> list[ComparedRow]:
    """Return the differences, each with so many lines around it."""
    old, new = before.split("\n"), after.split("\n")
    found: list[ComparedRow] = []
    at = 0
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around):
        skipped = group[0][1] - at
        if skipped:
            found.append(ComparedRow("skipped", "", count=skipped))
        for tag, a, b, c, d in group:
            if tag == "equal":
                found += [ComparedRow("same", old[a + n], a + n + 1, c + n + 1) for n in range(b - a)]
            else:
                found += [ComparedRow("gone", old[n], old=n + 1) for n in range(a, b)]
                found += [ComparedRow("new", new[n], new=n + 1) for n in range(c, d)]
        at = group[-1][2]
    if found and at < len(old):
        found.append(ComparedRow("skipped", "", count=len(old) - at))
    return found


def side_by_side(found: Sequence[ComparedRow]) -> Iterator[Pair]:
    """Put rows into two columns: removed lines beside the lines that replace them."""
    gone: list[ComparedRow] = []
    new: list[ComparedRow] = []
    for one in (*found, None):
        if one is not None and one.kind == "gone":
            gone.append(one)
        elif one is not None and one.kind == "new":
            new.append(one)
        else:
            for place in range(max(len(gone), len(new))):
                yield Pair(gone[place] if place < len(gone) else None, new[place] if place < len(new) else None)
            gone, new = [], []
            if one is not None:
                yield Pair(one, one)
