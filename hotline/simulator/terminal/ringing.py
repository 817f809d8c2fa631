"""The phones that ring at this moment, each with a letter that answers it."""

from __future__ import annotations

from hotline.simulator.call import Call, legs_of
from hotline.simulator.line.legs import Leg

LETTERS = "abcdefgjkl"
"""The letters, first phone first; h and i mean something else."""


class RingingPhones:
    """The phones that ring for a call. A phone keeps its letter for as long as it rings."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._letters: dict[str, str] = {}
        self.ignored: set[str] = set()
        """The CallSids of rings that are left alone."""

    def adopt(self) -> None:
        """Count calls that the server placed, for nobody knows whom, among the rings of this call."""
        for placed in self._call.world.placed:
            if placed.leg.rung_for is None and placed.leg.began >= self._call.leg.began:
                placed.leg.placed_for(self._call.leg)

    def legs(self) -> list[Leg]:
        """Return the caller's leg and those rung for it."""
        return legs_of(self._call.leg)

    def by_letter(self) -> dict[str, Leg]:
        """Return the ringing phones by their letters, in the order they began to ring."""
        ringing = [leg for leg in self._call.leg.children if leg.rung is not None and leg.outcome == "ringing"]
        ringing = [leg for leg in ringing if leg.sid not in self.ignored]
        self._letters = {leg.sid: self._letters[leg.sid] for leg in ringing if leg.sid in self._letters}
        for leg in ringing:
            free = (letter for letter in LETTERS if letter not in self._letters.values())
            self._letters.setdefault(leg.sid, next(free, ""))
        return {self._letters[leg.sid]: leg for leg in ringing}

    def first(self) -> Leg | None:
        """Return the phone that has rung longest."""
        return next(iter(self.by_letter().values()), None)

    def letter(self, sid: str) -> str:
        """Return the letter of a ringing phone."""
        return next((letter for letter, leg in self.by_letter().items() if leg.sid == sid), "")
