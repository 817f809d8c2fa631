"""A short kill run; `make kill-run` does a long one, and prints its figures."""

from __future__ import annotations

from tests.faults.kill_run import SHORT, figures, kill_run, latencies


def test_nothing_is_lost_done_twice_or_told_though_worker_clock_and_redis_are_killed_at_random_moments() -> None:
    outcome = kill_run(SHORT)
    assert outcome.left == []
    assert outcome.told == []
    assert outcome.at_carrier == 0
    assert outcome.logged == outcome.listed == SHORT.calls, "the job of each call was done, whatever a sweep found"
    assert set(outcome.reminders.values()) == {1}
    assert set(outcome.texts.values()) == {1}
    assert outcome.kills.total() >= 3
    assert outcome.answers["20009, not yet"] > outcome.records, "twice for each but those deleted without an answer"
    assert figures(outcome).row_count + latencies(outcome).row_count > 10
