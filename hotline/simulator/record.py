"""What a call was, as plain values: for JSON, for drawing, and for tests that compare whole calls."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from hotline.simulator.call import Call


@dataclass(frozen=True, slots=True)
class HeardRecord:
    """A piece of speech; `at` counts seconds since the call began, here and below."""

    at: float
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key the caller pressed."""

    at: float
    key: str


@dataclass(frozen=True, slots=True)
class RingRecord:
    """A phone that was dialled, until `ended`; `outcome` as Ring.outcome has it, `talked` in seconds."""

    at: float
    phone: str
    outcome: str
    ended: float | None
    talked: float


@dataclass(frozen=True, slots=True)
class CallRecord:
    """`began` is an ISO 8601 instant, `duration` in seconds; `connected_to` names everyone talked with, in order.

    `ended_by`: caller, hung up (by the server), finished (nothing was left to do), dropped (so it was, after no key),
    rejected, error, too long; empty for a call that goes on.
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
    transcript: str

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def to_json(self) -> str:
        """As indented JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)


def record(call: Call) -> CallRecord:
    """The record of `call`, as far as it has come."""
    leg, carrier, now = call.leg, call.world.carrier, call.world.clock.elapsed

    def since(at: float) -> float:
        return round(at - leg.began, 1)

    rings = [
        RingRecord(
            since(child.began),
            child.name,
            child.outcome,
            None if child.ended is None else since(child.ended),
            0.0 if child.bridged is None else round((now if child.ended is None else child.ended) - child.bridged, 1),
        )
        for child in leg.children
    ]
    return CallRecord(
        call_sid=leg.sid,
        caller=leg.caller,
        to=leg.called,
        began=call.began.isoformat(timespec="seconds"),
        duration=since(now if leg.ended is None else leg.ended),
        heard=[HeardRecord(since(heard.at), heard.text, heard.language) for heard in leg.heard],
        keys=[KeyRecord(since(at), key) for at, key in leg.keys],
        rings=rings,
        connected_to=[child.name for child in leg.children if child.bridged is not None],
        ended_by=call.ended_by,
        requests=sum(exchange.call == leg.sid for exchange in carrier.exchanges),
        violations=[str(violation) for violation in carrier.violations if violation.call == leg.sid],
        transcript=call.transcript(requests=False),
    )
