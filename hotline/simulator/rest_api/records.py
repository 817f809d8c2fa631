"""Records of the simulated REST API: calls, texts, queues and numbers, and their JSON.

Fields after Twilio docs: voice/api/call-resource, messaging/api/message-resource, voice/api/queue-resource,
phone-numbers/api/incomingphonenumber-resource.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

Json = dict[str, Any]
VERSION = "2010-04-01"
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def new_sid(prefix: str) -> str:
    """Two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def rfc2822(instant: datetime | None) -> str | None:
    """A date as the API writes them, such as `Wed, 25 Nov 2026 23:00:00 +0000`."""
    return None if instant is None else format_datetime(instant.astimezone(UTC))


@dataclass
class ApiCall:
    """The record of a call, or of one leg of it."""

    sid: str
    to: str
    sender: str
    created: datetime
    status: str = "completed"
    direction: str = "inbound"
    parent: str | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    """The parameters of a call that was asked for."""
    listed_from: float = 0.0
    started: datetime | None = None
    ended: datetime | None = None
    seconds: int = 0

    @property
    def over(self) -> bool:
        return self.status in OVER

    def json(self, account: str) -> Json:
        uri = f"/{VERSION}/Accounts/{account}/Calls/{self.sid}"
        begun = self.created if self.status != "queued" else None
        return {
            "sid": self.sid,
            "account_sid": account,
            "parent_call_sid": self.parent,
            "to": self.to,
            "to_formatted": self.to,
            "from": self.sender,
            "from_formatted": self.sender,
            "phone_number_sid": None,
            "status": self.status,
            "start_time": rfc2822(self.started or begun),
            "end_time": rfc2822((self.ended or begun) if self.over else None),
            "duration": str(self.seconds) if self.over else None,
            "price": None,
            "price_unit": "USD",
            "direction": self.direction,
            "answered_by": None,
            "annotation": None,
            "api_version": VERSION,
            "forwarded_from": None,
            "group_sid": None,
            "caller_name": None,
            "queue_time": "0",
            "trunk_sid": None,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.created),
            "uri": f"{uri}.json",
            "subresource_uris": {"recordings": f"{uri}/Recordings.json", "notifications": f"{uri}/Notifications.json"},
        }


@dataclass
class ApiText:
    """The record of a text (SMS)."""

    sid: str
    to: str
    sender: str
    body: str
    created: datetime
    status: str = "delivered"
    direction: str = "outbound-api"
    error: int | None = None
    """Why it was not delivered, such as 30034."""
    listed_from: float = 0.0

    def json(self, account: str) -> Json:
        return {
            "sid": self.sid,
            "account_sid": account,
            "messaging_service_sid": None,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "status": self.status,
            "direction": self.direction,
            "num_segments": "1",
            "num_media": "0",
            "error_code": self.error,
            "error_message": None,
            "price": None,
            "price_unit": "USD",
            "api_version": VERSION,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.created),
            "date_sent": rfc2822(self.created if self.status not in ("queued", "accepted") else None),
            "uri": f"/{VERSION}/Accounts/{account}/Messages/{self.sid}.json",
            "subresource_uris": {},
        }


@dataclass
class ApiQueue:
    """The record of a queue of callers. `waits`: how long each has waited, in seconds, front first."""

    sid: str
    name: str
    created: datetime
    waits: tuple[float, ...] = ()
    listed_from: float = 0.0

    def json(self, account: str) -> Json:
        uri = f"/{VERSION}/Accounts/{account}/Queues/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account,
            "friendly_name": self.name,
            "current_size": len(self.waits),
            "max_size": 1000,
            "average_wait_time": round(sum(self.waits) / len(self.waits)) if self.waits else 0,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.created),
            "uri": f"{uri}.json",
            "subresource_uris": {"members": f"{uri}/Members.json"},
        }


POINTING = {
    "VoiceUrl": "",
    "VoiceMethod": "POST",
    "VoiceFallbackUrl": "",
    "VoiceFallbackMethod": "POST",
    "VoiceApplicationSid": "",
    "StatusCallback": "",
    "StatusCallbackMethod": "POST",
    "SmsUrl": "",
    "SmsMethod": "POST",
    "SmsFallbackUrl": "",
    "SmsFallbackMethod": "POST",
    "SmsApplicationSid": "",
    "TrunkSid": "",
    "FriendlyName": "",
}
"""The settings of a number, and their initial values."""


@dataclass
class NumberRecord:
    """A number of the account."""

    sid: str
    number: str
    created: datetime
    set: dict[str, str] = field(default_factory=lambda: dict(POINTING))
    listed_from: float = 0.0
    texts: bool = True
    looks_up_names: bool = False

    def json(self, account: str) -> Json:
        snake = {_snake(name): value for name, value in self.set.items()}
        absent = {name: snake[name] or None for name in ("voice_application_sid", "sms_application_sid", "trunk_sid")}
        return {
            "sid": self.sid,
            "account_sid": account,
            "phone_number": self.number,
            **snake,
            **absent,
            "friendly_name": snake["friendly_name"] or self.number,
            "voice_caller_id_lookup": self.looks_up_names,
            "capabilities": {"voice": True, "sms": self.texts, "mms": False, "fax": False},
            "api_version": VERSION,
            "beta": False,
            "origin": "twilio",
            "status": "in-use",
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.created),
            "uri": f"/{VERSION}/Accounts/{account}/IncomingPhoneNumbers/{self.sid}.json",
        }


Record = ApiCall | ApiText | ApiQueue | NumberRecord


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def matching(records: Iterator[Any], filters: Mapping[str, str], date: Callable[[Any], datetime]) -> Iterator[Any]:
    """The records that a list's filters let through. Dates are compared by the day where only a day is given."""
    for record in records:
        if all(_passes(record, name, value, date) for name, value in filters.items()):
            yield record


def _passes(record: Any, name: str, value: str, date: Callable[[Any], datetime]) -> bool:
    plain = {
        "To": "to",
        "From": "sender",
        "Status": "status",
        "ParentCallSid": "parent",
        "PhoneNumber": "number",
    }
    if name in plain:
        return bool(getattr(record, plain[name]) == value)
    if name.rstrip("<>") not in {"StartTime", "EndTime", "DateSent", "DateCreated"}:
        return True
    has = date(record).astimezone(UTC)
    seen = f"{has:%Y-%m-%d}" if len(value) == 10 else f"{has:%Y-%m-%dT%H:%M:%SZ}"
    return seen >= value if name.endswith(">") else seen <= value if name.endswith("<") else seen == value
