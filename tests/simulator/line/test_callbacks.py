"""What the server is told as a call goes on and ends."""

import re
from email.utils import parsedate_to_datetime

import pytest

from hotline.simulator import CarrierQuirks, Violations
from tests.simulator.site import AMY, LINE, SCREENING, Page, Site, accept, dial, world_of

PROGRESS = 'statusCallback="/progress" statusCallbackEvent="initiated ringing answered completed"'


def test_the_first_request_looks_like_a_captured_one() -> None:
    site = Site(voice="<Hangup/>")
    with world_of(site) as world:
        world.call(LINE, "+14105550999").has_ended()
    hit = site.hits[0]
    assert re.fullmatch(r"CA[0-9a-f]{32}", hit.form["CallSid"])
    assert re.fullmatch(r"AC[0-9a-f]{32}", hit.form["AccountSid"])
    assert hit.form["From"] == hit.form["Caller"] == "+14105550999"
    assert hit.form["To"] == hit.form["Called"] == LINE
    assert (hit.form["CallStatus"], hit.form["Direction"], hit.form["ApiVersion"]) == (
        "ringing",
        "inbound",
        "2010-04-01",
    )
    assert hit.form["FromCity"] == hit.form["CalledZip"] == ""
    assert {"CallToken", "StirVerstat"} <= hit.form.keys()
    assert hit.headers["USER_AGENT"] == "TwilioProxy/1.1"
    assert {"X_TWILIO_SIGNATURE", "I_TWILIO_IDEMPOTENCY_TOKEN", "X_HOME_REGION"} <= hit.headers.keys()


def test_the_end_of_a_call_is_told_once_with_its_length() -> None:
    site = Site(voice="<Say>" + "a" * 945 + "</Say>")
    with world_of(site) as world:
        world.call(LINE).has_ended()
    told = site.form("/ended")
    assert (told["CallStatus"], told["CallDuration"], told["Duration"]) == ("completed", "63", "2")
    assert (told["SequenceNumber"], told["CallbackSource"]) == ("0", "call-progress-events")
    assert parsedate_to_datetime(told["Timestamp"]) == world.now()


def test_a_caller_who_never_got_through_has_no_answer() -> None:
    site = Site(voice=dial(AMY, dial='answerOnBridge="true"'))
    with world_of(site) as world:
        call = world.call(LINE)
        call.rings("amy")
        call.hangs_up().has_ended()
    assert (site.form("/ended")["CallStatus"], site.form("/ended")["CallDuration"]) == ("no-answer", "0")


def test_a_number_reports_how_far_its_leg_got() -> None:
    site = Site(voice=dial(AMY, number=f'url="/screen" {PROGRESS}'), screen=SCREENING, accept=accept)
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy").picks_up(after=4).presses("1")
        call.talks_for(20)
        ring.hangs_up()
        call.has_ended()
    told = site.forms("/progress")
    assert [each["CallStatus"] for each in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [each["SequenceNumber"] for each in told] == ["0", "1", "2", "3"]
    assert (told[3]["CallDuration"], told[3]["SipResponseCode"]) == ("20", "200")
    assert {each["ParentCallSid"] for each in told} == {call.sid}


def test_a_number_reports_only_its_end_unless_asked_for_more() -> None:
    site = Site(voice=dial(AMY, number='statusCallback="/progress"'))
    with world_of(site) as world:
        call = world.call(LINE)
        call.rings("amy").ignored()
        call.has_ended()
    assert [each["CallStatus"] for each in site.forms("/progress")] == ["no-answer"]


def paths_after_hanging_up(order: str, seed: int = 1) -> list[str]:
    site = Site(voice=dial(AMY, dial='action="/next"', number='statusCallback="/progress"'))
    with world_of(site, CarrierQuirks(callback_order=order)) as world:
        world.carrier.rng.seed(seed)
        call = world.call(LINE)
        call.rings("amy")
        call.hangs_up().has_ended()
    return [hit.path for hit in site.hits[1:]]


def test_the_last_requests_of_a_call_come_in_whatever_order() -> None:
    assert paths_after_hanging_up("natural") == ["/next", "/ended", "/progress"]
    assert paths_after_hanging_up("ended first")[0] == "/ended"
    orders = {tuple(paths_after_hanging_up("shuffled", seed)) for seed in range(40)}
    assert len(orders) == 6
    assert all(sorted(order) == ["/ended", "/next", "/progress"] for order in orders)


def test_a_callback_may_come_late_and_is_still_of_its_moment() -> None:
    site = Site(voice="<Hangup/>")
    with world_of(site, CarrierQuirks(callback_delay=90)) as world:
        world.call(LINE).has_ended()
        assert world.clock.elapsed == 90
    assert site.form("/ended")["Timestamp"].startswith("Sun, 01 Mar 2026 08:00:00")


@pytest.mark.parametrize(
    "page", [Page(status="500 Oops"), Page(status="404 No"), Page(b"")], ids=["500", "404", "empty"]
)
def test_a_callback_that_is_not_answered_properly_is_a_violation(page: Page) -> None:
    world = world_of(Site(voice="<Hangup/>", ended=page))
    with pytest.raises(Violations):
        world.call(LINE).has_ended()


def test_a_callback_may_be_answered_with_nothing_at_all() -> None:
    with world_of(Site(voice="<Hangup/>", ended=Page(b"", "204 No Content"))) as world:
        world.call(LINE).has_ended()


def test_parameters_of_tomorrow_are_sent_along() -> None:
    site = Site(voice="<Hangup/>")
    with world_of(site, CarrierQuirks(extra_params={"Weather": "fair"})) as world:
        world.call(LINE).has_ended()
    assert all(hit.form["Weather"] == "fair" for hit in site.hits)
