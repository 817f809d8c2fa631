"""Webhooks at the carrier's edge: who is let in, and that whoever is let in gets a working call."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from hotline.core.calls.log_entry import CallMoment
from hotline.core.calls.position import Position, seal
from hotline.core.rota.rota import Ringing
from hotline.store.redis.live import RedisLive
from tests.lines import NOON, NUMBER, hotline, phone_of
from tests.webhooks.line import CALLER, KEY, PREVIOUS, TOKEN, Line, document, leads, verbs, words

WEBHOOKS = [
    "/voice",
    "/voice/key",
    "/voice/next",
    "/voice/rung",
    "/voice/dialled",
    "/voice/ended",
    "/voice/screening",
    "/voice/screened",
    "/voice/leg",
    "/voice/rescue",
    "/voice/rescue/screening",
    "/voice/rescue/screened",
    "/voice/ring-test",
    "/voice/ring-test/key",
    "/voice/ring-test/ended",
]


@pytest.fixture
def line() -> Line:
    return Line(hotline())


@pytest.fixture
def live(redis_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> RedisLive:
    """Live state of this test's own, in the real Valkey."""
    return RedisLive(redis_url, KEY, timeout=10, prefix=f"{tmp_path.name}:{request.node.name}:")


def test_every_voice_route_is_known_to_these_tests(line: Line) -> None:
    rules = [rule.rule for rule in line.app.url_map.iter_rules()]
    assert sorted(WEBHOOKS) == sorted(rule for rule in rules if not rule.startswith("/sounds"))


