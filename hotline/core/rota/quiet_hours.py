"""Quiet hours: nobody gets a text then, except about tonight."""

from __future__ import annotations

from hotline.core.rota.text_rules import Quiet
from hotline.core.times.wall_clock import DAY, WallClock, WallMinute

TONIGHT = 2 * 3600
"""Seconds before a time on call in which it counts as tonight: a text about it may be sent at any hour."""


class QuietHours:
    """The quiet hours of a rota on the clock of its zone. Instants are epoch seconds."""

    def __init__(self, quiet: Quiet | None, clock: WallClock) -> None:
        self._quiet = quiet
        self._clock = clock

    def since(self, instant: int) -> int | None:
        """Return when the quiet hours around an instant began. None if it is in none."""
        started = self._started(instant)
        return None if started is None else self._clock.first(started)

    def until(self, instant: int) -> int | None:
        """Return when the quiet hours around an instant end. None if it is in none."""
        started = self._started(instant)
        return None if started is None or self._quiet is None else self._clock.last(started + self._quiet.length)

    def _started(self, instant: int) -> WallMinute | None:
        """The wall-clock minute at which they began: today's, or yesterday's."""
        if self._quiet is None:
            return None
        today = self._clock.span(instant)[1] // 60 // DAY
        for day in (today, today - 1):
            start = day * DAY + self._quiet.start
            if self._clock.first(start) <= instant < self._clock.last(start + self._quiet.length):
                return start
        return None
