"""Calls that the server asks for by the REST API."""

from __future__ import annotations

import pytest

from hotline.simulator import CallFailed, CarrierQuirks, RestError
from hotline.simulator.world import World
from tests.simulator.site import AMY, BEN, LINE, Hit, Page, Site, dial, world_of


def a_call(world: World):  # type: ignore[no-untyped-def]
    return world.place(AMY, LINE, url="https://hotline.example/test", status_callback="https://hotline.example/ended")


def test_what_is_heard_is_fetched_once_the_phone_is_answered() -> None:
    site = Site(test="<Say>This is a test.</Say>", ended=Page(b"<Response/>"))
    world = world_of(site)
    call = a_call(world)
    world.advance(5)
    assert not [exchange for exchange in world.exchanges if exchange.url.endswith("/test")]
    call.picks_up().hears("This is a test.").has_ended()
    form = site.form("/test")
    assert (form["Direction"], form["From"], form["To"], form["CallSid"]) == ("outbound-api", LINE, AMY, call.sid)
    assert "ParentCallSid" not in form
    assert site.form("/ended")["CallStatus"] == "completed"
    world.close()


@pytest.mark.parametrize(
    ("what", "status"),
    [("ignored", "no-answer"), ("declines", "busy"), ("cannot_be_reached", "failed")],
)
def test_the_end_of_one_that_nobody_answered_is_reported_too(what: str, status: str) -> None:
    site = Site(test="<Say>This is a test.</Say>", ended=Page(b"<Response/>"))
    world = world_of(site)
    call = a_call(world)
    world.advance(5)
    getattr(call, what)()
    call.has_ended()
    assert site.form("/ended")["CallStatus"] == status
    world.close()


def test_one_that_is_never_ended_fails_the_test() -> None:
    world = world_of(Site(test="<Pause length='60'/>"))
    a_call(world)
    world.advance(5)
    with pytest.raises(CallFailed, match="never ended"):
        world.close()


EVENTS = ("initiated", "ringing", "answered", "completed")


def told(site: Site) -> list[str]:
    return [form["CallStatus"] for form in site.forms("/status")]


def test_progress_is_reported_as_far_as_it_is_asked_for() -> None:
    site = Site(test="<Say>Hello</Say>")
    with world_of(site) as world:
        world.place(AMY, LINE, url="/test", status_callback="/status", status_events=EVENTS)
        world.rings("amy").picks_up(after=4).hears("Hello")
        world.run_until(lambda: world.placed[0].is_over)
    assert told(site) == ["initiated", "ringing", "in-progress", "completed"]
    forms = site.forms("/status")
    assert [form["SequenceNumber"] for form in forms] == ["0", "1", "2", "3"]
    assert {form["Direction"] for form in forms} == {"outbound-api"}
    assert [form.get("SipResponseCode") for form in forms] == [None, None, None, "200"]
    assert "CallDuration" not in forms[2]
    assert "Duration" in forms[3]


def test_it_rings_for_as_long_as_was_asked() -> None:
    with world_of(Site()) as world:
        call = world.place(AMY, LINE, url="/test", timeout=12)
        world.advance(11.9)
        assert call.outcome == "ringing"
        world.advance(0.2)
        assert call.outcome == "no-answer"


def test_a_phone_that_rings_already_is_busy() -> None:
    site = Site()
    with world_of(site) as world:
        world.place(AMY, LINE, url="/test", timeout=12)
        world.place(AMY, LINE, url="/test", status_callback="/status").was("busy")
        world.advance(20)
    assert told(site) == ["busy"]


def test_it_can_be_given_any_document() -> None:
    pages = {
        "test": "<Play>https://cdn.example/a.mp3</Play><Pause/>"
        '<Gather action="/key" numDigits="1"><Say>Key?</Say></Gather>',
        "key": "<Redirect>/last</Redirect>",
        "last": f'<Say>Calling Ben.</Say><Dial callerId="{LINE}" action="/end">{BEN}</Dial>',
        "end": "<Say>That was Ben.</Say><Hangup/>",
    }
    with world_of(Site(**pages)) as world:
        amy = world.place(AMY, LINE, url="/test")
        world.advance(1)
        amy.picks_up().hears("Key?").presses("1").hears("Calling Ben")
        world.rings("ben").picks_up().waits(5).hangs_up()
        amy.hears("That was Ben").has_ended()


