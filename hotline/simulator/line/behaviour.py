"""Behaviour of people with a phone: whether they pick up, which keys they press, when they hang up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from hotline.simulator.line.clock import Timer
from hotline.simulator.line.legs import Leg
from hotline.simulator.line.spoken_keys import spoken_keys

KEY_SPACING = 0.3
"""Seconds between two keys."""

SILENT = "-"
"""Among keys: press nothing this time."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A phone's behaviour. Times in seconds; None: never. `keys` has the key for each prompt, in turn; then none."""

    name: str
    picks_up_after: float | None = None
    refuses: Literal["", "busy", "failed"] = ""
    keys: tuple[str, ...] = ()
    key_after: float = 1.0
    interrupts_after: float | None = None
    """Counted from the pick-up: when the first key is pressed, even while words are spoken."""
    hangs_up_after: float | None = None
    """Counted from the pick-up, and only if nobody was connected by then."""
    talks_for: float | None = None
    """Counted from when the conversation starts."""
    heeds: tuple[str, str] | None = None
    """The keys among `keys` that accept and pass on a call. The phone's owner presses the keys named in the words for
    that, and these only if the words name none."""


NO_ANSWER = Behaviour("no-answer")
ACCEPT = Behaviour("accept", picks_up_after=4, keys=("1",))
PASS = Behaviour("pass", picks_up_after=4, keys=("2",))
BUSY = Behaviour("busy", refuses="busy")
FAILED = Behaviour("failed", refuses="failed")
VOICEMAIL = Behaviour("voicemail", picks_up_after=15, hangs_up_after=45)
PICKS_UP_SILENT = Behaviour("silent", picks_up_after=4)
WRONG_KEY = Behaviour("wrong-key", picks_up_after=4, keys=("5", "1"))
HANG_UP = Behaviour("hang-up", picks_up_after=4, hangs_up_after=2)

BY_NAME = {
    each.name: each for each in (NO_ANSWER, ACCEPT, PASS, BUSY, FAILED, VOICEMAIL, PICKS_UP_SILENT, WRONG_KEY, HANG_UP)
}


def accepting(after: float = 4, key: str = "1", talks_for: float | None = None) -> Behaviour:
    """A behaviour that picks up after that many seconds of ringing, presses `key`, and may hang up after a while."""
    return replace(ACCEPT, picks_up_after=after, keys=(key,), talks_for=talks_for)


def named(text: str, keys: Sequence[str] = ("1", "2")) -> Behaviour:
    """The behaviour that a text describes: one of BY_NAME, with optional `after N` (seconds of ringing) and `talk N`.

    "accept after 12, talk 90" picks up after 12 seconds, accepts, and hangs up after talking for 90. Raises ValueError,
    which lists the behaviours.
    """
    match = re.fullmatch(r"\s*([a-z-]+)(?:\s+after\s+([\d.]+)\s*s?)?(?:,?\s+talk\s+([\d.]+)\s*s?)?\s*", text)
    if match is None or match[1] not in BY_NAME:
        known = ", ".join(BY_NAME)
        raise ValueError(f"There is no behaviour {text!r}; there are {known}, with “after 5” and “talk 60”.")
    found = BY_NAME[match[1]]
    pressed = tuple({"1": keys[0], "2": keys[1]}.get(key, key) for key in found.keys)
    return replace(
        found,
        keys=pressed,
        heeds=(keys[0], keys[1]),
        picks_up_after=float(match[2]) if match[2] else found.picks_up_after,
        talks_for=float(match[3]) if match[3] else found.talks_for,
    )


class Player:
    """Acts out a behaviour on one leg."""

    def __init__(self, leg: Leg, behaviour: Behaviour) -> None:
        self._leg = leg
        self._behaviour = behaviour
        self._clock = leg.carrier.clock
        self._prompts = 0
        self._listened_from = 0
        self._impatience: Timer | None = None
        leg.device = self

    def ring(self) -> None:
        """Act on the phone's ringing."""
        how = self._behaviour
        if how.refuses:
            self._leg.refuse(how.refuses)
        elif how.picks_up_after is not None:
            self._clock.after(how.picks_up_after, self._pick_up)

    def _pick_up(self) -> None:
        self._leg.pick_up()
        self.grow_impatient()
        how = self._behaviour
        if how.interrupts_after is not None and how.keys:
            self._prompts = 1
            self._clock.after(how.interrupts_after, partial(self._press, how.keys[0]))

    def grow_impatient(self) -> None:
        """Start the time after which this person hangs up, if they do."""
        if self._behaviour.hangs_up_after is not None:
            self._impatience = self._clock.after(self._behaviour.hangs_up_after, self._leg.hang_up)

    def listened_to(self, seconds: float) -> None:
        """Press the keys for this prompt."""
        keys: Sequence[str] = self._behaviour.keys
        pressed = keys[self._prompts] if self._prompts < len(keys) else SILENT
        self._prompts += 1
        pressed = self._as_told(pressed)
        if pressed == SILENT:
            return
        wait = min(self._behaviour.key_after, seconds / 2)
        for place, digit in enumerate(pressed):
            self._clock.after(wait + place * KEY_SPACING, partial(self._press, digit))

    def _as_told(self, pressed: str) -> str:
        """Return what this person presses, having heard since the last prompt which key does it."""
        told = self._leg.heard[self._listened_from :]
        self._listened_from = len(self._leg.heard)
        if self._behaviour.heeds is None or pressed not in self._behaviour.heeds:
            return pressed
        take, passing = spoken_keys(". ".join(one.text for one in told))
        return (take if pressed == self._behaviour.heeds[0] else passing) or pressed

    def _press(self, digit: str) -> None:
        if self._leg.live:
            self._leg.press(digit)

    def connected(self) -> None:
        """Talk, for as long as this person does."""
        if self._impatience is not None:
            self._impatience.cancel()
        if self._behaviour.talks_for is not None:
            self._clock.after(self._behaviour.talks_for, self._leg.hang_up)
