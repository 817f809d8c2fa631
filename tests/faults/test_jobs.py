"""Whatever is killed, and whenever: each job is done, none is lost, and nothing of it is left behind."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hotline.core.jobs import Job, Urgency
from hotline.jobs.state import JobsState, read_state
from hotline.simulator.rest_api.server import RestApi
from hotline.store.disk.outbox import Outbox
from hotline.store.redis.embedded import EmbeddedServer
from tests.faults import line
from tests.faults.canaries import found, written
from tests.faults.processes import free_port, kill, wait_until
from tests.faults.stalled import Stalled
from tests.faults.system import BIN, HURRIED, Place, Process, ended, run, running


@pytest.fixture(autouse=True)
def secret(place: Place) -> None:
    """Known before any process is there to make one."""
    place.environment["HOTLINE_SECRET_KEY"] = "a-secret-key-for-these-tests"


@pytest.fixture
def api(place: Place) -> Iterator[RestApi]:
    """A carrier's REST API with the place's account, which the place is led to."""
    with RestApi(account="AC" + "1" * 32, token="a-token-of-no-account", port=free_port()) as api:
        api.add_number(line.NUMBER)
        place.environment |= {
            "TWILIO_ACCOUNT_SID": api.account,
            "TWILIO_AUTH_TOKEN": api.token,
            "TWILIO_API_BASE_URL": api.url,
        }
        yield api


def a_call(place: Place, api: RestApi, number: int) -> str:
    """A call has ended, of which the carrier keeps a record and those of two legs; its SID."""
    call = api.add_call(line.NUMBER, f"+1443773{number:04}", legs=line.PHONES[:2])
    end(place, call)
    return call


def end(place: Place, call: str) -> None:
    """The carrier says that a call has ended. One that gets no answer, as its web process was killed, says so again."""

    def said() -> bool:
        try:
            return place.post("/voice/ended", CallSid=call, CallStatus="completed") == 200
        except OSError:
            return False

    wait_until(said, what="the end of a call is taken")


def state(place: Place) -> JobsState:
    """What is queued there."""
    from hotline.jobs.queue import connection
    from hotline.store.redis.embedded import socket_url

    with connection(socket_url(place.data_dir)) as redis:
        return read_state(redis)


def ledger(place: Place) -> list[Path]:
    return sorted((place.data_dir / "outbox" / "queued").glob("*.job"))


def jobs(place: Place, *options: str) -> subprocess.CompletedProcess[str]:
    """`hotline jobs` there."""
    return subprocess.run(
        [BIN / "hotline", "jobs", *options], env=place.env, capture_output=True, text=True, check=False, timeout=60
    )


def told(place: Place) -> dict[str, Any]:
    """What `hotline jobs --json` says."""
    said: dict[str, Any] = json.loads(jobs(place, "--json").stdout)
    return said


def test_a_web_process_killed_just_after_it_put_a_job_takes_none_along(place: Place, api: RestApi) -> None:
    calls = list[str]()
    with running(place, "--logs", HOTLINE_HEARTBEAT_SECONDS="86400") as up:
        for number in range(8):
            calls.append(a_call(place, api, number))
            kill(wait_until(up.web_workers, what="there is a web process")[0])
        wait_until(lambda: not api.calls, what="the carrier has no record left")
        wait_until(lambda: not ledger(place), what="every job is settled")
        with place.redis() as redis:
            redis.save()
        assert not state(place).failed
        assert up.stop() == 0
    assert len([one for one in api.asked("DELETE") if one.status == 204]) == 3 * len(calls)
    assert found(calls, written(place.data_dir) | {"output": up.output.read_bytes()}) == []


@contextmanager
def two_workers(place: Place) -> Iterator[list[Process]]:
    """Redis and two workers of this place, and no web."""
    server = EmbeddedServer(place.data_dir)
    assert server.start()
    workers = [run(place, str(BIN / "hotline"), "worker") for _ in range(2)]
    try:
        with ended(*workers):
            wait_until(lambda: state(place).workers == 2, what="both workers are there")
            yield workers
    finally:
        server.stop()


def test_a_worker_killed_with_a_job_in_hand_leaves_it_to_another(place: Place, api: RestApi) -> None:
    with two_workers(place) as workers:
        call = api.add_call(line.NUMBER, "+14437730001", legs=line.PHONES[:1])
        stall = api.fault("stalls", times=1, seconds=120)
        outbox = Outbox(place.data_dir / "outbox", place.secret_key)
        outbox.put(Job("delete_records", (call, str(int(time.time()))), name=f"delete_records/{call}"))
        outbox.close()
        wait_until(lambda: stall.struck, what="a worker has it in hand")
        assert [job.task for job in state(place).running] == ["delete_records"]
        for worker in workers:  # whichever has it
            worker.die()
        third = run(place, str(BIN / "hotline"), "worker")
        with ended(third):
            wait_until(lambda: not api.calls, what="another worker has done it")
            wait_until(lambda: not ledger(place), what="it is settled")
            assert third.stop() == 0


def test_tonights_jobs_are_done_while_a_stalled_carrier_has_the_worker_wait(place: Place, api: RestApi) -> None:
    server = EmbeddedServer(place.data_dir)
    assert server.start()
    worker = run(place, str(BIN / "hotline"), "worker")
    try:
        with ended(worker):
            stall = api.fault("stalls", times=1, seconds=600)
            call = api.add_call(line.NUMBER, "+14437730001", legs=line.PHONES[:1])
            outbox = Outbox(place.data_dir / "outbox", place.secret_key)
            outbox.put(Job("delete_records", (call, str(int(time.time()))), name=f"delete_records/{call}"))
            wait_until(lambda: stall.struck, what="the worker has it in hand")
            for number in range(20):
                outbox.put(Job("close_unended_calls", urgency=Urgency.TONIGHT, name=f"tonight/{number}"))
            wait_until(lambda: len(ledger(place)) == 1, what="tonight's are done")
            assert [job.task for job in state(place).running] == ["delete_records"]
            assert state(place).workers == 1
            api.stop()  # which lets go of the one that waits
            assert worker.stop() == 0
            outbox.close()
    finally:
        server.stop()


def test_jobs_wait_on_disk_while_redis_is_away_and_are_queued_once_when_it_is_back(place: Place, api: RestApi) -> None:
    """Starting with a Redis that was never there, and one that comes back with nothing."""
    worker = run(place, *HURRIED, "worker")
    server = EmbeddedServer(place.data_dir)
    with ended(worker):
        outbox = Outbox(place.data_dir / "outbox", place.secret_key)
        call = api.add_call(line.NUMBER, "+14437730001", legs=line.PHONES[:1])
        (leg,) = api.calls.keys() - {call}
        not_yet = api.fault("not yet", times=None, method="DELETE", path=leg)
        outbox.put(Job("delete_records", (call, str(int(time.time()))), name=f"delete_records/{call}"))
        away = jobs(place)
        assert away.returncode == 1
        assert "1 job on this machine's disk" in away.stdout
        assert "Redis does not" in away.stdout
        assert told(place)["on_disk"]["jobs"] == 1
        assert server.start()
        try:
            wait_until(lambda: call not in api.calls, what="it is queued, and done")
            wait_until(lambda: state(place).scheduled, what="its leg is to be tried again")
            assert told(place)["on_disk"]["jobs"] == 0
            with place.redis() as redis:
                redis.flushall()
            api.faults.remove(not_yet)
            wait_until(lambda: not api.calls, what="it is queued again, and done")
            wait_until(lambda: not ledger(place), what="it is settled")
            assert len([one for one in api.asked("DELETE") if one.status == 204]) == 2
            assert worker.stop() == 0
        finally:
            server.stop()


def test_the_jobs_command_says_what_is_there_in_plain_words(place: Place) -> None:
    server = EmbeddedServer(place.data_dir)
    assert server.start()
    try:
        empty = jobs(place)
        assert empty.returncode == 0
        assert "No workers and no clocks are running." in " ".join(empty.stdout.split())
        assert "No jobs are waiting, running or failed." in empty.stdout
        assert "Start a worker with `hotline worker`" in " ".join(empty.stdout.split())
        assert "No job has failed." in jobs(place, "--retry").stdout
        worker = run(place, str(BIN / "hotline"), "worker")
        with ended(worker):
            outbox = Outbox(place.data_dir / "outbox", place.secret_key)
            outbox.put(Job("of_a_newer_release", ("amy",)))
            wait_until(lambda: state(place).scheduled, what="it was tried, and is to be tried again")
            page = jobs(place)
            assert "of_a_newer_release" in page.stdout
            assert "1 worker and no clocks are running." in " ".join(page.stdout.split())
            assert "amy" not in page.stdout + json.dumps(told(place))
            assert worker.stop() == 0
        wait_until(lambda: state(place).workers == 0, 5, "it said goodbye")
    finally:
        server.stop()


def test_a_stalled_redis_says_so_and_keeps_nobody_waiting_for_long(place: Place) -> None:
    with Stalled() as stalled:
        place.environment["REDIS_URL"] = stalled.url
        said = jobs(place)
    assert said.returncode == 1
    assert "The queue cannot be read. Redis does not answer (TimeoutError)." in " ".join(said.stdout.split())
