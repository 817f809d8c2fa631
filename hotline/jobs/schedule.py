"""The clock's schedule. However many clocks run, each task is queued once a period.

A period is a number counted from 1970, so all clocks agree on it. A clock that was down does not make up for missed
periods, except for the current one: a task due at 03:30 is queued at 05:00 if no clock ran before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.core.jobs import Job, Ticket, Urgency
from hotline.jobs.queue import JobQueue

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task queued once every so many seconds, `offset` seconds after midnight UTC and so on."""

    task: str
    seconds: int
    urgency: Urgency = Urgency.LATER
    offset: int = 0


def daily(task: str, at: str, urgency: Urgency = Urgency.LATER) -> Periodic:
    """A task queued once a day, at HH:MM UTC."""
    hours, minutes = at.split(":")
    return Periodic(task, _DAY, urgency, int(hours) * 3600 + int(minutes) * 60)


SCHEDULE = (
    Periodic("close_unended_calls", 600),
    Periodic("ring_tests_due", 600),
    Periodic("count_months", 3_600, offset=300),
    Periodic("send_texts", 60, Urgency.TONIGHT),
    Periodic("send_notices", 60),
    Periodic("cover_requests", 60, Urgency.TONIGHT),
    Periodic("find_gaps", 300),
    Periodic("send_digests", 900),
    daily("sweep_records", "04:10"),
    daily("forget_texts", "04:20"),
    daily("prune_call_log", "04:30"),
)


def queue_at_start(queue: JobQueue, clock: str) -> None:
    """Queue what a start makes due, once for each clock, by its name. Raises QueueUnavailable.

    After an upgrade or a restore no month may be counted. A report would read all its calls.
    """
    name = "clock-count_months"
    queue.queue(Ticket(f"{name}-{clock}", name, Job("count_months")), remembered=_DAY)


def queue_due(queue: JobQueue, now: float, schedule: Iterable[Periodic] = SCHEDULE) -> list[str]:
    """Queue the tasks due at `now` (epoch seconds) that no clock has queued. Returns those tasks.

    A task that still waits or runs from an earlier period is not queued a second time. Raises QueueUnavailable.
    """
    queued = []
    for periodic in schedule:
        period = int(now - periodic.offset) // periodic.seconds
        name = f"clock-{periodic.task}"
        ticket = Ticket(f"{name}-{period}", name, Job(periodic.task, urgency=periodic.urgency))
        if queue.queue(ticket, remembered=2 * periodic.seconds):
            queued.append(periodic.task)
    return queued
