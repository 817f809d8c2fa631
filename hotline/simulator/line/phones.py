"""Phones the carrier can reach: a number, the owner, and the behaviour when it rings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from hotline.simulator.line.behaviour import Behaviour, Player
from hotline.simulator.line.legs import Leg


def plain_number(number: str) -> str:
    """`number` without the spaces and marks people write into it."""
    return re.sub(r"[\s().-]", "", number)


@dataclass
class Phone:
    """A phone to dial. `behaviour` None: it rings, and a test decides. A phone in use is busy to everyone else."""

    number: str
    name: str
    behaviour: Behaviour | None = None
    rings: list[Leg] = field(default_factory=list)

    @property
    def in_use(self) -> bool:
        """Return whether the phone rings or someone talks on it."""
        return any(leg.live for leg in self.rings)

    def ring(self, leg: Leg) -> None:
        """The carrier rings it for `leg`."""
        taken = self.in_use
        self.rings.append(leg)
        leg.rung = leg.carrier.clock.elapsed
        leg.carrier.note(leg, "rings")
        if taken:
            leg.refuse("busy")
        elif self.behaviour is not None:
            Player(leg, self.behaviour).ring()
