"""Merging two edits of one text, if they do not touch the same lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher


def merged(base: str, one: str, other: str) -> str | None:
    """Return the text with both edits of `base`, or None if they touch the same lines, or adjacent lines."""
    old, first, second = base.split("\n"), one.split("\n"), other.split("\n")
    found: list[str] = []
    place = at = beside = 0
    for start, end, in_first, in_second in _kept_by_both(old, first, second):
        before, mine, theirs = old[place:start], first[at:in_first], second[beside:in_second]
        if mine == theirs or theirs == before:
            found += mine
        elif mine == before:
            found += theirs
        else:
            return None
        found += old[start:end]
        place, at, beside = end, in_first + end - start, in_second + end - start
    return "\n".join(found)


def _kept_by_both(
    old: Sequence[str], first: Sequence[str], second: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """The stretches of lines that both edits left unchanged, with their positions in each.

    The end counts as a stretch.
    """
    blocks, others = _matches(old, first), _matches(old, second)
    while blocks and others:
        (a, in_first, size), (b, in_second, length) = blocks[0], others[0]
        start, end = max(a, b), min(a + size, b + length)
        if start < end:
            yield start, end, in_first + start - a, in_second + start - b
        if a + size <= b + length:
            blocks.pop(0)
        else:
            others.pop(0)
    yield len(old), len(old), len(first), len(second)


def _matches(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size]
