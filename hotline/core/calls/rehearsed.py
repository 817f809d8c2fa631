"""A rehearsed call as data: actions, and their results. Seconds count from dialling.

A rehearsal is always played from its beginning, with every action so far. The result is everything that has happened,
and everything that will happen without further action. So nothing is stored, and any process can continue it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

from hotline.core.rota.absence import Absence

What = Literal["press", "hang up", "answer", "pass", "busy", "voicemail"]
WHATS: tuple[What, ...] = get_args(What)
KEYS = "0123456789*#"
LONGEST = 3_600.0
"""Seconds. Longer calls are not rehearsed."""
MOST_ACTS = 200
Off = Mapping[str, Sequence[Absence]]
"""The volunteers who have set themselves off, by rota."""
NOBODY_OFF: Off = MappingProxyType({})
AHEAD = 180.0
"""Seconds ahead for which to work out what happens without further action."""

Does = Literal["accept", "pass", "no-answer", "busy", "failed", "voicemail", "silent", "wrong-key", "hang-up"]
DOES: tuple[Does, ...] = get_args(Does)
"""Actions that a phone can do by itself, by their names in `hotline call --phone`."""


CLOCK_HEADER = "X-Practice-Clock"
API_HEADER, SPEED_HEADER = "X-Practice-Api", "X-Practice-Speed"
"""A header of practice-call requests: epoch seconds in the call's own time, which may run faster than real time."""


@dataclass(frozen=True, slots=True)
class Act:
    """An action with a phone: the caller's, or the phone of the call's ring with that number. `key`: one of KEYS."""

    at: float
    ring: int
    what: What
    key: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A call to rehearse: the instant of dialling, and every action so far. It has reached second `now`."""

    start: datetime
    acts: tuple[Act, ...] = ()
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class RehearsalPlan:
    """A call that plays by itself: the caller's keys, one at each prompt (`-` for none), and what each phone does.

    It is played until more than `most_rings` phones have rung, or to its end if that is None.
    """

    start: datetime
    keys: str = ""
    phones: Mapping[str, Does] = field(default_factory=dict)
    others: Does = "no-answer"
    talk: float = 60.0
    most_rings: int | None = None


@dataclass(frozen=True, slots=True)
class RehearsedEvent:
    """An event of a rehearsal. `ring` 0 is the caller's phone. `who` is a volunteer's id, or the fixed number dialled.

    `kind`: hears, is listened to, presses, rings, is busy, cannot be reached, stops ringing, picks up, is connected,
    hangs up, is hung up on. `text` goes with it: the words heard, in `language` (a locale), or the key.
    """

    at: float
    ring: int
    who: str
    kind: str
    text: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class RehearsedRing:
    """A rung phone: when it was answered, connected with the caller, and over; None for never.

    `outcome`: ringing, answered, connected, declined, hung up, no-answer, busy, failed or canceled.
    """

    at: float
    who: str
    outcome: str
    answered: float | None
    connected: float | None
    ended: float | None


@dataclass(frozen=True, slots=True)
class Played:
    """Events in order, as a rehearsal plays them. `until`: what follows is unknown. `over`: nothing follows.

    `troubles`: what a carrier would have refused, in words. There should be none.
    """

    happenings: tuple[RehearsedEvent, ...]
    rings: tuple[RehearsedRing, ...]
    until: float
    over: bool
    troubles: tuple[str, ...] = ()
