"""Webhooks that are not as they should be: copied, invented, misspelt, or from a carrier with ways of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from hotline.core.calls.flow import Hotline
from hotline.core.calls.log_entry import CallMoment
from hotline.core.calls.transitions import LONGEST_CALL
from hotline.core.rota.rota import Ringing
from hotline.store.redis.live import RedisLive
from tests.lines import NUMBER, hotline
from tests.webhooks.line import KEY, PUBLIC, TOKEN, Line, document, leads, verbs, words

OTHER = "+14105550101"


@pytest.fixture
def live(redis_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> RedisLive:
    """Live state of this test's own, in the real Valkey."""
    return RedisLive(redis_url, KEY, timeout=10, prefix=f"{tmp_path.name}:{request.node.name}:")


def rung(line: Line, call: str = "CA1") -> str:
    """A caller for whom a phone rings; where the carrier asks once that ring is over."""
    return leads(line.caller(leads(line.caller("/voice", call), "Redirect"), call), "Dial")


def accept(line: Line, at: str, call: str = "CA1") -> None:
    line.volunteer(at.replace("/rung", "/screened"), call, Digits="1")


def moments(line: Line) -> list[CallMoment]:
    return [entry.moment for entry in line.kept.entries]


class TestOnlyFinalStatusesEndAnything:
    @pytest.mark.parametrize(
        "status", ["queued", "initiated", "ringing", "in-progress", "In-Progress", "RINGING", "in_progress"]
    )
    def test_a_call_that_goes_on_does_not_end(self, live: RedisLive, status: str) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        line.caller("/voice/ended", CallStatus=status)
        line.volunteer(at.replace("/rung", "/leg"), CallStatus=status)
        assert CallMoment.ENDED not in moments(line)
        assert "Press 1" in words(line.volunteer(at.replace("/rung", "/screening"))), "the caller is still there"
        assert line.put.jobs == []

    @pytest.mark.parametrize(
        "status",
        [
            "completed",
            "busy",
            "failed",
            "no-answer",
            "canceled",
            "Completed",
            "cancelled",
            "no_answer",
            "completed ",
            "",
        ],
    )
    def test_one_that_is_over_does(self, live: RedisLive, status: str) -> None:
        line = Line(hotline(), live=live)
        rung(line)
        line.caller("/voice/ended", CallStatus=status)
        assert moments(line)[-1] is CallMoment.ENDED

    @pytest.mark.parametrize("status", ["queued", "ringing", "in-progress", "initiated", "In Progress", "in_progress"])
    def test_a_ring_that_goes_on_does_not_end_either(self, live: RedisLive, status: str) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        assert verbs(line.caller(at, DialCallStatus=status)) == ["Pause", "Redirect"]
        assert "Press 1" in words(line.volunteer(at.replace("/rung", "/screening")))


class TestWhoTalkedIsWhoAccepted:
    @pytest.mark.parametrize("bridged", ["true", "True", "TRUE", "1", None])
    def test_after_the_talk_the_flow_goes_on_however_the_carrier_says_so(
        self, live: RedisLive, bridged: str | None
    ) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        accept(line, at)
        told = {"DialCallStatus": "completed", "DialCallDuration": "300"}
        answer = line.caller(at, **told, **({} if bridged is None else {"DialBridged": bridged}))
        assert answer.find("Dial") is None, "nobody else is rung"
        assert CallMoment.NOT_ANSWERED not in moments(line)

    @pytest.mark.parametrize("seconds", ["300.5", "300.0", " 300 ", "0.4"])
    @pytest.mark.parametrize("status", ["completed", "Completed", "completed "])
    def test_a_talk_is_one_in_any_spelling(self, live: RedisLive, status: str, seconds: str) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        accept(line, at)
        assert line.caller(at, DialCallStatus=status, DialCallDuration=seconds).find("Dial") is None
        assert CallMoment.NOT_ANSWERED not in moments(line)

    @pytest.mark.parametrize("seconds", ["0", "0.0", "", "-5", "x", "1e3", "٣٠٠", "9" * 400])
    def test_no_talk_is_none(self, live: RedisLive, seconds: str) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        accept(line, at)
        assert line.caller(at, DialCallStatus="completed", DialCallDuration=seconds).find("Dial") is not None

    def test_a_voicemail_of_a_carrier_that_says_nothing_is_no_talk(self, live: RedisLive) -> None:
        line = Line(hotline(), live=live)
        assert line.caller(rung(line), DialCallStatus="completed", DialCallDuration="300").find("Dial") is not None

    @pytest.mark.parametrize(("seconds", "again"), [("8", True), ("300", False)])
    def test_without_redis_the_length_tells_a_talk_from_a_voicemail(self, seconds: str, again: bool) -> None:
        line = Line(hotline())
        at = rung(line)
        accept(line, at)
        answer = line.caller(at, DialCallStatus="completed", DialCallDuration=seconds)
        assert (answer.find("Dial") is not None) is again

    def test_accepted_and_yet_not_put_through_is_no_answer(self, live: RedisLive) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        accept(line, at)
        assert line.caller(at, DialCallStatus="completed", DialBridged="false").find("Dial") is not None
        assert moments(line)[-1] is CallMoment.NOT_ANSWERED


