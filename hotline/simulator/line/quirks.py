"""Quirks of the carrier that no source settles, as switches. The hotline must work either way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class CarrierQuirks:
    """The carrier's behaviour where Twilio's documentation is silent or two sources differ. Times are in seconds."""

    dial_timeout_buffer: float = 5.0
    """Added to `<Dial timeout>` before a ring ends (Twilio docs: voice/twiml/dial says "about five seconds")."""

    setup_seconds: float = 0.0
    """Seconds from dialling a phone until it rings."""

    cancel_others_after: float = 2.0
    """Seconds from the first pick-up until the other phones stop ringing, in a parallel Dial with screening."""

    caller_gone_dial_status: Literal["canceled", "no-answer"] = "canceled"
    """DialCallStatus of a Dial whose caller hung up before anyone answered."""

    cancel_seconds: float = 0.0
    """Seconds from a caller's hang-up until the phones it made ring are silent. A phone picked up meanwhile is still
    screened."""

    action_after_caller_gone: bool = True
    """True: the Dial action is still requested after the caller has hung up."""

    ringback_during_screening: Literal["if answerOnBridge", "always"] = "if answerOnBridge"
    """The Dials whose caller hears ringing while the callee is being screened."""

    continue_after_schema_warning: bool = True
    """True: the bad part of a document is left out and the call continues. False: it is a fatal error."""

    screening_failure: Literal["hang up", "connect"] = "hang up"
    """The fate of a callee whose screening document could not be fetched."""

    waiting_goes_on_at: Literal["last redirect", "waitUrl"] = "last redirect"
    """The address to ask when a waiting document that a Redirect led to has run out."""

    missing_queue_status: Literal["error", "failed"] = "error"
    """DialCallStatus of a Dial whose Queue does not exist (Twilio docs: voice/twiml/queue says "an error status")."""

    calls_per_second: float = 0.0
    """The number of REST API calls that begin in a second; more stay queued. 0: as many as are asked for. A new
    account has 1."""

    callback_order: Literal["natural", "ended first", "shuffled"] = "natural"
    """The order of the requests at the end of a call; "shuffled" uses the world's seed."""

    callback_delay: float = 0.0
    """Seconds from an event until its status callback is sent."""

    characters_per_second: float = 15.0
    """The speed of speech."""

    play_seconds: float = 5.0
    """Seconds that a sound file of another host is taken to last, or one that is no WAV file."""

    webhook_seconds: float = 0.0
    """Seconds from requesting a document until its answer arrives. Keys pressed meanwhile are lost."""

    max_call_seconds: float = 14_400.0
    """The longest call the carrier allows."""

    idempotency_token: bool = True
    """True: webhooks carry I-Twilio-Idempotency-Token (seen on some captures, missing from others)."""

    stir_verstat: str = "TN-Validation-Passed-A"
    """StirVerstat of calls that come in; empty: not sent."""

    extra_params: Mapping[str, str] = field(default_factory=dict)
    """Parameters added to every webhook: the carrier adds new ones without notice (usage/webhooks-security)."""
