"""Events on the lines, in order: the raw material of transcripts, records and the terminal's picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "dials",
    "asks",  # the carrier asked the server; `text` says for what, and the answer
    "hears",
    "is listened to",  # the carrier waits for a key; `text` says for how many seconds
    "presses",
    "rings",
    "is busy",
    "cannot be reached",
    "stops ringing",
    "picks up",
    "waits in queue",  # `text` is the queue's name
    "leaves queue",  # `text` is the QueueResult
    "is redirected",  # by the REST API; `text` is the path
    "is connected",
    "hangs up",
    "is hung up on",
    "violation",
]


@dataclass(frozen=True, slots=True)
class Event:
    """An event. `at`: seconds since the world began. `call`, `leg`: CallSids of the caller's leg and of this leg."""

    at: float
    call: str
    leg: str
    who: str
    kind: Kind
    text: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of speech, or `[sound] url` for a sound file, from its first moment."""

    at: float
    text: str
    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Recording:
    """The words of a sound file, its language as the carrier names it, and its length."""

    text: str
    language: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Exchange:
    """A webhook and how it was answered; `status` 0: not at all."""

    at: float
    call: str
    leg: str
    method: str
    url: str
    params: dict[str, str]
    status: int
    body: str


def clock_face(seconds: float) -> str:
    """`seconds` as minutes and seconds: 1:05."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def picture(events: list[Event], start: float, requests: bool = True) -> str:
    """A call as lines of text: time since `start` seconds, who, what."""
    shown = [event for event in events if requests or event.kind != "asks"]
    width = max((len(event.who) for event in shown), default=0)
    lines = []
    for event in shown:
        language = f" ({event.language})" if event.language else ""
        quoted = f"“{event.text}”" if event.kind == "hears" else event.text
        at = clock_face(event.at - start)
        lines.append(f"{at:>6}  {event.who:<{width}}  {event.kind} {quoted}{language}".rstrip())
    return "\n".join(lines)
