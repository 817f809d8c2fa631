"""Heartbeats at the webhooks: they hear what a caller hears, and leave no trace."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from hotline.core.calls.flow import Goodbye, Hunt, Step
from hotline.core.calls.heartbeat import FIELD, is_marked, mark
from tests.lines import STEPS, hotline
from tests.webhooks.line import PREVIOUS, TOKEN, Line, leads, verbs, words
from tests.webhooks.test_webhooks import WEBHOOKS

CALL = "CA" + "0" * 32


class Watched:
    """Live state that nobody may ask."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> object:
        self.asked.append(name)
        raise AssertionError(f"a heartbeat asked live state for {name}")


@pytest.fixture
def live() -> Watched:
    return Watched()


def beat(line: Line, url: str, call: str = CALL, token: str = TOKEN) -> ElementTree.Element:
    """One step of a heartbeat."""
    return line.caller(url, call, **{FIELD: mark(call, token)})


def test_it_hears_the_menu_and_what_silence_leads_to_and_nobody_is_rung(live: Watched) -> None:
    line = Line(hotline(), live=live)  # type: ignore[arg-type]
    first = beat(line, "/voice")
    assert words(first) == "Welcome."
    second = beat(line, leads(first, "Redirect"))
    assert (words(second), verbs(second)) == ("Finding someone.", ["Say", "Hangup"])
    third = beat(line, leads(first, "Gather"))
    assert verbs(third) == ["Say", "Hangup"]
    assert line.kept.entries == []
    assert live.asked == []


def test_a_caller_is_asked_for_live_state_where_a_heartbeat_is_not(live: Watched) -> None:
    """The test above can fail: the same steps without the mark are a call."""
    line = Line(hotline(), live=live)  # type: ignore[arg-type]
    line.caller(leads(line.caller("/voice"), "Redirect"))
    assert live.asked == ["choose"]
    assert line.kept.entries != []


def test_a_flow_that_begins_with_ringing_rings_nobody(live: Watched) -> None:
    steps = {
        "welcome": Step("welcome", {"en": "Hello."}, Hunt({}, answered=None, not_answered="bye")),
        "bye": Step("bye", {"en": "Goodbye."}, Goodbye()),
    }
    line = Line(hotline(steps=steps), live=live)  # type: ignore[arg-type]
    document = beat(line, "/voice")
    assert (words(document), verbs(document)) == ("Hello.", ["Say", "Hangup"])
    assert live.asked == []


def test_a_flow_that_begins_with_a_fixed_number_connects_nobody(live: Watched) -> None:
    line = Line(hotline(steps={"welcome": STEPS["lifeline"], "bye": STEPS["bye"]}), live=live)  # type: ignore[arg-type]
    assert verbs(beat(line, "/voice")) == ["Say", "Hangup"]


@pytest.mark.parametrize("url", [url for url in WEBHOOKS if "rescue" not in url])
@pytest.mark.parametrize("query", ["", "?at=nonsense"])
def test_at_no_address_does_it_leave_a_trace(live: Watched, url: str, query: str) -> None:
    line = Line(hotline(), live=live)  # type: ignore[arg-type]
    params = {"Digits": "1", "CallStatus": "completed", "ParentCallSid": CALL, FIELD: mark(CALL, TOKEN)}
    for call in (params, {**params, "DialCallStatus": "completed", "DialBridged": "true", "CallStatus": "in-progress"}):
        assert "Dial" not in verbs(line.caller(url + query, CALL, **call))
    assert line.kept.entries == []
    assert live.asked == []


@pytest.mark.parametrize(
    "wrong", ["", "x", mark("CA1", TOKEN), mark(CALL, "another token"), "é", mark(CALL, TOKEN)[:-1]]
)
def test_only_the_mark_makes_a_heartbeat(wrong: str) -> None:
    """A call that is one to somebody is never taken for a test: it is answered, and kept."""
    line = Line(hotline())
    line.caller("/voice", CALL, **{FIELD: wrong})
    assert len(line.kept.entries) == 1
    assert not is_marked(wrong, CALL, TOKEN)


def test_a_heartbeat_marked_with_the_token_before_is_one(live: Watched) -> None:
    line = Line(hotline(), live=live)  # type: ignore[arg-type]
    beat(line, "/voice", token=PREVIOUS)
    assert line.kept.entries == []


def test_an_unsigned_heartbeat_is_refused(live: Watched) -> None:
    line = Line(hotline(), live=live)  # type: ignore[arg-type]
    answer = line.send("/voice", signature="", CallSid=CALL, **{FIELD: mark(CALL, TOKEN)})
    assert answer.status_code == 403
