"""The outbox: jobs wait here, on local disk, for the queue. So no webhook ever waits for Redis to take one."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from hotline.core.jobs import Job, Ticket, Urgency
from hotline.store.disk.codec import LATEST, Codec, is_name, recorded_at
from hotline.store.disk.waiting import WaitingFiles

_encode = json.JSONEncoder(separators=(",", ":")).encode
_URGENCIES = {urgency.value: urgency for urgency in Urgency}


def to_line(ticket: Ticket, recorded: float) -> bytes:
    """Write a job as one JSON array and a newline.

    `recorded`: when the outbox took it, epoch seconds, to the millisecond.
    """
    job = ticket.job
    fields = [round(recorded, 3), ticket.token, ticket.id, job.task, job.ids, job.urgency.value, job.at]
    return _encode(fields).encode() + b"\n"


def from_line(line: bytes) -> tuple[float, Ticket]:
    """Return when the outbox took a job, and the job. Raises ValueError for anything that `to_line` does not write."""
    fields = json.loads(line)
    if not isinstance(fields, list) or len(fields) != 7:
        raise ValueError("not a job")
    recorded, token, name, task, ids, urgency, at = fields
    if not (isinstance(ids, list) and all(map(is_name, (token, name, task, *ids)))):
        raise ValueError("not a job")
    if not isinstance(urgency, str) or urgency not in _URGENCIES:
        raise ValueError("not a job")
    if at is not None and (type(at) is not int or not 0 <= at < LATEST):
        raise ValueError("not a time")
    return recorded_at(recorded), Ticket(token, name, Job(task, tuple(ids), _URGENCIES[urgency], at=at))


JOB_LINES = Codec(to_line, from_line)


class Outbox(WaitingFiles[Ticket]):
    """The outbox of one machine, in `directory`. Implements `hotline.ports.Jobs`. `key` makes the digests of names."""

    def __init__(self, directory: Path, key: bytes, clock: Callable[[], float] = time.time) -> None:
        super().__init__(directory, JOB_LINES, clock)
        self._key = key

    def put(self, job: Job) -> None:
        """Schedule the job. Costs one write to local disk.

        Never raises. If the disk cannot be written, the job stays in memory for now, and health reports it.
        """
        token = secrets.token_hex(8)
        name = hmac.digest(self._key, b"job\0" + job.name.encode(), "sha256")[:16].hex() if job.name else token
        try:
            self.take(Ticket(token, name, job))
        except OSError:
            return
