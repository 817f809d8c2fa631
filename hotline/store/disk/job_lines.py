"""A job as a line of the outbox, and back."""

from __future__ import annotations

import json

from hotline.core.jobs import Job, Urgency
from hotline.core.tickets import Ticket
from hotline.store.disk.codec import LATEST, Codec, is_name, recorded_at

_encode = json.JSONEncoder(separators=(",", ":")).encode
_URGENCIES = {urgency.value: urgency for urgency in Urgency}


def to_line(ticket: Ticket, recorded: float) -> bytes:
    """One JSON array and a newline. `recorded`: when the outbox took it, epoch seconds, to the millisecond."""
    job = ticket.job
    fields = [round(recorded, 3), ticket.token, ticket.id, job.task, job.ids, job.urgency.value, job.at]
    return _encode(fields).encode() + b"\n"


def from_line(line: bytes) -> tuple[float, Ticket]:
    """When the outbox took a job, and the job. Raises ValueError for anything that `to_line` does not write."""
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
