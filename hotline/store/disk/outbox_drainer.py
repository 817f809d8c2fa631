"""Moving jobs from the outbox into the queue, and seeing to it that they are there until they are done."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from hotline.core.jobs import Ticket
from hotline.store.disk.drainer import Drainer
from hotline.store.disk.ledger import Ledger
from hotline.store.disk.outbox import Outbox

_LOOK_EVERY = 2.0
_SHARE_OF_TIME = 20


class Queue(Protocol):
    """The queue as the drainer needs it; each method raises HotlineError while it cannot be reached."""

    def write(self, tickets: Sequence[Ticket], /) -> None: ...

    def ping(self) -> None: ...

    def settled(self, tickets: Sequence[Ticket], /) -> tuple[Sequence[Ticket], Sequence[Ticket]]:
        """Return which of these queued jobs are done, and which the queue has lost."""

    def forget(self, tokens: Collection[str], /) -> None:
        """Note that these jobs will never be written again."""


class OutboxDrainer(Drainer[Ticket]):
    """Moves jobs into `queue`, and notes each in a ledger until it is done. If Redis lost them, they are queued again.

    If Redis comes back with an old state, jobs that were done since are done a second time.
    """

    def __init__(self, outbox: Outbox, queue: Queue) -> None:
        ledger = Ledger(outbox.directory / "queued")
        super().__init__(outbox, _Noted(queue, ledger))
        self._queue = queue
        self._ledger = ledger
        self._looked_at = 0.0
        self._took = 0.0

    def _drain(self) -> int:
        moved = super()._drain()
        started = time.monotonic()
        if started - self._looked_at >= max(_LOOK_EVERY, _SHARE_OF_TIME * self._took):
            self._settle(self._ledger.tickets())
            self._looked_at = time.monotonic()
            self._took = self._looked_at - started
        return moved

    def _settle(self, noted: Sequence[Ticket]) -> None:
        if not noted:
            return
        done, lost = self._queue.settled(noted)
        if lost:
            self._queue.write(lost)
        if done:
            tokens = {ticket.token for ticket in done}
            self._ledger.keep_only([ticket for ticket in noted if ticket.token not in tokens])
            self._queue.forget(tokens)


class _Noted:
    """A queue whose jobs are noted before they are queued.

    The last of several that are one job stands for all: it was queued before only if they all were.
    """

    def __init__(self, queue: Queue, ledger: Ledger) -> None:
        self._queue = queue
        self._ledger = ledger

    def write(self, tickets: Iterable[Ticket], /) -> None:
        each = {(ticket.id, ticket.job): ticket for ticket in tickets}
        self._ledger.note(each.values())
        self._queue.write(list(each.values()))

    def ping(self) -> None:
        self._queue.ping()
