"""Gathers the figures for `/metrics`, each part separately. A part that is down hides only its own figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from hotline.core.calls.flow import Hotline, with_every_rota
from hotline.core.calls.heartbeat import Heartbeat
from hotline.core.reports.metrics import CallFigures, Depth, Figures, WaitingCount, WebCounts, told_days
from hotline.core.reports.report import Tally
from hotline.core.rota.absence import Absence
from hotline.core.rota.on_call import Schedule
from hotline.core.times.spans import Span
from hotline.errors import HotlineError
from hotline.ports import Absences, Clock

LOOK_AHEAD = timedelta(weeks=8)
_CALLS_REMEMBERED = 300.0
_GAPS_REMEMBERED = 60.0

Told = TypeVar("Told")


class Served(Protocol):
    """The hotlines being served, by id, and when their files were last changed (epoch seconds)."""

    def served(self) -> Mapping[str, Hotline]: ...

    def changed_at(self) -> float | None: ...


class CallCounts(Protocol):
    """A call log that counts. Raises DatabaseUnavailable."""

    def tally(self, start: int, end: int, hotlines: Sequence[str] | None = None) -> Tally: ...


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of metrics. All but `hotlines` and `database_fails` raise HotlineError when they are down.

    `backlogs`: the number of waiting items on disk, by kind. `alive`: whether there are workers and clocks.
    """

    hotlines: Served
    call_log: CallCounts
    database_fails: Callable[[], bool]
    counts: Callable[[datetime], WebCounts]
    queues: Callable[[], Mapping[str, int]]
    alive: Callable[[], Mapping[str, bool]]
    backlogs: Callable[[], Mapping[str, WaitingCount]]
    heartbeat: Callable[[], Heartbeat | None]
    absences: Absences


@dataclass(frozen=True, slots=True)
class _Gaps:
    """The next gaps of a hotline, as they were looked for at an instant of the monotonic clock."""

    looked: float
    of: tuple[Schedule, tuple[Absence, ...]]
    nobody_on_call: datetime | None
    nobody_at_all: datetime | None


class Measuring:
    """Gathers figures. The last figures of a part are repeated while it is down. For one thread at a time."""

    def __init__(self, sources: Sources, clock: Clock) -> None:
        self._from = sources
        self._clock = clock
        self._told: dict[str, Any] = {}
        self._counted: dict[tuple[str, int], tuple[float, CallFigures]] = {}
        self._gaps: dict[str, _Gaps] = {}

    def __call__(self) -> Figures:
        now, source = self._clock(), self._from
        hotlines = source.hotlines.served()
        up = {"files": bool(hotlines), "redis": True, "database": not source.database_fails(), "disk": True}
        counts = self._ask(up, "redis", "counts", lambda: source.counts(now), WebCounts())
        queues: Mapping[str, int] = self._ask(up, "redis", "queues", source.queues, {})
        alive: Mapping[str, bool] = self._ask(up, "redis", "alive", source.alive, {})
        last = self._ask(up, "redis", "heartbeat", source.heartbeat, None)
        calls: Mapping[str, CallFigures] = self._ask(up, "database", "calls", lambda: self._calls(now, hotlines), {})
        backlogs: Mapping[str, WaitingCount] = self._ask(up, "disk", "backlogs", source.backlogs, {})
        changed = source.hotlines.changed_at()
        return Figures(
            up=up | dict(alive) if up["redis"] else up,
            calls=calls,
            counts=counts,
            depths={one.ring_id: self._depth(one, now) for one in with_every_rota(hotlines.values())},
            queues=queues if up["redis"] else {},
            backlogs=backlogs,
            files_age=None if changed is None else max(0.0, now.timestamp() - changed),
            heartbeat_age=None if last is None else max(0.0, now.timestamp() - last.at),
            heartbeat_well=None if last is None else last.well,
            heartbeat_took={} if last is None else {beat.hotline: beat.took for beat in last.beats},
        )

    def _ask(self, up: dict[str, bool], part: str, name: str, ask: Callable[[], Told], nothing: Told) -> Told:
        """Return a part's figures, or its last ones. Once it has failed in this round, it is not asked again."""
        if up[part]:
            try:
                self._told[name] = ask()
            except HotlineError:
                up[part] = False
        told: Told = self._told.get(name, nothing)
        return told

    def _calls(self, now: datetime, hotlines: Mapping[str, Hotline]) -> Mapping[str, CallFigures]:
        """Count again every few minutes: past days hardly change, but a spool may be late."""
        days = told_days(now)
        for name in hotlines:
            at, _ = self._counted.get((name, days.end), (None, None))
            if at is None or time.monotonic() - at > _CALLS_REMEMBERED:
                tally = self._from.call_log.tally(days.start, days.end, [name])
                counted = CallFigures(tally.calls, tally.answered, tally.waits)
                self._counted[name, days.end] = (time.monotonic(), counted)
        self._counted = {key: counted for key, counted in self._counted.items() if key[1] == days.end}
        return {name: self._counted[name, days.end][1] for name in hotlines}

    def _depth(self, hotline: Hotline, now: datetime) -> Depth:
        absences = tuple(self._from.absences.of(hotline.rota.id))
        schedule = hotline.schedule.with_absences(absences)
        who, gaps = schedule.at(now), self._next_gaps(hotline, schedule, absences, now)
        needed = bool(schedule.open_times(now, now + timedelta(seconds=1)))
        return Depth(
            len(who.on_call),
            len(who.backup),
            0.0 if needed and not who.on_call else _until(gaps.nobody_on_call, now),
            0.0 if needed and who.nobody else _until(gaps.nobody_at_all, now),
        )

    def _next_gaps(self, hotline: Hotline, schedule: Schedule, absences: tuple[Absence, ...], now: datetime) -> _Gaps:
        """Return the next time without anyone on call, and the next without backup too.

        They are looked for once a minute, or after a change.
        """
        known, of = self._gaps.get(hotline.ring_id), (hotline.schedule, absences)
        if known is None or known.of != of or time.monotonic() - known.looked > _GAPS_REMEMBERED:
            stretches = schedule.stretches(now, now + LOOK_AHEAD)
            gaps = schedule.while_open(
                [Span(stretch.start, stretch.end) for stretch in stretches if not stretch.who.on_call]
            )
            nobodies = schedule.while_open(
                [Span(stretch.start, stretch.end) for stretch in stretches if stretch.who.nobody]
            )
            gap, nobody = (found[0].start if found else None for found in (gaps, nobodies))
            known = self._gaps[hotline.ring_id] = _Gaps(time.monotonic(), of, gap, nobody)
        return known


def _until(instant: datetime | None, now: datetime) -> float | None:
    return None if instant is None else max(0.0, (instant - now).total_seconds())