class TestACallThatIsOver:
    @pytest.mark.parametrize("path", ["/voice/rung", "/voice/next", "/voice/key"])
    def test_deals_nobody_and_holds_no_phone(self, live: RedisLive, path: str) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        line.caller("/voice/ended", CallStatus="completed")
        jobs = len(line.put.jobs)
        for _ in range(4):
            answer = line.caller(at.replace("/voice/rung", path), DialCallStatus="no-answer", Digits="1")
            assert answer.findall(".//Number") == [], "and tells nobody's number"
        assert len(line.put.jobs) == jobs, "nobody is told that they were rung"
        for caller in ("CA2", "CA3", "CA4"):
            rung(line, caller)

    def test_rings_nobody_when_its_first_request_is_sent_again(self, live: RedisLive) -> None:
        flow = replace(hotline().flow, start="reach")
        line = Line(replace(hotline(), flow=flow), live=live)
        assert line.caller("/voice").find("Dial") is not None
        line.caller("/voice/ended", CallStatus="completed")
        for _ in range(3):
            assert line.caller("/voice").findall(".//Number") == []
        assert [line.caller("/voice", f"CA{n}").find("Dial") is not None for n in (2, 3, 4)] == [True] * 3

    def test_positions_are_of_no_use_after_the_longest_call(self) -> None:
        line = Line(hotline())
        at = rung(line)
        line.pass_time(LONGEST_CALL + 1)
        assert verbs(line.caller(at, DialCallStatus="no-answer")) == ["Hangup"]
        assert verbs(line.caller(at.replace("/rung", "/next"))) == ["Hangup"]
        assert "no longer waiting" in words(line.volunteer(at.replace("/rung", "/screening")))

    def test_a_call_without_a_name_holds_no_phone(self, live: RedisLive) -> None:
        line = Line(hotline(), live=live)
        for sid in ("", "CA 1", "../1", "x" * 200):
            assert leads(line.caller(leads(line.caller("/voice", sid), "Redirect"), sid), "Dial")
        for caller in ("CA1", "CA2", "CA3"):
            rung(line, caller)


def test_a_signature_of_one_address_is_good_for_no_other() -> None:
    """It covers the address, the names and the values in one row, without a mark between them."""
    line = Line(hotline())
    sent = {"AccountSid": "AC1", "CallSid": "CA1", "CallStatus": "completed", "To": NUMBER}
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + "/voice/ended", sent)
    assert line.send("/voice/ended", signature=signed, **sent).status_code == 200
    moved = {"/endedAccountSid" if name == "AccountSid" else name: value for name, value in sent.items()}
    assert RequestValidator(TOKEN).compute_signature(PUBLIC + "/voice", moved) == signed
    assert line.send("/voice", signature=signed, **moved).status_code == 403
    moved = {"ed?AccountSid" if name == "AccountSid" else name: value for name, value in sent.items()}
    assert line.send("/voice/end", signature=signed, **moved).status_code in {403, 404}


def test_a_signature_of_one_position_is_good_for_no_shorter_one() -> None:
    """What is cut off the position may look like a letter or two of a name."""
    line = Line(hotline())
    sent = {"AccountSid": "AC1", "CallSid": "CA1", "To": NUMBER}
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + "/voice/next?at=abcAb", sent)
    moved = {"AbAccountSid" if name == "AccountSid" else name: value for name, value in sent.items()}
    assert RequestValidator(TOKEN).compute_signature(PUBLIC + "/voice/next?at=abc", moved) == signed
    assert line.send("/voice/next?at=abc", signature=signed, **moved).status_code == 403


