"""A short run of chaos; `make chaos` does a long one."""

from __future__ import annotations

from tests.faults.chaos import SHORT, chaos, problems


def test_every_caller_reaches_a_person_or_the_last_step_though_machines_valkey_and_postgresql_are_killed() -> None:
    outcome = chaos(SHORT)
    assert outcome.calls > 10
    assert len(outcome.recovery) == len(SHORT.only), "each was broken at least once"
    assert outcome.persons + outcome.last_step == outcome.calls
    undone = [*outcome.slow, *outcome.told]  # jobs of a Valkey that is not yet a replica again hold CallSids
    assert not [problem for problem in problems(outcome) if problem not in undone], problems(outcome)
