"""How a worker does jobs: tried again with growing waits, given up in the end, and what is written down of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from redis import Redis

from hotline.core.jobs import Job, Ticket, Urgency
from hotline.errors import (
    CarrierRefused,
    CarrierUnavailable,
    DatabaseUnavailable,
    FilesError,
    LiveStateUnavailable,
    SettingsError,
    TryAgain,
)
from hotline.jobs.keeping import Keeper
from hotline.jobs.queue import LATER, JobQueue
from hotline.jobs.retries import wait_before_again
from hotline.jobs.state import QueuedJob, read_state, retry_failed
from hotline.jobs.work import JobWorker
from tests.jobs.bound import bind
from tests.jobs.conftest import waiting, work

CALLER = "+14105550999"
JOB = Ticket("a-token", "an-id", Job("close_unended_calls"))


class Failing:
    """Upkeep that fails with these, one after another, and is well again after them."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.asked = 0

    def close_unended(self) -> None:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)


def given(*errors: Exception) -> Failing:
    """Tasks work with this."""
    failing = Failing(*errors)
    bind(upkeep=failing)
    return failing


def everything(redis: Redis) -> bytes:
    """All that Redis holds, unpacked."""
    import base64
    import zlib
    from contextlib import suppress

    found: list[bytes] = []
    for key in redis.scan_iter("*"):
        kind = redis.type(key)
        if kind == b"hash":
            found += [part for pair in redis.hgetall(key).items() for part in pair]
        elif kind == b"stream":
            found += [part for _, entry in redis.xrange(key) for pair in entry.items() for part in pair]
        found.append(key)
    for part in list(found):
        with suppress(zlib.error):
            found.append(zlib.decompress(part))
        with suppress(ValueError, zlib.error):
            found.append(zlib.decompress(base64.b64decode(part)))
    return b"\n".join(found)


def test_a_job_that_is_done_leaves_nothing_behind(redis: Redis, queue: JobQueue) -> None:
    failing = given()
    queue.write([JOB])
    work(redis)
    assert failing.asked == 1
    left = {key.decode().partition(":")[0] + ":" + key.decode().split(":")[1] for key in redis.scan_iter("*")}
    assert left <= {"hotline:jobs", "hotline:queued", "rq:queues", "rq:workers", "rq:worker"}


@dataclass
class Emptied:
    """A call log in whose hands Redis is lost, and is back with nothing, as often as `times` says."""

    redis: Redis
    times: int
    asked: int = 0

    def close_unended(self) -> None:
        self.asked += 1
        if self.asked <= self.times:
            self.redis.flushdb()


def test_a_redis_that_comes_back_with_nothing_while_a_job_is_done_has_it_queued_again_and_not_failed(
    redis: Redis, queue: JobQueue
) -> None:
    """RQ would keep what it last wrote of it as a failure, which nobody could tell from a job that is not done."""
    emptied = Emptied(redis, times=1)
    bind(upkeep=emptied)
    queue.write([JOB])
    work(redis)
    assert read_state(redis).failed == ()
    assert not redis.exists("rq:job:an-id", "rq:failed:hotline-later", "rq:wip:hotline-later")
    assert queue.settled([JOB]) == ([], [JOB])
    queue.write([JOB])
    work(redis)
    assert emptied.asked == 2
    assert queue.settled([JOB]) == ([JOB], [])


def test_what_a_dead_worker_wrote_of_a_job_that_redis_had_lost_keeps_nobody_from_queuing_it(
    redis: Redis, queue: JobQueue
) -> None:
    given()
    redis.hset("rq:job:an-id", mapping={"status": "started", "worker_name": "somebody", "last_heartbeat": "now"})
    assert queue.settled([JOB]) == ([], [JOB])
    queue.write([JOB])
    assert waiting(redis) == ["close_unended_calls"]
    work(redis)
    assert queue.settled([JOB]) == ([JOB], [])


def test_a_job_that_fails_is_tried_again_after_a_while(redis: Redis, queue: JobQueue) -> None:
    failing = given(RuntimeError("the sweep failed"))
    queue.write([JOB])
    work(redis)
    assert failing.asked == 1
    (due,) = read_state(redis).scheduled
    assert (due.id, due.task, due.tries) == ("an-id", "close_unended_calls", 1)
    assert due.due is not None
    assert 0 < due.due - time.time() < 15


