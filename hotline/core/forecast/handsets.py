"""Handsets: how volunteers' phones answer in a forecast.

The three are those of time-to-human.md. B has published pick-up times; C is B at night, or where the hotline's number
is not saved as a contact. A rota may say which with `handsets`, and a volunteer's entry with `handset`. The spread of B
and C (`_SIGMA`) is the one with which that page's table comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.core.forecast.chance import Chance, Duration, Evenly, LogNormal

_SIGMA = 0.52
_PICKED_UP = LogNormal(8.7, _SIGMA)


@dataclass(frozen=True, slots=True)
class OneRing:
    """A ring of one phone: for how many seconds it occupies the phone, and whether the volunteer accepts at its end."""

    seconds: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Handset:
    """A kind of phone, and the habits of its owner.

    It is set up, then rings until it is picked up, with the chance `picks_up`, and the accept key is pressed after
    `press`. One that is not picked up rings until `ring_for` is over.
    """

    name: str
    picks_up: float
    set_up: Duration
    rings: Duration
    press: Duration

    def ring(self, ring_for: float, chance: Chance) -> OneRing:
        """Return how one ring goes."""
        set_up, rings = self.set_up.draw(chance), self.rings.draw(chance)
        if chance.random() < self.picks_up and rings <= ring_for:
            return OneRing(set_up + rings + self.press.draw(chance), True)
        return OneRing(set_up + ring_for, False)


HANDSETS: Mapping[str, Handset] = {
    "A": Handset("A", 0.7, Evenly(0, 0), Evenly(4, 12), Evenly(3, 3)),
    "B": Handset("B", 0.7, Evenly(2, 4), _PICKED_UP, Evenly(3, 5)),
    "C": Handset("C", 0.4, Evenly(2, 4), _PICKED_UP, Evenly(3, 5)),
}
