"""The schema of TwiML: the verbs, attributes and values the carrier knows, and the error number for unknown ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

WARNING = "12200"

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its possible values, and the carrier's error number for any other."""

    allows: Check
    code: str = WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule for an element: its attributes, its possible children, and whether it contains text."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: Literal["none", "required", "optional"] = "none"
    text_code: str = WARNING


def _number(low: int, high: int) -> Check:
    return lambda value: value.isascii() and value.isdigit() and low <= int(value) <= high


def _one_of(*values: str) -> Check:
    return lambda value: value in values


def _some_of(*values: str) -> Check:
    return lambda value: bool(value.split()) and set(value.split()) <= set(values)


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


_anything = _matches(r"[\s\S]*")
_truth = _one_of("true", "false")
_url = _matches(r"\S+")
_url_or_none = _matches(r"\S*")
_locale = _matches(r"[a-z]{2,3}(-[A-Za-z]{2,4})?(-[A-Z]{2})?")
_voice = _matches(r"man|woman|alice|(Polly|Google|Amazon)\.[A-Za-z0-9-]+|[a-z]{2}-[A-Z]{2}-[A-Za-z0-9-]+")


def _method(code: str) -> Attribute:
    return Attribute(_one_of("GET", "POST"), code)


def _free(names: str) -> dict[str, Attribute]:
    return {name: Attribute(_anything) for name in names.split()}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SSML = _names("break emphasis lang p phoneme prosody s say-as sub w")
SPOKEN = _names("Say Play Pause")

RULES: dict[str, Rule] = {
    "Say": Rule(
        {
            "voice": Attribute(_voice, "13511"),
            "language": Attribute(_locale),
            "loop": Attribute(_number(0, 1000), "13510"),
        },
        SSML,
        "required",
        "13520",
    ),
    "Play": Rule(
        {"loop": Attribute(_number(0, 1000), "13410"), "digits": Attribute(_matches(r"[0-9*#wW]+"))},
        text="optional",
        text_code="13420",
    ),
    "Pause": Rule({"length": Attribute(_number(1, 600), "13910")}),
    "Gather": Rule(
        {
            "action": Attribute(_url),
            "method": _method("13312"),
            "timeout": Attribute(_number(1, 600), "13313"),
            "finishOnKey": Attribute(_matches(r"[0-9#*]?"), "13310"),
            "numDigits": Attribute(_number(1, 1000), "13314"),
            "input": Attribute(_some_of("dtmf", "speech")),
            "actionOnEmptyResult": Attribute(_truth, "13338"),
            "language": Attribute(_locale),
            "bargeIn": Attribute(_truth),
            "speechTimeout": Attribute(_matches(r"auto|\d+")),
            "profanityFilter": Attribute(_truth),
        }
        | _free("hints maxSpeechTime debug speechModel enhanced partialResultCallback partialResultCallbackMethod"),
        SPOKEN,
    ),
    "Redirect": Rule({"method": _method("13710")}, text="required", text_code="13710"),
    "Dial": Rule(
        {
            "action": Attribute(_url),
            "method": _method("13210"),
            "timeout": Attribute(_number(5, 600), "13212"),
            "timeLimit": Attribute(_number(1, 14_400), "13216"),
            "callerId": Attribute(_matches(r"\+[1-9]\d{6,14}"), "13214"),
            "answerOnBridge": Attribute(_truth),
            "hangupOnStar": Attribute(_truth, "13213"),
            "sequential": Attribute(_truth),
            "record": Attribute(
                _matches(r"(do-not-record|true|false|record-from-(answer|ringing)(-dual)?)"),
            ),
        }
        | _free("ringTone trim referUrl referMethod recordingStatusCallback recordingStatusCallbackMethod")
        | _free("recordingStatusCallbackEvent recordingTrack"),
        _names("Number Client Conference Queue Sim Sip Application WhatsApp"),
        "optional",
    ),
    "Number": Rule(
        {
            "url": Attribute(_url),
            "method": _method("13221"),
            "sendDigits": Attribute(_matches(r"[0-9*#wW]+"), "13222"),
            "statusCallback": Attribute(_url),
            "statusCallbackMethod": Attribute(_one_of("GET", "POST")),
            "statusCallbackEvent": Attribute(_some_of("initiated", "ringing", "answered", "completed")),
            "machineDetection": Attribute(_one_of("Enable", "DetectMessageEnd")),
        }
        | _free("byoc amdStatusCallback amdStatusCallbackMethod machineDetectionTimeout")
        | _free("machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout"),
        text="required",
        text_code="13223",
    ),
    "Queue": Rule(
        {"url": Attribute(_url), "method": Attribute(_one_of("GET", "POST"))}
        | _free("reservationSid postWorkActivitySid"),
        text="required",
        text_code="14212",
    ),
    "Enqueue": Rule(
        {
            "action": Attribute(_url),
            "method": Attribute(_one_of("GET", "POST")),
            "waitUrl": Attribute(_url_or_none, "14202"),
            "waitUrlMethod": _method("14206"),
        },
        text="required",
        text_code="14204",
    ),
    "Leave": Rule(),
    "Hangup": Rule(),
    "Reject": Rule({"reason": Attribute(_one_of("rejected", "busy"))}),
}

NOT_SIMULATED = _names("Conference Client Sim Sip Application WhatsApp Record Sms Message Refer Pay Connect Start Stop")

QUEUE_NAME_LIMIT = 64
"""Longest name of a queue, in characters (Twilio docs: voice/api/queue-resource, FriendlyName)."""

LONG_NAMES = {"Enqueue": "14205", "Queue": "14213"}
"""The carrier's error number for a longer one, by element."""

SAY_LIMITS = (("Polly.", 3000), ("Google.", 5000), ("", 4096))
"""Longest text of a Say, in characters, by how the voice's name begins (Twilio docs: api/errors/13521)."""


def too_long(voice: str, text: str) -> bool:
    """Return whether `text` is more than the carrier speaks in one Say."""
    return len(text) > next(limit for prefix, limit in SAY_LIMITS if voice.startswith(prefix))
