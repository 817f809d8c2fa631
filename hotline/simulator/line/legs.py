"""One leg of a call: a phone on one side, the carrier on the other, and the state of the leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal, Protocol

from hotline.simulator.line.clock import Clock
from hotline.simulator.line.events import Heard, Kind
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.quirks import CarrierQuirks
from hotline.simulator.line.tasks import Task
from hotline.simulator.line.transport import Transport
from hotline.simulator.line.webhooks import Fetched, Webhooks

By = Literal["phone", "carrier"]


class Reached(Protocol):
    """A phone as the carrier reaches it."""

    name: str

    @property
    def in_use(self) -> bool:
        """Whether it rings or someone talks on it."""

    def ring(self, leg: Leg, /) -> None:
        """Ring it for a leg."""


class Switchboard(Protocol):
    """The carrier as legs, and the verbs carried out on them, need it."""

    clock: Clock
    rng: Random
    quirks: CarrierQuirks
    transport: Transport
    webhooks: Webhooks
    caller_ids: set[str]
    legs: list[Leg]

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
    """Raised in a leg's task when it is over. `by` the phone at its end, or the carrier."""

    def __init__(self, by: By) -> None:
        super().__init__(by)
        self.by = by


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
        """The carrier has spoken, and waits this long for a key."""

    def connected(self) -> None:
        """Two people can talk."""


class Leg:
    """A leg. `caller` and `called` are its From and To. Times are in seconds since the world began, None: not (yet).

    `placed`: the server asked for it, by the REST API.
    """

    def __init__(
        self,
        carrier: Switchboard,
        name: str,
        caller: str,
        called: str,
        line: Line,
        parent: Leg | None = None,
        placed: bool = False,
    ) -> None:
        self.carrier = carrier
        self.name = name
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
        self.ended: float | None = None
        self.ending = ""
        self.peer: Leg | None = None
        self.last_peer: Leg | None = None
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
        return self.parent or self

    @property
    def live(self) -> bool:
        """Whether the leg has not ended."""
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

    def pick_up(self) -> None:
        """The phone is answered."""
        self._tell(PickUp())

    def refuse(self, status: Literal["busy", "failed"]) -> None:
        """The phone is busy, its owner declined, or it cannot be reached."""
        self._tell(Refuse(status))

    def press(self, digit: str) -> None:
        """Press one of 0-9 * #."""
        self.keys.append((self.carrier.clock.elapsed, digit))
        self.carrier.note(self, "presses", digit)
        self._tell(Key(digit))

    def hang_up(self, by: By = "phone") -> None:
        """The phone, or the carrier, ends this leg."""
        if self.live and self.task is not None:
            self.task.interrupt(HungUp(by))

    def hear(self, text: str, language: str = "", voice: str = "") -> None:
        """Speak or play something to the phone."""
        self.heard.append(Heard(self.carrier.clock.elapsed, text, language, voice))
        self.carrier.note(self, "hears", text, language)

    def answer(self) -> None:
        """The carrier answers this leg, if it has not."""
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
            one.ringback = False
            self.carrier.note(one, "is connected", f"with {two.name}")
            if one.device is not None:
                one.device.connected()

    def part(self) -> None:
        """End the conversation, if there is one; both legs continue."""
        if self.peer is not None:
            self.peer.peer = None
            self.peer = None

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
        """Send the number's StatusCallback, once (Twilio docs: voice/twiml, CallStatus)."""
        url = self.line.status_callback
        if url is None or self.end_reported:
            return
        self.end_reported = True
        seconds = self.duration()
        extra = {"CallDuration": str(seconds), "Duration": str(-(-seconds // 60))}
        self.carrier.call_back(self, url, self.line.status_callback_method, extra)

    def duration(self) -> int:
        """Whole seconds from the answer to the end, or to now."""
        end = self.carrier.clock.elapsed if self.ended is None else self.ended
        return 0 if self.answered is None else round(end - self.answered)

    def _tell(self, message: object) -> None:
        if self.live and self.task is not None:
            self.task.post(message)
