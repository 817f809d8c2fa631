"""Calls of machines, and carriers that do not do what a hotline needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from twilio.request_validator import RequestValidator

from hotline.core.calls.carrier_signs import Sign
from hotline.core.calls.hunt import MOST_RINGS
from hotline.core.calls.transitions import MOST_KEY_REQUESTS
from hotline.core.rota.rota import Ringing
from hotline.store.redis.live import RedisLive
from tests.lines import NUMBER, hotline
from tests.webhooks.line import KEY, TOKEN, Line, document, leads, verbs, words

NOBODY = {"DialCallStatus": "no-answer", "DialBridged": "false"}
FAILED = {"DialCallStatus": "failed", "DialBridged": "false"}
TALKED = {"DialCallStatus": "completed", "DialCallDuration": "42"}
STIR = {"StirVerstat": "TN-Validation-Failed-C"}


@pytest.fixture
def live(redis_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> RedisLive:
    """Live state of this test's own, in the real Valkey."""
    return RedisLive(redis_url, KEY, timeout=10, prefix=f"{tmp_path.name}:{request.node.name}:")


def rung(line: Line, call: str = "CA1") -> str:
    """A caller for whom a phone rings; where the carrier asks once that ring is over."""
    return leads(line.caller(leads(line.caller("/voice", call), "Redirect"), call), "Dial")


def hunt(line: Line, call: str) -> list[str]:
    """The phones rung for a caller who presses nothing and whom nobody answers, until the flow goes on."""
    phones, twiml = list[str](), line.caller(leads(line.caller("/voice", call), "Redirect"), call)
    while (phone := twiml.findtext(".//Dial/Number")) is not None:
        phones.append(phone)
        twiml = line.caller(leads(twiml, "Dial"), call, **NOBODY)
    line.caller("/voice/ended", call, CallStatus="completed")
    return phones


def told(line: Line) -> list[tuple[str, ...]]:
    return [job.ids[:2] for job in line.put.jobs if job.task == "line_trouble"]


class TestManyCallsInARow:
    def test_are_spread_and_capped_and_never_find_an_empty_list(self, live: RedisLive) -> None:
        line = Line(hotline(ringing=Ringing(rounds=2)), live=live)
        calls = [hunt(line, f"CA{number}") for number in range(40)]
        assert all(calls), "each caller has somebody rung"
        rings = Counter(phone for call in calls for phone in call)
        assert max(rings.values()) <= MOST_RINGS + 40 // 3 + 1, "instead of 80"
        assert max(rings.values()) - min(rings[phone] for phone in list(rings)[:3]) <= 20
        assert len(calls[0]) == 7, "while it is quiet all are rung in every round, and the backup"

    def test_are_told_to_coordinators_at_once(self, live: RedisLive) -> None:
        line = Line(hotline(ringing=Ringing(rounds=2)), live=live)
        for number in range(15):
            hunt(line, f"CA{number}")
        assert set(told(line)) == {("line", "many_rings")}
        names = {job.name for job in line.put.jobs if job.task == "line_trouble"}
        assert len(names) == 1, "one job an hour"

    def test_an_hour_later_all_are_rung_again(self, live: RedisLive) -> None:
        line = Line(hotline(ringing=Ringing(rounds=2)), live=live)
        for number in range(40):
            hunt(line, f"CA{number}")
        line.pass_time(3600)
        assert len(hunt(line, "CAlater")) == 7

    def test_calls_that_are_taken_do_not_count(self, live: RedisLive) -> None:
        line = Line(hotline(on_call=["amy"], backup=[], ringing=Ringing(rest_after_call=0)), live=live)
        for number in range(MOST_RINGS + 5):
            at = rung(line, f"CA{number}")
            line.volunteer(at.replace("/rung", "/screened"), f"CA{number}", Digits="1")
            line.caller(at, f"CA{number}", DialCallStatus="completed", DialBridged="true", DialCallDuration="300")
        assert told(line) == []

    def test_whoever_presses_to_try_again_has_somebody_rung_again(self, live: RedisLive) -> None:
        line = Line(hotline(ringing=Ringing(rounds=1)), live=live)
        for number in range(40):
            hunt(line, f"CA{number}")
        twiml = line.caller(leads(line.caller("/voice", "CAx"), "Redirect"), "CAx")
        while twiml.find("Dial") is not None:
            twiml = line.caller(leads(twiml, "Dial"), "CAx", **NOBODY)
        assert line.caller(leads(twiml, "Gather"), "CAx", Digits="1").find("Dial") is not None

    def test_without_redis_phones_ring(self) -> None:
        line = Line(hotline())
        assert all(hunt(line, f"CA{number}") for number in range(25))