@pytest.mark.parametrize("status", ["completed", "canceled"])
def test_one_that_rings_can_be_ended(status: str) -> None:
    site = Site()
    with world_of(site) as world:
        call = world.place(AMY, LINE, url="/test", status_callback="/status", status_events=EVENTS)
        world.advance(5)
        world.end_call(call.sid, status)
        call.stops_ringing().has_ended()
        assert call.outcome == "canceled"
    assert told(site) == ["initiated", "ringing", "canceled"]


def test_canceled_ends_none_that_was_answered_and_completed_does() -> None:
    site = Site(test="<Pause length='60'/>")
    with world_of(site) as world:
        call = a_call(world)
        world.advance(1)
        call.picks_up().waits(5)
        world.end_call(call.sid, "canceled")
        call.waits(5)
        assert call.leg.live
        world.end_call(call.sid)
        call.has_ended()
    assert (site.form("/ended")["CallStatus"], site.form("/ended")["CallDuration"]) == ("completed", "10")


def test_one_ended_before_its_turn_came_is_never_heard_of() -> None:
    site = Site()
    with world_of(site, CarrierQuirks(calls_per_second=1)) as world:
        calls = [world.place(phone, LINE, url="/t", status_callback="/status", timeout=5) for phone in (AMY, BEN)]
        world.advance(0.5)
        world.end_call(calls[1].sid)
        world.advance(20)
        assert [call.outcome for call in calls] == ["no-answer", "canceled"]
        assert calls[1].leg.rung is None
    assert told(site) == ["no-answer"]


def test_a_new_account_begins_one_call_a_second() -> None:
    with world_of(Site(), CarrierQuirks(calls_per_second=1)) as world:
        for phone in (AMY, BEN):
            world.place(phone, LINE, url="/t", timeout=5)
        world.advance(20)
        assert [call.leg.rung for call in world.placed] == [0.0, 1.0]


def test_one_that_is_over_can_neither_be_ended_nor_redirected() -> None:
    with world_of(Site()) as world:
        call = world.call(LINE).has_ended()
        for refused in (lambda: world.end_call(call.sid), lambda: world.redirect_call(call.sid, "/x")):
            with pytest.raises(RestError) as error:
                refused()
            assert (error.value.code, error.value.status) == (21220, 400)
        with pytest.raises(RestError, match="There is no call") as error:
            world.end_call("CA" + "0" * 32)
        assert error.value.code == 20404


def test_one_that_nobody_has_answered_cannot_be_redirected() -> None:
    with world_of(Site()) as world:
        call = world.place(AMY, LINE, url="/test", timeout=5)
        world.advance(1)
        with pytest.raises(RestError):
            world.redirect_call(call.sid, "/x")
        call.ignored()


@pytest.mark.parametrize(
    "verbs",
    [
        '<Gather action="/key" timeout="60"><Say>Welcome to the line.</Say></Gather>',
        "<Say>Welcome to the line. " + "la " * 300 + "</Say>",
        "<Say>Welcome to the line.</Say><Pause length='60'/>",
    ],
)
def test_a_caller_can_be_moved_to_another_document(verbs: str) -> None:
    site = Site(voice=verbs, moved="<Say>Someone is here.</Say><Hangup/>")
    with world_of(site) as world:
        call = world.call(LINE).hears("Welcome to the line").waits(3)
        world.redirect_call(call.sid, "/moved?now=1")
        call.hears("Someone is here", within=1).has_ended("hung up")
        assert "is redirected to /moved" in call.transcript()
    assert site.hits[1].query == {"now": "1"}
    assert site.form("/moved")["CallStatus"] == "in-progress"


def test_a_redirect_out_of_a_queue_tells_the_action_first() -> None:
    site = Site(
        voice='<Enqueue action="/after" waitUrl="/wait">one</Enqueue>',
        wait="<Pause length='10'/>",
        after="<Say>Unheard.</Say>",
        moved="<Say>Moved.</Say>",
    )
    with world_of(site) as world:
        call = world.call(LINE).waits(3)
        world.redirect_call(call.sid, "/moved", "GET")
        call.hears("Moved.").does_not_hear("Unheard").has_ended("finished")
    assert [hit.path for hit in site.hits] == ["/voice", "/wait", "/after", "/moved", "/ended"]
    assert site.form("/after")["QueueResult"] == "redirected"
    assert site.hits[3].method == "GET"


