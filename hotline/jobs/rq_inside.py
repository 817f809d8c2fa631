"""RQ's internals: the names of its keys that we use directly. Only this module names them.

RQ's version is pinned exactly in `pyproject.toml`. A test fails if a new version changes one of these names.
"""

from __future__ import annotations

QUEUES = "rq:queues"
OVERRIDDEN = (
    "_finalize_failure",
    "_install_signal_handlers",
    "cleanup_execution",
    "request_stop",
    "should_run_maintenance_tasks",
    "subscribe",
    "teardown",
)
"""Methods and properties of RQ's worker that ours overrides or calls, and that are in no documentation."""


def job_key(job: str) -> str:
    """Return the key of a job's hash."""
    return f"rq:job:{job}"


def results_key(job: str) -> str:
    """Return the key of the stream of a job's results."""
    return f"rq:results:{job}"


def execution_key(entry: str) -> str:
    """Return the key of an execution's hash, by its entry in the registry of started jobs."""
    return f"rq:execution:{entry}"


def queue_key(queue: str) -> str:
    """Return the key of a queue's list."""
    return f"rq:queue:{queue}"


def scheduled_key(queue: str) -> str:
    """Return the key of the registry of a queue's jobs that are to be done later."""
    return f"rq:scheduled:{queue}"


def failed_key(queue: str) -> str:
    """Return the key of the registry of a queue's jobs that have failed."""
    return f"rq:failed:{queue}"


def started_key(queue: str) -> str:
    """Return the key of the registry of a queue's started jobs."""
    return f"rq:wip:{queue}"
