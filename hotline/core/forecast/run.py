"""A run: calls come in, phones ring, people talk and rest. Who is rung next is decided as in live calls."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from hotline.core.calls.flow import Hotline
from hotline.core.calls.hunt import AllBusy, Turn, ringing
from hotline.core.calls.position import HuntPosition
from hotline.core.calls.several import phones_due
from hotline.core.calls.transitions import NIGHT, WAIT_BETWEEN_OFFERS
from hotline.core.forecast.chance import Chance, Duration, LogNormal
from hotline.core.forecast.decisions import Decisions
from hotline.core.forecast.handsets import HANDSETS, Handset
from hotline.core.forecast.waits import Outcome
from hotline.core.rota.rota import OnCall
from hotline.core.times.wall_clock import utc

Event = Callable[[float], None]
"""An action at an instant, in epoch seconds."""
TALK = LogNormal(20 * 60, 0.7)
_ROUNDED = 1e-6
"""Seconds: more than sums of instants are rounded by, so that what is due after 4 s is due then."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """The assumptions of a forecast, beside the rota. Times in seconds.

    `first_ring`: from the start of a call to the hunt; `early` takes its place where rings begin early, in
    `early_hours` (minutes of the day; None: at any hour). `between`: the words before the next phone, where one rings
    at a time. `own` are handsets of volunteers (by id) that are not `handset`.
    """

    handset: Handset = HANDSETS["B"]
    first_ring: float = 0.0
    between: float = 0.0
    early: float | None = None
    early_hours: tuple[int, int] | None = None
    talk: Duration = TALK
    own: Mapping[str, Handset] = field(default_factory=dict)


@dataclass(slots=True)
class _Call:
    """A call under way.

    `phones`: those that ring for it, each with whether it is the backup's. `numbers`: each phone's latest ring.
    """

    start: float
    hour: int
    since: float = 0.0
    hunt: HuntPosition = field(default_factory=lambda: HuntPosition(0))
    phones: dict[str, bool] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    rings: int = 0
    over: bool = False
    look_at: float = -1.0


class Run:
    """A run of one hotline. `rings` and `night_rings` count rings by volunteer over all calls."""

    def __init__(self, hotline: Hotline, assumed: Assumed, chance: Chance, decisions: Decisions | None = None) -> None:
        self.rings: Counter[str] = Counter()
        self.night_rings: Counter[str] = Counter()
        self._hotline, self._assumed, self._chance = hotline, assumed, chance
        self._rules = hotline.rota.ringing
        self._decisions = decisions or Decisions(hotline)
        self._events: list[tuple[float, int, Event]] = []
        self._numbers = count()
        self._busy: set[str] = set()
        self._resting: dict[str, float] = {}
        self._last: dict[int, str] = {}
        self._outcomes: list[Outcome] = []

    def outcomes(self, arrivals: Iterable[float]) -> Iterator[Outcome]:
        """Give the end of each call that starts at these instants (epoch seconds, in order), as it is known."""
        for start in arrivals:
            yield from self._until(start)
            self._begin(start)
        yield from self._until(float("inf"))

    def _until(self, instant: float) -> Iterator[Outcome]:
        while self._events and self._events[0][0] <= instant:
            now, _, event = heapq.heappop(self._events)
            event(now)
        yield from self._outcomes
        self._outcomes.clear()

    def _at(self, instant: float, event: Event) -> None:
        heapq.heappush(self._events, (instant, next(self._numbers), event))

    def _begin(self, start: float) -> None:
        local = utc(int(start)).astimezone(self._hotline.rota.zone)
        call = _Call(start, local.weekday() * 24 + local.hour)
        delay, assumed = self._assumed.first_ring, self._assumed
        if assumed.early is not None and _among(local.hour * 60 + local.minute, assumed.early_hours):
            delay = min(delay, assumed.early)
        call.since = start + delay
        self._look_at(call, call.since)

    def _look_at(self, call: _Call, instant: float) -> None:
        """Look after a call at an instant, in place of any look planned before."""
        call.look_at = instant
        self._at(instant, lambda now: self._look(call, now) if call.look_at == now and not call.over else None)

    def _look(self, call: _Call, now: float) -> None:
        """Start the phones that are due, and plan the next look; or let the caller go when nobody is left."""
        waited = now - call.since + _ROUNDED
        who = self._hotline.schedule.at(utc(int(now)))
        due = self._due(call, who, waited)
        while due > 0:
            decision = self._decisions.next(
                call.hunt, who, int(waited), frozenset(self._busy), self._who_rests(now), self._last
            )
            if not isinstance(decision, Turn):
                if not call.phones:
                    self._nobody(call, now, decision)
                    return
                break
            self._ring(call, decision, who, now)
            due -= 1
        later = self._next_look(waited)
        if later is not None:
            self._look_at(call, call.since + later)

    def _due(self, call: _Call, who: OnCall, waited: float) -> int:
        rules = self._rules
        due = phones_due(rules.at_once, rules.stagger, waited, len(call.phones))
        if not due and rules.several and rules.backup_after <= waited < rules.max_wait:
            left = any(one not in call.hunt.backup_tried and one not in self._busy for one in who.backup)
            return int(left and not any(call.phones.values()))
        return due

    def _next_look(self, waited: float) -> float | None:
        """Return after how long a wait one more phone is due at the latest, if no ring ends before; None: never."""
        rules = self._rules
        if not rules.several:
            return None
        ticks = [(waited // rules.stagger + 1) * rules.stagger] if rules.stagger else [waited + WAIT_BETWEEN_OFFERS]
        return min(*ticks, rules.backup_after if rules.backup_after > waited else ticks[0])

    def _nobody(self, call: _Call, now: float, decision: object) -> None:
        if isinstance(decision, AllBusy):
            self._look_at(call, now + WAIT_BETWEEN_OFFERS)
        else:
            self._end(call, None)

    def _ring(self, call: _Call, turn: Turn, who: OnCall, now: float) -> None:
        name = turn.volunteer
        call.hunt = ringing(call.hunt, turn, int(now - call.since))
        call.phones[name] = turn.backup
        call.rings += 1
        self._busy.add(name)
        if not turn.backup:
            self._last[next((tier for tier, one in who.in_tiers() if one == name), 1)] = name
        self.rings[name] += 1
        if utc(int(now)).astimezone(self._hotline.rota.zone).hour in NIGHT:
            self.night_rings[name] += 1
        handset = self._assumed.own.get(name, self._assumed.handset)
        ring, number = handset.ring(self._rules.ring_for, self._chance), call.rings
        call.numbers[name] = number
        end = self._accepted if ring.accepted else self._missed
        self._at(now + ring.seconds, lambda then: end(call, name, then) if self._is_on(call, name, number) else None)

    def _is_on(self, call: _Call, name: str, number: int) -> bool:
        return not call.over and call.numbers.get(name) == number and name in call.phones

    def _missed(self, call: _Call, name: str, now: float) -> None:
        self._let_go(call, name)
        self._look_at(call, now if self._rules.several else now + self._assumed.between)

    def _accepted(self, call: _Call, name: str, now: float) -> None:
        self._end(call, now - call.start)
        self._busy.add(name)
        self._at(now + self._assumed.talk.draw(self._chance), lambda then: self._talked(name, then))

    def _talked(self, name: str, now: float) -> None:
        self._busy.discard(name)
        self._resting[name] = now + self._rules.rest_after_call

    def _let_go(self, call: _Call, name: str) -> None:
        del call.phones[name]
        self._busy.discard(name)

    def _end(self, call: _Call, wait: float | None) -> None:
        for name in tuple(call.phones):
            self._let_go(call, name)
        call.over = True
        self._outcomes.append(Outcome(call.hour, wait, call.rings))

    def _who_rests(self, now: float) -> frozenset[str]:
        for name in [name for name, until in self._resting.items() if until <= now]:
            del self._resting[name]
        return frozenset(self._resting)


def _among(minute: int, hours: tuple[int, int] | None) -> bool:
    if hours is None:
        return True
    first, end = hours
    return first <= minute < end if first < end else minute >= first or minute < end
