from __future__ import annotations

import pytest

from hotline.core.calls.several import phones_due


@pytest.mark.parametrize(
    ("elapsed", "ringing", "due"),
    [(0, 0, 2), (0, 1, 1), (0, 2, 0), (3.9, 2, 0), (4, 2, 1), (4, 3, 0), (8, 2, 2), (60, 0, 17)],
)
def test_two_start_together_and_one_more_each_four_seconds(elapsed: float, ringing: int, due: int) -> None:
    assert phones_due(2, 4, elapsed, ringing) == due


@pytest.mark.parametrize("elapsed", [0, 20, 3600])
def test_without_a_stagger_the_same_number_rings_all_the_time(elapsed: float) -> None:
    assert phones_due(1, 0, elapsed, 0) == 1
    assert phones_due(1, 0, elapsed, 1) == 0


def test_one_who_passes_is_replaced_at_once() -> None:
    assert phones_due(2, 4, 1.0, 2) == 0
    assert phones_due(2, 4, 1.0, 1) == 1


def test_phones_beyond_the_target_are_left_to_ring() -> None:
    assert phones_due(2, 0, 10, 5) == 0
