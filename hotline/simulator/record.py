"""The record of a call, as plain values: for JSON, for drawing, and for tests that compare whole calls."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from hotline.simulator.call import Call, events_of, legs_of
from hotline.simulator.line.events import Kind
from hotline.simulator.line.legs import Leg


@dataclass(frozen=True, slots=True)
class HeardRecord:
    """A piece of speech; `at` counts seconds since the call began, here and below."""

    at: float
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key that was pressed."""

    at: float
    key: str


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the call's story: who (caller, carrier or a phone's name), and an event's kind and text."""

    at: float
    who: str
    what: Kind
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class RingRecord:
    """A phone that was rung, by a Dial or by the REST API. None: it was never answered, connected or over.

    `outcome` is as Ring.outcome has it; `talked` is in seconds.
    """

    at: float
    phone: str
    outcome: str
    answered: float | None
    connected: float | None
    ended: float | None
    talked: float


@dataclass(frozen=True, slots=True)
class CallRecord:
    """The record of a call. `began` is an ISO 8601 instant, `duration` in seconds.

    `connected_to` names everyone talked with, in order. `ended_by`: caller, hung up (by the server), finished (the
    document ended), dropped (the same, after no key), rejected, error, too long; empty during the call.
    """

    call_sid: str
    caller: str
    to: str
    began: str
    duration: float
    heard: list[HeardRecord]
    keys: list[KeyRecord]
    rings: list[RingRecord]
    connected_to: list[str]
    ended_by: str
    requests: int
    violations: list[str]
    timeline: list[Happening]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)

    def to_json(self) -> str:
        """Return indented JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)


def record(call: Call) -> CallRecord:
    """The record of `call`, as far as it has come."""
    leg, carrier = call.leg, call.world.carrier
    sids = {each.sid for each in legs_of(leg)}
    now = call.world.clock.elapsed
    return CallRecord(
        call_sid=leg.sid,
        caller=leg.caller,
        to=leg.called,
        began=call.began.isoformat(timespec="seconds"),
        duration=_since(leg, now if leg.ended is None else leg.ended),
        heard=[HeardRecord(_since(leg, heard.at), heard.text, heard.language) for heard in leg.heard],
        keys=[KeyRecord(_since(leg, at), key) for at, key in leg.keys],
        rings=[_ring(child, now) for child in leg.children],
        connected_to=[child.name for child in leg.children if child.bridged is not None],
        ended_by=call.ended_by,
        requests=sum(exchange.leg in sids for exchange in carrier.exchanges),
        violations=[str(violation) for violation in carrier.violations if violation.call == leg.sid],
        timeline=[
            Happening(_since(leg, event.at), event.who, event.kind, event.text, event.language)
            for event in events_of(leg)
            if event.kind not in ("asks", "is listened to")
        ],
    )


def _since(leg: Leg, at: float) -> float:
    return round(at - leg.call.began, 1)


def _perhaps(leg: Leg, at: float | None) -> float | None:
    return None if at is None else _since(leg, at)


def _ring(child: Leg, now: float) -> RingRecord:
    end = next((at for at in (child.parted, child.ended) if at is not None), now)
    return RingRecord(
        at=_since(child, child.began if child.rung is None or not child.placed else child.rung),
        phone=child.name,
        outcome=child.outcome,
        answered=_perhaps(child, child.answered),
        connected=_perhaps(child, child.bridged),
        ended=_perhaps(child, child.ended),
        talked=0.0 if child.bridged is None else round(end - child.bridged, 1),
    )
