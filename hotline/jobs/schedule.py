"""What the clock has done, and how often. However many clocks run, each task is queued once a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from redis import Redis

from hotline.jobs.queue import LATER, enqueue


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task queued once every so many seconds."""

    task: str
    seconds: int
    queue: str = LATER


SCHEDULE = (Periodic("close_unended_calls", 600),)


def queue_due(to: Redis, now: float, schedule: Iterable[Periodic] = SCHEDULE) -> list[str]:
    """Queue what is due at `now` (epoch seconds) and was not queued by any clock; returns those tasks."""
    queued = []
    for periodic in schedule:
        period = int(now // periodic.seconds)
        mark = f"hotline:clock:{periodic.task}:{period}"
        if to.set(mark, "1", nx=True, ex=2 * periodic.seconds):
            enqueue(to, periodic.queue, periodic.task)
            queued.append(periodic.task)
    return queued
