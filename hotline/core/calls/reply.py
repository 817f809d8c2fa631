"""Replies to webhooks, independent of the carrier: verbs in the order they happen on the phone.

A verb that continues the call carries the position for the carrier's next request. Positions differ from call to call
while the rest hardly does. So comparing verbs ignores positions: a rendered document can be kept, and used again with
other positions in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hotline.core.calls.flow import Language
from hotline.core.calls.position import Position


@dataclass(frozen=True, slots=True)
class Say:
    """Speak `text`, or play the `sound` in which somebody does: a `Sound.file`, or "" for none."""

    text: str
    language: Language
    sound: str = ""

    @property
    def heard_as(self) -> str:
        """The words as the phone gives them: the sound, or else the text."""
        return self.sound or self.text


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for a number of seconds in silence."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Listen:
    """Speak `words` and take one key, until `wait` seconds after the last word. Silence continues too."""

    words: tuple[Say | Pause, ...]
    wait: int
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Continue at once, without a key."""

    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class RingVolunteer:
    """An attempt to reach a volunteer, for `ring_for` seconds. A person who picks up is screened first.

    The conversation is cut off after `talk_for` seconds, also with a fixed number.
    """

    phone: str
    caller_id: str
    ring_for: int
    position: Position = field(compare=False)
    talk_for: int = 7_200


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Have the caller wait in a queue of their own, whose documents start the rings that are due."""

    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class KeepWaiting:
    """Ask for the next document of the queue."""

    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class OfferWayOut:
    """Speak `words` in the queue, and take one key, until `wait` seconds after the last word."""

    words: tuple[Say | Pause, ...]
    wait: int
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Leave:
    """Take the caller out of the queue."""


@dataclass(frozen=True, slots=True)
class TakeCaller:
    """Connect a volunteer with the caller who waits in the queue, for `talk_for` seconds at most."""

    position: Position = field(compare=False)
    talk_for: int = 7_200


@dataclass(frozen=True, slots=True)
class Connect:
    """Connect to a fixed number, with no screening."""

    number: str
    caller_id: str
    position: Position = field(compare=False)
    talk_for: int = 7_200


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Speak `words` to a volunteer who picked up, and take one key. Silence for `wait` seconds declines."""

    words: tuple[Say | Pause, ...]
    wait: int
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True)
class Accept:
    """Connect the volunteer with the caller."""


Verb = (
    Say
    | Pause
    | Listen
    | Redirect
    | RingVolunteer
    | Enqueue
    | KeepWaiting
    | OfferWayOut
    | Leave
    | TakeCaller
    | Connect
    | HangUp
    | Screen
    | Accept
)
Reply = tuple[Verb, ...]
