"""Keeps processes running: starts them, starts again whichever dies, and stops them all in order."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hotline.errors import ServerError
from hotline.store.redis.embedded import EmbeddedServer, die_with_parent

LOOK_EVERY = 0.2
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
_STEADY_AFTER = 30.0


@dataclass(slots=True)
class Kept:
    """A process to keep running. `restarts` counts how often it had to be started again."""

    name: str
    command: Sequence[str]
    inherits: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    pause: float = _FIRST_PAUSE
    restarts: int = 0


@dataclass(slots=True)
class Supervisor:
    """Runs commands and, if it is ours to run, the embedded Redis. `say` tells the person at the terminal."""

    environment: Mapping[str, str]
    say: Callable[[str], None]
    output: int | None = None
    embedded: EmbeddedServer | None = None
    kept: list[Kept] = field(default_factory=list)
    embedded_started: float = 0.0
    embedded_again_at: float = 0.0
    embedded_pause: float = _FIRST_PAUSE

    def add(self, name: str, command: Sequence[str], *inherits: int) -> None:
        """Start a command, and keep it running from now on. It inherits open files, by their descriptors."""
        one = Kept(name, command, inherits)
        self.kept.append(one)
        self._start(one)

    def keep_redis(self, embedded: EmbeddedServer) -> None:
        """Start the embedded Redis and keep it running, unless another process of its data directory does."""
        ours = True
        try:
            ours = embedded.start()
        except (ServerError, OSError) as error:
            self._do_without(error)
        self.embedded, self.embedded_started = embedded if ours else None, time.monotonic()

    def look(self) -> None:
        """Start again whatever has died; a process that keeps dying is given ever longer pauses."""
        now = time.monotonic()
        if self.embedded is not None and not self.embedded.alive() and now >= self.embedded_again_at:
            self._restart(self.embedded)
        for one in self.kept:
            if one.process is None:
                if now >= one.start_at:
                    self._start(one)
            elif one.process.poll() is not None:
                if now - one.started > _STEADY_AFTER:
                    one.pause = _FIRST_PAUSE
                self.say(f"{one.name} stopped (exit {one.process.returncode}). Starting it again.")
                one.process, one.start_at = None, now + one.pause
                one.pause = min(one.pause * 2, _LONGEST_PAUSE)
                one.restarts += 1

    def stop(self, within: float = 20.0) -> None:
        """Ask every process to finish what it is at, within so many seconds in all; Redis goes last.

        The web goes first: what it has left on disk is then moved, or removed, by the worker before it ends.
        """
        for together in (self.kept[:1], self.kept[1:]):
            self._stop(together, within / 2)
        if self.embedded is not None:
            self.embedded.stop()

    def _stop(self, together: Sequence[Kept], within: float) -> None:
        for one in together:
            if one.process is not None and one.process.poll() is None:
                one.process.terminate()
        deadline = time.monotonic() + within
        for one in together:
            if one.process is not None:
                try:
                    one.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    one.process.kill()
                    one.process.wait()

    def _restart(self, embedded: EmbeddedServer) -> None:
        now = time.monotonic()
        if now - self.embedded_started > _STEADY_AFTER:
            self.embedded_pause = _FIRST_PAUSE
        self.embedded_started, self.embedded_again_at = now, now + self.embedded_pause
        self.embedded_pause = min(self.embedded_pause * 2, _LONGEST_PAUSE)
        self.say("Redis stopped. Starting it again. Calls continue.")
        try:
            embedded.restart()
        except (ServerError, OSError) as error:  # a full disk, say: web and worker do without it
            self._do_without(error)

    def _do_without(self, error: Exception) -> None:
        self.say(f"Redis cannot be started. Calls continue without it. {error}")

    def _start(self, one: Kept) -> None:
        one.process = subprocess.Popen(
            one.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
            preexec_fn=die_with_parent,
            pass_fds=one.inherits,
        )
        one.started = time.monotonic()
