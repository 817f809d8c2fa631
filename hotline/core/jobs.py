"""Jobs: what is to be done around a call, or on its own, without anybody waiting for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Urgency(Enum):
    """The urgency of a job: it matters to tonight, or can wait behind those that do."""

    TONIGHT = "tonight"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Job:
    """A thing to do: the task `hotline.jobs.tasks.<task>`, given `ids`.

    `ids` are names of things (a volunteer's id, a row's): never a number, a person's name, or words. The one exception
    are the CallSids of a call just ended, in the job that deletes the carrier's records of it.
    Two jobs of one `name` are one job for as long as the first waits or runs; "" for any number of them.
    `at`: not before this instant (epoch seconds), or as soon as may be.
    """

    task: str
    ids: tuple[str, ...] = ()
    urgency: Urgency = Urgency.LATER
    name: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job that was put, and the names it goes by from then on, neither of which tells anything.

    `token`: of this one time that it was put, so that it is not queued twice. `id`: of the job in the queue, the same
    for all jobs of one name. The job's own name is not needed any more, and is left out.
    """

    token: str
    id: str
    job: Job
