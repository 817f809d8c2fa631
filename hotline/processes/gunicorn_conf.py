"""Settings of gunicorn. `WEB_CONCURRENCY` and `PORT` are read by gunicorn itself."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from hotline.collector import lasting_imports

with lasting_imports():  # the whole app, which gunicorn imports next
    import hotline.files.checks.across
    import hotline.wiring.web  # noqa: F401
    from hotline.errors import ServerError
    from hotline.pages.tonight.stream import StreamServer
    from hotline.settings import read_settings
    from hotline.store.private import keep_private
    from hotline.store.redis.embedded import EmbeddedServer

# Reads requests in its main loop, and answers webhooks there. Threads get whole requests only (docs/adr/0027).
worker_class = "hotline.processes.gunicorn_worker.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 8
timeout = 30
graceful_timeout = 5
keepalive = 30
# Imported once and shared by all web processes; and one that died is followed by the next within milliseconds.
preload_app = True
control_socket_disable = True
# A query holds the position of a call, so it is in no log; neither is where a request came from.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(L)ss'

_embedded: list[EmbeddedServer] = []


def on_starting(server: Any) -> None:
    """Start the embedded Redis if none is set and no other process of this data directory runs it."""
    settings = read_settings()
    keep_private(settings.data_dir, settings.config_dir)
    if settings.redis_url is None:
        embedded = EmbeddedServer(settings.data_dir)
        try:
            started = embedded.start()
        except ServerError as error:
            server.log.error("%s Calls continue without it.", error)
        else:
            if started:
                _embedded.append(embedded)


def pre_fork(server: Any, worker: Any) -> None:
    """Leave what was made until now to no collector: it would write to memory that all web processes share."""
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Let a thread that waited for Redis go on soon: by default others may keep it waiting 5 ms for each answer.

    And have whoever listens for changes of a page let go when the worker stops.
    """
    sys.setswitchinterval(0.0005)
    StreamServer.stopping = lambda: not worker.alive


def on_exit(server: Any) -> None:
    """Stop what was started."""
    for embedded in _embedded:
        embedded.stop()
