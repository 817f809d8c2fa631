"""What is put down to be done around a call, and that none of it ties a volunteer to a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.core.calls.follow_up_jobs import FollowUpJobs
from hotline.core.jobs import Job, Urgency
from hotline.core.rota.rota import Ringing
from hotline.store.redis.live import RedisLive
from tests.lines import NOON, hotline
from tests.webhooks.line import KEY, Line, leads

UNBRIDGED = {"DialCallStatus": "no-answer", "DialBridged": "false"}
NOW = str(int(NOON.timestamp()))
MINUTE = str(int(NOON.timestamp()) // 60)


@pytest.fixture
def live(redis_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> RedisLive:
    """Live state of this test's own, in the real Valkey."""
    return RedisLive(redis_url, KEY, timeout=10, prefix=f"{tmp_path.name}:{request.node.name}:")


def rung(line: Line) -> str:
    """A call comes as far as the first ring; where the carrier is to report its end."""
    entry = line.caller("/voice")
    return leads(line.caller(leads(entry, "Gather"), Digits="1"), "Dial")


def tasks(line: Line) -> list[tuple[str, tuple[str, ...]]]:
    return [(job.task, job.ids) for job in line.put.jobs]


def missed(*volunteers: str) -> list[tuple[str, tuple[str, ...]]]:
    return [("missed_ring", ("line", volunteer)) for volunteer in volunteers]


def test_a_call_that_is_over_is_deleted_at_the_carrier() -> None:
    line = Line(hotline())
    line.caller("/voice", call="CA" + "0f" * 16)
    assert line.put.jobs == []
    line.caller("/voice/ended", call="CA" + "0f" * 16, CallStatus="completed")
    (job,) = line.put.jobs
    assert (job.task, job.ids, job.urgency) == ("delete_records", ("CA" + "0f" * 16, NOW), Urgency.LATER)


def test_an_end_that_is_reported_twice_is_one_job() -> None:
    line = Line(hotline())
    for _ in range(2):
        line.caller("/voice/ended", CallStatus="completed")
    assert len({job.name for job in line.put.jobs}) == 1
    assert line.put.jobs[0].name


@pytest.mark.parametrize("call", ["", "CA 1", "CA1\n", "CA1/../x", "x" * 65, "+14105550999"])
def test_what_cannot_be_the_name_of_a_call_is_put_nowhere(call: str) -> None:
    line = Line(hotline())
    line.caller("/voice/ended", call=call, CallStatus="completed")
    assert line.put.jobs == []


@pytest.mark.parametrize(("status", "was_rung"), [("no-answer", True), ("completed", True), ("busy", False),
                                                 ("failed", False), ("canceled", False)])  # fmt: skip
def test_a_ring_that_ends_without_an_answer_was_missed_if_a_phone_rang(
    live: RedisLive, status: str, was_rung: bool
) -> None:
    """A voicemail, too: the carrier says "completed", and nobody was put through. One that failed did not ring."""
    line = Line(hotline(), live=live)
    line.caller(rung(line), DialCallStatus=status, DialBridged="false")
    assert tasks(line) == (missed("amy") if was_rung else [])


@pytest.mark.parametrize("on_call", [["amy", "ben"], ["amy"]])
def test_a_volunteer_who_passes_the_call_on_has_missed_nothing(live: RedisLive, on_call: list[str]) -> None:
    line = Line(hotline(on_call=on_call, backup=[], ringing=Ringing(rounds=1)), live=live)
    at = rung(line)
    line.volunteer(at.replace("/rung", "/screened"), Digits="2")
    for _ in range(2):
        line.caller(at, DialCallStatus="completed", DialBridged="false")
    assert ("missed_ring", ("line", "amy")) not in tasks(line)


def test_a_wrong_key_is_no_pass(live: RedisLive) -> None:
    """Anybody's, or a voicemail's: whether the phone was heard is not known."""
    line = Line(hotline(), live=live)
    at = rung(line)
    line.volunteer(at.replace("/rung", "/screened"), Digits="7")
    line.caller(at, DialCallStatus="completed", DialBridged="false")
    assert tasks(line) == missed("amy")


def test_a_ring_cut_short_by_the_caller_was_not_missed(live: RedisLive) -> None:
    line = Line(hotline(), live=live)
    line.caller(rung(line), CallStatus="completed", DialCallStatus="canceled", DialBridged="false")
    assert tasks(line) == [("delete_records", ("CA1", NOW))]


def test_a_ring_that_was_taken_was_not_missed(live: RedisLive) -> None:
    line = Line(hotline(), live=live)
    line.caller(rung(line), DialCallStatus="completed", DialBridged="true")
    assert line.put.jobs == []


def test_a_volunteer_who_accepted_and_was_not_put_through_has_missed_nothing(live: RedisLive) -> None:
    line = Line(hotline(), live=live)
    at = rung(line)
    line.volunteer(at.replace("/rung", "/screened"), Digits="1")
    line.caller(at, DialCallStatus="completed", DialBridged="false")
    assert tasks(line) == []


def test_a_caller_whom_nobody_could_be_found_for_is_told_of_at_once_by_the_minute_alone(live: RedisLive) -> None:
    line = Line(hotline(on_call=["amy"], backup=["chaplain"], ringing=Ringing(rounds=1)), live=live)
    following = line.caller(rung(line), **UNBRIDGED)
    line.caller(leads(following, "Dial"), **UNBRIDGED)
    *before, told = line.put.jobs
    assert [(job.task, job.ids) for job in before] == missed("amy", "chaplain")
    assert told == Job(
        "caller_not_reached", ("line", MINUTE), Urgency.TONIGHT, name=f"caller_not_reached/line/{MINUTE}"
    )


def test_with_redis_gone_it_is_all_the_same() -> None:
    line = Line(hotline(on_call=["amy"], backup=[], ringing=Ringing(rounds=1)))
    line.caller(rung(line), **UNBRIDGED)
    assert [task for task, _ in tasks(line)] == ["missed_ring", "caller_not_reached"]


def test_nothing_that_is_put_names_a_volunteer_and_a_call_or_a_time(live: RedisLive) -> None:
    line = Line(hotline(), live=live)
    at = rung(line)
    line.caller(at, **UNBRIDGED)
    line.caller("/voice/ended", CallStatus="completed")
    for job in line.put.jobs:
        assert job.at is None
        told = "/".join((*job.ids, job.name))
        assert ("amy" in told) + ("CA1" in told) + (MINUTE in told) == 1


def test_nothing_is_deleted_in_practice_mode_nor_where_it_is_switched_off() -> None:
    assert FollowUpJobs(carrier=False).call_ended("CA1", 0) == ()
    assert FollowUpJobs(carrier=True, records=False).call_ended("CA1", 0) == ()
    assert len(FollowUpJobs(carrier=True).call_ended("CA1", 0)) == 1
