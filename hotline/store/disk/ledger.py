"""The ledger: a machine's queued and unfinished jobs, stored on its disk in case Redis loses them.

Each is a line of one file, since making a file takes as long as answering a webhook. The line is deleted with the job:
some name a call whose record is to be deleted.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from errno import ENOSPC
from pathlib import Path

from hotline.core.jobs import Ticket
from hotline.store.disk.outbox import JOB_LINES
from hotline.store.private import opener

_FILE = "noted.job"


class Ledger:
    """The ledger in `directory`. Only the process that drains the outbox writes in it. May raise OSError.

    Releases before had a file for each job. Those are read, too.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._tokens: set[str] | None = None  # of the jobs that are noted, once that is known

    def note(self, tickets: Iterable[Ticket]) -> None:
        """Note jobs that are about to be queued. They still wait in the outbox, so a note cut short does no harm."""
        tokens = {ticket.token for ticket in self.tickets()} if self._tokens is None else self._tokens
        fresh = [ticket for ticket in tickets if ticket.token not in tokens]
        if not fresh:
            return
        lines = _lines(fresh)
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self._directory / _FILE, "ab+", buffering=0, opener=opener) as file:
            size = file.seek(0, os.SEEK_END)
            if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
                lines = b"\n" + lines
            if file.write(lines) < len(lines):
                raise OSError(ENOSPC, os.strerror(ENOSPC))
        self._tokens = tokens.union(ticket.token for ticket in fresh)

    def tickets(self) -> Sequence[Ticket]:
        """Return all jobs noted, each once. What cannot be read is removed: the job is in the queue all the same."""
        noted: dict[str, Ticket] = {}
        readable = True
        for path in sorted(self._directory.glob("*.job")):
            for line in path.read_bytes().splitlines():
                try:
                    ticket = JOB_LINES.from_line(line)[1]
                except ValueError:
                    readable = False
                else:
                    noted[ticket.token] = ticket
        tickets = list(noted.values())
        self._tokens = set(noted)
        if not readable:
            self.keep_only(tickets)
        return tickets

    def keep_only(self, tickets: Sequence[Ticket]) -> None:
        """Forget all other jobs: they are done."""
        path = self._directory / _FILE
        if tickets:
            new = path.with_suffix(".new")
            with open(new, "wb", opener=opener) as file:
                file.write(_lines(tickets))
                file.flush()
                os.fsync(file.fileno())  # or a power cut could leave an empty file in the place of all notes
            os.replace(new, path)
        for other in list(self._directory.iterdir()):
            if other != path or not tickets:
                other.unlink(missing_ok=True)
        self._tokens = {ticket.token for ticket in tickets}


def _lines(tickets: Iterable[Ticket]) -> bytes:
    now = time.time()
    return b"".join(JOB_LINES.to_line(ticket, now) for ticket in tickets)
