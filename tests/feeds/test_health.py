"""Health: red only for what a call cannot do without; everything else is told of and stays green."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.heartbeat import Beat, Heartbeat
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.feeds.health import of_work
from hotline.settings import Settings, read_settings
from hotline.store.disk.single_process import SingleProcess
from hotline.store.disk.spool import Spool
from hotline.store.redis.heartbeats import RedisHeartbeats
from hotline.store.redis.live import RedisLive
from tests.files.good import FLOW, ROTA, texts
from tests.made import build_web
from tests.store.actors import NOON
from tests.store.redis.test_client import Servers, broken


@pytest.fixture
def settings(tmp_path: Path, redis_url: str) -> Settings:
    for path, raw in texts().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    environment = {
        "HOTLINE_CONFIG_DIR": str(tmp_path),
        "HOTLINE_DATA_DIR": str(tmp_path / "data"),
        "REDIS_URL": redis_url,
    }
    return read_settings(environment)


PARTS = ("files", "redis", "carrier", "call_log", "jobs", "heartbeat", "work")


def ready(app: Flask) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().get("/health/ready")
    body = answer.get_json()
    assert set(body) == {"status", "parts"}
    return answer.status_code, body


@pytest.fixture
def no_drainer(settings: Settings) -> Iterator[Spool]:
    """The spool of these settings while another process has the role of draining it."""
    spool = spool_of_a_while_ago(settings)
    role = SingleProcess(spool.directory / "drainer.lock")
    role.take()
    yield spool
    role.give_up()
    spool.close()


def spool_of_a_while_ago(settings: Settings) -> Spool:
    """A spool whose entries were recorded two minutes ago."""
    return Spool(settings.data_dir / "spool", clock=lambda: time.time() - 120)


def test_all_is_well(settings: Settings) -> None:
    status, body = ready(build_web(settings).app)
    assert status == 200
    assert body == {
        "status": "ok",
        "parts": {part: {"status": "ok"} for part in PARTS},
    }


def test_alive_is_all_that_live_says(settings: Settings) -> None:
    answer = build_web(settings).app.test_client().get("/health/live")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_without_redis_it_is_degraded_and_stays_green(settings: Settings, tmp_path: Path) -> None:
    """A health check goes red for a part the voice path does not need and takes voice down with it (lessons)."""
    environment = {
        "HOTLINE_CONFIG_DIR": str(tmp_path),
        "HOTLINE_DATA_DIR": str(tmp_path / "data"),
        "REDIS_URL": "redis://:s3cret-password@127.0.0.1:1/0",
    }
    status, body = ready(build_web(read_settings(environment)).app)
    assert (status, body["status"]) == (200, "degraded")
    assert body["parts"]["redis"]["status"] == "degraded"
    assert "REDIS_URL" in body["parts"]["redis"]["remedy"]
    assert "s3cret" not in str(body)


def test_a_broken_edit_is_degraded_and_names_the_hotline(settings: Settings, tmp_path: Path) -> None:
    web = build_web(settings)
    (tmp_path / "rota/rise.yaml").write_text(ROTA.replace("[amy, ben]", "[amy, bne]"))
    web.parts.directory.refresh()
    status, body = ready(web.app)
    assert (status, body["status"]) == (200, "degraded")
    assert "rise" in body["parts"]["files"]["problem"]
    assert body["parts"]["files"]["remedy"] == "Run `hotline check`."
    assert "bne" not in str(body), "what is in the files is for those who may read them"


def test_with_no_call_flow_at_all_no_call_can_be_answered(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "call_flows/rise.yaml").write_text(FLOW[:40])
    status, body = ready(build_web(settings).app)
    assert (status, body["status"]) == (503, "down")
    assert body["parts"]["files"]["status"] == "down"


def test_a_database_that_cannot_be_used_is_degraded_with_the_reason(settings: Settings, tmp_path: Path) -> None:
    """Health goes red while the database is down, and takes voice with it (lessons)."""
    environment = {
        "HOTLINE_CONFIG_DIR": str(tmp_path),
        "HOTLINE_DATA_DIR": str(tmp_path / "data"),
        "REDIS_URL": settings.redis_url or "",
        "DATABASE_URL": "postgresql://hotline:s3cret-password@127.0.0.1:1/calls",
    }
    spool = spool_of_a_while_ago(settings)
    spool.append(LogEntry("id", "rise", CallMoment.STARTED, NOON))
    app = build_web(read_settings(environment)).app
    deadline = time.monotonic() + 20
    while "DATABASE_URL" not in (found := ready(app))[1]["parts"]["call_log"].get("remedy", ""):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    status, body = found
    assert (status, body["status"]) == (200, "degraded")
    assert body["parts"]["call_log"]["status"] == "degraded"
    assert "s3cret" not in str(body)
    spool.close()


def test_a_redis_that_takes_no_writes_is_degraded_with_the_cause_and_no_worker_is_asked_for(tmp_path: Path) -> None:
    for path, raw in texts().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    with tempfile.TemporaryDirectory(prefix="hotline-redis-", dir="/tmp") as directory:
        servers = Servers(Path(directory))
        try:
            environment = {"HOTLINE_CONFIG_DIR": str(tmp_path), "HOTLINE_DATA_DIR": str(tmp_path / "data")}
            settings = read_settings({**environment, "REDIS_URL": broken("full", servers)})
            app = build_web(settings).app
            status, body = ready(app)
        finally:
            servers.stop()
    assert (status, body["status"]) == (200, "degraded")
    assert "no memory left" in body["parts"]["redis"]["problem"]
    assert body["parts"]["work"] == body["parts"]["heartbeat"] == {"status": "ok"}


def test_a_heartbeat_that_failed_is_degraded_with_what_to_do(settings: Settings) -> None:
    url = f"{settings.redis_url}?db=13"
    RedisHeartbeats(url).keep(Heartbeat(int(time.time()), (Beat("rise", 0, "It is deaf.", "Shout."),)))
    status, body = ready(build_web(replace(settings, redis_url=url)).app)
    assert (status, body["status"]) == (200, "degraded")
    assert body["parts"]["heartbeat"] == {
        "status": "degraded",
        "problem": "A test call failed (rise): It is deaf.",
        "remedy": "Shout.",
    }


@pytest.mark.parametrize(
    ("worker", "clock", "up_for", "problem"),
    [
        (True, True, 9_999, ""),
        (False, False, 60, ""),
        (False, True, 91, "No worker is running."),
        (True, False, 91, "No clock is running."),
        (False, False, 91, "No worker or clock is running."),
    ],
)
def test_no_worker_or_no_clock_is_told_once_they_have_had_time_to_start(
    worker: bool, clock: bool, up_for: float, problem: str
) -> None:
    part = of_work({"worker": worker, "clock": clock}, up_for)
    assert (part.problem, part.needed, bool(part.remedy)) == (problem, False, bool(problem))


def test_entries_that_wait_too_long_ask_for_a_worker(settings: Settings, no_drainer: Spool) -> None:
    no_drainer.append(LogEntry("id", "rise", CallMoment.STARTED, NOON))
    status, body = ready(build_web(settings).app)
    assert (status, body["status"]) == (200, "degraded")
    assert body["parts"]["call_log"]["problem"] == "Entries wait and are not being written.", "no count and no age"
    assert body["parts"]["call_log"]["remedy"] == "Check that a worker is running."


@pytest.mark.parametrize("sign", [sign for sign in Sign if sign.is_fault])
def test_a_carrier_that_does_not_do_what_a_hotline_needs_is_degraded(settings: Settings, sign: Sign) -> None:
    url = f"{settings.redis_url}?db=12"
    live = RedisLive(url, b"k" * 32)
    told = [live.sign("rise", sign, True) for _ in range(sign.in_a_row + 1)]
    assert told == [False] * (sign.in_a_row - 1) + [True, False], "of each state once"
    app = build_web(replace(settings, redis_url=url)).app
    status, body = ready(app)
    assert (status, body["status"]) == (200, "degraded")
    assert body["parts"]["carrier"] == {
        "status": "degraded",
        "problem": sign.problem(["rise"]),
        "remedy": sign.remedy,
    }
    live.sign("rise", sign, False)
    live.sign("rise", Sign.LIMITED, True)  # which only makes calls slower
    assert ready(app)[1]["parts"]["carrier"] == {"status": "ok"}
