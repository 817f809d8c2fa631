"""The carrier's switchboard: its numbers, phones and legs, and all its requests to the server."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from urllib.parse import urlsplit

from hotline.simulator.line.clock import Clock
from hotline.simulator.line.events import Event, Exchange, Kind, Recording
from hotline.simulator.line.legs import Leg
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.phones import Phone
from hotline.simulator.line.queues import CallQueue
from hotline.simulator.line.quirks import CarrierQuirks
from hotline.simulator.line.transport import Transport
from hotline.simulator.line.violations import Violation
from hotline.simulator.line.webhooks import Fetched, Undelivered, Webhooks

ENDS = ("From", "To", "Caller", "Called")
PLACES = ("City", "State", "Zip", "Country")
GEOGRAPHY = tuple(end + place for end in ENDS for place in PLACES)


@dataclass
class CarrierState:
    """State shared by every call of one world."""

    transport: Transport
    clock: Clock
    quirks: CarrierQuirks
    account_sid: str
    webhooks: Webhooks
    rng: random.Random
    lines: dict[str, Line] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    caller_ids: set[str] = field(default_factory=set)
    legs: list[Leg] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    watchers: list[Callable[[Event], None]] = field(default_factory=list)
    callbacks_due: Counter[str] = field(default_factory=Counter)
    """Status callbacks still to be sent, by CallSid."""
    queues: dict[str, CallQueue] = field(default_factory=dict)
    """Queues by name; one stays when it is empty, as the carrier's do."""
    recordings: dict[tuple[str, str], Recording] = field(default_factory=dict)
    """Known words of sounds, by a part of the sound's address and its end."""
    asking: Leg | None = None
    """The leg for which the server is being asked just now."""

    def new_sid(self, prefix: str) -> str:
        """A new identifier: two letters and 32 hexadecimal digits."""
        return f"{prefix}{self.rng.getrandbits(128):032x}"

    def note(self, leg: Leg, kind: Kind, text: str = "", language: str = "", who: str = "") -> None:
        """Put something that happened on a leg into the record."""
        event = Event(self.clock.elapsed, leg.call.sid, leg.sid, who or leg.name, kind, text, language)
        self.events.append(event)
        for watcher in self.watchers:
            watcher(event)

    def violate(self, leg: Leg, code: str, what: str, url: str = "") -> None:
        """Put a broken rule into the record."""
        self.violations.append(Violation(code, what, leg.call.sid, url, self.clock.elapsed))
        self.note(leg, "violation", f"{code}: {what}", who="carrier")

    def params(self, leg: Leg, extra: Mapping[str, str]) -> dict[str, str]:
        """The parameters of a webhook for `leg` (Twilio docs: voice/twiml, request parameters)."""
        params = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": leg.sid,
            "CallStatus": leg.status,
            "Called": leg.called,
            "Caller": leg.caller,
            "Direction": "outbound-api" if leg.placed else "inbound" if leg.parent is None else "outbound-dial",
            "From": leg.caller,
            "To": leg.called,
        }
        params |= dict.fromkeys(GEOGRAPHY, "")
        if leg.parent is not None:
            params["ParentCallSid"] = leg.parent.sid
        elif not leg.placed:
            params["CallToken"] = leg.token
            if self.quirks.stir_verstat:
                params["StirVerstat"] = self.quirks.stir_verstat
        return params | dict(self.quirks.extra_params) | dict(extra)

    def ask(self, leg: Leg, url: str, method: str, extra: Mapping[str, str]) -> Fetched:
        """Request `url` with the standard parameters and `extra`, now; raises Undelivered."""
        params = self.params(leg, extra)
        what = f"{method} {urlsplit(url).path or '/'}"
        status, body = 0, ""
        before, self.asking = self.asking, leg
        try:
            fetched = self.webhooks.ask(url, method, params, leg.cookies)
            status, body = fetched.answer.status, fetched.answer.body.decode("utf-8", "replace")
            return fetched
        finally:
            self.asking = before
            self.exchanges.append(
                Exchange(self.clock.elapsed, leg.call.sid, leg.sid, method, url, params, status, body)
            )
            self.note(leg, "asks", f"{what} → {status or 'no answer'}", who="carrier")

    def call_back(self, leg: Leg, url: str, method: str, extra: Mapping[str, str], later: float = 0.0) -> None:
        """Send a status callback, after the quirks' delay and `later` seconds. Its parameters are fixed now."""
        progress = {
            "Timestamp": format_datetime(self.clock.now()),
            "SequenceNumber": str(leg.callbacks_sent),
            "CallbackSource": "call-progress-events",
            "CallStatus": leg.status,
        }
        leg.callbacks_sent += 1
        self.callbacks_due[leg.sid] += 1
        jitter = self.rng.uniform(0, 3) if self.quirks.callback_order == "shuffled" else 0.0

        def deliver() -> None:
            self.callbacks_due[leg.sid] -= 1
            self.tell(leg, url, method, progress | dict(extra), "status callback")

        self.clock.after(self.quirks.callback_delay + later + jitter, deliver)

    def tell(self, leg: Leg, url: str, method: str, extra: Mapping[str, str], what: str) -> None:
        """Send a webhook now, and ignore the answer, though it may be a violation."""
        try:
            answer = self.ask(leg, url, method, extra).answer
        except Undelivered as error:
            self.violate(leg, error.code, f"{what}: {error}", url)
            return
        if answer.status >= 400:
            trouble = f"\n{answer.trouble}" if answer.trouble else ""
            self.violate(leg, "15003", f"{what} was answered {answer.status}{trouble}", url)
        elif answer.status == 200 and not answer.body.strip():
            self.violate(leg, "12100", f"{what} was answered 200 and nothing; 204 or <Response/> would do", url)
