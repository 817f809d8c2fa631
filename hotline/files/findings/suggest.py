"""Suggestions: “Did you mean …?”"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from hotline.core.wording import NOTHING, Wording

A_SLIP = 0.85
"""The likeness from which a name is a slip of another. Less is no reason to guess where names resemble by chance."""

_LONGEST = 60
_MOST_KNOWN = 5_000


def did_you_mean(wrong: str, known: Iterable[str]) -> Wording:
    """Suggest the known name nearest to a wrong name, in a sentence. Empty if none is near."""
    near = nearest(wrong, tuple(known))
    return Wording("Did you mean `%(right)s`?", right=near) if near else NOTHING


@lru_cache(maxsize=1024)
def nearest(wrong: str, known: tuple[str, ...], alike: float = 0.6) -> str | None:
    """The known name nearest to a wrong name: the same but for case first, then by likeness. None if none is near."""
    if len(wrong) > _LONGEST or len(known) > _MOST_KNOWN:
        return None
    folded = {name.casefold(): name for name in known}
    same = folded.get(wrong.casefold())
    if same is not None:
        return same
    matches = get_close_matches(wrong.casefold(), folded, n=1, cutoff=alike)
    return folded[matches[0]] if matches else None


def slip_of(wrong: str, known: Iterable[str]) -> str | None:
    """The known name of which a wrong one is a slip of the hand: nearly the same, with the same first letter."""
    first = wrong[:1].casefold()
    return nearest(wrong, tuple(name for name in known if name[:1].casefold() == first), A_SLIP)


def without_accents(text: str) -> str:
    """A text without the accents of its letters."""
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
