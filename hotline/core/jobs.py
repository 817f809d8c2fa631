"""Jobs: what is to be done around a call, or on its own, without anybody waiting for it."""

from __future__ import annotations

from collections.abc import Sequence
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


# One function for each job that is put; its ids are the arguments of the task of that name in `hotline.jobs.tasks`.
# Times are whole seconds since 1970, and minutes and hours are counted from then.


def delete_records(call: str, ended: int, at: int | None = None) -> Job:
    """Delete the carrier's records of a call and its legs, or of one leg."""
    return Job("delete_records", (call, str(ended)), name=f"delete_records/{call}", at=at)


def delete_text(text: str, since: int) -> Job:
    """Delete the carrier's record of a text."""
    return Job("delete_text", (text, str(since)), name=f"delete_text/{text}")


def missed_ring(rota: str, volunteer: str) -> Job:
    """Send a kind note to a volunteer whose phone rang in vain."""
    return Job("missed_ring", (rota, volunteer), name=f"missed_ring/{rota}/{volunteer}")


def line_trouble(hotline: str, trouble: str, hour: int) -> Job:
    """Tell coordinators of trouble, once an hour."""
    return Job(
        "line_trouble", (hotline, trouble, str(hour)), Urgency.TONIGHT, f"line_trouble/{hotline}/{trouble}/{hour}"
    )


def caller_not_reached(hotline: str, minute: int) -> Job:
    """Tell coordinators that nobody could be reached for a call."""
    return Job("caller_not_reached", (hotline, str(minute)), Urgency.TONIGHT, f"caller_not_reached/{hotline}/{minute}")


def off_leaves_nobody(rota: str) -> Job:
    """Tell coordinators that an absence leaves nobody on call."""
    return Job("off_leaves_nobody", (rota,), Urgency.TONIGHT, f"off_leaves_nobody/{rota}")


def opt_out(phone: str, since: int) -> Job:
    """Remember that STOP came from a phone; `phone` is its name in the database."""
    return Job("opt_out", (phone, str(since)))


def opt_in(phone: str) -> Job:
    """Remember that START came from a phone; `phone` is its name in the database."""
    return Job("opt_in", (phone,))


def ring_test(hotline: str, volunteer: str, id: str, urgency: Urgency = Urgency.LATER, at: int | None = None) -> Job:
    """Ring a volunteer's phone, to see whether it rings; `id` is the test's."""
    return Job("ring_test", (hotline, volunteer, id), urgency, f"ring_test/{id}", at)


def ring_test_over(id: str, reached: bool) -> Job:
    """Keep the result of a test ring."""
    outcome = "1" if reached else "0"
    return Job("ring_test_over", (id, outcome), name=f"ring_test_over/{id}/{outcome}")


def ring_test_result(rota: str, month: str, volunteers: Sequence[str]) -> Job:
    """Tell coordinators who did not answer the test ring of a month."""
    return Job("ring_test_result", (rota, month, *volunteers), name=f"ring_test_result/{rota}/{month}")
