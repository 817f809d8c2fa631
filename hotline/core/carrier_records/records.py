"""Records that the carrier keeps of calls and texts, as far as we want to know. No caller's number is ever
taken over."""

from __future__ import annotations

from dataclasses import dataclass, field

# Twilio docs: voice/twiml, CallStatus.
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """The carrier's record of a call, or of one leg of it. `parent` is the SID of the caller's leg, "" for that itself.

    `since`: when it began (epoch seconds); 0 if the carrier does not say. `placed`: by us, as ring tests are.
    """

    sid: str
    parent: str
    status: str
    since: int
    placed: bool = False

    @property
    def over(self) -> bool:
        """Whether the call has ended; until then its record cannot be deleted."""
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class CarrierText:
    """The carrier's record of a text. `number` is the one that is not ours; `since` in epoch seconds, 0 if unknown.

    `sent`: by us, on our own account; neither one that we got nor the answer to one.
    """

    sid: str
    status: str
    since: int
    sent: bool
    number: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pointing:
    """The addresses that the carrier asks when a number is called or texted. "" for nowhere.

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
