"""The state of the jobs as a page in the terminal: which tasks and how many, never what they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from hotline.jobs.state import JobsState, QueuedJob
from hotline.output.data.jobs import Backlog


def jobs_page(state: JobsState | None, backlog: Backlog, away: str, now: float, console: Console) -> None:
    """Print the state. Without a `state`, `away` says why the queue cannot be read."""
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


def _number(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _duration(seconds: float) -> str:
    for length, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds // length:.0f} {name}"
    return f"{seconds:.0f} s"
