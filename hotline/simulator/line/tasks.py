"""Actions that take time, written as generators: each yields its waiting time and is sent what came meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import TypeVar

from hotline.simulator.line.clock import Clock, Timer

T = TypeVar("T")

Steps = Generator[float | None, object, T]
"""Yields seconds to wait (None: until a message comes); is sent the message, or None after the time."""


class Task:
    """Runs `steps` on the clock. Messages and interruptions reach it where it waits, never re-entrantly."""

    def __init__(self, clock: Clock, steps: Steps[None], when_done: Callable[[], None] | None = None) -> None:
        self._clock = clock
        self._steps = steps
        self._when_done = when_done
        self._inbox: deque[object] = deque()
        self._errors: deque[Exception] = deque()
        self._started = False
        self._running = False
        self.done = False
        self._timer: Timer | None = clock.after(0, self._resume)

    def post(self, message: object) -> None:
        """Post a message. It waits its turn if the task is busy."""
        self._inbox.append(message)
        self._wake()

    def interrupt(self, error: Exception) -> None:
        """Raise `error` inside the task, where it waits; several are raised one after the other."""
        self._errors.append(error)
        self._wake()

    @property
    def interrupted(self) -> bool:
        """Return whether an error is to be raised as soon as the task waits."""
        return bool(self._errors)

    def _wake(self) -> None:
        if self.done or self._running or not self._started:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._clock.after(0, self._resume)

    def _resume(self) -> None:
        self._running = True
        try:
            wait = self._proceed()
        except StopIteration:
            self.done = True
            if self._when_done is not None:
                self._when_done()
            return
        except BaseException:
            self.done = True
            raise
        finally:
            self._running = False
        if self._errors or self._inbox:
            self._timer = self._clock.after(0, self._resume)
        else:
            self._timer = None if wait is None else self._clock.after(wait, self._resume)

    def _proceed(self) -> float | None:
        if not self._started:
            self._started = True
            return next(self._steps)
        if self._errors:
            return self._steps.throw(self._errors.popleft())
        return self._steps.send(self._inbox.popleft() if self._inbox else None)


def receive(clock: Clock, seconds: float | None, *kinds: type) -> Steps[object | None]:
    """Wait up to `seconds` for a message of one of `kinds`; drop others. None: the time is up."""
    deadline = None if seconds is None else clock.elapsed + seconds
    while True:
        message = yield None if deadline is None else max(0.0, deadline - clock.elapsed)
        if message is None or isinstance(message, kinds):
            return message


def sleep(clock: Clock, seconds: float) -> Steps[None]:
    """Let `seconds` pass, and ignore messages."""
    yield from receive(clock, seconds)
