"""The outbox: where jobs wait on local disk for the queue, so that no webhook ever waits for Redis to take one."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from hotline.core.jobs import Job
from hotline.core.tickets import Ticket
from hotline.store.disk.job_lines import JOB_LINES
from hotline.store.disk.waiting import Waiting


class Outbox(Waiting[Ticket]):
    """The outbox of one machine, in `directory`. Fits `hotline.ports.Jobs`. `key` makes the digests of names."""

    def __init__(self, directory: Path, key: bytes, clock: Callable[[], float] = time.time) -> None:
        super().__init__(directory, JOB_LINES, clock)
        self._key = key

    def put(self, job: Job) -> None:
        """Have the job done soon. Costs one write to local disk.

        Never raises: if the disk cannot be written, the job is kept in memory meanwhile, as health says.
        """
        token = secrets.token_hex(8)
        name = hmac.digest(self._key, b"job\0" + job.name.encode(), "sha256")[:16].hex() if job.name else token
        try:
            self.take(Ticket(token, name, job))
        except OSError:
            return
