"""A running world as its REST API sees it: records of its calls and queues, and phones that ring."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol, TypeVar

from hotline.simulator.call import Placed
from hotline.simulator.line.clock import Clock
from hotline.simulator.line.legs import Leg
from hotline.simulator.line.numbers import Line
from hotline.simulator.line.queues import CallQueue
from hotline.simulator.line.switchboard import CarrierState
from hotline.simulator.line.violations import RestError
from hotline.simulator.rest_api.records import ApiCall, ApiQueue
from hotline.simulator.rest_api.running import ApiError

NOT_SIMULATED = ("Twiml", "ApplicationSid", "MachineDetection", "SendDigits", "Record")
"""Parameters of a POST of Calls that would have to change what happens, and do not."""

R = TypeVar("R")


class LiveRecords(MutableMapping[str, R]):
    """Records by SID: those that `live` makes of the world's state, and any that are added. Deleted ones stay away.

    `forget` is called with the SID of one that is deleted.
    """

    def __init__(self, live: Callable[[], dict[str, R]], forget: Callable[[str], None] = lambda _: None) -> None:
        self._live = live
        self._forget = forget
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
        self._forget(sid)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class PlacingWorld(Protocol):
    """The world, as far as its REST API needs it."""

    token: str
    clock: Clock
    carrier: CarrierState

    def place_from(self, line: Line, to: str, timeout: float) -> Placed:
        """Call `to` from a line."""

    def end_call(self, sid: str, status: str = "completed") -> None:
        """End a live call; raises RestError."""

    def redirect_call(self, sid: str, url: str, method: str = "POST") -> None:
        """Give a live call another document; raises RestError."""


class ApiOfWorld:
    """A world as the REST API sees it. Fits `rest_api.running.RunningWorld`."""

    def __init__(self, world: PlacingWorld) -> None:
        self._world = world
        self._carrier = world.carrier
        self._clock = world.clock
        self.account, self.token = world.carrier.account_sid, world.token
        self.calls: MutableMapping[str, ApiCall] = LiveRecords(self._calls)
        self.queues: MutableMapping[str, ApiQueue] = LiveRecords(self._queues, self._delete_queue)

    def _calls(self) -> dict[str, ApiCall]:
        return {leg.sid: _call(self._clock, leg) for leg in list(self._carrier.legs)}

    def _queues(self) -> dict[str, ApiQueue]:
        return {queue.sid: _queue(self._clock, queue) for queue in list(self._carrier.queues.values())}

    def _delete_queue(self, sid: str) -> None:
        """Forget a queue; one of that name may be made again."""
        found = next((name for name, queue in self._carrier.queues.items() if queue.sid == sid), None)
        if found is not None:
            del self._carrier.queues[found]

    @property
    def numbers(self) -> Mapping[str, Mapping[str, str]]:
        """The account's numbers, with what is set for each by the API's own names."""
        return {
            line.number: {"VoiceUrl": line.voice_url, "StatusCallback": line.status_callback or ""}
            for line in self._carrier.lines.values()
        }

    def now(self) -> datetime:
        """Return the simulated instant, in UTC."""
        return self._clock.now()

    def present(self) -> AbstractContextManager[None]:
        """Have the turn in the world, at its present moment."""
        return self._clock.interruption()

    def may_be_shown(self, number: str) -> bool:
        """Return whether calls may come from this number: one of the account, or a verified one."""
        return number in self._carrier.caller_ids

    def ring(self, params: Mapping[str, str]) -> ApiCall:
        """Have a phone rung, as a POST of Calls asks."""
        for name in NOT_SIMULATED:
            if name in params:
                raise ApiError(501, 20501, f"This simulator does not know {name}.")
        line = Line(
            params["From"],
            params["Url"],
            params.get("Method", "POST"),
            params.get("StatusCallback") or None,
            params.get("StatusCallbackMethod", "POST"),
            params.get("FallbackUrl") or None,
            params.get("FallbackMethod", "POST"),
            status_events=frozenset(params.get("StatusCallbackEvent", "completed").split()),
        )
        placed = self._world.place_from(line, params["To"], _ring_seconds(params))
        return self.calls[placed.sid]

    def update(self, sid: str, params: Mapping[str, str]) -> bool:
        """End or redirect a call, as a POST of it asks; False: it is only a record."""
        if all(leg.sid != sid for leg in self._carrier.legs):
            return False
        with _as_answers():
            if "Status" in params:
                self._world.end_call(sid, params["Status"])
            elif "Url" in params:
                self._world.redirect_call(sid, params["Url"], params.get("Method", "POST"))
        return True

    def dequeue(self, queue: str, member: str, params: Mapping[str, str]) -> str:
        """Redirect a caller in a queue, as a POST of the member asks; return the CallSid."""
        members = [each for one in self._carrier.queues.values() if one.sid == queue for each in one.members]
        sid = next((each.party.sid for each in members if member in ("Front", each.party.sid)), None)
        if sid is None:
            raise ApiError(404, 20404, f"There is no member {member} in the queue.")
        if not params.get("Url"):
            raise ApiError(400, 21205, "Url parameter is required.")
        with _as_answers():
            self._world.redirect_call(sid, params["Url"], params.get("Method", "POST"))
        return sid


@contextmanager
def _as_answers() -> Iterator[None]:
    """Make answers of the world's refusals."""
    try:
        yield
    except RestError as error:
        raise ApiError(error.status, error.code, str(error)) from error


def _ring_seconds(params: Mapping[str, str]) -> float:
    text = params.get("Timeout", "60")
    if not text.isdigit() or not 1 <= int(text) <= 600:
        raise ApiError(400, 20001, f"Timeout cannot be {text!r}.")
    return float(text)


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


def _queue(clock: Clock, queue: CallQueue) -> ApiQueue:
    waits = tuple(clock.elapsed - member.joined for member in queue.members)
    return ApiQueue(queue.sid, queue.name, queue.created, waits)
