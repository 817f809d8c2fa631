"""The ledger: a machine's queued and unfinished jobs, stored on its disk in case Redis loses them.

Each has one small file, named by its token. The file is deleted with the job, since some name a call whose record is to
be deleted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hotline.core.jobs import Ticket
from hotline.store.disk.outbox import JOB_LINES
from hotline.store.private import opener

_SUFFIX = ".job"


class Ledger:
    """The ledger in `directory`. Only the process that drains the outbox writes in it. May raise OSError."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def note(self, ticket: Ticket) -> None:
        """Note a job that is about to be queued. It still waits in the outbox, so a note cut short does no harm."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self._path(ticket.token), "wb", buffering=0, opener=opener) as file:
            file.write(JOB_LINES.to_line(ticket, time.time()))

    def tickets(self) -> Iterator[Ticket]:
        """Return all jobs noted. What cannot be read is removed: the job is in the queue all the same."""
        with suppress(FileNotFoundError):
            for path in sorted(self._directory.iterdir()):
                try:
                    yield JOB_LINES.from_line(path.read_bytes())[1]
                except ValueError:
                    path.unlink(missing_ok=True)

    def forget(self, token: str) -> None:
        """Forget a job that is done."""
        self._path(token).unlink(missing_ok=True)

    def _path(self, token: str) -> Path:
        return self._directory / f"{token}{_SUFFIX}"
