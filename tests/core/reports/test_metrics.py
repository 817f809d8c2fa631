"""What may be told of calls and rings: whole days, and no small number of rings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.reports.metrics import (
    TOLD,
    WAIT_BUCKETS,
    DayCounts,
    RingOutcome,
    age_in_steps,
    in_steps,
    rings_told,
    told_days,
    waited_steps,
)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-03-04T00:00:00+00:00", "2026-03-01", "2026-03-04"),
        ("2026-03-04T23:59:59+00:00", "2026-03-01", "2026-03-04"),
        ("2026-03-04T20:00:00-05:00", "2026-03-01", "2026-03-05"),
        ("2026-03-01T00:00:00+00:00", "2026-02-01", "2026-03-01"),
        ("2026-03-02T00:00:00+00:00", "2026-03-01", "2026-03-02"),
        ("2026-01-01T12:00:00+00:00", "2025-12-01", "2026-01-01"),
    ],
)
def test_the_days_told_end_with_yesterday(now: str, start: str, end: str) -> None:
    at = [int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) for day in (start, end)]
    assert told_days(instant(now)) == DayCounts(*at)


@given(st.dictionaries(st.tuples(st.sampled_from(["rise", "two"]), st.sampled_from(RingOutcome)), st.integers(0, 500)))
def test_no_number_of_rings_from_1_to_9_is_told_nor_what_differs_by_so_few(
    rings: dict[tuple[str, RingOutcome], int],
) -> None:
    told = rings_told(rings)
    assert all(count % 10 == 0 for count in told.values())
    assert {outcome for _, outcome in told} <= set(TOLD)
    for key, count in told.items():
        if key[1] is not RingOutcome.NO_KEY:
            assert 0 <= rings.get(key, 0) - count < 10


def test_what_was_declined_is_told_by_whether_the_key_was_pressed() -> None:
    rings = {("rise", RingOutcome.DECLINED): 50, ("rise", RingOutcome.PASSED): 20}
    told = rings_told(rings)
    assert told["rise", RingOutcome.NO_KEY] == 30
    assert told["rise", RingOutcome.PASSED] == 20


def test_more_passed_than_declined_is_not_less_than_none() -> None:
    """A webhook may come twice."""
    rings = {("rise", RingOutcome.DECLINED): 10, ("rise", RingOutcome.PASSED): 30}
    assert rings_told(rings)["rise", RingOutcome.NO_KEY] == 0


def test_what_waits_is_told_in_steps() -> None:
    assert [in_steps(count) for count in (0, 1, 9, 10, 19, 123)] == [0, 0, 0, 10, 10, 120]
    assert [age_in_steps(age) for age in (0.0, 299.9, 300.0, 3_601.5)] == [0, 0, 300, 3_600]


def test_waits_are_counted_up_to_each_bound() -> None:
    steps = waited_steps({5: 2, 10: 1, 11: 4, 9_999: 1})
    assert len(steps) == len(WAIT_BUCKETS) + 1
    assert steps[:3] == [3, 7, 7]
    assert steps[-2:] == [7, 8]
