"""Every code a finding can have, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code is about (`title`), what it means and why it matters, how to mend it, and an example."""

    title: str
    meaning: str
    mend: str
    example: str


CODES: Mapping[str, Explanation] = {}


def explain(code: str) -> str | None:
    """The explanation of a code as text, or None for a code there is not."""
    found = CODES.get(code)
    if found is None:
        return None
    parts = (f"{code}: {found.title}", found.meaning, f"How to mend it: {found.mend}", "For example:", found.example)
    return "\n\n".join(parts) + "\n"
