"""An explanation of a code: what it means, and how to fix it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a code: what it is about (`title`), what it means and why it matters, how to fix it, and an
    example."""

    title: str
    meaning: str
    mend: str
    example: str
