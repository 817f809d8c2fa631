"""The carrier's records of calls and texts, as far as we need them. Callers' numbers are never copied."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# Twilio docs: voice/twiml, CallStatus.
QUEUES_KEPT = 3600
"""Seconds for which an empty queue may be that of a call that goes on."""
_QUEUE = re.compile(r"(?=[^.]*[A-Z0-9])[A-Za-z0-9_-]{12}\.\d{1,4}", re.ASCII)
"""The names of our queues (`hotline.core.calls.several.hunt_name`). All 12 random characters are hardly ever small."""
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """The carrier's record of a call or of one leg. `parent` is the SID of the caller's leg, "" for that leg itself.

    `since`: when it began (epoch seconds), 0 if the carrier does not say. `placed`: by us, as ring tests are.
    """

    sid: str
    parent: str
    status: str
    since: int
    placed: bool = False

    @property
    def over(self) -> bool:
        """Return whether the call has ended. Until then its record cannot be deleted."""
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class CarrierText:
    """The carrier's record of a text. `number` is the other party's; `since` in epoch seconds, 0 if unknown.

    `sent`: by us, on our own account; neither a received text nor the answer to one.
    """

    sid: str
    status: str
    since: int
    sent: bool
    number: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CarrierQueue:
    """A queue at the carrier. `size`: how many calls are in it; `since`: when it was made (epoch seconds)."""

    sid: str
    name: str
    size: int
    since: int

    def left_behind(self, now: int) -> bool:
        """Return whether it is of a call of ours that is long over. A call's queue has its token as its name."""
        return _QUEUE.fullmatch(self.name) is not None and not self.size and now - self.since >= QUEUES_KEPT


@dataclass(frozen=True, slots=True)
class Pointing:
    """The addresses that the carrier requests when a number is called or texted. "" for none.

    An application or a trunk comes before the addresses (Twilio docs: phone-numbers/api/incomingphonenumber-resource).
    """

    voice_url: str = ""
    voice_method: str = ""
    fallback_url: str = ""
    fallback_method: str = ""
    status_callback: str = ""
    status_callback_method: str = ""
    sms_url: str = ""
    sms_method: str = ""
    voice_application: str = ""
    sms_application: str = ""
    trunk: str = ""


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number of the account. `number` is E.164.

    `texts`: whether it can send and get texts. `looks_up_names`: whether the carrier looks up who calls it.
    """

    sid: str
    number: str
    pointing: Pointing
    texts: bool = True
    looks_up_names: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """The account at the carrier. `status`: active, suspended or closed; `clock`: the carrier's, in epoch seconds."""

    status: str
    trial: bool
    clock: int | None
