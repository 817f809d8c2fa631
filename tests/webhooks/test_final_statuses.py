"""What a webhook says decides, not the address it came to: only a final status ends a ring, a leg or a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.core.calls.log_entry import CallMoment
from hotline.store.redis.live import RedisLive
from tests.lines import hotline
from tests.webhooks.line import KEY, Line, leads, verbs, words

UNDER_WAY = ["queued", "initiated", "ringing", "in-progress", "In-Progress"]
FINAL = ["completed", "busy", "failed", "no-answer", "canceled", "Completed", ""]


@pytest.fixture
def line(redis_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Line:
    live = RedisLive(redis_url, KEY, timeout=10, prefix=f"{tmp_path.name}:{request.node.name}:")
    return Line(hotline(), live=live)


def moments(line: Line) -> list[CallMoment]:
    return [entry.moment for entry in line.kept.entries]


@pytest.mark.parametrize("status", UNDER_WAY)
def test_a_call_that_goes_on_is_not_ended(line: Line, status: str) -> None:
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    line.caller("/voice/ended", CallStatus=status)
    line.volunteer(leads(ring, "Number", "statusCallback"), CallStatus=status)
    asked = line.volunteer(leads(ring, "Number", "url"))
    assert verbs(line.volunteer(leads(asked, "Gather"), Digits="1")) == [], "the volunteer can still take the call"
    assert moments(line) == [CallMoment.STARTED, CallMoment.ANSWERED]


@pytest.mark.parametrize("status", FINAL)
def test_a_final_status_or_none_ends_a_call(line: Line, status: str) -> None:
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    line.caller("/voice/ended", CallStatus=status)
    assert moments(line) == [CallMoment.STARTED, CallMoment.ENDED]
    assert "no longer waiting" in words(line.volunteer(leads(ring, "Number", "url")))


@pytest.mark.parametrize("status", UNDER_WAY)
def test_a_dial_that_goes_on_is_not_over(line: Line, status: str) -> None:
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    asked = line.volunteer(leads(ring, "Number", "url"))
    line.volunteer(leads(asked, "Gather"), Digits="1")
    line.caller(leads(ring, "Dial"), DialCallStatus=status)
    assert moments(line) == [CallMoment.STARTED, CallMoment.ANSWERED]
    ended = line.caller(leads(ring, "Dial"), DialCallStatus="completed", DialBridged="true", DialCallDuration="60")
    assert words(ended) == "Goodbye."


@pytest.mark.parametrize("bridged", [{}, {"DialBridged": "True"}, {"DialBridged": "1"}, {"DialBridged": "TRUE"}])
def test_an_accepted_ring_that_completed_with_a_duration_is_a_conversation(line: Line, bridged: dict[str, str]) -> None:
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    asked = line.volunteer(leads(ring, "Number", "url"))
    line.volunteer(leads(asked, "Gather"), Digits="1")
    after = line.caller(leads(ring, "Dial"), DialCallStatus="completed", DialCallDuration="300", **bridged)
    assert words(after) == "Goodbye."
    assert moments(line) == [CallMoment.STARTED, CallMoment.ANSWERED], "the answer is not taken back"


@pytest.mark.parametrize("key", ["", "2"])
def test_without_our_accept_key_a_completed_ring_is_no_conversation(line: Line, key: str) -> None:
    """A volunteer's voicemail picks up and "answers" the call (lessons)."""
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    asked = line.volunteer(leads(ring, "Number", "url"))
    if key:
        line.volunteer(leads(asked, "Gather"), Digits=key)
    after = line.caller(leads(ring, "Dial"), DialCallStatus="completed", DialCallDuration="9")
    assert after.find("Dial") is not None, "the next volunteer is rung"


@pytest.mark.parametrize(("seconds", "talked"), [("9", False), ("300", True)])
def test_without_live_state_only_what_outlasts_any_screening_is_a_conversation(seconds: str, talked: bool) -> None:
    line = Line(hotline())
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    after = line.caller(leads(ring, "Dial"), DialCallStatus="completed", DialCallDuration=seconds)
    assert (after.find("Dial") is None) == talked