def test_a_job_says_by_itself_when_to_try_again(redis: Redis, queue: JobQueue) -> None:
    given(TryAgain("Not yet.", after=900))
    queue.write([JOB])
    work(redis)
    (due,) = read_state(redis).scheduled
    assert due.due is not None
    assert 880 < due.due - time.time() <= 900


def test_a_job_that_is_refused_for_good_is_given_up_and_the_next_is_done_all_the_same(
    redis: Redis, queue: JobQueue
) -> None:
    given(CarrierRefused("No.", status=403, code=20003))
    queue.write([JOB, Ticket("b", "b", Job("nothing"))])
    work(redis)
    assert waiting(redis) == []
    (failed,) = read_state(redis).failed
    assert (failed.id, failed.task) == ("an-id", "close_unended_calls")
    assert failed.problem.startswith("CarrierRefused in ")
    assert 0 < redis.ttl("rq:job:an-id") <= 3 * 24 * 3600


def test_a_note_about_a_ring_that_is_given_up_leaves_no_time_of_it_behind(redis: Redis, queue: JobQueue) -> None:
    class Refused:
        def note(self, rota: str, volunteer: str) -> None:
            raise CarrierRefused("No.", status=403, code=20003)

    bind(missed_rings=Refused())
    queue.write([Ticket("a-token", "note", Job("missed_ring", ("rise", "amy")))])
    work(redis)
    Keeper(redis).put_back()
    assert read_state(redis).failed == ()
    left = {key.decode() for key in redis.scan_iter("*") if b"note" in key}
    assert left == set()
    assert b"amy" not in everything(redis)


