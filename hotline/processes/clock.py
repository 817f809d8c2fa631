"""The clock, which queues what is due. It needs no rota, no call log and no task: so it loads none of them."""

from __future__ import annotations

import secrets
from contextlib import suppress

from hotline.clock import now
from hotline.core.jobs import Urgency
from hotline.errors import QueueUnavailable
from hotline.jobs.alive import BEAT, say_alive, say_goodbye
from hotline.jobs.queue import JobQueue, connection
from hotline.jobs.schedule import SCHEDULE, Periodic, queue_at_start, queue_due
from hotline.logs import LoggedNotices
from hotline.processes.stopping import stopping
from hotline.settings import Settings
from hotline.store.redis.client import REDIS_GONE
from hotline.store.redis.embedded import socket_url


def run_clock(settings: Settings) -> None:
    """Queue what is due, until told to stop (SIGTERM or SIGINT). Any number of clocks may run."""
    stop, notice, name = stopping(), LoggedNotices(), secrets.token_hex(8)
    redis_url = settings.redis_url or socket_url(settings.data_dir)
    redis, queue = connection(redis_url), JobQueue(redis_url)
    schedule = (*SCHEDULE, Periodic("heartbeat", settings.heartbeat_seconds, Urgency.TONIGHT))
    while not stop.is_set():
        try:
            say_alive(redis, "clock", name)
            queue_at_start(queue, name)
            queue_due(queue, now().timestamp(), schedule)
        except (QueueUnavailable, *REDIS_GONE) as error:
            notice("clock_waits_for_redis", error=type(error).__name__)
        stop.wait(BEAT)
    with suppress(*REDIS_GONE):
        say_goodbye(redis, "clock", name)
