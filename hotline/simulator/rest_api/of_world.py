"""Records of the REST API for a running world: what its carrier knows of calls and queues just now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from datetime import datetime
from typing import Protocol, TypeVar

from hotline.simulator.call import Placed
from hotline.simulator.line.clock import Clock
from hotline.simulator.line.legs import Leg
from hotline.simulator.line.queues import CallQueue
from hotline.simulator.line.switchboard import Carrier
from hotline.simulator.rest_api.records import ApiCall, ApiQueue

R = TypeVar("R")


class RunningWorld(Protocol):
    """The world as its REST API needs it."""

    clock: Clock
    carrier: Carrier
    token: str

    def now(self) -> datetime:
        """Return the simulated instant, in UTC."""

    def place(
        self,
        to: str,
        caller_id: str,
        *,
        url: str,
        method: str = "POST",
        status_callback: str | None = None,
        status_callback_method: str = "POST",
        status_events: Iterable[str] = ("completed",),
        timeout: float = 60.0,
        fallback_url: str | None = None,
        fallback_method: str = "POST",
    ) -> Placed:
        """Call `to`."""

    def end_call(self, sid: str, status: str = "completed") -> None:
        """End a live call; raises RestError."""

    def redirect_call(self, sid: str, url: str, method: str = "POST") -> None:
        """Give a live call another document; raises RestError."""


class LiveRecords(MutableMapping[str, R]):
    """Records by SID: those that `live` makes of the world's state, and any that are added. Deleted ones stay away."""

    def __init__(self, live: Callable[[], dict[str, R]]) -> None:
        self._live = live
        self._added: dict[str, R] = {}
        self._deleted: set[str] = set()

    def _all(self) -> dict[str, R]:
        found = {**self._added, **self._live()}
        return {sid: record for sid, record in found.items() if sid not in self._deleted}

    def __getitem__(self, sid: str) -> R:
        return self._all()[sid]

    def __setitem__(self, sid: str, record: R) -> None:
        self._added[sid] = record

    def __delitem__(self, sid: str) -> None:
        if sid not in self._all():
            raise KeyError(sid)
        self._deleted.add(sid)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def calls_of(world: RunningWorld) -> LiveRecords[ApiCall]:
    """Return the records of a world's calls and legs."""
    return LiveRecords(lambda: {leg.sid: _call(world.clock, leg) for leg in list(world.carrier.legs)})


def _call(clock: Clock, leg: Leg) -> ApiCall:
    direction = "outbound-api" if leg.placed else "inbound" if leg.parent is None else "outbound-dial"
    return ApiCall(
        leg.sid,
        leg.called,
        leg.caller,
        clock.at(leg.began),
        leg.status,
        direction,
        None if leg.parent is None else leg.parent.sid,
        started=None if leg.answered is None else clock.at(leg.answered),
        ended=None if leg.ended is None else clock.at(leg.ended),
        seconds=leg.duration(),
    )


def queues_of(world: RunningWorld) -> LiveRecords[ApiQueue]:
    """Return the records of a world's queues."""

    def live() -> dict[str, ApiQueue]:
        return {queue.sid: _queue(world.clock, queue) for queue in list(world.carrier.queues.values())}

    return LiveRecords(live)


def _queue(clock: Clock, queue: CallQueue) -> ApiQueue:
    waits = tuple(clock.elapsed - member.joined for member in queue.members)
    return ApiQueue(queue.sid, queue.name, queue.created, waits)


def delete_queue(world: RunningWorld, sid: str) -> None:
    """Delete a queue; one of that name may be made again."""
    carrier = world.carrier
    carrier.queues = {name: queue for name, queue in carrier.queues.items() if queue.sid != sid}


def waiting_in(world: RunningWorld, queue: str, member: str) -> str | None:
    """Return the CallSid of a caller in a queue, by that SID or as "Front"; None: there is no such caller."""
    found = next((one for one in world.carrier.queues.values() if one.sid == queue), None)
    members = [] if found is None else [one.party.sid for one in found.members]
    return next((sid for sid in members if member in ("Front", sid)), None)
