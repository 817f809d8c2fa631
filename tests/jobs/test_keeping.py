"""No job is lost: due ones are queued, and what a dead worker had in hand is put back."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from rq import Queue
from rq.executions import prepare_execution
from rq.worker import SimpleWorker

from hotline.core.jobs import Job, Ticket, Urgency
from hotline.jobs.alive import say_alive
from hotline.jobs.keeping import PUT_BACK_AFTER, Keeper
from hotline.jobs.queue import ALL_JOBS, LATER, TONIGHT, JobQueue, connection, queues
from hotline.jobs.rq_inside import job_key, queue_key
from hotline.jobs.state import read_state
from hotline.jobs.work import KeptJob
from tests.jobs.conftest import waiting, work

JOB = Ticket("a-token", "an-id", Job("nothing"))


class Clock:
    """Moved by hand; begins now, for RQ uses the real one."""

    def __init__(self) -> None:
        self.now = time.time()
        self.asked = 0
        self.at: dict[int, Callable[[], None]] = {}
        """What happens when it is asked for the so manieth time."""

    def __call__(self) -> float:
        self.asked += 1
        self.at.get(self.asked, lambda: None)()
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(redis: Redis, clock: Clock) -> Keeper:
    return Keeper(redis, clock)


def take(redis: Redis) -> tuple[KeptJob, Queue]:
    """Take a job off its queue, as RQ does with BLPOP, and no more."""
    taken = Queue.dequeue_any(queues(redis), None, redis, job_class=KeptJob, serializer=queues(redis)[0].serializer)
    assert taken is not None
    job, queue = taken
    assert isinstance(job, KeptJob)
    return job, queue


def begin(redis: Redis) -> SimpleWorker:
    """A worker that has begun with a job."""
    job, _ = take(redis)
    worker = SimpleWorker(queues(redis), connection=redis)
    prepare_execution(worker, job)
    worker.prepare_job_execution(job)
    return worker


def look_twice(keeper: Keeper, clock: Clock) -> int:
    """Look, and again when what was in nobody's hands has been so for long enough."""
    assert keeper.put_back() == 0, "between two hands, a job is in none for a moment"
    clock.now += PUT_BACK_AFTER
    return keeper.put_back()


def test_a_job_is_queued_when_its_time_has_come(redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock) -> None:
    when = int(clock.now) + 600
    queue.write([Ticket("a", "a", Job("nothing", urgency=Urgency.TONIGHT, at=when))])
    assert keeper.bring_due() == 0
    clock.now = when - 1
    assert keeper.bring_due() == 0
    clock.now = when
    assert keeper.bring_due() == 1
    assert waiting(redis) == ["nothing"]
    assert keeper.bring_due() == 0
    work(redis)
    assert read_state(redis).scheduled == ()


def test_many_that_look_at_once_queue_each_job_once(redis: Redis, queue: JobQueue, jobs_url: str, clock: Clock) -> None:
    when = int(clock.now) + 600
    queue.write([Ticket(f"{n}", f"{n}", Job("nothing", at=when)) for n in range(1_100)])
    clock.now = when

    def look(_: int) -> int:
        return Keeper(connection(jobs_url), clock).bring_due()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(look, range(8))) == 1_100
    assert len(waiting(redis)) == 1_100


def test_a_job_taken_by_a_worker_that_died_before_it_said_so_is_put_back(
    redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock
) -> None:
    """With more than one queue RQ takes jobs with BLPOP: then they are nowhere."""
    queue.write([JOB])
    take(redis)
    assert waiting(redis) == []
    assert look_twice(keeper, clock) == 1
    assert waiting(redis) == ["nothing"]


def test_a_job_of_a_worker_that_died_with_it_in_hand_is_put_back(
    redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock
) -> None:
    queue.write([JOB])
    begin(redis)
    assert look_twice(keeper, clock) == 1
    assert waiting(redis) == ["nothing"]
    assert read_state(redis).running == ()
    work(redis)
    assert not redis.exists("rq:job:an-id")


def test_a_job_of_a_living_worker_is_left_to_it(redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock) -> None:
    queue.write([JOB])
    worker = begin(redis)
    say_alive(redis, "worker", worker.name)
    assert look_twice(keeper, clock) == 0
    assert [job.task for job in read_state(redis).running] == ["nothing"]


def test_a_job_that_a_living_worker_has_had_for_too_long_is_put_back(
    redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock
) -> None:
    """It lost its connection when it wanted to say that the job was done, say."""
    queue.write([JOB])
    worker = begin(redis)
    clock.now += 400
    say_alive(redis, "worker", worker.name)
    assert look_twice(keeper, clock) == 1