@pytest.mark.parametrize("url", WEBHOOKS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signature", ["", "bm90IG91cnM=", "é\udc80".encode("utf-8", "replace").decode()])
def test_an_unsigned_webhook_is_refused_and_touches_nothing(line: Line, url: str, method: str, signature: str) -> None:
    answer = line.send(url, method, signature, CallSid="CA1", To=NUMBER)
    assert answer.status_code == 403
    assert line.kept.entries == [], "a request writes to the database before it is authenticated (lessons)"


@pytest.mark.parametrize("url", WEBHOOKS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_signed_webhook_in_any_state_is_answered_with_twiml(line: Line, url: str, method: str) -> None:
    for params in ({}, {"CallSid": "CA1", "To": NUMBER}, {"Digits": "1"}, {"To": "+1", "From": "anonymous"}):
        for query in ("", "?at=", "?at=nonsense", "?at=%ff%fe", "?n=99999", "?n=-1&at=x"):
            twiml = document(line.send(url + query, method, **params))
            assert twiml.tag == "Response"


def test_a_webhook_signed_with_the_token_before_is_answered(line: Line) -> None:
    assert document(line.send("/voice", token=PREVIOUS, CallSid="CA1", To=NUMBER)).tag == "Response"
    assert line.send("/voice", token="some-other-token", CallSid="CA1", To=NUMBER).status_code == 403
    assert [event for event, _ in line.notices] == ["webhook_refused"]
    assert not [secret for secret in (TOKEN, PREVIOUS) if secret in str(line.notices)]


def test_post_and_get_both_work_from_the_entry_on(line: Line) -> None:
    params = {"CallSid": "CA1", "To": NUMBER, "From": CALLER}
    assert words(document(line.send("/voice", "GET", **params))) == words(document(line.send("/voice", **params)))


def test_the_signature_is_checked_against_the_public_address_not_the_host_header() -> None:
    """Signature checks fail behind a TLS proxy, as the URL is rebuilt from the socket (lessons)."""
    line = Line(hotline(), public_url="https://public.example.org:8443/lines")
    url, params = "/voice", {"CallSid": "CA1", "To": NUMBER}
    signed = RequestValidator(TOKEN).compute_signature("https://public.example.org:8443/lines/voice", params)
    headers = {"X-Twilio-Signature": signed, "Host": "attacker.example.org"}
    answer = line.client.post(url, data=params, headers=headers)
    assert leads(document(answer), "Gather").startswith("/lines/voice/key?at=")


@pytest.mark.parametrize(
    "signed_as", ["https://h.example.org", "https://h.example.org:443", "https://h.example.org:8443"]
)
@pytest.mark.parametrize("configured", ["https://user:secret@h.example.org:8443/", "https://h.example.org"])
def test_a_port_or_a_password_in_the_public_address_does_not_matter(configured: str, signed_as: str) -> None:
    """Port kept for HTTP, dropped for voice HTTPS, user and password dropped (carrier facts)."""
    if "8443" in signed_as and "8443" not in configured:
        signed_as = "https://h.example.org"
    line = Line(hotline(), public_url=configured)
    signed = RequestValidator(TOKEN).compute_signature(f"{signed_as}/voice", {"To": NUMBER})
    accepted = ":443" not in signed_as or "8443" not in configured
    answer = line.client.post("/voice", data={"To": NUMBER}, headers={"X-Twilio-Signature": signed})
    assert (answer.status_code == 200) is accepted


def test_the_query_is_checked_as_it_was_sent() -> None:
    """Signature checks fail since the framework sorts or re-encodes the query before the check (lessons)."""
    line = Line(hotline())
    for query in ("b=2&a=1", "at=%7Ex", "at=~x", "a=1&a=%31&", "x=%C3%A9&y=+"):
        assert line.send(f"/voice/key?{query}", CallSid="CA1", To=NUMBER, Digits="1").status_code == 200


def test_odd_parameters_are_signed_for_as_they_are() -> None:
    """Fixed lists of parameters and trimmed white space break the check (carrier facts)."""
    line = Line(hotline())
    odd = {"To": NUMBER, "CallSid": "CA1", "SomethingNew": "  spaces kept ", "Empty": "", "FromCity": "São Paulo"}
    assert line.send("/voice", **odd).status_code == 200


def test_a_body_far_too_big_is_refused() -> None:
    line = Line(hotline())
    assert line.send("/voice", To=NUMBER, Filler="x" * 70_000).status_code == 413


def test_the_caller_id_shown_to_a_volunteer_is_the_hotlines_never_the_callers(line: Line) -> None:
    """The volunteer sees the caller's number, since the carrier's default caller ID is the caller's own (lessons)."""
    twiml = line.caller(leads(line.caller("/voice"), "Redirect"))
    dial = twiml.find("Dial")
    assert dial is not None
    assert dial.attrib["callerId"] == NUMBER
    assert CALLER not in str(line.send("/voice", CallSid="CA1", To=NUMBER, From=CALLER).data)


def test_from_the_entry_to_a_ringing_volunteer_takes_two_webhooks(line: Line) -> None:
    entry = line.caller("/voice")
    assert verbs(entry) == ["Gather", "Redirect"]
    assert verbs(line.caller(leads(entry, "Redirect"))) == ["Say", "Dial"]
    assert verbs(line.caller(leads(entry, "Gather"), Digits="1")) == ["Say", "Dial"]


def test_a_silent_caller_is_led_on_after_every_gather(line: Line) -> None:
    """`<Gather>` with nothing after it drops a silent caller (lessons)."""
    entry = line.caller("/voice")
    assert verbs(entry)[verbs(entry).index("Gather") + 1] == "Redirect"


def test_a_position_of_another_call_starts_over_at_the_first_step(line: Line) -> None:
    elsewhere = leads(line.caller("/voice", call="CA2"), "Gather")
    assert words(line.caller(elsewhere, call="CA1", Digits="1")) == "Welcome."


def test_a_forged_position_starts_over(line: Line) -> None:
    forged = seal(Position("t", "bye", "en"), "CA1", b"another key")
    assert words(line.caller(f"/voice/next?at={forged}")) == "Welcome."


def test_no_request_parameter_overrides_a_setting(line: Line) -> None:
    """Any request parameter can override a setting (lessons): only a sealed position moves a call."""
    query = "/voice?step=lifeline&language=es&ring_for=1&accept_key=9&HOTLINE_PUBLIC_URL=x"
    assert words(line.caller(query)) == "Welcome."


def test_a_number_in_no_file_reaches_a_hotline_all_the_same(line: Line) -> None:
    assert words(line.caller("/voice", To="+14105557777")) == "Welcome."


def test_a_number_whose_plus_became_a_space_is_found() -> None:
    from hotline.files.loading.watch import State, WatchedDirectory

    directory = WatchedDirectory.__new__(WatchedDirectory)
    line = hotline()
    directory.state = State({"line": line}, {NUMBER: line})
    assert directory.by_number(" " + NUMBER[1:]) is line
    assert directory.by_number(NUMBER[1:]) is line


def test_a_duplicate_entry_is_answered_alike_and_keeps_one_start(line: Line) -> None:
    """Every webhook may arrive twice."""
    line.caller("/voice")
    line.pass_time(1)
    line.caller("/voice")
    assert {entry.id for entry in line.kept.entries} == {line.kept.entries[0].id}


def test_a_duplicate_of_the_webhook_that_rings_rings_the_same_volunteer(live: RedisLive) -> None:
    line = Line(hotline(), live=live)
    entry = line.caller("/voice")
    answers = [line.caller(leads(entry, "Redirect")).findtext(".//Number") for _ in range(3)]
    assert len(set(answers)) == 1
    other = line.caller(leads(line.caller("/voice", call="CA2"), "Redirect"), call="CA2").findtext(".//Number")
    assert other != answers[0], "and the round robin has moved on by one, not three"
    assert {answers[0], other} == {phone_of(0), phone_of(1)}


def test_a_duplicate_of_a_ring_that_ended_rings_the_same_next_volunteer(live: RedisLive) -> None:
    line = Line(hotline(), live=live)
    rung = leads(line.caller(leads(line.caller("/voice"), "Redirect")), "Dial")
    answers = {line.caller(rung, DialBridged="false").findtext(".//Number") for _ in range(3)}
    assert answers == {phone_of(1)}


def test_only_dial_bridged_means_answered(live: RedisLive) -> None:
    """A volunteer's voicemail picks up and "answers" the call: `completed` is not connected (lessons)."""
    line = Line(hotline(), live=live)
    rung = leads(line.caller(leads(line.caller("/voice"), "Redirect")), "Dial")
    twiml = line.caller(rung, DialCallStatus="completed", DialBridged="false", DialCallDuration="9")
    assert verbs(twiml) == ["Say", "Dial"]
    assert words(line.caller(rung, DialCallStatus="completed", DialBridged="true")) == "Goodbye."


def test_a_status_callback_is_answered_with_an_empty_document(line: Line) -> None:
    """An empty 200 is logged by the carrier as an error (lessons)."""
    twiml = line.caller("/voice/ended", CallStatus="completed")
    assert verbs(twiml) == []
    assert [entry.moment for entry in line.kept.entries] == [CallMoment.ENDED]


def test_a_call_that_is_over_within_a_second_has_a_length(line: Line) -> None:
    """One with none counts as a call whose end was never reported."""
    line.now += timedelta(milliseconds=100)
    line.caller("/voice")
    line.now += timedelta(milliseconds=200)
    line.caller("/voice/ended", CallStatus="completed")
    started, ended = line.kept.entries
    assert ended.at == started.at + 1


def test_a_caller_who_hangs_up_while_a_phone_rings_frees_the_volunteer(live: RedisLive) -> None:
    line = Line(hotline(on_call=("amy",)), live=live)
    rung = leads(line.caller(leads(line.caller("/voice"), "Redirect")), "Dial")
    assert verbs(line.caller(rung, CallStatus="completed", DialCallStatus="canceled", DialBridged="false")) == []
    assert [entry.moment for entry in line.kept.entries] == [CallMoment.STARTED, CallMoment.ENDED]
    next_call = line.caller(leads(line.caller("/voice", call="CA2"), "Redirect"), call="CA2")
    assert next_call.findtext(".//Number") == phone_of(0)


def test_a_late_pick_up_is_told_so_kindly(live: RedisLive) -> None:
    """The caller hangs up; a late pick-up gets a server error (lessons)."""
    line = Line(hotline(on_call=("amy",)), live=live)
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    screening, rung = leads(ring, "Number", "url"), leads(ring, "Dial")
    screened = leads(line.volunteer(screening), "Gather")
    line.caller(rung, CallStatus="completed", DialCallStatus="canceled")
    for late in (line.volunteer(screening), line.volunteer(screened, Digits="1")):
        assert words(late).startswith("The caller is no longer waiting")
        assert verbs(late)[-1] == "Hangup"
    assert CallMoment.ANSWERED not in [entry.moment for entry in line.kept.entries]


def test_an_accepted_ring_whose_caller_was_gone_is_not_answered(live: RedisLive) -> None:
    line = Line(hotline(), live=live)
    ring = line.caller(leads(line.caller("/voice"), "Redirect"))
    screened = leads(line.volunteer(leads(ring, "Number", "url")), "Gather")
    assert verbs(line.volunteer(screened, Digits="1")) == []
    line.volunteer(leads(ring, "Number", "statusCallback"), CallStatus="completed")
    line.caller(leads(ring, "Dial"), CallStatus="completed", DialBridged="false")
    moments = [entry.moment for entry in line.kept.entries]
    assert moments == [CallMoment.STARTED, CallMoment.ANSWERED, CallMoment.NOT_ANSWERED, CallMoment.ENDED]


@pytest.mark.parametrize("broken", ["live", "log", "schedule"])
def test_whatever_fails_the_caller_gets_a_working_call(broken: str) -> None:
    """Every webhook answers 500 while the database is down (lessons)."""
    line = Line(hotline())
    if broken == "log":
        line.kept.full = True
    if broken == "schedule":
        line.shelf.hotlines[0].schedule._days[NOON.toordinal()] = None  # type: ignore[assignment]
    entry = line.caller("/voice")
    assert words(entry) == "Welcome."
    dial = line.caller(leads(entry, "Redirect")).find("Dial")
    assert dial is not None
    assert dial.attrib["callerId"] == NUMBER


def test_a_bug_of_ours_apologises_and_rings_the_backup_then_the_others_and_then_says_goodbye() -> None:
    line = Line(hotline(on_call=("amy",), backup=("chaplain",)))
    object.__setattr__(line.shelf.hotlines[0].flow, "steps", None)
    twiml = line.caller("/voice")
    assert words(twiml).startswith("I'm sorry, something went wrong on our side.")
    assert twiml.findtext(".//Number") == phone_of(1)
    screened = line.volunteer(leads(twiml, "Number", "url"))
    assert "Press 1 to take it" in words(screened)
    assert verbs(screened)[-1] == "Hangup"
    assert verbs(line.volunteer(leads(screened, "Gather"), Digits="1")) == []
    assert verbs(line.volunteer(leads(screened, "Gather"), Digits="3")) == ["Hangup"]
    assert verbs(line.volunteer(leads(screened, "Gather"))) == ["Hangup"]
    second = line.caller(leads(twiml, "Dial"), DialBridged="false", DialCallStatus="completed")
    assert second.findtext(".//Number") == phone_of(0)
    last = line.caller(leads(second, "Dial"), DialBridged="false")
    assert verbs(last) == ["Say", "Hangup"]
    assert verbs(line.caller(leads(twiml, "Dial"), DialBridged="true")) == []
    (event, facts), *_ = line.notices
    assert event == "webhook_failed"
    assert CALLER not in str(facts)


def test_a_bug_of_ours_rings_whoever_is_off_rather_than_nobody() -> None:
    line = Line(hotline(on_call=("amy",), backup=()))
    object.__setattr__(line.shelf.hotlines[0].flow, "steps", None)
    now = int(NOON.timestamp())
    line.absences.keep(line.shelf.hotlines[0].rota.id, "amy", now - 60, now + 3_600)
    assert line.caller("/voice").findtext(".//Number") == phone_of(0)


def test_with_no_usable_file_at_all_the_caller_is_told_to_call_again() -> None:
    twiml = Line().caller("/voice")
    assert verbs(twiml) == ["Say", "Hangup"]


def test_the_accept_key_works_even_if_the_position_is_lost(line: Line) -> None:
    assert verbs(line.volunteer("/voice/screened", Digits="1")) == []
    assert verbs(line.volunteer("/voice/screening")) == ["Gather", "Hangup"]


def test_documents_hold_awkward_words_safely() -> None:
    from hotline.core.calls.flow import Goodbye, Step

    awkward = "You & I: <3 \"quotes\" 'apostrophes' é ñ \ue000 0 {braces}"
    line = Line(hotline(steps={"welcome": Step("welcome", {"en": awkward}, Goodbye())}))
    assert words(line.caller("/voice")) == awkward


def test_rounds_and_backup_end_with_the_step_for_nobody(live: RedisLive) -> None:
    line = Line(hotline(on_call=("amy", "ben"), ringing=Ringing(rounds=2)), live=live)
    twiml, rung = line.caller(leads(line.caller("/voice"), "Redirect")), []
    while twiml.find("Dial") is not None:
        rung.append(twiml.findtext(".//Number"))
        line.pass_time(20)
        twiml = line.caller(leads(twiml, "Dial"), DialBridged="false", DialCallStatus="no-answer")
    assert rung == [phone_of(0), phone_of(1), phone_of(2), phone_of(0), phone_of(1)], "the backup after 40 s"
    assert words(twiml) == "Nobody is free."
