"""A short soak; `make soak` does a long one."""

from __future__ import annotations

from tests.faults.soak import SHORT, soak

MOST = 80
"""Descriptors: twice as many as a process takes, and less than if it kept one open for each call."""


def test_a_steady_load_of_calls_leaves_its_rows_and_nothing_else() -> None:
    outcome = soak(SHORT)
    assert outcome.played.over == outcome.played.persons == outcome.played.begun > 10
    assert outcome.failed == []
    assert (outcome.rows, outcome.rows_lost, outcome.rows_doubled) == (outcome.played.over, 0, 0)
    assert outcome.at_carrier == 0
    assert outcome.left == []
    assert outcome.told == []
    first, last = outcome.looks[len(outcome.looks) // 2], outcome.looks[-1]
    lasting = {name for name in last.descriptors if not name.startswith("up")}
    assert lasting <= first.descriptors.keys(), "no process was replaced"
    assert max(last.descriptors.values()) < MOST, last.descriptors