def test_nothing_that_an_error_says_is_written_down(
    redis: Redis, queue: JobQueue, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """RQ keeps tracebacks, and logs them: their words may hold a number."""
    notices: list[dict[str, str | int | float]] = []

    def notice(event: str, /, **facts: str | int | float) -> None:
        notices.append({"event": event, **facts})

    for error in (CarrierRefused(f"No call from {CALLER}."), TryAgain(f"{CALLER} not yet."), ValueError(CALLER)):
        given(error)
        queue.write([Ticket(type(error).__name__, type(error).__name__, JOB.job)])
        JobWorker(threading.Event(), redis, notice).work(burst=True, logging_level="CRITICAL")
    state = read_state(redis)
    assert len(state.failed) == 1
    assert len(state.scheduled) == 2
    assert b"4105550999" not in everything(redis)
    assert b"close_unended" in everything(redis), "what is searched is what was written"
    assert "4105550999" not in capfd.readouterr().err + caplog.text + str(notices)
    assert [notice["event"] for notice in notices] == ["job_failed"]
    assert str(notices[0]["error"]).startswith("CarrierRefused in ")


def test_a_worker_told_to_stop_before_rq_listens_to_signals_does_not_begin(redis: Redis, queue: JobQueue) -> None:
    queue.write([JOB])
    stop = threading.Event()
    stop.set()
    JobWorker(stop, redis, lambda event, /, **facts: None).work(logging_level="CRITICAL", max_idle_time=2)
    assert len(read_state(redis).waiting) == 1, "the job is there for the next"


def test_a_worker_whose_stop_was_let_through_by_nobody_ends_at_its_next_look(redis: Redis) -> None:
    stop = threading.Event()
    looks = []

    class Counting(JobWorker):
        def set_state(self, *args: Any, **options: Any) -> None:
            super().set_state(*args, **options)
            if args[0] == "idle":
                stop.set()  # as if the exception that a signal's handler raises had been lost on its way

        def heartbeat(self, *args: Any, **options: Any) -> None:
            super().heartbeat(*args, **options)
            looks.append(stop.is_set())

    worker = Counting(stop, redis, lambda event, /, **facts: None)
    worker.worker_ttl = 16  # RQ waits for a job 15 seconds less
    worker.work(logging_level="CRITICAL", max_idle_time=4)
    assert looks == [False, True], "one at its birth, and one look"


def test_a_task_that_does_not_exist_is_tried_again_for_a_newer_release_may_know_it(
    redis: Redis, queue: JobQueue
) -> None:
    queue.write([Ticket("a", "a", Job("of_a_newer_release"))])
    work(redis)
    assert [job.task for job in read_state(redis).scheduled] == ["of_a_newer_release"]


def test_a_job_for_tonight_is_done_before_those_that_were_put_earlier(redis: Redis, queue: JobQueue) -> None:
    done: list[str] = []

    class Writes:
        def close_unended(self) -> None:
            done.append("later")
            assert waiting(redis)[:1] != ["nothing"], "tonight's is gone already"

    bind(upkeep=Writes())
    queue.write([Ticket(f"{n}", f"{n}", JOB.job) for n in range(3)])
    queue.write([Ticket("t", "t", Job("nothing", urgency=Urgency.TONIGHT))])
    work(redis)
    assert done == ["later"] * 3


def test_failed_jobs_are_done_once_more_when_asked_for(redis: Redis, queue: JobQueue) -> None:
    failing = given(CarrierRefused("No."))
    queue.write([JOB])
    work(redis)
    assert retry_failed(redis) == 1
    assert waiting(redis) == ["close_unended_calls"]
    assert read_state(redis).failed == ()
    assert redis.ttl("rq:job:an-id") == -1
    work(redis)
    assert failing.asked == 2
    assert not redis.exists("rq:job:an-id")
    assert retry_failed(redis) == 0


def test_the_state_says_what_waits_where(redis: Redis, queue: JobQueue) -> None:
    when = int(time.time()) + 600
    queue.write(
        [
            Ticket("a", "a", Job("nothing", ("amy",), Urgency.TONIGHT)),
            Ticket("b", "b", Job("nothing")),
            Ticket("c", "c", Job("nothing", at=when)),
        ]
    )
    state = read_state(redis)
    assert state.waiting == (QueuedJob("a", "nothing", True), QueuedJob("b", "nothing", False))
    assert state.scheduled == (QueuedJob("c", "nothing", False, due=when),)
    assert (state.running, state.failed, state.workers, state.clocks) == ((), (), 0, 0)
    assert "amy" not in repr(state)


@pytest.mark.parametrize(
    "error", [CarrierRefused("No."), FilesError("No."), SettingsError(["No."])], ids=lambda error: type(error).__name__
)
def test_what_no_waiting_helps_is_not_tried_again(error: Exception) -> None:
    assert wait_before_again(error, 0) is None


def waits(error: Exception) -> list[int]:
    """All waits until a job is given up; a thousand at most."""
    found: list[int] = []
    while len(found) < 1_000 and (wait := wait_before_again(error, len(found))) is not None:
        found.append(wait)
    return found


@pytest.mark.parametrize(
    "make", [CarrierUnavailable, DatabaseUnavailable, LiveStateUnavailable], ids=lambda make: make.__name__
)
def test_what_has_to_come_back_is_waited_for_for_two_weeks(make: Callable[[str], Exception]) -> None:
    found = waits(make("Gone."))
    assert found == sorted(found)
    assert (found[0], found[-1]) == (10, 6 * 3600)
    assert 15 * 24 * 3600 < sum(found) < 20 * 24 * 3600


def test_any_other_error_is_given_up_within_minutes() -> None:
    assert waits(ValueError()) == [10, 20, 40, 80, 160]


def test_the_carrier_is_never_asked_sooner_than_it_said() -> None:
    assert wait_before_again(CarrierUnavailable("Slow down.", after=60), 0) == 60
    assert wait_before_again(CarrierUnavailable("Slow down.", after=60), 9) == 5_120


def test_a_task_that_says_not_yet_goes_on_for_as_long_as_it_wants() -> None:
    assert waits(TryAgain("Not yet.", after=60)) == [60] * 1_000
    assert wait_before_again(TryAgain("Not yet.", after=0), 0) == 1, "never at once, for ever"
    assert wait_before_again(TryAgain("Not yet."), 3) == 80


def test_the_names_of_both_queues_are_rqs_own(redis: Redis, queue: JobQueue) -> None:
    queue.write([JOB])
    assert redis.smembers("rq:queues") == {f"rq:queue:{LATER}".encode()}
