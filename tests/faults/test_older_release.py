"""What an older release left starts under this one: its data directory, its Redis snapshot, and the jobs in both.

`older_release/` was left by `hotline up` of a release from before the code moved into rooms, in practice mode: two
calls, and two jobs for an hour later. Its keys guard nothing.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from hotline.jobs.queue import connection
from hotline.jobs.state import JobsState, read_state
from hotline.store.redis.embedded import socket_url
from tests.faults.processes import wait_until
from tests.faults.system import Place, reaches_a_person, running

LEFT = Path(__file__).with_name("older_release")
DUE = 1_795_959_671


def jobs(place: Place) -> JobsState:
    with connection(socket_url(place.data_dir)) as redis:
        return read_state(redis)


def test_a_data_directory_and_a_snapshot_of_an_older_release_go_on(place: Place) -> None:
    shutil.copytree(LEFT, place.data_dir, dirs_exist_ok=True)
    place.environment["HOTLINE_KEEP_MONTHS"] = "600"
    with running(place) as up, place.world() as world:
        place.has_once(reaches_a_person(world), before=2)
        wait_until(lambda: jobs(place).workers, what="a worker is there")
        if time.time() < DUE:
            assert {job.task for job in jobs(place).scheduled} >= {"nothing", "close_unended_calls"}
        else:
            wait_until(lambda: not jobs(place).scheduled, what="the jobs it left are done")
            wait_until(lambda: not list((place.data_dir / "outbox" / "queued").glob("*.job")), what="they are settled")
        assert not jobs(place).failed
        assert place.health()[1]["status"] == "ok", place.health()
        assert up.stop() == 0
