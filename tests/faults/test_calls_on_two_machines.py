"""Whole calls, again: each webhook goes to the other of two machines, and two more do what is to be done afterwards.

The calls and texts are those of `tests.calls`. Here they go over HTTP to processes that share Redis and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hotline.simulator import Call, World
from tests.calls.conftest import local, texts
from tests.calls.test_a_call import *  # noqa: F403
from tests.calls.test_texts import (  # noqa: F401
    test_a_number_that_volunteers_no_longer_have_is_unknown,
    test_a_word_comes_too_late_once_the_time_asked_for_is_over,
    test_amy_is_off_for_two_hours_and_ben_is_rung,
    test_off_alone_is_the_rest_of_the_shift,
    test_off_in_the_middle_of_a_hunt_is_heeded_at_its_next_ring,
    test_off_until_half_past_two_in_the_nights_of_the_clock_changes,
    test_on_brings_her_back_at_once,
    test_spanish_for_whoever_speaks_it_first,
    test_the_backup_can_be_off_too,
    test_the_carriers_own_opt_out_words_are_honoured,
    test_the_same_text_delivered_twice_does_the_same_once,
    test_two_rotas_of_one_volunteer_are_both_answered_for,
    test_what_cannot_be_is_said_and_changes_nothing,
    test_who_and_next_tell_names_and_times_and_no_numbers,
    test_whoever_covers_is_not_rung_when_off,
)
from tests.faults import line
from tests.faults.processes import listens, wait_until
from tests.faults.system import connects
from tests.faults.two_machines import Machines, OnMachines
from tests.servers import PostgreSQL


@pytest.fixture(scope="module")
def machines(postgresql: PostgreSQL) -> Iterator[Machines]:
    """Started once. What they were to do for all the calls of these tests is done in the end."""
    with Machines(postgresql.new_database("machines")) as machines:
        yield machines
        machines.all_is_done()


@pytest.fixture
def rehearse(machines: Machines) -> Iterator[Any]:
    """What `tests.calls` begins its calls with, at the machines."""
    made: list[OnMachines] = []

    def make(start: str = "2026-03-04 12:00", files: dict[str, bytes] | None = None, **more: Any) -> OnMachines:
        made.append(machines.rehearse(local(start), files or texts(), **more))
        return made[-1]

    yield make
    for rehearsal in made:
        rehearsal.close()


def test_a_web_machine_dies_in_mid_call_and_a_worker_machine_with_jobs_in_hand(
    rehearse: Any, machines: Machines
) -> None:
    """Who is left does all of it; what waited on the disk of the machine that died is done when it is back."""
    rehearsal, slow = rehearse(), machines.api.fault("stalls", None, seconds=0.2)
    calls = [abandoned(rehearsal.world) for _ in range(4)]
    wait_until(lambda: all(map(machines.jobs_done, machines.workers)), what="both workers have done some")
    call = rehearsal.world.call(line.NUMBER)
    ring = call.presses("1").rings()
    machines.webs[0].die()
    wait_until(lambda: not listens(machines.places[0].port), what="the first web machine is gone")
    ring.ignored()
    connects(call, call.rings())
    call.hangs_up().has_ended()
    calls += [abandoned(rehearsal.world) for _ in range(4)]
    wait_until(lambda: machines.in_hand(machines.workers[0]), what="the first worker has a job in hand")
    machines.workers[0].die()
    machines.webs[0], machines.workers[0] = machines.web(machines.places[0]), machines.worker(machines.places[2])
    machines.webs[0].answers()
    machines.all_is_done()
    machines.api.faults.remove(slow)
    assert len({machines.places[0].log_id(each.sid) for each in (*calls, call)}) == 9


def abandoned(world: World) -> Call:
    """A call that is given up while a phone rings."""
    call = world.call(line.NUMBER)
    call.presses("1").rings()
    return call.hangs_up().has_ended()