class TestADoubtfulCaller:
    """One whose STIR check failed."""

    def night(self, live: RedisLive | None = None) -> Line:
        line = Line(hotline(), live=live)
        line.pass_time(14 * 3600)  # 2:00
        return line

    def test_is_asked_for_any_key_at_night_before_a_phone_rings(self, live: RedisLive) -> None:
        line = self.night(live)
        asked = line.caller(leads(line.caller("/voice", **STIR), "Redirect"))
        assert asked.find(".//Number") is None
        assert "any key" in words(asked)
        assert line.caller(leads(asked, "Gather"), Digits="5").find("Dial") is not None

    def test_who_presses_nothing_goes_where_nobody_answered_and_rings_no_phone(self, live: RedisLive) -> None:
        line = self.night(live)
        twiml = line.caller(leads(line.caller("/voice", **STIR), "Redirect"))
        for _ in range(MOST_KEY_REQUESTS):
            assert "any key" in words(twiml)
            twiml = line.caller(leads(twiml, "Redirect"))
        assert "Nobody is free." in words(twiml)
        for _ in range(40):
            assert twiml.findall(".//Dial/Number") == [] or twiml.findtext(".//Number") == "988"
            if twiml.find("Redirect") is None:
                break
            twiml = line.caller(leads(twiml, "Redirect"))
        assert twiml.findtext(".//Number") == "988", "the last resort is never kept from anybody"

    def test_who_pressed_a_key_in_a_menu_is_asked_for_no_other(self, live: RedisLive) -> None:
        line = self.night(live)
        assert line.caller(leads(line.caller("/voice", **STIR), "Gather"), Digits="1").find("Dial") is not None

    def test_is_asked_for_nothing_by_day(self, live: RedisLive) -> None:
        line = Line(hotline(), live=live)
        assert line.caller(leads(line.caller("/voice", **STIR), "Redirect")).find("Dial") is not None

    @pytest.mark.parametrize("said", ["TN-Validation-Passed-A", "No-TN-Validation", "TN-Validation-Passed-C-Diverted"])
    def test_nobody_else_is_asked(self, live: RedisLive, said: str) -> None:
        line = self.night(live)
        assert line.caller(leads(line.caller("/voice", StirVerstat=said), "Redirect")).find("Dial") is not None

    @pytest.mark.parametrize(
        "said", ["TN-Validation-Failed", "TN-Validation-Failed-A", "tn-validation-failed-b-diverted"]
    )
    def test_every_failure_counts(self, live: RedisLive, said: str) -> None:
        line = self.night(live)
        assert "any key" in words(line.caller(leads(line.caller("/voice", StirVerstat=said), "Redirect")))


