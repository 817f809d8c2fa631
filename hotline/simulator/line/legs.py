"""Legs of calls: a phone on one side, the carrier on the other, and the state between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, Protocol

from hotline.simulator.line.clock import Clock
from hotline.simulator.line.events import Event, Heard, Kind, Recording
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.queues import CallQueue
from hotline.simulator.line.quirks import CarrierQuirks
from hotline.simulator.line.tasks import Task
from hotline.simulator.line.transport import Transport
from hotline.simulator.line.webhooks import Fetched, Webhooks

By = Literal["phone", "carrier", "server"]
"""The server ends a leg by a request to the REST API."""

SIP_CODES = {"completed": "200", "busy": "486", "no-answer": "480", "canceled": "487", "failed": "404"}
"""SipResponseCode of a leg, by its final status."""


class Reached(Protocol):
    """A phone as the carrier reaches it."""

    name: str

    @property
    def in_use(self) -> bool:
        """Return whether the phone rings or someone talks on it."""

    def ring(self, leg: Leg, /) -> None:
        """Ring the phone for a leg."""


class Switchboard(Protocol):
    """The carrier as legs, and the verbs carried out on them, need it."""

    clock: Clock
    rng: Random
    quirks: CarrierQuirks
    transport: Transport
    webhooks: Webhooks
    caller_ids: set[str]
    legs: list[Leg]
    queues: dict[str, CallQueue]
    events: list[Event]
    recordings: dict[tuple[str, str], Recording]

    @property
    def phones(self) -> Mapping[str, Reached]:
        """The phones it reaches, by number."""

    def new_sid(self, prefix: str) -> str:
        """Return a new identifier."""

    def note(self, leg: Leg, kind: Kind, text: str = "", language: str = "", who: str = "") -> None:
        """Put something that happened on a leg into the record."""

    def violate(self, leg: Leg, code: str, what: str, url: str = "") -> None:
        """Put a broken rule into the record."""

    def ask(self, leg: Leg, url: str, method: str, extra: Mapping[str, str]) -> Fetched:
        """Request `url` now; raises Undelivered."""

    def call_back(self, leg: Leg, url: str, method: str, extra: Mapping[str, str], later: float = 0.0) -> None:
        """Send a status callback about a leg, later."""

    def tell(self, leg: Leg, url: str, method: str, extra: Mapping[str, str], what: str) -> None:
        """Send a webhook now, and ignore the answer."""


class HungUp(Exception):
    """Raised in a leg's task when it is over; `by` the phone at its end, the carrier, or the server."""

    def __init__(self, by: By) -> None:
        super().__init__(by)
        self.by = by


class Redirected(Exception):
    """Raised in a leg's task when the REST API gives it another document."""

    def __init__(self, url: str, method: str) -> None:
        super().__init__(url)
        self.url = url
        self.method = method


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed on the phone."""

    digit: str


@dataclass(frozen=True, slots=True)
class PickUp:
    """The ringing phone was answered."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The phone cannot, or will not, be rung."""

    status: Literal["busy", "failed"]


class Device(Protocol):
    """A phone's owner, who acts by themselves."""

    def listened_to(self, seconds: float) -> None:
        """Notify the owner that the carrier has spoken, and waits this long for a key."""

    def connected(self) -> None:
        """Note that two people can talk."""


