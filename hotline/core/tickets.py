"""A job on its way to the queue."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.core.jobs import Job


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job that was put, and the names it goes by from then on, neither of which tells anything.

    `token`: of this one time that it was put, so that it is not queued twice. `id`: of the job in the queue, the same
    for all jobs of one name. The job's own name is not needed any more, and is left out.
    """

    token: str
    id: str
    job: Job
