"""A short run of chaos; `make chaos` does a long one."""

from __future__ import annotations

from tests.faults.chaos import SHORT, chaos, problems


def test_every_caller_reaches_a_person_or_the_last_step_though_machines_valkey_and_postgresql_are_killed() -> None:
    outcome = chaos(SHORT)
    assert outcome.calls > 10
    assert len(outcome.recovery) == len(SHORT.only), "each was broken at least once"
    assert outcome.persons + outcome.last_step == outcome.calls
    assert problems(outcome) == outcome.slow, "a machine that has little to give may take longer to start again"
