"""The tasks by which workers send texts, as jobs name them."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature

import pytest

from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.jobs import Job
from hotline.core.rota.absence import Absence
from hotline.jobs import tasks
from hotline.jobs.schedule import SCHEDULE
from tests.services.texts.texting import ROTA, World

NORA = 'coordinators:\n  nora: {name: Nora Diaz, phone: "+1 410 555 0130"}\n'


@pytest.fixture
def bound(world: World) -> Iterator[World]:
    """A worker's process with these texts."""
    world.edit(ROTA + NORA)
    before = list(tasks._bound)
    tasks.bind(world.does)
    yield world
    tasks._bound[:] = before


def do(job: Job) -> None:
    """As a worker does a job: by its task's name, with ids that are text."""
    getattr(tasks, job.task)(*job.ids)


def test_what_follows_from_a_call_is_told(bound: World) -> None:
    for job in (
        *FollowUpJobs().ring_missed("rise", "amy"),
        *FollowUpJobs().caller_not_reached("rise", int(bound.now.timestamp())),
        Job("ring_test_result", ("rise", "2026-01", "amy", "ben")),
    ):
        do(job)
    assert len(bound.got("amy")) == 1
    assert [one.split(" ")[1:4] for one in bound.got("nora")] == [["a", "call", "at"], ["the", "test", "ring"]]


def test_an_absence_that_leaves_nobody_is_told(bound: World) -> None:
    now = int(bound.now.timestamp())
    bound.absences = [Absence("amy", now, now + 3600)]
    do(Job("off_leaves_nobody", ("rise",)))
    assert [one[:27] for one in bound.got("nora")] == ["RISE: a volunteer is off, s"]


def test_the_clock_has_all_of_them_done(bound: World) -> None:
    named = {one.task for one in SCHEDULE}
    assert {"send_texts", "send_notices", "find_gaps", "forget_texts", "cover_requests", "send_digests"} <= named
    for task in sorted(
        named & {"send_texts", "send_notices", "find_gaps", "forget_texts", "cover_requests", "send_digests"}
    ):
        assert not signature(getattr(tasks, task)).parameters
        do(Job(task))
    assert bound.got_at("ben") == ["Tue 06 12:00"]


def test_no_job_about_texts_says_when_or_for_which_call_a_volunteer_was_rung() -> None:
    (job,) = FollowUpJobs().ring_missed("rise", "amy")
    assert (job.ids, job.at) == (("rise", "amy"), None)
