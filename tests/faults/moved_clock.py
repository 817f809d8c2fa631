"""Web processes and workers of machines whose clocks show what it is in a test's world: each in a process of its own.

    WORLD_CLOCK=FILE gunicorn 'tests.faults.moved_clock:app()'
    WORLD_CLOCK=FILE python -m tests.faults.moved_clock worker

The test writes the time (epoch seconds) into the file. Besides, files that were edited are served from the next webhook
on, and a slow machine does not change whom it rings.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from flask import Flask

from hotline.practice.rehearsal import PATIENCE
from hotline.processes.worker import run_worker
from hotline.settings import read_settings
from hotline.store.absences.book import AbsenceBook
from hotline.store.redis.live import RedisLive
from hotline.wiring.parts import Parts
from hotline.wiring.web import build_web


def shown() -> float:
    """What the clock shows, in epoch seconds."""
    return float(Path(os.environ["WORLD_CLOCK"]).read_text())


def now() -> datetime:
    """The same as an instant."""
    return datetime.fromtimestamp(shown(), UTC)


class MovedParts(Parts):
    """Parts whose absences are over when this clock says so, and whose Redis may be slow."""

    @cached_property
    def live(self) -> RedisLive:
        return RedisLive(self.redis_url, self.key, timeout=PATIENCE)

    @cached_property
    def absences(self) -> AbsenceBook:
        book = super().absences
        book.clock = shown
        return book


def app() -> Flask:
    """The web process, for gunicorn."""
    web = build_web(MovedParts(read_settings(), now))

    @web.app.before_request
    def look() -> None:
        web.parts.directory.refresh()
        web.parts.directory.refresh()  # a file that is gone is believed to be at the second look

    return web.app


if __name__ == "__main__":
    run_worker(MovedParts(read_settings()))
