"""The tasks that are a few lines only."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.core import jobs
from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.reports.report import LoggedCall
from hotline.files import load
from hotline.jobs import tasks
from hotline.services.call_log_upkeep import LONGEST_CALL, CallLogUpkeep
from hotline.store.database.call_log import CallLog
from tests.jobs.bound import bind
from tests.store.actors import NOON, answered, ended, started


@pytest.fixture
def call_log(tmp_path: Path) -> Iterator[CallLog]:
    log = CallLog(f"sqlite:///{tmp_path}/calls.db")
    yield log
    log.close()


def test_the_sweep_closes_calls_whose_end_was_never_reported(call_log: CallLog) -> None:
    """A status callback is never configured, and reports are empty (lessons): a call does not go on for ever."""
    long_ago = NOON - int(LONGEST_CALL.total_seconds()) - 1
    call_log.write([started(long_ago, "lost"), answered(long_ago + 20, "lost")])
    call_log.write([started(long_ago, "whole"), ended(long_ago + 90, "whole")])
    call_log.write([started(NOON - 60, "going on")])
    upkeep = CallLogUpkeep(
        call_log=call_log,
        prune_audit=lambda before: None,
        forget_unreadable=lambda before: None,
        round_after_days=None,
        hotlines=lambda: (),
        keep_months=25,
        clock=lambda: datetime.fromtimestamp(NOON, UTC),
    )
    bind(upkeep=upkeep)
    tasks.close_unended_calls()
    assert call_log.call("lost") == LoggedCall("rise", long_ago, long_ago + 20, long_ago + 20)
    assert call_log.call("whole") == LoggedCall("rise", long_ago, None, long_ago + 90)
    assert call_log.call("going on") == LoggedCall("rise", NOON - 60, None, None)


def test_months_that_rounding_changed_are_counted_at_once(call_log: CallLog) -> None:
    """Otherwise a report of them would read all their calls until the next full hour."""
    (line,) = load(Path()).hotlines.values()
    zones = {line.id: line.rota.zone}
    at = NOON - 100 * 86_400
    call_log.write([LogEntry("old", line.id, moment, at + 17) for moment in (CallMoment.STARTED, CallMoment.ENDED)])
    assert call_log.count_months(NOON, zones) == 3
    upkeep = CallLogUpkeep(
        call_log=call_log,
        prune_audit=lambda before: None,
        forget_unreadable=lambda before: None,
        round_after_days=30,
        hotlines=lambda: [line],
        keep_months=25,
        clock=lambda: datetime.fromtimestamp(NOON, UTC),
    )
    bind(upkeep=upkeep)
    tasks.prune_call_log()
    found = call_log.call("old")
    assert found is not None
    assert found.started_at != at + 17
    assert call_log.count_months(NOON, zones) == 0


@dataclass
class Deletes:
    """Deletion that deletes nothing."""

    asked: list[tuple[str | int, ...]] = field(default_factory=list)

    def delete_call(self, call: str, ended: int) -> None:
        self.asked.append(("call", call, ended))

    def delete_text(self, text: str, since: int) -> None:
        self.asked.append(("text", text, since))

    def delete_queue(self, queue: str, since: int) -> None:
        self.asked.append(("queue", queue, since))

    def sweep(self) -> None:
        self.asked.append(("sweep",))


def test_records_are_deleted_where_there_is_a_carrier_that_keeps_some() -> None:
    deletes = Deletes()
    for deletion in (deletes, None):
        bind(deletion=deletion)
        tasks.delete_records("CA1", str(NOON))
        tasks.delete_text("SM1", str(NOON))
        tasks.delete_queue("QU1", str(NOON))
        tasks.sweep_records()
    assert deletes.asked == [("call", "CA1", NOON), ("text", "SM1", NOON), ("queue", "QU1", NOON), ("sweep",)]


@pytest.mark.parametrize(
    "job",
    [
        jobs.delete_records("CA1", NOON),
        jobs.delete_text("SM1", NOON),
        jobs.delete_queue("QU1", NOON),
        jobs.missed_ring("rise", "amy"),
        jobs.line_trouble("rise", "not_placed", 7),
        jobs.caller_not_reached("rise", 7),
        jobs.off_leaves_nobody("rise"),
        jobs.opt_out("digest", NOON),
        jobs.opt_in("digest"),
        jobs.ring_test("rise", "amy", "id"),
        jobs.ring_test_over("id", True),
        jobs.ring_test_result("rise", "2026-01", ["amy", "ben"]),
        jobs.forecast_waits("rise", "digest"),
    ],
    ids=lambda job: job.task,
)
def test_each_job_that_is_put_fits_the_task_of_its_name(job: jobs.Job) -> None:
    inspect.signature(getattr(tasks, job.task)).bind(*job.ids)