class TestACarrierThatPlacesNoCalls:
    def test_coordinators_are_told_and_no_volunteer_is(self, live: RedisLive) -> None:
        line = Line(hotline(), live=live)
        twiml = line.caller(leads(line.caller("/voice"), "Redirect"))
        while twiml.find(".//Dial/Number") is not None:
            twiml = line.caller(leads(twiml, "Dial"), **FAILED)
        assert told(line) == [("line", "not_placed")], "once"
        assert [job.task for job in line.put.jobs if job.task == "missed_ring"] == []
        assert live.signs(["line"]) == {Sign.NOT_PLACED: ["line"]}
        assert "carrier_not_placed" in [event for event, _ in line.notices]

    def test_one_phone_that_cannot_be_called_is_no_such_carrier(self, live: RedisLive) -> None:
        line = Line(hotline(), live=live)
        for number in range(6):
            at = rung(line, f"CA{number}")
            line.caller(at, f"CA{number}", **(FAILED if number % 2 else NOBODY))
            line.caller("/voice/ended", f"CA{number}", CallStatus="completed")
        assert told(line) == []

    def test_a_fixed_number_that_cannot_be_dialled_counts_too(self, live: RedisLive) -> None:
        flow = replace(hotline().flow, start="lifeline")
        line = Line(replace(hotline(), flow=flow), live=live)
        for number in range(3):
            line.caller(leads(line.caller("/voice", f"CA{number}"), "Dial"), f"CA{number}", DialCallStatus="failed")
        assert told(line) == [("line", "not_placed")]

    def test_a_ring_that_rings_ends_it(self, live: RedisLive) -> None:
        line = Line(hotline(), live=live)
        at = rung(line)
        for _ in range(3):
            live.sign("line", Sign.NOT_PLACED, True)
        line.caller(at, **NOBODY)
        assert live.signs(["line"]) == {}

    def test_ending_it_takes_no_question_to_redis_of_its_own(self, live: RedisLive) -> None:
        """Redis is asked once after a ring that failed: it ends the ring and the sign, and chooses the next phone."""
        line = Line(hotline(), live=live)
        at = rung(line)
        before = live.server.client.info("stats")["total_reads_processed"]
        line.caller(at, **NOBODY)
        asked = live.server.client.info("stats")["total_reads_processed"] - before - 1  # this question
        assert asked == 1

    def test_a_talk_that_the_caller_ends_is_a_call_that_was_placed(self, live: RedisLive) -> None:
        """Most callers hang up first: the carrier asks with a call that is over."""
        flow = replace(hotline().flow, start="lifeline")
        for line, at in (
            (ringing := Line(hotline(), live=live), rung(ringing)),
            (fixed := Line(replace(hotline(), flow=flow), live=live), leads(fixed.caller("/voice", "CA2"), "Dial")),
        ):
            for _ in range(3):
                live.sign("line", Sign.NOT_PLACED, True)
            line.caller(at, "CA2" if line is fixed else "CA1", **TALKED, CallStatus="completed")
            assert Sign.NOT_PLACED not in live.signs(["line"])

    @pytest.mark.parametrize("status", ["busy", "no-answer", "completed", "canceled", ""])
    def test_a_phone_that_is_not_answered_was_called(self, live: RedisLive, status: str) -> None:
        line = Line(hotline(), live=live)
        for number in range(4):
            line.caller(rung(line, f"CA{number}"), f"CA{number}", DialCallStatus=status, DialBridged="false")
            line.caller("/voice/ended", f"CA{number}", CallStatus="completed")
        assert told(line) == []


class TestACarrierThatDoesNotScreen:
    @pytest.mark.parametrize("bridged", ["true", "false", None])
    def test_a_ring_with_a_length_and_no_screening_is_noticed(self, live: RedisLive, bridged: str | None) -> None:
        line = Line(hotline(), live=live)
        line.caller(rung(line), **TALKED, **({} if bridged is None else {"DialBridged": bridged}))
        assert live.signs(["line"]) == {Sign.NOT_SCREENED: ["line"]}
        assert [event for event, _ in line.notices] == ["carrier_not_screened"]

    @pytest.mark.parametrize("key", ["1", "2", "7", None])
    def test_one_that_was_screened_is_not_whatever_was_pressed(self, live: RedisLive, key: str | None) -> None:
        line = Line(hotline(), live=live)
        live.sign("line", Sign.NOT_SCREENED, True)
        at = rung(line)
        line.volunteer(at.replace("/rung", "/screening"))
        if key is not None:
            line.volunteer(at.replace("/rung", "/screened"), Digits=key)
        line.caller(at, **TALKED)
        assert live.signs(["line"]) == {}, "and what was noticed before is over"

    def test_without_redis_nothing_is_said_of_it(self) -> None:
        line = Line(hotline())
        line.caller(rung(line), **TALKED)
        assert "carrier_not_screened" not in [event for event, _ in line.notices]


@pytest.mark.parametrize("sent", ["/line/voice", "/line/line/voice/", "/Line//voice", "/voice/"])
def test_the_path_of_the_public_address_may_be_typed_again(sent: str) -> None:
    line = Line(hotline(), public_url="https://hotline.example.org/line")
    given = {"CallSid": "CA1", "To": NUMBER}
    for url, status in ((line.public_url + sent, 200), (line.public_url + "/voice", 403)):
        signed = RequestValidator(TOKEN).compute_signature(url, given)
        answer = line.client.post(
            "/", data=given, headers={"X-Twilio-Signature": signed}, environ_overrides={"PATH_INFO": sent}
        )
        assert answer.status_code == status, url
        if status == 200:
            assert verbs(document(answer))[0] == "Gather"
            assert urlsplit(leads(document(answer), "Gather")).path == "/line/voice/key"
