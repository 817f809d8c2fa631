"""Moving what waits on disk to where it belongs: the call log's rows into the database, jobs into the queue."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Generic, Protocol, TypeVar

from hotline.core.wording import Wording, together
from hotline.errors import HotlineError, ServerError
from hotline.store.disk.progress import Progress
from hotline.store.disk.reading import batches, clear_up, look, rounds
from hotline.store.disk.single_process import SingleProcess
from hotline.store.disk.waiting import WaitingFiles
from hotline.store.own_thread import OwnThread
from hotline.store.private import opener

Entry = TypeVar("Entry")
Taken = TypeVar("Taken", contravariant=True)

_log = logging.getLogger(__name__)

_PAUSE = 0.5
_LONGEST_PAUSE = 5.0
_BATCH = 2_000
_ASK_EVERY = 30.0
_SET_ASIDE = "corrupt.bad"
# The carrier's ids of our calls, texts or rings. A line that is set aside stays forever, and must not contain any.
_CARRIERS_NAME = re.compile(rb"\b(CA|SM|MM)[0-9a-fA-F]+")


class Writes(Protocol[Taken]):
    """The target to which a drainer moves entries. Both methods raise HotlineError while it cannot be reached."""

    def write(self, entries: Sequence[Taken], /) -> None: ...

    def ping(self) -> None: ...


def forget_set_aside(directory: Path, before: int) -> None:
    """Delete the lines that could not be read, if none was added since an instant (epoch seconds)."""
    file = directory / _SET_ASIDE
    with suppress(OSError):
        if file.stat().st_mtime < before:
            file.unlink()


class Drainer(OwnThread, Generic[Entry]):
    """Moves entries from `spool` to `target`. One drainer of a directory works at a time.

    Entries are written before they count as moved. If a drainer dies in between, they are written again, which must
    change nothing. `clock` gives epoch seconds.
    """

    def __init__(
        self, spool: WaitingFiles[Entry], target: Writes[Entry], clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__("drainer")
        self._spool = spool
        self._target = target
        self._clock = clock
        self._role = SingleProcess(spool.directory / "drainer.lock")
        self._failures = 0

    def drain_once(self) -> int:
        """Move all entries that wait now. Returns how many were moved; 0 if another drainer is at work.

        Raises HotlineError, as soon as target or spool cannot be used. Entries already moved stay moved.
        """
        had_role = self._role.held
        try:
            return self._drain() if self._role.take() else 0
        except OSError as error:
            raise ServerError(
                Wording(
                    "The spool %(folder)s cannot be drained (%(why)s).",
                    folder=self._spool.directory,
                    why=error.strerror,
                )
            ) from None
        finally:
            if not had_role:
                self._role.give_up()

    def run(self, stop: Event, patience: float = 0.0) -> None:
        """Move entries about twice a second until `stop`, less often while the target is down.

        With `patience`, take the role only after so many seconds in which no process moved entries.
        """
        try:
            while True:
                pause = self.turn(patience)
                if stop.wait(pause):
                    break
            if self._role.held and not self._failures:
                self.turn(patience)
            self._spool.close()
        finally:
            self._role.give_up()

    def turn(self, patience: float = 0.0) -> float:
        """Do everything there is to do now, as `run` does each time. Returns how many seconds to pause after it."""
        self._spool.tidy()
        if not self._role.held and patience and self._spool.backlog()[1] <= patience:
            return _PAUSE
        try:
            if not self._role.take():
                return _PAUSE
            moved = self._drain()
            if not moved:
                self._ask_now_and_then()
        except (HotlineError, OSError):
            self._failures += 1
        except Exception as error:  # noqa: BLE001 - without this thread they would pile up unseen
            self._failures += 1
            _log.error("draining %s failed: %s", self._spool.directory.name, type(error).__name__)
        else:
            self._failures = 0
        return float(min(_PAUSE * 2 ** min(self._failures, 10), _LONGEST_PAUSE))

    def _drain(self) -> int:
        # Not "until nothing is left": writers may be faster than the target, and there is more to do than this.
        return sum(self._drain_files() for _ in range(rounds(self._spool.directory)))

    def _drain_files(self) -> int:
        directory = self._spool.directory
        progress = Progress.load(directory)
        moved = 0
        try:
            for batch in batches(look(directory, progress.drained), self._spool.codec, _BATCH):
                if batch.entries:
                    self._target.write(batch.entries)
                    moved += len(batch.entries)
                self._set_aside(batch.corrupt)
                progress = self._went_well(replace(progress, drained={**progress.drained, **batch.read}))
        except HotlineError as error:
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

    def _went_badly(self, progress: Progress, error: HotlineError) -> None:
        if progress.failing_since is None:
            _log.warning("what waits in %s cannot be moved: %s", self._spool.directory.name, error)
        since = progress.failing_since or self._clock()
        replace(progress, failing_since=since, failure=together(error.message, error.remedy)).save(
            self._spool.directory
        )

    def _ask_now_and_then(self) -> None:
        """Check the target although there is nothing to move: a coordinator should hear of a fault before a call."""
        progress = self._spool.progress()
        if progress.failing_since is None and self._clock() - (progress.succeeded_at or 0) < _ASK_EVERY:
            return
        try:
            self._target.ping()
        except HotlineError as error:
            self._went_badly(progress, error)
            raise
        self._went_well(progress)

    def _set_aside(self, corrupt: list[bytes]) -> None:
        if corrupt:
            with open(self._spool.directory / _SET_ASIDE, "ab", opener=opener) as file:
                file.writelines(_CARRIERS_NAME.sub(rb"\1...", line) for line in corrupt)
            _log.warning("%d lines of %s cannot be read and were set aside", len(corrupt), self._spool.directory.name)
