"""The simulated time: a heap of due actions, done in order, at once or in step with the real clock."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from hotline.simulator.line.turn import TurnLock


class Pace(Protocol):
    """The pace of simulated time."""

    def wait_until(self, elapsed: float) -> bool:
        """Wait until `elapsed` simulated seconds since the start have gone by; False: woken before that."""

    def wake(self) -> None:
        """End a wait in another thread: something new is to be done."""

    def present(self) -> float | None:
        """Return how many simulated seconds have gone by; None: as many as have been worked off."""


class Virtual:
    """Waits end at once."""

    def wait_until(self, elapsed: float) -> bool:
        return True

    def wake(self) -> None:
        return None

    def present(self) -> float | None:
        return None


class RealTime:
    """A simulated second lasts `scale` real ones, counted from the first wait."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self._origin: float | None = None
        self._woken = threading.Event()

    def wait_until(self, elapsed: float) -> bool:
        if self._origin is None:
            self._origin = time.monotonic()
        left = self._origin + elapsed * self.scale - time.monotonic()
        if left <= 0:
            return True
        woken = self._woken.wait(left)
        self._woken.clear()
        return not woken

    def wake(self) -> None:
        self._woken.set()

    def present(self) -> float | None:
        return None if self._origin is None else (time.monotonic() - self._origin) / self.scale


@dataclass(order=True, slots=True)
class Timer:
    """An action due `at` seconds after the start. Of two at the same time, the one set first goes first."""

    at: float
    order: int
    action: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Make this timer do nothing."""
        self.cancelled = True


class Clock:
    """Simulated time in seconds since `start` (an aware datetime), and the events to come.

    `pace` may be set before the first of them.
    """

    def __init__(self, start: datetime, pace: Pace | None = None) -> None:
        if start.tzinfo is None:
            raise ValueError("The start of a simulated clock needs a time zone.")
        self._start = start.astimezone(UTC)
        self.pace: Pace = pace or Virtual()
        self._due: list[Timer] = []
        self._order = itertools.count()
        self.turn = TurnLock()
        self.elapsed = 0.0

    def now(self) -> datetime:
        """The simulated instant, in UTC."""
        return self.at(self.elapsed)

    def at(self, elapsed: float) -> datetime:
        """The simulated instant `elapsed` seconds after the start, in UTC."""
        return self._start + timedelta(seconds=elapsed)

    def after(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Do `action` once, `seconds` from now; the timer may be cancelled until then."""
        with self.turn:
            timer = Timer(self.elapsed + max(0.0, seconds), next(self._order), action)
            heapq.heappush(self._due, timer)
        return timer

    @contextmanager
    def interruption(self) -> Iterator[None]:
        """Have the turn at the present moment, in whatever thread; what is set off meanwhile happens at once."""
        with self.turn:
            present, due = self.pace.present(), self.next_due()
            if present is not None:
                self.elapsed = max(self.elapsed, present if due is None else min(present, due))
            yield
        self.pace.wake()

    def next_due(self) -> float | None:
        """Return when the next action is due, in seconds since the start. None: nothing is."""
        with self.turn:
            while self._due and self._due[0].cancelled:
                heapq.heappop(self._due)
            return self._due[0].at if self._due else None

    def step(self, limit: float = float("inf")) -> bool:
        """Go to the next thing due and do it; False if there is none by `limit` seconds after the start.

        An interruption ends the wait for it, with nothing done.
        """
        due = self.next_due()
        if due is None or due > limit:
            return False
        if self.pace.wait_until(due):
            self._do_next(due)
        return True

    def _do_next(self, until: float) -> None:
        with self.turn:
            due = self.next_due()
            if due is not None and due <= until:
                timer = heapq.heappop(self._due)
                self.elapsed = max(self.elapsed, due)
                timer.action()

    def advance_to(self, elapsed: float) -> None:
        """Do everything due up to `elapsed` seconds after the start, and stop there."""
        while self.step(elapsed) or not self.pace.wait_until(elapsed):
            pass
        self.elapsed = max(self.elapsed, elapsed)

    def run_until(self, met: Callable[[], bool], limit: float) -> bool:
        """Run until `met()`, for at most `limit` seconds. Returns whether it was met."""
        end = self.elapsed + limit
        while not met():
            if not self.step(end) and self.pace.wait_until(end):
                self.elapsed = max(self.elapsed, end)
                return met()
        return True
