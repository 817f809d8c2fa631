"""Judging what was found: every verdict that is not a pass comes with what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.core.carrier_records.records import Account
from hotline.core.checkup.carrier import judge_account, judge_clock, judge_countries, judge_numbers, judge_recordings
from hotline.core.checkup.machine import (
    RedisFacts,
    judge_ends,
    judge_file_system,
    judge_private,
    judge_redis,
    judge_revision,
    judge_room,
    judge_zones,
)
from hotline.core.checkup.numbers import plan
from hotline.core.checkup.result import CheckResult, Verdict, any_failed, failed, listed, passed, skipped, warned

PASS, WARN, FAIL = Verdict.PASS, Verdict.WARN, Verdict.FAIL
MB, GB = 1 << 20, 1 << 30
GOOD = RedisFacts("Redis", (7, 4, 1), True, True, False, "noeviction", 40 * MB, 0)


def verdicts(facts: RedisFacts) -> set[Verdict]:
    results = list(judge_redis(facts))
    assert all(result.remedy for result in results if result.verdict is not PASS)
    return {result.verdict for result in results}


def told(facts: RedisFacts, verdict: Verdict) -> str:
    (result,) = (result for result in judge_redis(facts) if result.verdict is verdict)
    return result.told


def test_a_good_redis() -> None:
    assert verdicts(GOOD) == {PASS}
    assert verdicts(replace(GOOD, policy="volatile-lru", most=200 * MB)) == {PASS}


@pytest.mark.parametrize(
    ("facts", "verdict", "words"),
    [
        (replace(GOOD, version=(5, 0, 14)), WARN, "Redis 5.0.14 is older"),
        (replace(GOOD, version=(6, 0)), WARN, "older"),
        (replace(GOOD, used=170 * MB, most=200 * MB), WARN, "uses 170 MB of the 200 MB"),
        (replace(GOOD, policy="allkeys-lru"), FAIL, "deletes jobs (allkeys-lru)"),
        (replace(GOOD, policy="allkeys-random"), FAIL, "deletes jobs"),
        (replace(GOOD, policy=None), WARN, "Hotline cannot see"),
        (replace(GOOD, snapshots=False), WARN, "saves nothing"),
        (replace(GOOD, snapshots=None), WARN, "whether it saves anything"),
        (replace(GOOD, saved=False), FAIL, "last snapshot failed"),
        (replace(GOOD, append_only=True), WARN, "a list of who rang"),
        (replace(GOOD, append_only=True, snapshots=False), WARN, "a list of who rang"),
    ],
)
def test_what_may_be_amiss_with_a_redis(facts: RedisFacts, verdict: Verdict, words: str) -> None:
    assert verdicts(facts) == {PASS, verdict}
    assert words in told(facts, verdict)


@pytest.mark.parametrize(
    ("found", "verdict", "words"),
    [
        ("0004", PASS, "answers"),
        ("0003", WARN, "is at 0003, and this release needs 0004"),
        (None, WARN, "has no tables yet"),
        ("0005", FAIL, "newer release"),
    ],
)
def test_the_shape_of_a_database(found: str | None, verdict: Verdict, words: str) -> None:
    result = judge_revision(found, "0004", "SQLite")
    assert (result.verdict, words in result.told, bool(result.remedy)) == (verdict, True, verdict is not PASS)


@pytest.mark.parametrize(
    ("calls", "not_reported", "verdict"),
    [(0, 0, PASS), (3, 2, PASS), (3, 3, FAIL), (100, 10, PASS), (100, 11, WARN), (100, 50, WARN), (100, 51, FAIL)],
)
def test_ends_of_calls(calls: int, not_reported: int, verdict: Verdict) -> None:
    assert judge_ends(calls, not_reported, 30).verdict is verdict


@pytest.mark.parametrize(
    ("free", "verdict"),
    [(20 * GB, PASS), (GB, PASS), (GB - 1, WARN), (100 * MB, WARN), (100 * MB - 1, FAIL), (0, FAIL)],
)
def test_room_on_a_disk(free: int, verdict: Verdict) -> None:
    assert judge_room("var", free).verdict is verdict


@pytest.mark.parametrize(("mode", "verdict"), [(0o40700, PASS), (0o40750, WARN), (0o40701, WARN), (0o40777, WARN)])
def test_who_may_look_into_a_folder(mode: int, verdict: Verdict) -> None:
    assert judge_private("var", mode).verdict is verdict


@pytest.mark.parametrize(("kind", "verdict"), [("ext4", PASS), ("overlay", PASS), ("nfs4", FAIL), ("cifs", FAIL)])
def test_where_sqlite_may_be(kind: str, verdict: Verdict) -> None:
    assert judge_file_system(kind).verdict is verdict


@pytest.mark.parametrize(("release", "verdict"), [("2026.6", PASS), ("2025.2", PASS), ("2024.1", WARN), ("odd", WARN)])
def test_zone_rules_age(release: str, verdict: Verdict) -> None:
    assert judge_zones(release, 2026).verdict is verdict


@pytest.mark.parametrize(
    ("skew", "verdict"), [(0, PASS), (4.9, PASS), (-4.9, PASS), (5, WARN), (-59, WARN), (60, FAIL), (-90_000, FAIL)]
)
def test_clocks(skew: float, verdict: Verdict) -> None:
    assert judge_clock("the carrier", skew).verdict is verdict


def test_an_account_in_a_state_nobody_knows() -> None:
    assert judge_account(Account("", False, None)).verdict is FAIL
    assert "in an unknown state" in judge_account(Account("", False, None)).told


def test_one_recording_is_one() -> None:
    assert judge_recordings(1, 30).told.startswith("The account has 1 recording of calls")
    assert judge_recordings(None, 30).verdict is WARN


def test_no_number_and_no_volunteer_at_all() -> None:
    assert [result.verdict for result in judge_numbers(plan([], [], "https://h.example.org", None))] == [FAIL]
    assert [result.verdict for result in judge_countries({}, {})] == [WARN]


def test_countries_that_are_known_are_told_apart_from_those_that_are_not() -> None:
    found = list(judge_countries({"US": True, "GB": False, "FR": None}, {"US": ["amy"], "GB": ["ben"], "FR": ["cho"]}))
    assert [result.verdict for result in found] == [FAIL, WARN]
    assert "ben" in found[0].told
    assert "FR" in found[1].told


def test_many_names_are_cut_short() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed([str(number) for number in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"


@pytest.mark.parametrize(
    ("results", "any_"),
    [
        ([], False),
        ([passed("a")], False),
        ([warned("a", "b"), skipped("c")], False),
        ([passed("a"), failed("b", "c")], True),
    ],
)
def test_only_what_failed_counts_as_failure(results: list[CheckResult], any_: bool) -> None:
    assert any_failed(results) is any_
