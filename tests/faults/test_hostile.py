"""A few hostile requests and damaged files; `make hostile` sends a hundred thousand."""

from __future__ import annotations

from tests.faults.hostile import hostile


def test_hostile_requests_and_damaged_files_are_refused_and_change_nothing() -> None:
    outcome = hostile(400, 7)
    assert outcome.requests + outcome.files >= 400
    assert outcome.problems == []
    assert outcome.kinds["webhook signed for another address"] > 0
