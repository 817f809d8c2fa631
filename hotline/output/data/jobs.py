"""The state of the jobs, as data: which tasks and how many, never what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hotline.jobs.state import JobsState, QueuedJob


@dataclass(frozen=True, slots=True)
class Backlog:
    """The backlog on this machine's disk. `age`: seconds since the oldest item came."""

    count: int
    age: float
    problem: str = ""


def jobs_json(state: JobsState | None, backlog: Backlog, away: str) -> dict[str, Any]:
    """Return the state as data for `json.dumps`. `redis` is "" while it answers; times are epoch seconds."""
    return {
        "redis": away,
        "workers": state.workers if state else None,
        "clocks": state.clocks if state else None,
        "on_disk": {"jobs": backlog.count, "oldest_seconds": round(backlog.age, 1), "problem": backlog.problem},
        "running": [_as_json(job) for job in state.running] if state else None,
        "waiting": [_as_json(job) for job in state.waiting] if state else None,
        "scheduled": [{**_as_json(job), "due": job.due} for job in state.scheduled] if state else None,
        "failed": [{**_as_json(job), "problem": job.problem} for job in state.failed] if state else None,
    }


def _as_json(job: QueuedJob) -> dict[str, Any]:
    return {"id": job.id, "task": job.task, "tonight": job.tonight, "tries": job.tries}