def test_many_that_look_at_once_put_a_job_back_once(redis: Redis, queue: JobQueue, jobs_url: str, clock: Clock) -> None:
    queue.write([JOB])
    begin(redis)
    keepers = [Keeper(connection(jobs_url), clock) for _ in range(6)]
    assert sum(keeper.put_back() for keeper in keepers) == 0
    clock.now += PUT_BACK_AFTER
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(Keeper.put_back, keepers)) == 1
    assert waiting(redis) == ["nothing"]


def test_a_job_that_kills_every_worker_is_given_up_and_says_so(
    redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock
) -> None:
    queue.write([JOB])
    for _ in range(4):
        begin(redis)
        assert look_twice(keeper, clock) == 1
    begin(redis)
    assert look_twice(keeper, clock) == 0
    state = read_state(redis)
    assert waiting(redis) == []
    assert [job.problem for job in state.failed] == ["several workers died while they did it"]
    assert redis.ttl("rq:job:an-id") > 0


@pytest.mark.parametrize("where", ["queued", "scheduled", "failed"])
def test_a_job_that_is_somewhere_stays_there(
    redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock, where: str
) -> None:
    queue.write([Ticket("a", "a", Job("nothing", at=int(clock.now) + 9_000 if where == "scheduled" else None))])
    if where == "failed":
        job, later = take(redis)
        later.failed_job_registry.add(job, ttl=600)
    assert look_twice(keeper, clock) == 0
    state = read_state(redis)
    assert [len(jobs) for jobs in (state.waiting, state.scheduled, state.failed)].count(1) == 1


def test_a_job_that_was_to_be_tried_again_and_is_nowhere_is_put_back(
    redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock
) -> None:
    """RQ says that a job is scheduled before it schedules it."""
    queue.write([JOB])
    job, _ = take(redis)
    job.set_status("scheduled")
    assert look_twice(keeper, clock) == 1
    assert waiting(redis) == ["nothing"]


def test_what_is_done_is_forgotten(redis: Redis, queue: JobQueue, keeper: Keeper) -> None:
    queue.write([JOB, Ticket("b", "b", Job("nothing", urgency=Urgency.TONIGHT))])
    keeper.put_back()
    assert redis.zcard(ALL_JOBS) == 2
    work(redis)
    keeper.put_back()
    assert redis.zcard(ALL_JOBS) == 0


def test_a_job_that_is_queued_again_while_it_is_being_forgotten_is_not_forgotten(
    redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock
) -> None:
    keeper.put_back()
    asked = clock.asked
    keeper.put_back()
    last = 2 * clock.asked - asked  # after it has looked at all jobs
    queue.write([JOB])
    redis.delete(job_key(JOB.id), queue_key(LATER))
    clock.at[last] = lambda: queue.write([Ticket("another-token", JOB.id, JOB.job)])
    keeper.put_back()
    assert waiting(redis) == ["nothing"]
    assert redis.zscore(ALL_JOBS, JOB.id) is not None


def test_a_job_that_is_in_no_list_is_done(redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock) -> None:
    """A Redis that took the place of another may have missed that it was queued."""
    queue.write([JOB])
    redis.delete(ALL_JOBS, queue_key(LATER))
    assert look_twice(keeper, clock) == 1
    assert waiting(redis) == ["nothing"]
    work(redis)
    assert redis.keys("rq:job:*") == []


def test_what_is_left_of_a_job_that_redis_lost_is_removed(redis: Redis, keeper: Keeper, clock: Clock) -> None:
    redis.hset(job_key("lost"), mapping={"status": "started", "last_heartbeat": "2026-11-29T10:00:00Z"})
    keeper.put_back()
    assert redis.keys("*lost*") == []


def test_what_failed_long_ago_is_forgotten(redis: Redis, queue: JobQueue, keeper: Keeper, clock: Clock) -> None:
    queue.write([JOB])
    job, later = take(redis)
    later.failed_job_registry.add(job, ttl=600)
    keeper.put_back()
    assert redis.zcard(f"rq:failed:{LATER}") == 1
    redis.delete("rq:job:an-id")  # as its expiry does
    clock.now += 601
    keeper.put_back()
    assert redis.zcard(f"rq:failed:{LATER}") == 0
    assert redis.zcard(ALL_JOBS) == 0
    assert redis.llen(f"rq:queue:{TONIGHT}") == 0
