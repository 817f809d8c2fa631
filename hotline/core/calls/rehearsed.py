"""A rehearsed call as data: what is done in it, and what happens then. Seconds count from when it was dialled.

A rehearsal is played from its beginning each time, with everything done so far. What comes back is what has happened,
and what will if nothing more is done. So nothing of it is kept anywhere, and any process can play it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

What = Literal["press", "hang up", "answer", "pass", "busy", "voicemail"]
WHATS: tuple[What, ...] = get_args(What)
KEYS = "0123456789*#"
LONGEST = 3_600.0
"""Seconds: nobody rehearses longer calls."""
MOST_ACTS = 200
AHEAD = 180.0
"""Seconds for which it is worked out what happens if nothing is done."""

Does = Literal["accept", "pass", "no-answer", "busy", "failed", "voicemail", "silent", "wrong-key", "hang-up"]
DOES: tuple[Does, ...] = get_args(Does)
"""What a phone can be told to do by itself; the names are those of `hotline call --phone`."""


CLOCK_HEADER = "X-Practice-Clock"
"""Of the requests of a practice call: epoch seconds in the call's own time, which may go faster than life."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something done with a phone: the caller's, or that of the call's ring of that number. `key`: one of KEYS."""

    at: float
    ring: int
    what: What
    key: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A call to rehearse: the instant it is dialled at, and everything done so far. It has come to second `now`."""

    start: datetime
    acts: tuple[Act, ...] = ()
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class RehearsalPlan:
    """A call that plays by itself: the caller's keys, one at each prompt (`-` for none), and what phones do."""

    start: datetime
    keys: str = ""
    phones: Mapping[str, Does] = field(default_factory=dict)
    others: Does = "no-answer"
    talk: float = 60.0


@dataclass(frozen=True, slots=True)
class RehearsedEvent:
    """`ring` 0 is the caller's phone. `who` is a volunteer's id, or the fixed number that was dialled.

    `kind`: hears, is listened to, presses, rings, is busy, cannot be reached, stops ringing, picks up, is connected,
    hangs up, is hung up on. `text` goes with it: what is heard, in `language` (a locale), or the key.
    """

    at: float
    ring: int
    who: str
    kind: str
    text: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class RehearsedRing:
    """A phone that was rung: when it was answered, connected with the caller, and over; None: it was not.

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
    """Events in order, as a rehearsal plays them. `until`: nothing is known of what comes after. `over`: nothing comes.

    `troubles`: what a carrier would have refused, in words; there should be none.
    """

    happenings: tuple[RehearsedEvent, ...]
    rings: tuple[RehearsedRing, ...]
    until: float
    over: bool
    troubles: tuple[str, ...] = ()
