"""What we know of RQ that is in no documentation: a new version that changes it fails here first."""

import re
from pathlib import Path

from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.registry import FailedJobRegistry, ScheduledJobRegistry, StartedJobRegistry
from rq.results import Result

import hotline.jobs
from hotline.jobs import rq_inside
from hotline.jobs.queue import LATER, connection
from hotline.jobs.work import JobWorker

FOLDER = Path(hotline.jobs.__file__).parent


def test_the_keys_are_those_of_this_rq(redis_url: str) -> None:
    with connection(redis_url) as redis:
        queue = Queue(LATER, connection=redis)
        assert Queue.redis_queues_keys == rq_inside.QUEUES
        assert rq_inside.queue_key(LATER) == queue.key
        assert rq_inside.scheduled_key(LATER) == ScheduledJobRegistry(queue=queue).key
        assert rq_inside.failed_key(LATER) == FailedJobRegistry(queue=queue).key
        assert rq_inside.started_key(LATER) == StartedJobRegistry(queue=queue).key
        assert rq_inside.job_key("id") == Job.key_for("id")
        assert rq_inside.results_key("id") == Result.get_key("id")
        assert rq_inside.execution_key("job:id") == Execution("id", "job", redis).key


def test_scripts_name_no_key_that_this_module_does_not() -> None:
    known = {rq_inside.QUEUES, rq_inside.job_key(""), rq_inside.results_key("")}
    named = {name for path in FOLDER.glob("*.lua") for name in re.findall(r"'(rq:[^']*)'", path.read_text())}
    assert named <= known
    others = [path.name for path in FOLDER.glob("*.py") if "rq:" in path.read_text() and path.name != "rq_inside.py"]
    assert others == []


def test_what_our_worker_overrides_is_there_to_be_overridden() -> None:
    for name in rq_inside.OVERRIDDEN:
        assert hasattr(SimpleWorker, name), name
    ours = {name for name in vars(JobWorker) if hasattr(SimpleWorker, name) and not name.startswith("__")}
    assert {name for name in ours if name.startswith("_") and not name.startswith("_abc")} <= set(rq_inside.OVERRIDDEN)
