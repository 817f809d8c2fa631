"""Forecasts for pages: asked for once, made by a worker, and kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.forecast.summary import ForecastSummary, files_digest
from hotline.core.jobs import Job, forecast_waits
from hotline.errors import LiveStateUnavailable
from hotline.services.forecasting import AskedForecasts, Forecasting
from hotline.store.database.call_log import CallLog
from hotline.store.redis.connection import RedisConnection
from hotline.store.redis.forecasts import RedisForecasts
from tests.lines import hotline

KEY = b"k" * 32
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LINE = hotline()
DIGEST = files_digest(LINE, KEY)
ROTA = LINE.rota.id


@pytest.fixture
def kept(redis_url: str) -> RedisForecasts:
    connection = RedisConnection(f"{redis_url}?db=9")
    connection.client.flushdb()
    return RedisForecasts(connection)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[CallLog]:
    log = CallLog(f"sqlite:///{tmp_path}/calls.db")
    yield log
    log.close()


@pytest.fixture
def worker(kept: RedisForecasts, log: CallLog) -> Forecasting:
    return Forecasting(line={ROTA: LINE}.get, reports=log, kept=kept, clock=lambda: NOW, key=KEY, calls=1_000)


class Put(list[Job]):
    """Jobs that were put."""

    def put(self, job: Job) -> None:
        self.append(job)


def made(kept: RedisForecasts) -> ForecastSummary:
    found = kept.find(ROTA, DIGEST)
    assert found is not None
    return found


def test_it_is_asked_for_once_and_since_when_is_known(kept: RedisForecasts) -> None:
    jobs = Put()
    pages = AskedForecasts(kept, jobs, KEY)
    assert [pages.ask(LINE, now) for now in (100, 107, 190)] == [100, 100, 100]
    assert jobs == [forecast_waits(ROTA, DIGEST)]
    assert pages.find(LINE) is None


def test_a_worker_makes_it_and_pages_find_it(kept: RedisForecasts, worker: Forecasting) -> None:
    worker.make(ROTA, DIGEST)
    found = AskedForecasts(kept, Put(), KEY).find(LINE)
    assert found == made(kept)
    assert (found.made_at, found.calls_a_month, found.from_log) == (int(NOW.timestamp()), 30, False)
    assert found.calls == pytest.approx(1_000, rel=0.2)


def test_done_twice_it_changes_nothing(kept: RedisForecasts, worker: Forecasting, log: CallLog) -> None:
    worker.make(ROTA, DIGEST)
    first = made(kept)
    Forecasting(
        line={ROTA: LINE}.get, reports=log, kept=kept, clock=lambda: NOW + timedelta(hours=1), key=KEY, calls=1_000
    ).make(ROTA, DIGEST)
    assert made(kept) == first


@pytest.mark.parametrize(("rota", "digest"), [("another", DIGEST), (ROTA, "of other files")])
def test_files_that_say_something_else_by_now_are_left_alone(
    kept: RedisForecasts, worker: Forecasting, rota: str, digest: str
) -> None:
    worker.make(rota, digest)
    assert kept.find(rota, digest) is None


def test_many_calls_take_no_longer(kept: RedisForecasts, worker: Forecasting, log: CallLog) -> None:
    """A line with 3,000 calls a month is not run for a whole year."""
    start = int(NOW.timestamp()) - 9 * 86_400
    log.write([LogEntry(f"c{call}", LINE.id, CallMoment.STARTED, start + call * 300) for call in range(2_500)])
    before = time.process_time()
    worker.make(ROTA, DIGEST)
    found = made(kept)
    assert found.from_log
    assert found.calls_a_month > 2_000
    assert found.calls < 2_500
    assert time.process_time() - before < 10


def test_without_redis_it_is_tried_again_later(log: CallLog) -> None:
    gone = RedisForecasts(RedisConnection("redis://127.0.0.1:9"))
    worker = Forecasting(line={ROTA: LINE}.get, reports=log, kept=gone, clock=lambda: NOW, key=KEY, calls=1_000)
    with pytest.raises(LiveStateUnavailable):
        worker.make(ROTA, DIGEST)
