"""The processes behind the web: a worker that does queued jobs and drains the call log's spool, and a clock."""

from __future__ import annotations

import logging
import signal
import threading
from types import FrameType

from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from hotline import deployment
from hotline.jobs import tasks
from hotline.jobs.queue import connection, queues
from hotline.jobs.schedule import queue_due
from hotline.logs import Notices
from hotline.settings import Settings
from hotline.store.calllog import CallLog
from hotline.store.drainer import Drainer
from hotline.store.spool import Spool

_TRY_AGAIN_AFTER = 2.0
_TICK = 5.0


def run_worker(settings: Settings) -> None:
    """Work until told to stop (SIGTERM or SIGINT). A lost Redis is waited for; the spool is drained meanwhile."""
    logging.getLogger("rq").setLevel(logging.WARNING)
    notice, stop = Notices(), _stopping()
    call_log = CallLog(settings.database_url)
    drainer = Drainer(Spool(deployment.spool_dir(settings)), call_log)
    drainer.start()
    tasks.bind(tasks.Tools(call_log, deployment.now))
    redis = connection(deployment.redis_url(settings))
    while not stop.is_set():
        try:
            worker = SimpleWorker(queues(redis), connection=redis, serializer=JSONSerializer)
            worker.work(logging_level="WARNING")
            break
        except (RedisError, OSError) as error:
            notice("worker_waits_for_redis", error=type(error).__name__)
            stop.wait(_TRY_AGAIN_AFTER)
    drainer.stop()


def run_clock(settings: Settings) -> None:
    """Queue what is due, until told to stop (SIGTERM or SIGINT). Any number of clocks may run."""
    notice, stop = Notices(), _stopping()
    redis = connection(deployment.redis_url(settings))
    while not stop.is_set():
        try:
            queue_due(redis, deployment.now().timestamp())
        except (RedisError, OSError) as error:
            notice("clock_waits_for_redis", error=type(error).__name__)
        stop.wait(_TICK)


def _stopping() -> threading.Event:
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop
