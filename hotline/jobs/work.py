"""Doing jobs as RQ does, except for what it records about errors, and how it handles them."""

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
"""Seconds within which a waiting worker notices that Redis does not answer."""
_GOODBYE_WITHIN = 1.0
_NO_LIMIT = 1_000_000

_REMOVE_REMAINS = lua(__file__, "remove_remains")


class JobFailed(Exception):
    """A job is given up. Names the kind and place of the error, and nothing that the job was about."""


class KeptJob(Job):
    """A job of ours. Errors are recorded without their words, and results not at all.

    Anyone who can write to Redis can write jobs. So only the functions of `hotline.jobs.tasks` run, and no callbacks.
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
        """Read it from Redis, without RQ's callbacks."""
        super().restore(raw_data)
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None

    def perform(self) -> Retry | None:
        """Do the job. With a `Retry`, RQ does it again later (https://python-rq.org/docs/exceptions/)."""
        try:
            super().perform()
        except SystemExit:  # told twice to stop: another worker does the job
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
    """A worker that ends when told to, even without Redis. `Keeper` does RQ's cleaning up."""

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
        """Subscribe to no channel: only signals stop a worker, not anyone who can reach Redis."""

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Return False always: RQ would give up the jobs of dead workers.

        RQ calls this before each wait for a job. A stop signal may have come before RQ listened to signals, or during
        code that lets no exception through. It takes effect here. Raises StopRequested.
        """
        if self._stop.is_set():
            raise StopRequested
        return False

    def _finalize_failure(self, job: Job, queue: Queue, execution: Execution, exc_info: Any) -> None:
        """Leave a finished job that cannot be recorded as it is. `Keeper` has it done again.

        It has not failed either if Redis came back empty meanwhile. Then we delete RQ's records of it since, and the
        machine that queued it does so again.
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
        self._stop_requested = True  # in case the interrupted code catches the exception raised now
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
    """A worker of tonight's jobs only, in a thread: nothing that the other worker waits for delays them."""

    names = (TONIGHT,)
    death_penalty_class = TimerDeathPenalty

    def _install_signal_handlers(self) -> None:
        """Install no handlers: signals are for the main thread."""


def wake(redis: Redis, name: str) -> None:
    """Make a worker that waits for a job check whether it must stop. Its connection has its name.

    Raises RedisError or OSError.
    """
    for client in redis.client_list():
        if client["name"] == name:
            redis.client_unblock(int(client["id"]))
