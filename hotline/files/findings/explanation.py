"""What a code means, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code is about (`title`), what it means and why it matters, how to mend it, and an example."""

    title: str
    meaning: str
    mend: str
    example: str
