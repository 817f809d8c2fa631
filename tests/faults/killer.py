"""Kills parts of a system at random moments, as a machine does that has run out of memory."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress
from types import TracebackType

from tests.faults.processes import kill
from tests.faults.system import Up

KINDS = {"worker": "worker", "clock": "clock", "Redis": "valkey", "Redis with all it knew": "valkey"}


class Killer:
    """Kills while the block lasts, with from `every[0]` to `every[1]` seconds in between. `kills` counts by kind."""

    def __init__(self, up: Up, chance: random.Random, every: tuple[float, float]) -> None:
        self._up = up
        self._chance = chance
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="killer")
        self.kills: Counter[str] = Counter()

    def _run(self) -> None:
        while not self._over.wait(self._chance.uniform(*self._every)):
            kind = self._chance.choice(list(KINDS))
            pid = self._up.pid_of(KINDS[kind])
            if kind == "Redis with all it knew":
                (self._up.place.data_dir / "valkey.rdb").unlink(missing_ok=True)
            with suppress(ProcessLookupError):
                kill(pid)
                self.kills[kind] += 1

    def __enter__(self) -> Killer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
