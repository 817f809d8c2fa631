"""Jobs: work around a call, or on its own, for which nobody waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class Urgency(Enum):
    """The urgency of a job: tonight, or later."""

    TONIGHT = "tonight"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Job:
    """A job: the task `hotline.jobs.tasks.<task>`, called with `ids`.

    `ids` name things (a volunteer, a row). They are never a phone number, a person's name, or words. The one exception
    are the carrier's names of a call just ended, of its queue or of a text, in the job that deletes its record of it.
    Two jobs of one `name` are one job while the first waits or runs. With "" there may be any number. `at`: not before
    this instant (epoch seconds), or as soon as possible.
    """

    task: str
    ids: tuple[str, ...] = ()
    urgency: Urgency = Urgency.LATER
    name: str = ""
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A queued job, and the names it has from then on. Neither name reveals anything.

    `token` belongs to this one queueing, so that it is not queued twice. `id` is the id of the job in the queue, the
    same for all jobs of one name. The job's own name is no longer needed, and is left out.
    """

    token: str
    id: str
    job: Job


# One function for each job; its ids are the arguments of the task of that name in `hotline.jobs.tasks`. Times are whole
# seconds since 1970; minutes and hours are also counted from then.


def delete_records(call: str, ended: int, at: int | None = None) -> Job:
    """Delete the carrier's records of a call and its legs, or of one leg."""
    return Job("delete_records", (call, str(ended)), name=f"delete_records/{call}", at=at)


def delete_text(text: str, since: int) -> Job:
    """Delete the carrier's record of a text."""
    return Job("delete_text", (text, str(since)), name=f"delete_text/{text}")


def delete_queue(queue: str, since: int) -> Job:
    """Delete the carrier's queue in which a caller waited, a minute after they left it: it must be empty."""
    return Job("delete_queue", (queue, str(since)), name=f"delete_queue/{queue}", at=since + 60)


def missed_ring(rota: str, volunteer: str) -> Job:
    """Send a kind note to a volunteer who missed a ring."""
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
    """Record that a phone sent STOP; `phone` is its name in the database."""
    return Job("opt_out", (phone, str(since)))


def opt_in(phone: str) -> Job:
    """Record that a phone sent START; `phone` is its name in the database."""
    return Job("opt_in", (phone,))


def ring_test(hotline: str, volunteer: str, id: str, urgency: Urgency = Urgency.LATER, at: int | None = None) -> Job:
    """Ring a volunteer's phone, to see whether it rings; `id` is the test's."""
    return Job("ring_test", (hotline, volunteer, id), urgency, f"ring_test/{id}", at)


def ring_test_over(id: str, reached: bool, picked_up: bool = False) -> Job:
    """Store the result of a test ring; `picked_up`: without the key."""
    outcome = "1" if reached else "picked" if picked_up else "0"
    return Job("ring_test_over", (id, outcome), name=f"ring_test_over/{id}/{outcome}")


def ring_test_result(rota: str, month: str, volunteers: Sequence[str]) -> Job:
    """Tell coordinators who did not answer the test ring of a month."""
    return Job("ring_test_result", (rota, month, *volunteers), name=f"ring_test_result/{rota}/{month}")


def forecast_waits(rota: str, digest: str) -> Job:
    """Make the forecast for a rota's page; `digest` is that of its files."""
    return Job("forecast_waits", (rota, digest), name=f"forecast_waits/{rota}/{digest}")


def go_on_with_cover() -> Job:
    """Go on with requests for cover: somebody has asked or answered."""
    return Job("cover_requests", urgency=Urgency.TONIGHT)
