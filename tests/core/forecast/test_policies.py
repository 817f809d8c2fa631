"""The table of time-to-human.md, and closed forms where there are some."""

from __future__ import annotations

import random
from math import factorial

import pytest

from hotline.core.forecast.chance import Chance, Evenly
from hotline.core.forecast.handsets import HANDSETS, Handset
from hotline.core.forecast.policies import POLICIES, plain, plain_hotline
from hotline.core.forecast.run import Assumed, Run
from hotline.core.rota.rota import Ringing

CALLS = 6_000
POINTS = 2.0
BY_NAME = {policy.name: policy for policy in POLICIES}
PUBLISHED = [
    ("one at a time", 4, "A", {15: 70}),
    ("one at a time", 4, "B", {15: 38, 20: 60, 30: 69}),
    ("one at a time", 4, "C", {15: 21, 30: 39}),
    ("one more each 8 s", 4, "A", {15: 70}),
    ("one more each 8 s", 4, "B", {15: 37, 20: 65, 30: 92}),
    ("one more each 8 s", 4, "C", {15: 22, 30: 68}),
    ("one more each 4 s", 4, "A", {15: 80}),
    ("one more each 4 s", 4, "B", {15: 42, 20: 81, 30: 98}),
    ("one more each 4 s", 4, "C", {15: 25, 30: 84}),
    ("four together", 4, "A", {15: 99}),
    ("four together", 4, "B", {15: 85, 20: 97, 30: 99}),
    ("four together", 4, "C", {15: 61, 30: 86}),
    ("six together", 6, "A", {15: 100}),
    ("six together", 6, "B", {15: 94, 20: 100, 30: 100}),
    ("six together", 6, "C", {15: 76, 30: 95}),
]
EXACT = Handset("exact", 0.7, Evenly(0, 0), Evenly(5, 5), Evenly(3, 3))


@pytest.mark.parametrize(("policy", "depth", "handset", "shares"), PUBLISHED)
def test_the_published_table_comes_out(policy: str, depth: int, handset: str, shares: dict[int, int]) -> None:
    waits = plain(BY_NAME[policy], depth, HANDSETS[handset], CALLS, random.Random(1)).waits
    for seconds, percent in shares.items():
        assert 100 * waits.within(seconds) == pytest.approx(percent, abs=POINTS), seconds


@pytest.mark.parametrize(("handset", "shares"), [("A", {15: 96}), ("B", {15: 67, 20: 95, 30: 99}), ("C", {15: 43})])
def test_the_published_row_of_two_at_once_starts_two_more_after_4_s(handset: str, shares: dict[int, int]) -> None:
    """That row is better than rule 5: its four phones start after 0, 0, 4 and 4 s, not after 0, 0, 4 and 8 s."""
    chance, found = random.Random(1), []
    for _ in range(4 * CALLS):
        rings = [(start, HANDSETS[handset].ring(20, chance)) for start in (0, 0, 4, 4)]
        found.append(min((start + ring.seconds for start, ring in rings if ring.accepted), default=999))
    for seconds, percent in shares.items():
        assert 100 * sum(wait <= seconds for wait in found) / len(found) == pytest.approx(percent, abs=POINTS)


def test_two_at_once_and_one_more_each_4_s_is_exact_for_handset_a() -> None:
    """Two phones answer in time with chance 0.7 each, the third, 4 s later, with half of that, the fourth never."""
    waits = plain(BY_NAME["two, then each 4 s"], 4, HANDSETS["A"], CALLS, random.Random(1)).waits
    assert waits.within(15) == pytest.approx(1 - 0.3**2 * 0.65, abs=0.01)


def test_one_at_a_time_fails_over_geometrically() -> None:
    row = plain(BY_NAME["one at a time"], 4, EXACT, CALLS, random.Random(2))
    for tries in range(1, 5):
        in_time = (tries - 1) * 20 + 8
        assert row.waits.within(in_time) == pytest.approx(1 - 0.3**tries, abs=0.02)
        assert row.waits.within(in_time - 0.01) == row.waits.within((tries - 2) * 20 + 8)
    assert row.rings_a_call == pytest.approx((1 - 0.3**8) / 0.7, abs=0.03)  # two rounds of four
    assert row.waits.nobody == pytest.approx(0.3**8, abs=0.001)


@pytest.mark.parametrize("depth", [1, 2, 4, 6])
def test_all_together_somebody_answers_with_the_chance_that_not_all_fail(depth: int) -> None:
    row = plain(BY_NAME["six together"], depth, EXACT, CALLS, random.Random(3))
    assert row.waits.within(8) == pytest.approx(1 - 0.3**depth, abs=0.02)
    assert row.rings_a_call >= depth


class Exponential:
    """A length of time with no memory, as the closed forms of queues assume."""

    def __init__(self, mean: float) -> None:
        self._mean = mean

    def draw(self, chance: Chance) -> float:
        return chance.expovariate(1 / self._mean)


def test_a_line_where_everyone_waits_is_erlangs_waiting_formula() -> None:
    """Three people, on average two of whom talk: 4 in 9 callers wait, and a caller 4/9 of a talk on average."""
    hotline = plain_hotline(3, Ringing(max_wait=10**9, rest_after_call=0))
    handset, talk, load, people = Handset("instant", 1.0, Evenly(0, 0), Evenly(0, 0), Evenly(0, 0)), 1_200.0, 2.0, 3
    chance, starts = random.Random(6), [1_770_000_000.0]
    for _ in range(12_000):
        starts.append(starts[-1] + chance.expovariate(load / talk))
    run = Run(hotline, Assumed(handset, talk=Exponential(talk)), chance)
    waits = [outcome.wait for outcome in run.outcomes(starts) if outcome.wait is not None]
    assert len(waits) == len(starts), "everyone is served in the end"
    waiting = load**people / factorial(people) * people / (people - load)
    share = waiting / (sum(load**busy / factorial(busy) for busy in range(people)) + waiting)
    assert share == pytest.approx(4 / 9)
    assert sum(wait > 0 for wait in waits) / len(waits) == pytest.approx(share, abs=0.04)
    assert sum(waits) / len(waits) == pytest.approx(share * talk / (people - load), rel=0.2)


def test_a_line_where_nobody_waits_is_erlangs_loss_formula() -> None:
    """Three people, on average two of whom would be talking: 4 in 19 callers find everyone busy."""
    hotline = plain_hotline(3, Ringing(max_wait=1, rest_after_call=0))
    handset, talk, load = Handset("instant", 1.0, Evenly(0, 0), Evenly(0, 0), Evenly(0, 0)), 600.0, 2.0
    chance, starts = random.Random(5), [1_770_000_000.0]
    for _ in range(20_000):
        starts.append(starts[-1] + chance.expovariate(load / talk))
    outcomes = list(Run(hotline, Assumed(handset, talk=Evenly(talk, talk)), chance).outcomes(starts))
    busy = load**3 / 6 / (1 + load + load**2 / 2 + load**3 / 6)
    assert busy == pytest.approx(4 / 19)
    assert sum(outcome.wait is None for outcome in outcomes) / len(outcomes) == pytest.approx(busy, abs=0.012)


def test_each_person_more_on_call_shortens_waits() -> None:
    shares = [
        plain(BY_NAME["two, then each 4 s"], n, HANDSETS["C"], 2_000, random.Random(4)).waits.within(30)
        for n in range(1, 7)
    ]
    assert shares == sorted(shares)
