"""The state of the jobs as a page in the terminal, and as JSON: which tasks and how many, never what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from hotline.jobs.state import JobsState, QueuedJob


@dataclass(frozen=True, slots=True)
class Backlog:
    """The backlog on this machine's disk. `age`: seconds since the oldest was put."""

    count: int
    age: float
    problem: str = ""


def jobs_page(state: JobsState | None, backlog: Backlog, away: str, now: float, console: Console) -> None:
    """Print how things stand. Without a `state`, `away` says why the queue cannot be looked at."""
    if state is None:
        console.print(f"{away}", style="yellow", markup=False)
        console.print(_on_disk(backlog) or "No jobs wait on this machine's disk.")
        console.print("Calls continue. Jobs wait on disk until Redis is back.", style="dim")
        return
    console.print(_processes(state), style="" if state.workers and state.clocks else "yellow")
    if backlog.count:
        console.print(_on_disk(backlog), style="yellow" if backlog.problem else "")
    if not (state.running or state.waiting or state.scheduled or state.failed):
        console.print("No jobs are waiting, running or failed.")
        return
    console.print(_table(state, now))
    if state.failed:
        console.print(_failures(state.failed))
        console.print("`hotline jobs --retry` queues them again.", style="dim", markup=False)


def jobs_json(state: JobsState | None, backlog: Backlog, away: str) -> dict[str, Any]:
    """Return how things stand as data for `json.dumps`. `redis` is "" while it answers; times are epoch seconds."""
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


def _processes(state: JobsState) -> str:
    counts = f"{_number(state.workers, 'worker')} and {_number(state.clocks, 'clock')}"
    said = [f"{counts[0].upper()}{counts[1:]} are running."]
    if not state.workers:
        said.append("Jobs are not being done. Start a worker with `hotline worker`.")
    if not state.clocks:
        said.append("Regular jobs are not being queued. Start a clock with `hotline clock`.")
    return " ".join(said)


def _on_disk(backlog: Backlog) -> str:
    if not backlog.count:
        return ""
    said = f"{_number(backlog.count, 'job')} on this machine's disk for {_duration(backlog.age)}"
    return f"{said}: {backlog.problem}" if backlog.problem else f"{said}, about to be queued."


def _table(state: JobsState, now: float) -> Table:
    table = Table("Task", "For")
    for heading in ("Runs", "Waits", "Later", "Failed"):
        table.add_column(heading, justify="right")
    table.add_column("Next")
    lists = (state.running, state.waiting, state.scheduled, state.failed)
    counts = [Counter((not job.tonight, job.task) for job in jobs) for jobs in lists]
    for kind in sorted(set().union(*counts)):
        later, task = kind
        due = [job.due for job in state.scheduled if (not job.tonight, job.task) == kind and job.due is not None]
        following = f"in {_duration(max(0, min(due) - now))}" if due else ""
        cells = (str(count[kind]) if count[kind] else "" for count in counts)
        table.add_row(task, "later" if later else "tonight", *cells, following)
    return table


def _failures(failed: Sequence[QueuedJob]) -> Table:
    table = Table("Failed", "Tries", "Why")
    for (task, tries, problem), count in Counter((job.task, job.tries + 1, job.problem) for job in failed).items():
        table.add_row(f"{count} x {task}" if count > 1 else task, str(tries), problem)
    return table


def _as_json(job: QueuedJob) -> dict[str, Any]:
    return {"id": job.id, "task": job.task, "tonight": job.tonight, "tries": job.tries}


def _number(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _duration(seconds: float) -> str:
    for length, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {name}"
    return f"{seconds:.0f} s"
