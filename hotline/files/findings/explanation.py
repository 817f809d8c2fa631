"""An explanation of a code: its meaning, and its remedy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a code: its subject (`title`), its meaning and consequences, the remedy, and an example."""

    title: str
    meaning: str
    mend: str
    example: str
