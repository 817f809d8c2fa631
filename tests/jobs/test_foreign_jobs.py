"""Whoever can write to Redis can write jobs: workers do the tasks of `hotline.jobs.tasks`, and nothing else."""

from __future__ import annotations

import pickle
import zlib
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer, PickleSerializer

from hotline.core.jobs import Job, Ticket
from hotline.jobs.queue import LATER, JobQueue
from hotline.jobs.state import read_state
from tests.jobs.conftest import work


class Touch:
    """Touches a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> object:
        return (Path.touch, (Path(self.path),))


@pytest.mark.parametrize(
    "name",
    [
        "os.mkdir",
        "pathlib.Path.mkdir",
        "builtins.exec",
        "eval",
        "hotline.jobs.tasks.annotations.__class__",
        "hotline.jobs.tasks.nothing.__call__",
        "hotline.jobs.tasks.bind",
        "hotline.jobs.tasks._parts",
        "hotline.jobs.tasks.Protocol",
        "hotline.processes.worker.run_worker",
        "hotline.jobs.taskss.nothing",
    ],
)
def test_a_function_that_is_no_task_is_not_called_and_not_tried_again(name: str, redis: Redis, tmp_path: Path) -> None:
    made = tmp_path / "made"
    queue = Queue(LATER, connection=redis, serializer=JSONSerializer)
    queue.enqueue_job(
        RqJob.create(
            name, args=(str(made),), connection=redis, origin=LATER, serializer=JSONSerializer, description="x"
        )
    )
    work(redis)
    assert not made.exists()
    state = read_state(redis)
    assert (len(state.failed), state.scheduled, state.waiting) == (1, (), ())
    assert state.failed[0].problem == "It is no task of Hotline's."


def test_callbacks_of_a_job_are_not_called(redis: Redis, queue: JobQueue, tmp_path: Path) -> None:
    queue.write([Ticket("a", "one", Job("nothing"))])
    for which in ("success", "failure", "stopped"):
        redis.hset("rq:job:one", f"{which}_callback_name", "os.mkdir")
    work(redis)
    assert read_state(redis).failed == ()
    assert redis.exists("rq:job:one") == 0


@pytest.mark.parametrize("compressed", [False, True])
def test_a_pickled_job_is_never_unpickled(compressed: bool, redis: Redis, queue: JobQueue, tmp_path: Path) -> None:
    made = tmp_path / "made"
    queue.write([Ticket("a", "one", Job("nothing"))])
    data = pickle.dumps(("hotline.jobs.tasks.nothing", None, (Touch(str(made)),), {}))
    redis.hset("rq:job:one", "data", zlib.compress(data) if compressed else data)
    work(redis)
    RqJob.create("x", connection=redis, serializer=PickleSerializer)  # what RQ does by itself
    assert not made.exists()


def test_a_method_of_an_object_is_not_called(redis: Redis, queue: JobQueue) -> None:
    queue.write([Ticket("a", "one", Job("nothing"))])
    redis.hset("rq:job:one", "data", zlib.compress(b'["hotline.jobs.tasks.nothing", "an object", [], {}]'))
    work(redis)
    assert [job.problem for job in read_state(redis).failed] == ["It is no task of Hotline's."]