class Leg:
    """A leg of a call. `caller` and `called` are its From and To. Times: seconds since the world began; None: not yet.

    `placed`: the server asked for it, by the REST API; `rung_for` is then the caller's leg it was placed for, as far
    as that is known. `leaving`: it was hung up, and ends as soon as its task notices. `children` are the legs that a
    Dial led to and those placed for this one. `expected`: a test has noticed that it rang.
    """

    def __init__(
        self,
        carrier: Switchboard,
        caller: str,
        called: str,
        line: Line,
        parent: Leg | None = None,
        placed: bool = False,
    ) -> None:
        self.carrier = carrier
        phone = carrier.phones.get(called)
        self.name = "caller" if parent is None and not placed else phone.name if phone else called
        self.caller = caller
        self.called = called
        self.line = line
        self.parent = parent
        self.placed = placed
        self.sid = carrier.new_sid("CA")
        self.status = "ringing" if parent is None and not placed else "queued"
        self.began = carrier.clock.elapsed
        self.rung: float | None = None
        self.answered: float | None = None
        self.bridged: float | None = None
        self.parted: float | None = None
        self.ended: float | None = None
        self.ending = ""
        self.peer: Leg | None = None
        self.last_peer: Leg | None = None
        self.rung_for: Leg | None = None
        self.leaving = False
        self.expected = False
        self.children: list[Leg] = []
        self.heard: list[Heard] = []
        self.keys: list[tuple[float, str]] = []
        self.listening = False
        self.ringback = False
        self.gathers = 0
        self.device: Device | None = None
        self.task: Task | None = None
        self.cookies: dict[str, str] = {}
        self.callbacks_sent = 0
        self.end_reported = False
        self.token = f"%7B%22parentCallInfoToken%22%3A%22{carrier.rng.getrandbits(128):032x}%22%7D"

    @property
    def call(self) -> Leg:
        """The caller's leg of the call this one belongs to."""
        return self.parent or self.rung_for or self

    @property
    def live(self) -> bool:
        """Return whether the leg has not ended."""
        return self.ended is None

    @property
    def outcome(self) -> str:
        """The outcome of a ring: ringing, answered, connected, declined, hung up, or the carrier's status."""
        if self.bridged is not None:
            return "connected"
        if self.live:
            return "answered" if self.answered is not None else "ringing"
        if self.answered is None:
            return self.status
        return "hung up" if self.ending == "phone" else "declined"

    def placed_for(self, call: Leg) -> None:
        """Note for whose call this leg was placed; what was noted before no longer counts."""
        if self.rung_for is not None:
            self.rung_for.children.remove(self)
        self.rung_for = call
        call.children.append(self)

    def pick_up(self) -> None:
        """Answer the phone."""
        self.post(PickUp())

    def refuse(self, status: Literal["busy", "failed"]) -> None:
        """Refuse the ring: the phone is busy, its owner declined, or it cannot be reached."""
        self.post(Refuse(status))

    def press(self, digit: str) -> None:
        """Press one of 0-9 * #."""
        self.keys.append((self.carrier.clock.elapsed, digit))
        self.carrier.note(self, "presses", digit)
        self.post(Key(digit))

    def hang_up(self, by: By = "phone") -> None:
        """End this leg: the phone does, the carrier, or the server by the REST API."""
        if self.live and not self.leaving:
            self.interrupt(HungUp(by))
            self.leaving = True

    def redirect(self, url: str, method: str) -> None:
        """Have this leg leave what it does, and go on with the document at `url`."""
        self.interrupt(Redirected(url, method))

    def hear(self, text: str, language: str = "", voice: str = "") -> None:
        """Speak or play something to the phone."""
        self.heard.append(Heard(self.carrier.clock.elapsed, text, language, voice))
        self.carrier.note(self, "hears", text, language)

    def answer(self) -> None:
        """Have the carrier answer this leg, if it has not."""
        if self.answered is None:
            self.answered = self.carrier.clock.elapsed
            self.status = "in-progress"

    def listen(self, seconds: float) -> None:
        """Notify the phone that the carrier waits for a key."""
        self.carrier.note(self, "is listened to", f"for {seconds:g} s")
        if self.device is not None:
            self.device.listened_to(seconds)

    def connect(self, other: Leg) -> None:
        """Let the phones of this leg and the other talk."""
        now = self.carrier.clock.elapsed
        for one, two in ((self, other), (other, self)):
            one.peer = one.last_peer = two
            one.bridged = now
            one.parted = None
            one.ringback = False
            self.carrier.note(one, "is connected", f"with {two.name}")
            if one.device is not None:
                one.device.connected()

    def part(self) -> None:
        """End the conversation, if there is one; both legs continue."""
        peer = self.peer
        if peer is not None:
            self.peer = peer.peer = None
            self.parted = peer.parted = self.carrier.clock.elapsed

    def finish(self) -> None:
        """Note that this leg is over, and how."""
        if self.ended is not None:
            return
        self.part()
        self.ended = self.carrier.clock.elapsed
        if self.answered is not None:
            self.status = "completed"
        elif self.parent is None and self.status == "ringing":
            self.status = "no-answer"

    def report_end(self) -> None:
        """Send the StatusCallback of the number, or of the call placed, once (Twilio docs: voice/twiml, CallStatus)."""
        if self.end_reported:
            return
        self.end_reported = True
        seconds = self.duration()
        extra = {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
        if self.placed:
            extra["SipResponseCode"] = SIP_CODES.get(self.status, "487")
        self.report("completed", extra)

    def report(self, event: str, extra: Mapping[str, str] | None = None) -> None:
        """Send the StatusCallback if it is wanted for `event`."""
        url = self.line.status_callback
        if url is not None and event in self.line.status_events:
            self.carrier.call_back(self, url, self.line.status_callback_method, extra or {})

    def duration(self) -> int:
        """The leg's length in whole seconds, from its answer to its end, or to now; 0 while it is not answered."""
        end = self.carrier.clock.elapsed if self.ended is None else self.ended
        return 0 if self.answered is None else round(end - self.answered)

    def post(self, message: object) -> None:
        """Hand a message to what the leg is doing."""
        if self.live and self.task is not None:
            self.task.post(message)

    @property
    def interrupted(self) -> bool:
        """Return whether the leg is about to leave what it is doing."""
        return self.task is not None and self.task.interrupted

    def interrupt(self, error: Exception) -> None:
        """Raise `error` in what the leg is doing."""
        if self.live and not self.leaving and self.task is not None:
            self.task.interrupt(error)
