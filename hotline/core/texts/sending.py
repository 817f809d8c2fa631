"""A text to send, and what is known of one that was, or may have been."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

CAME_OF_A_CALL = frozenset({"missed_ring", "not_reached", "not_placed", "many_rings"})
"""Kinds of texts of which no more is kept than the day, and that only for as long as they are of use."""

KEPT = 7 * 86_400
"""Seconds for which it is known of other texts that they were sent, after they were of use."""

NOT_SENT_AGAIN = 0
"""In place of a carrier's code: whether it was sent could not be found out, and it was not sent again."""


def for_phone(phone: str) -> str:
    """Return what stands for a phone in the name of a text: an id in the rota file may be edited."""
    return sha256(phone.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Text:
    """A text to send. `name` is what it is called for good: a text of a name is sent once. Phones are E.164."""

    name: str
    kind: str
    to: str = field(repr=False)
    sender: str
    body: str = field(repr=False)
    until: int
    """Epoch seconds from which on it is of no use."""
    formerly: str = ""
    """What an earlier release called it."""

    @property
    def keep_until(self) -> int:
        """Return until when (epoch seconds) it must be known that a text was sent, or may have been."""
        return self.until if self.kind in CAME_OF_A_CALL else self.until + KEPT


class Outcome(Enum):
    """The outcome of a text. UNREACHED: the carrier could not be asked, which goes for the next one too.

    LATER: somebody else is at it, or may be.
    """

    SENT = "sent"
    SENT_BEFORE = "sent before"
    REFUSED = "refused"
    UNWANTED = "unwanted"
    LATER = "later"
    UNREACHED = "unreached"

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do about the text."""
        return self not in (Outcome.LATER, Outcome.UNREACHED)


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim on a text: whether it is ours to send; if not, whether it is settled, and else who claimed it when,
    with which words."""

    ours: bool
    settled: bool = False
    claimed_at: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Calls that reached nobody, told of together: how many, and when the last one was (epoch seconds).

    `number` counts the batches of a hotline.
    """

    number: int
    calls: int
    last_at: int


@dataclass(frozen=True, slots=True)
class SentText:
    """A text in the ledger: when it was sent, or the code it was refused with (or NOT_SENT_AGAIN). Else in doubt."""

    kind: str
    claimed_at: int
    sent_at: int | None
    refused: int | None

    @property
    def outcome(self) -> str:
        """Say in a word or two what became of a text."""
        if self.sent_at is not None:
            return "sent"
        if self.refused is None:
            return "in doubt"
        return "not known" if self.refused == NOT_SENT_AGAIN else f"refused ({self.refused})"
