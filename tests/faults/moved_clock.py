"""Web processes and workers of machines whose clocks show what it is in a test's world: each in a process of its own.

    WORLD_CLOCK=FILE gunicorn 'tests.faults.moved_clock:app()'
    WORLD_CLOCK=FILE python -m tests.faults.moved_clock worker

The test writes the time (epoch seconds) into the file. Besides, files that were edited are served from the next webhook
on, and a slow machine does not change whom it rings.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask

from hotline.practice.rehearsal import PATIENCE
from hotline.processes import worker
from hotline.settings import Settings, read_settings
from hotline.store.absences.book import AbsenceBook
from hotline.store.redis.live import RedisLive
from hotline.store.redis.server import RedisServer
from hotline.wiring import web as wiring
from hotline.wiring.absences import build_absences


def shown() -> float:
    """What the clock shows, in epoch seconds."""
    return float(Path(os.environ["WORLD_CLOCK"]).read_text())


def now() -> datetime:
    """The same as an instant."""
    return datetime.fromtimestamp(shown(), UTC)


def absences(settings: Settings, server: RedisServer | None = None) -> AbsenceBook:
    """What volunteers said, over when this clock says so."""
    book = build_absences(settings, server)
    book.clock = shown
    return book


def app() -> Flask:
    """The web process, for gunicorn."""
    wiring.now, wiring.build_absences = now, absences
    wiring.RedisLive = partial(RedisLive, timeout=PATIENCE)  # type: ignore[assignment,misc]
    web = wiring.build_web(read_settings())

    @web.app.before_request
    def look() -> None:
        web.directory.refresh()
        web.directory.refresh()  # a file that is gone is believed to be at the second look

    return web.app


if __name__ == "__main__":
    worker.build_absences = absences
    worker.run_worker(read_settings())
