"""The simulated time: a heap of due actions, done in order, at once or in step with the real clock."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Pace(Protocol):
    """The pace of simulated time."""

    def wait_until(self, elapsed: float) -> None:
        """Return when `elapsed` simulated seconds since the start have passed."""


class Virtual:
    """Waits end at once."""

    def wait_until(self, elapsed: float) -> None:
        return None


class RealTime:
    """A simulated second lasts `scale` real ones, counted from the first wait."""

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self._origin: float | None = None

    def wait_until(self, elapsed: float) -> None:
        now = time.monotonic()
        if self._origin is None:
            self._origin = now
        time.sleep(max(0.0, self._origin + elapsed * self.scale - now))


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
    """Simulated time in seconds since `start` (an aware datetime), and the events to come."""

    def __init__(self, start: datetime, pace: Pace | None = None) -> None:
        if start.tzinfo is None:
            raise ValueError("The start of a simulated clock needs a time zone.")
        self._start = start.astimezone(UTC)
        self._pace = pace or Virtual()
        self._due: list[Timer] = []
        self._order = itertools.count()
        self.elapsed = 0.0

    def now(self) -> datetime:
        """The simulated instant, in UTC."""
        return self.at(self.elapsed)

    def at(self, elapsed: float) -> datetime:
        """The simulated instant `elapsed` seconds after the start, in UTC."""
        return self._start + timedelta(seconds=elapsed)

    def after(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Do `action` once, `seconds` from now; the timer may be cancelled until then."""
        timer = Timer(self.elapsed + max(0.0, seconds), next(self._order), action)
        heapq.heappush(self._due, timer)
        return timer

    def next_due(self) -> float | None:
        """Return when the next action is due, in seconds since the start. None: nothing is."""
        while self._due and self._due[0].cancelled:
            heapq.heappop(self._due)
        return self._due[0].at if self._due else None

    def step(self) -> bool:
        """Advance to the next due action and do it. False if there is none."""
        due = self.next_due()
        if due is None:
            return False
        timer = heapq.heappop(self._due)
        self._pace.wait_until(due)
        self.elapsed = max(self.elapsed, due)
        timer.action()
        return True

    def advance_to(self, elapsed: float) -> None:
        """Do everything due up to `elapsed` seconds after the start, and stop there."""
        while (due := self.next_due()) is not None and due <= elapsed:
            self.step()
        self._pace.wait_until(elapsed)
        self.elapsed = max(self.elapsed, elapsed)

    def run_until(self, met: Callable[[], bool], limit: float) -> bool:
        """Run until `met()`, for at most `limit` seconds. Returns whether it was met."""
        end = self.elapsed + limit
        while not met():
            due = self.next_due()
            if due is None or due > end:
                self.advance_to(end)
                return met()
            self.step()
        return True