def test_either_side_of_a_conversation_can_be_redirected() -> None:
    pages = {
        "voice": '<Enqueue action="/after" waitUrl="/wait">one</Enqueue>',
        "wait": "<Pause length='10'/>",
        "after": "<Say>After the queue.</Say>",
        "take": '<Dial action="/done"><Queue>one</Queue></Dial>',
        "done": "<Say>Done.</Say>",
        "moved": "<Say>Moved.</Say>",
    }
    for who in ("caller", "amy"):
        site = Site(**pages)
        with world_of(site) as world:
            call = world.call(LINE).waits(1)
            placed = world.place(AMY, LINE, url="/take")
            amy = call.rings("amy").picks_up()
            call.talks_with("amy").talks_for(10)
            world.redirect_call(call.sid if who == "caller" else placed.sid, "/moved")
            call.hears("Moved." if who == "caller" else "After the queue.")
            amy.hears("Done." if who == "caller" else "Moved.")
            call.has_ended()
        assert site.form("/after")["QueueResult"] == ("redirected-from-bridged" if who == "caller" else "bridged")
        assert site.form("/done").get("DialCallDuration") == (None if who == "caller" else "10")


def test_a_caller_moved_out_of_a_dial_silences_the_phones() -> None:
    site = Site(voice=dial(AMY, dial='action="/next"'), next="<Say>Unheard.</Say>", moved="<Say>Moved.</Say>")
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy")
        world.redirect_call(call.sid, "/moved")
        ring.stops_ringing()
        call.hears("Moved.").does_not_hear("Unheard").has_ended("finished")
    assert site.form("/next")["DialCallStatus"] == "canceled"


def test_a_caller_ended_by_the_server_was_hung_up_on() -> None:
    with world_of(Site(voice="<Pause length='60'/>")) as world:
        call = world.call(LINE).waits(5)
        world.end_call(call.sid)
        call.has_ended("hung up")


def test_a_server_may_do_all_that_while_it_answers() -> None:
    """Two phones ring; whoever presses the key has the other one ended, and takes the caller out of the queue."""

    def wait(hit: Hit) -> str:
        if len(sids) < 2:
            sids.append(world.place((AMY, BEN)[len(sids)], LINE, url="/screen", status_callback="/status").sid)
        return "<Pause length='5'/>"

    def take(hit: Hit) -> str:
        for sid in sids:
            if sid != hit.form["CallSid"]:
                world.end_call(sid)
        return '<Dial action="/done"><Queue>one</Queue></Dial>'

    sids: list[str] = []
    site = Site(
        voice='<Enqueue action="/after" waitUrl="/wait">one</Enqueue>',
        wait=wait,
        screen='<Gather action="/take" numDigits="1"><Say>Press 1.</Say></Gather>',
        take=take,
    )
    with world_of(site) as world:
        call = world.call(LINE)
        amy = call.rings("amy")
        ben = call.rings("ben").picks_up(after=2)
        assert call.ringing == ["amy"]
        ben.presses("1")
        call.talks_with("ben")
        amy.stops_ringing()
        call.talks_for(30)
        ben.hangs_up()
        call.has_ended("finished")
        assert call.rung == [("amy", 0.0), ("ben", 5.0)]
    assert {form["CallSid"]: form["CallStatus"] for form in site.forms("/status")} == {
        amy.leg.sid: "canceled",
        ben.leg.sid: "completed",
    }


def test_a_server_may_end_or_redirect_the_very_call_it_is_asked_about() -> None:
    def voice(hit: Hit) -> str:
        world.redirect_call(hit.form["CallSid"], "/moved")
        return "<Say>Unheard.</Say>"

    def moved(hit: Hit) -> str:
        world.end_call(hit.form["CallSid"])
        return "<Say>Unheard too.</Say>"

    with world_of(Site(voice=voice, moved=moved)) as world:
        call = world.call(LINE).does_not_hear("Unheard", seconds=1).has_ended("hung up")
        assert call.leg.heard == []


def test_a_ring_that_the_server_asked_for_and_nobody_expected_fails_the_world() -> None:
    def voice(hit: Hit) -> str:
        world.place(AMY, LINE, url="/test", timeout=5)
        return "<Pause length='20'/>"

    world = world_of(Site(voice=voice))
    world.call(LINE).has_ended()
    with pytest.raises(CallFailed, match="amy's phone rang"):
        world.close()


def test_a_leg_that_a_dial_led_to_can_be_ended_and_not_redirected() -> None:
    site = Site(voice=dial(AMY, dial='action="/next"'))
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy").picks_up()
        call.talks_with("amy")
        with pytest.raises(RestError, match="does not redirect"):
            world.redirect_call(ring.leg.sid, "/x")
        world.end_call(ring.leg.sid)
        call.has_ended("finished")
    assert site.form("/next")["DialCallStatus"] == "completed"
