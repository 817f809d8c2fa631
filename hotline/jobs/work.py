"""Doing jobs: RQ's own way, but for what it would write down of errors, and what it would do about them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import FrameType, FunctionType
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry, SimpleWorker
from rq.exceptions import InvalidJobOperation, StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from hotline.errors import describe
from hotline.jobs.queue import LATER, TASKS, TONIGHT, queues
from hotline.jobs.retries import wait_before_again
from hotline.ports import Notices
from hotline.store.lua import lua

_NOTICED_WITHIN = 30
"""Seconds: a worker that waits for jobs notices within them that Redis answers no more."""
_GOODBYE_WITHIN = 1.0
_NO_LIMIT = 1_000_000

_REMOVE_REMAINS = lua(__file__, "remove_remains")


class JobFailed(Exception):
    """A job is given up. Says where and which kind of error it was, and nothing that it was about."""


class KeptJob(Job):
    """A job of ours. What went wrong is written down without its words, and its result not at all.

    Whoever can write to Redis can write jobs: only the functions of `hotline.jobs.tasks` are done, and no callbacks.
    """

    @property
    def func(self) -> Callable[..., Any]:
        """The function to call. Raises JobFailed for any that is no task of ours."""
        package, _, name = str(self.func_name).rpartition(".")
        if package != TASKS or not name.isidentifier() or name.startswith("_") or self.instance is not None:
            raise JobFailed("It is no task of Hotline's.")
        found: Callable[..., Any] = super().func  # ValueError: a newer release may know it
        if not isinstance(found, FunctionType) or found.__module__ != TASKS or name == "bind":
            raise JobFailed("It is no task of Hotline's.")
        return found

    def restore(self, raw_data: Any) -> None:
        """Read it from Redis, without what RQ would call besides the task."""
        super().restore(raw_data)
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None

    def perform(self) -> Retry | None:
        """Do it. A `Retry` has RQ do it again later (https://python-rq.org/docs/exceptions/)."""
        try:
            super().perform()
        except SystemExit:  # told twice to stop: the job is for another worker
            self._result = None
            return Retry(max=_NO_LIMIT, interval=1)
        except JobFailed:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be lost, nor written down as it is
            self._result = None
            wait = wait_before_again(error, self.number_of_retries or 0)
            if wait is None:
                raise JobFailed(describe(error)) from None
            return Retry(max=_NO_LIMIT, interval=wait)
        self._result = None
        return None


class JobWorker(SimpleWorker):
    """Ends when told to, whether Redis is there to say goodbye to or not. What RQ would tidy up, `Keeper` does."""

    max_connection_wait_time = 2.0
    names: tuple[str, ...] = (TONIGHT, LATER)
    """The queues that it serves, the first one first."""

    def __init__(self, stop: threading.Event, redis: Redis, notice: Notices, name: str | None = None) -> None:
        super().__init__(
            queues(redis, self.names),
            name=name,
            connection=redis,
            serializer=JSONSerializer,
            worker_ttl=_NOTICED_WITHIN,
            job_class=KeptJob,
            exception_handlers=[self._failed],
        )
        self._stop = stop
        self._notice = notice
        self._remove_remains = redis.register_script(_REMOVE_REMAINS)

    def subscribe(self) -> None:
        """Subscribe to no channel: workers are told to stop by signals, and by nobody who can reach Redis."""

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Never: RQ would give up the jobs of workers that died.

        RQ asks this before each wait for a job. A worker told to stop in the moment before RQ listens to signals, or
        while code ran that lets no exception through, hears it here. Raises StopRequested.
        """
        if self._stop.is_set():
            raise StopRequested
        return False

    def _finalize_failure(self, job: Job, queue: Queue, execution: Execution, exc_info: Any) -> None:
        """A job that was done, and cannot be said to be: it is left as it is, and `Keeper` has it done again.

        It has not failed either if Redis came back with nothing meanwhile: what RQ has written of it since is removed,
        and the machine that queued it does so again.
        """
        if isinstance(exc_info[1], (RedisError, OSError)):
            raise exc_info[1]
        if isinstance(exc_info[1], InvalidJobOperation):
            with self.connection.pipeline() as pipeline:
                self.cleanup_execution(job, pipeline=pipeline, execution=execution)
                pipeline.execute()
            self._remove_remains(keys=[job.key])
            return
        super()._finalize_failure(job, queue, execution, exc_info)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self._stop.set()
        self._stop_requested = True  # should what is raised now be caught by whatever it interrupts
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def teardown(self) -> None:
        self.connection.connection_pool.connection_kwargs["socket_timeout"] = _GOODBYE_WITHIN
        self.connection.connection_pool.disconnect()
        super().teardown()  # type: ignore[no-untyped-call]

    def _failed(self, job: Job, _: type[BaseException], error: BaseException, __: Any) -> bool:
        said = str(error) if isinstance(error, JobFailed) else type(error).__name__
        self._notice("job_failed", task=job.description or "", error=said, remedy="See `hotline jobs`.")
        return True


class TonightsWorker(JobWorker):
    """Does tonight's jobs and no others, in a thread: what keeps the worker beside it waiting delays none."""

    names = (TONIGHT,)
    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        """Install none: signals are for the main thread."""


def wake(redis: Redis, name: str) -> None:
    """Have a worker that waits for a job look whether it is to stop; its connection goes by its name.

    Raises RedisError or OSError.
    """
    for client in redis.client_list():
        if client["name"] == name:
            redis.client_unblock(int(client["id"]))