@pytest.mark.parametrize("name", ["/a", "?a", "a b", "", "a=b", "é", "-a", "a" * 200, "1a"])
def test_parameters_have_names_that_a_carrier_gives(name: str) -> None:
    line = Line(hotline())
    assert line.send("/voice", **{"CallSid": "CA1", "To": NUMBER, name: "x"}).status_code == 403


@pytest.mark.parametrize("name", ["SipHeader_X-Tenant", "SpeechResult", "msg", "StirVerstat", "Called_State.1"])
def test_parameters_that_carriers_do_send_are_taken(name: str) -> None:
    line = Line(hotline())
    assert line.send("/voice", **{"CallSid": "CA1", "To": NUMBER, name: "x"}).status_code == 200


@pytest.mark.parametrize("path", ["/voice", "/voice/", "//voice", "/Voice", "///VOICE//", "/voice//"])
def test_the_address_is_taken_as_it_was_meant(path: str) -> None:
    line, sent = Line(hotline()), {"CallSid": "CA1", "To": NUMBER}
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + path, sent)
    assert words(document(sent_to(line, path, sent, signed))) == "Welcome."


def sent_to(line: Line, path: str, sent: dict[str, str], signature: str) -> TestResponse:
    """The answer at a path to the letter: the client takes what follows two slashes for a host."""
    headers = {"X-Twilio-Signature": signature}
    return line.client.post("/", data=sent, headers=headers, environ_overrides={"PATH_INFO": path})


@pytest.mark.parametrize("path", ["/voice/", "//voice"])
def test_and_its_signature_is_that_of_the_address_as_it_was_sent(path: str) -> None:
    line = Line(hotline())
    sent = {"CallSid": "CA1", "To": NUMBER}
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + "/voice", sent)
    assert sent_to(line, path, sent, signed).status_code == 403


def night() -> Hotline:
    """Another programme's line."""
    other = replace(hotline().flow.steps["welcome"], say={"en": "Night."})
    flow = replace(hotline().flow, id="night", numbers=(OTHER,), steps={**hotline().flow.steps, "welcome": other})
    return replace(hotline(), flow=flow)


class TestNeverAnothersPeople:
    def test_a_number_in_no_file_reaches_the_only_hotline_there_is(self) -> None:
        assert words(Line(hotline()).caller("/voice", To="+14105550177")) == "Welcome."

    def test_but_none_of_several(self) -> None:
        answer = Line(hotline(), night()).caller("/voice", To="+14105550177")
        assert "out of order" in words(answer)
        assert answer.findall(".//Number") == []

    @pytest.mark.parametrize(
        "dialled", ["14105550101", " 14105550101", "+1 410 555 0101", "+1-410-555-0101", "sip:+14105550101@sip.example",
                    "SIP:14105550101@10.0.0.1;user=phone", "tel:+1-410-555-0101", "(1)410.555.0101"]
    )  # fmt: skip
    def test_a_number_finds_its_hotline_however_the_carrier_writes_it(self, dialled: str) -> None:
        assert words(Line(hotline(), night()).caller("/voice", To=dialled)) == "Night."


def test_three_hundred_volunteers_who_cannot_be_reached_leave_the_address_short(live: RedisLive) -> None:
    """After 75 with long names it was too long for the web server, and the caller was lost."""
    names = tuple(f"{'a-volunteer-with-a-long-name-' * 2:.37}{place:03}" for place in range(300))
    line = Line(
        hotline(on_call=names, volunteers=names, backup=(), ringing=Ringing(rounds=1, max_wait=3600)), live=live
    )
    twiml, rung_phones = line.caller(leads(line.caller("/voice"), "Redirect")), []
    while (number := twiml.findtext(".//Number")) is not None:
        rung_phones.append(number)
        at = leads(twiml, "Dial")
        assert len(re.sub(r"^.*at=", "", at)) < 1_500
        twiml = line.caller(at, DialCallStatus="failed", DialBridged="false")
    assert len(rung_phones) == len(set(rung_phones)) == 300
    assert document(line.send("/voice", CallSid="CA2", To=NUMBER)) is not None
