"""A text to send, and what is known of a text that was, or may have been, sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

CAME_OF_A_CALL = frozenset({"missed_ring", "not_reached", "not_placed", "many_rings"})
"""Kinds of texts that follow from a call. Only the day is stored, and only while the text is of use."""

KEPT = 7 * 86_400
"""Seconds for which we remember other sent texts after they were of use."""

NOT_SENT_AGAIN = 0
"""Replaces a carrier's code: the text may have been sent, and was not sent again."""


def for_phone(phone: str) -> str:
    """Return the digest of a phone in the name of a text. An id in the rota file may change."""
    return sha256(phone.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """A text to send, or an e-mail if it has a `subject`; then `to` is an address, and `sender` is empty.

    `name` is its permanent name; a text of a name is sent once. Phones are E.164.
    """

    name: str
    kind: str
    to: str = field(repr=False)
    sender: str
    body: str = field(repr=False)
    until: int
    """Epoch seconds from which on it is useless."""
    formerly: str = ""
    """The text's name in an earlier release."""
    subject: str = ""

    @property
    def keep_until(self) -> int:
        """Return until when (epoch seconds) we must remember that the text was, or may have been, sent."""
        return self.until if self.kind in CAME_OF_A_CALL else self.until + KEPT


class TextOutcome(Enum):
    """The outcome of a text. UNREACHED: the carrier did not answer; the next text will fail too.

    LATER: another process is sending it, or may be.
    """

    SENT = "sent"
    SENT_BEFORE = "sent before"
    REFUSED = "refused"
    UNWANTED = "unwanted"
    LATER = "later"
    UNREACHED = "unreached"

    @property
    def settled(self) -> bool:
        """Return whether nothing is left to do about the text."""
        return self not in (TextOutcome.LATER, TextOutcome.UNREACHED)


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim on a text.

    Whether it is ours to send. If not, whether it is settled; if it is not, who claimed it when, with which words.
    """

    ours: bool
    settled: bool = False
    claimed_at: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class TextBatch:
    """Calls that reached nobody, reported together: how many, and when the last one was (epoch seconds).

    `number` counts the batches of a hotline.
    """

    number: int
    calls: int
    last_at: int


@dataclass(frozen=True, slots=True)
class SentText:
    """A text in the ledger: when it was sent, or the code of its refusal (or NOT_SENT_AGAIN). Else in doubt."""

    kind: str
    claimed_at: int
    sent_at: int | None
    refused: int | None

    @property
    def outcome(self) -> str:
        """Describe in a word or two what happened to a text."""
        if self.sent_at is not None:
            return "sent"
        if self.refused is None:
            return "in doubt"
        return "not known" if self.refused == NOT_SENT_AGAIN else f"refused ({self.refused})"
