"""The processes behind the web: a worker, which does queued jobs and moves what waits on disk, and a clock."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from hotline import deployment
from hotline.absences import build_absences, build_rounds
from hotline.core.jobs import Urgency
from hotline.errors import LiveStateUnavailable, QueueUnavailable
from hotline.jobs import tasks
from hotline.jobs.queue import JobQueue, connection, queues
from hotline.jobs.schedule import SCHEDULE, Periodic, queue_due
from hotline.jobs.watching import Behind
from hotline.logs import Notices
from hotline.settings import Settings
from hotline.store.calllog import CallLog
from hotline.store.drainer import Drainer
from hotline.store.outbox import Outbox
from hotline.store.spool import Spool
from hotline.working import build_tools

_TRY_AGAIN_AFTER = 2.0
_TICK = 5.0
_NOTICED_WITHIN = 60
"""Seconds: a worker that waits for jobs notices within them that Redis answers no more."""
_GOODBYE_WITHIN = 1.0


def run_worker(settings: Settings) -> None:
    """Work until told to stop (SIGTERM or SIGINT). A lost Redis is waited for; the spool is drained meanwhile."""
    logging.getLogger("rq").setLevel(logging.WARNING)
    notice, stop = Notices(), _stopping()
    url = deployment.redis_url(settings)
    outbox = Outbox(deployment.outbox_dir(settings), deployment.secret_key(settings))
    drainers = (
        Drainer(Spool(deployment.spool_dir(settings)), CallLog(settings.database_url)),
        Drainer(outbox, JobQueue(url)),
    )
    absences = build_absences(settings)
    rounds = build_rounds(settings, absences)
    for background in (*drainers, rounds):
        background.start()
    tasks.bind(build_tools(settings, absences))
    while not stop.is_set():
        try:
            with connection(url) as probe:  # RQ's own first questions would wait a minute for an answer
                probe.ping()
            _Worker(stop, connection(url)).work(logging_level="WARNING")
        except (RedisError, OSError, StopRequested) as error:
            if not stop.is_set():
                notice("worker_waits_for_redis", error=type(error).__name__)
        _stop_on_signals(stop)  # RQ has put its own handlers in their place
        if not stop.is_set():  # RQ gives up by itself when Redis is slow; we do not
            stop.wait(_TRY_AGAIN_AFTER)
    for background in (*drainers, rounds):
        background.stop()


def run_clock(settings: Settings) -> None:
    """Queue what is due, until told to stop (SIGTERM or SIGINT). Any number of clocks may run."""
    notice, stop = Notices(), _stopping()
    queue, behind = JobQueue(deployment.redis_url(settings)), Behind(deployment.redis_url(settings))
    schedule = (*SCHEDULE, Periodic("heartbeat", settings.heartbeat_seconds, Urgency.TONIGHT))
    while not stop.is_set():
        try:
            queue_due(queue, deployment.now().timestamp(), schedule)
            behind.clock_is_here(deployment.now())
        except (QueueUnavailable, LiveStateUnavailable) as error:
            notice("clock_waits_for_redis", error=error.message)
        stop.wait(_TICK)


class _Worker(SimpleWorker):
    """Ends when told to, whether Redis is there to say goodbye to or not."""

    def __init__(self, stop: threading.Event, redis: Redis) -> None:
        super().__init__(queues(redis), connection=redis, serializer=JSONSerializer, worker_ttl=_NOTICED_WITHIN)
        self._stop = stop

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self._stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def teardown(self) -> None:
        self.connection.connection_pool.connection_kwargs["socket_timeout"] = _GOODBYE_WITHIN
        self.connection.connection_pool.disconnect()
        super().teardown()  # type: ignore[no-untyped-call]


def _stopping() -> threading.Event:
    stop = threading.Event()
    _stop_on_signals(stop)
    return stop


def _stop_on_signals(stop: threading.Event) -> None:
    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
