"""The clock: what is due is queued once a period, however many clocks there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from redis import Redis

from hotline.core.jobs import Urgency
from hotline.jobs import tasks
from hotline.jobs.queue import JobQueue
from hotline.jobs.schedule import SCHEDULE, Periodic, daily, queue_at_start, queue_due
from hotline.jobs.state import read_state
from tests.jobs.conftest import waiting, work

TASK = Periodic("nothing", 600)


def test_a_task_is_queued_once_a_period(redis: Redis, queue: JobQueue) -> None:
    assert queue_due(queue, 6_000.0, [TASK]) == ["nothing"]
    assert [queue_due(queue, at, [TASK]) for at in (6_000.0, 6_005.0, 6_599.9)] == [[], [], []]
    work(redis)
    assert queue_due(queue, 6_600.0, [TASK]) == ["nothing"]
    assert waiting(redis) == ["nothing"]


def test_a_task_that_still_waits_is_not_queued_a_second_time(redis: Redis, queue: JobQueue) -> None:
    """With no worker for a day, the first one that comes is not to close the same calls 144 times."""
    for period in range(144):
        queue_due(queue, 6_000.0 + 600 * period, [TASK])
    assert waiting(redis) == ["nothing"]


def test_a_task_that_failed_and_waits_for_hours_is_done_at_its_next_time_all_the_same(
    redis: Redis, queue: JobQueue
) -> None:
    """A database that was away for half a day must not hold up reminders for hours once it is back."""
    queue_due(queue, 6_000.0, [TASK])
    redis.delete("rq:queue:hotline-later")
    redis.hset("rq:job:clock-nothing", mapping={"status": "scheduled", "number_of_retries": "30"})
    redis.zadd("rq:scheduled:hotline-later", {"clock-nothing": 1 << 33})
    assert queue_due(queue, 6_600.0, [TASK]) == ["nothing"]
    assert waiting(redis) == ["nothing"]
    assert read_state(redis).scheduled == ()
    assert redis.hget("rq:job:clock-nothing", "number_of_retries") is None


def test_many_clocks_at_once_queue_it_once(redis: Redis, jobs_url: str) -> None:
    def one(_: int) -> list[str]:
        return queue_due(JobQueue(jobs_url), 6_000.0, [TASK])

    with ThreadPoolExecutor(16) as pool:
        assert sum(map(len, pool.map(one, range(32)))) == 1
    assert waiting(redis) == ["nothing"]


def test_each_start_of_a_clock_has_months_counted_once(redis: Redis, queue: JobQueue) -> None:
    """After an upgrade no month may be counted. Without this, reports read all calls until the next full hour."""
    (counting,) = (one for one in SCHEDULE if one.task == "count_months")
    queue_due(queue, 6_000.0, [counting])
    work(redis)
    for _ in range(3):
        queue_at_start(queue, "first")
    assert waiting(redis) == ["count_months"]
    queue_at_start(queue, "second")
    assert waiting(redis) == ["count_months"], "it waits already"
    work(redis)
    queue_at_start(queue, "first")
    assert waiting(redis) == []
    queue_at_start(queue, "third")
    assert waiting(redis) == ["count_months"]


def test_a_clock_that_stood_still_does_not_make_up_for_what_it_missed(redis: Redis, queue: JobQueue) -> None:
    assert queue_due(queue, 6_000.0, [TASK])
    work(redis)
    assert queue_due(queue, 60_000.0, [TASK])
    assert waiting(redis) == ["nothing"]


def test_a_clock_whose_time_is_put_back_does_nothing_twice(redis: Redis, queue: JobQueue) -> None:
    assert queue_due(queue, 6_600.0, [TASK])
    work(redis)
    assert queue_due(queue, 6_000.0, [TASK])
    work(redis)
    assert not queue_due(queue, 6_600.0, [TASK])


def test_a_daily_task_comes_at_its_time_utc_or_as_soon_as_there_is_a_clock(redis: Redis, queue: JobQueue) -> None:
    def at(text: str) -> list[str]:
        queued = queue_due(
            queue, datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp(), [daily("nothing", "03:30")]
        )
        work(redis)
        return queued

    assert at("2026-03-28 12:00") == ["nothing"], "a first clock begins with the day it finds"
    assert at("2026-03-29 03:29:59") == []
    assert at("2026-03-29 03:30") == ["nothing"]
    assert at("2026-03-29 23:59") == []
    assert at("2026-03-30 03:29") == []
    assert at("2026-03-30 17:00") == ["nothing"], "nobody was there at 03:30"
    assert at("2026-03-31 03:30") == ["nothing"]


def test_what_the_clock_remembers_expires(redis: Redis, queue: JobQueue) -> None:
    queue_due(queue, 6_000.0, [TASK])
    marks = list(redis.scan_iter("hotline:queued:*"))
    assert marks
    assert all(0 < redis.ttl(mark) <= 1_200 for mark in marks)


def test_every_scheduled_task_exists_and_takes_nothing() -> None:
    for periodic in SCHEDULE:
        assert getattr(tasks, periodic.task).__code__.co_argcount == 0
        assert periodic.urgency in Urgency
        assert periodic.seconds >= 60
