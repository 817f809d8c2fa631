"""Metrics of whole systems: right whichever process of whichever machine answers, and after all of them have ended."""

from __future__ import annotations

import re

from tests.faults.processes import children, command_of, kill, wait_until
from tests.faults.system import Place, serving
from tests.faults.test_many_machines import machines

TOKEN = {"HOTLINE_METRICS_TOKEN": "a token that Prometheus has"}


def refused(place: Place) -> float:
    """How many signatures were refused, as this place tells it."""
    found = re.search(r"^hotline_signatures_refused_total (\S+)$", place.metrics(), re.MULTILINE)
    assert found
    return float(found[1])


def turn_away(place: Place, count: int) -> None:
    for _ in range(count):
        assert place.post("/voice", signed=False) == 403


def test_what_was_counted_outlives_every_process_that_counted_it(place: Place) -> None:
    place.environment |= TOKEN
    with serving(place) as web:
        turn_away(place, 25)
        workers = [pid for pid in children(web.pid) if "gunicorn" in command_of(pid)]
        assert len(workers) == 2, "both have counted"
        web.stop()
    with serving(place):
        assert refused(place) == 25


def test_two_machines_count_as_one_and_one_that_is_killed_loses_its_last_minute_at_most(place: Place) -> None:
    with machines(2, **TOKEN, WEB_CONCURRENCY="1") as (one, two):
        with serving(one) as first, serving(two) as second:
            turn_away(one, 3)
            turn_away(two, 4)
            first.stop()
            assert refused(two) == 3, "of its own it has handed on nothing yet"
            second.stop()
        with serving(one) as again:
            assert refused(one) == 7
            turn_away(one, 5)
            (worker,) = (pid for pid in children(again.pid))
            kill(worker)
            wait_until(
                lambda: worker not in children(again.pid) and children(again.pid), what="another takes its place"
            )
            again.answers()
            assert 7 <= refused(one) <= 12, "the last minute's may be lost, and no others"
