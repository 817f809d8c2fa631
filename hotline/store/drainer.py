"""Moving the call log's rows from the spool into the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import Protocol

from hotline.core.log import LogEntry
from hotline.errors import CallLogUnavailable
from hotline.store.forking import forget_in_child
from hotline.store.intake import batches, clear_up, look, rounds
from hotline.store.progress import Progress
from hotline.store.role import Role
from hotline.store.spool import Spool

_log = logging.getLogger(__name__)

_PAUSE = 0.5
_LONGEST_PAUSE = 5.0
_BATCH = 2_000
_ASK_EVERY = 30.0


class Writes(Protocol):
    """What the drainer needs of the call log; both raise CallLogUnavailable."""

    def write(self, entries: Sequence[LogEntry]) -> None: ...

    def ping(self) -> None: ...


class Drainer:
    """Moves rows from `spool` into `call_log`. Of all drainers of a spool directory, one at a time is at work.

    Rows are in the database before they count as moved: whoever dies in between leaves them to be written once more,
    which changes nothing. `clock` gives epoch seconds.
    """

    def __init__(self, spool: Spool, call_log: Writes, clock: Callable[[], float] = time.time) -> None:
        self._spool = spool
        self._call_log = call_log
        self._clock = clock
        self._role = Role(spool.directory / "drainer.lock")
        self._starting = Lock()
        self._failures = 0
        self._thread: Thread | None = None
        self._stop = Event()
        forget_in_child(self._forget)

    def drain_once(self) -> int:
        """Move all that waits now; how many entries were moved. 0 if another drainer is at work.

        Raises CallLogUnavailable, as soon as the database or the spool cannot be used: what was moved stays moved.
        """
        had_role = self._role.held
        try:
            return self._drain() if self._role.take() else 0
        except OSError as error:
            raise CallLogUnavailable(f"The spool {self._spool.directory} cannot be drained ({error}).") from error
        finally:
            if not had_role:
                self._role.give_up()

    def run(self, stop: Event, patience: float = 0.0) -> None:
        """Move rows about twice a second until `stop`, less often while the database is away.

        With `patience` (seconds) the role is taken only once a row has waited for so long with nobody moving it.
        """
        try:
            while True:
                pause = self.turn(patience)
                if stop.wait(pause):
                    break
            if self._role.held and not self._failures:
                self.turn(patience)
        finally:
            self._role.give_up()

    def turn(self, patience: float = 0.0) -> float:
        """One turn of `run`: whatever there is to do now. Returns how many seconds to pause after it."""
        self._spool.tidy()
        if not self._role.held and patience and self._spool.backlog()[1] <= patience:
            return _PAUSE
        try:
            if not self._role.take():
                return _PAUSE
            moved = self._drain()
            if not moved:
                self._ask_now_and_then()
        except (CallLogUnavailable, OSError):
            self._failures += 1
        except Exception as error:  # noqa: BLE001 - without this thread the rows would pile up unseen
            self._failures += 1
            _log.error("moving the call log failed: %s", type(error).__name__)
        else:
            self._failures = 0
        return float(min(_PAUSE * 2 ** min(self._failures, 10), _LONGEST_PAUSE))

    def start(self, patience: float = 0.0) -> None:
        """Do `run` in a thread of its own. Does nothing if this process has one already; call it again after a fork."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._stop = Event()
                self._thread = Thread(target=self.run, args=(self._stop, patience), name="drainer", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread, after it has moved what waits."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _drain(self) -> int:
        # Not "until nothing is left": writers may be faster than the database, and there is more to do than this.
        return sum(self._drain_files() for _ in range(rounds(self._spool.directory)))

    def _drain_files(self) -> int:
        directory = self._spool.directory
        progress = Progress.load(directory)
        moved = 0
        try:
            for batch in batches(look(directory, progress.drained), _BATCH):
                if batch.entries:
                    self._call_log.write(batch.entries)
                    moved += len(batch.entries)
                self._set_aside(batch.corrupt)
                progress = self._went_well(replace(progress, drained={**progress.drained, **batch.read}))
        except CallLogUnavailable as error:
            self._went_badly(progress, error)
            raise
        left = clear_up(directory, progress.drained)
        if left != progress.drained:
            replace(progress, drained=left).save(directory)
        return moved

    def _went_well(self, progress: Progress) -> Progress:
        progress = replace(progress, succeeded_at=self._clock(), failing_since=None, failure="")
        progress.save(self._spool.directory)
        return progress

    def _went_badly(self, progress: Progress, error: CallLogUnavailable) -> None:
        if progress.failing_since is None:
            _log.warning("the call log cannot be written, rows wait in the spool: %s", error)
        since = progress.failing_since or self._clock()
        replace(progress, failing_since=since, failure=str(error)).save(self._spool.directory)

    def _ask_now_and_then(self) -> None:
        """With nothing to move, ask the database how it is: a coordinator should know before a call does."""
        progress = self._spool.progress()
        if progress.failing_since is None and self._clock() - (progress.succeeded_at or 0) < _ASK_EVERY:
            return
        try:
            self._call_log.ping()
        except CallLogUnavailable as error:
            self._went_badly(progress, error)
            raise
        self._went_well(progress)

    def _set_aside(self, corrupt: list[bytes]) -> None:
        if corrupt:
            with (self._spool.directory / "corrupt.bad").open("ab") as file:
                file.writelines(corrupt)
            _log.warning("%d lines of the spool cannot be read and were set aside", len(corrupt))

    def _forget(self) -> None:
        """In a forked child: the thread is the parent's."""
        self._starting = Lock()
        self._thread = None
