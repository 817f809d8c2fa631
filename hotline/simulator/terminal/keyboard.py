"""Typed keys: one by one from a terminal, by the line from anything else."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from collections import deque
from types import TracebackType
from typing import Protocol, Self, TextIO


class Keyboard(Protocol):
    """A source of single characters. `patient`: keys come ahead of time and wait until there is a use for them."""

    patient: bool

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or sooner if a key has come."""

    def peek(self) -> str | None:
        """The next key, which stays. None: there is none yet."""

    def take(self) -> None:
        """Take the next key away."""


class StreamKeyboard:
    """Reads `stream` without blocking; a terminal is put into single-key mode meanwhile."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._fd = (stream or sys.stdin).fileno()
        self._keys: deque[str] = deque()
        self._open = True
        self._before: list[object] | None = None
        self.patient = not os.isatty(self._fd)

    def __enter__(self) -> Self:
        if not self.patient:
            self._before = termios.tcgetattr(self._fd)
            tty.setcbreak(self._fd)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)  # type: ignore[arg-type]

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or sooner if a key has come; at the end of the input, after `seconds`."""
        if not self._open:
            time.sleep(seconds)
        elif select.select([self._fd], [], [], seconds)[0]:
            data = os.read(self._fd, 1024)
            self._open = bool(data)
            self._keys.extend(key for key in data.decode("utf-8", "ignore") if not key.isspace())

    def peek(self) -> str | None:
        """The next key, which stays. None: there is none yet."""
        return self._keys[0] if self._keys else None

    def take(self) -> None:
        """Take the next key away."""
        self._keys.popleft()
