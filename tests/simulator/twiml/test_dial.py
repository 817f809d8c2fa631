"""Dial: what becomes of a ring, and what the server is told of it."""

from collections.abc import Callable

import pytest

from hotline.simulator import Call, CarrierQuirks, Ring, World
from tests.simulator.site import AMY, BEN, LINE, SCREENING, Site, accept, dial, world_of

TO_AMY = dial(AMY, dial='timeout="20" action="/next"', number='url="/screen"')


def screened(**pages: str) -> Site:
    return Site(voice=TO_AMY, screen=SCREENING, accept=accept, next="<Say>And now?</Say>", **pages)


def test_a_volunteer_who_accepts_talks_with_the_caller() -> None:
    site = screened()
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy").picks_up(after=6).hears("Press 1 to take it").presses("1")
        call.talks_with("amy").talks_for(60)
        ring.hangs_up()
        call.hears("And now?").has_ended()
    told = site.form("/next")
    assert (told["DialCallStatus"], told["DialBridged"], told["DialCallDuration"]) == ("completed", "true", "60")
    assert told["DialCallSid"] == ring.leg.sid
    assert told["CallStatus"] == "in-progress"


def test_screening_is_asked_for_the_volunteers_own_leg() -> None:
    site = screened()
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy").picks_up()
        call.hangs_up().has_ended()
    asked = site.form("/screen")
    assert (asked["From"], asked["To"], asked["Caller"], asked["Called"]) == (LINE, AMY, LINE, AMY)
    assert (asked["Direction"], asked["CallStatus"]) == ("outbound-dial", "in-progress")
    assert asked["ParentCallSid"] == call.sid
    assert asked["CallSid"] == ring.leg.sid


Act = Callable[[Ring], object]


@pytest.mark.parametrize(
    ("act", "outcome", "status"),
    [
        (Ring.ignored, "no-answer", "no-answer"),
        (Ring.declines, "busy", "busy"),
        (Ring.cannot_be_reached, "failed", "failed"),
    ],
)
def test_a_phone_nobody_picks_up_has_no_duration(act: Act, outcome: str, status: str) -> None:
    site = screened()
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy")
        act(ring)
        call.hears("And now?").has_ended()
        assert ring.outcome == outcome
    told = site.form("/next")
    assert (told["DialCallStatus"], told["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in told
    assert told["DialCallSid"] == ring.leg.sid


@pytest.mark.parametrize(
    ("act", "outcome"),
    [
        (Ring.passes, "declined"),
        (Ring.voicemail_answers, "declined"),
        (lambda ring: ring.picks_up().hangs_up(), "hung up"),
        (lambda ring: ring.picks_up().stays_silent(), "declined"),
    ],
    ids=["passes", "voicemail", "hangs up", "silent"],
)
def test_whoever_picks_up_and_does_not_accept_is_completed_and_not_bridged(act: Act, outcome: str) -> None:
    site = screened()
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy")
        act(ring)
        call.hears("And now?").has_ended()
        assert ring.outcome == outcome
    assert (site.form("/next")["DialCallStatus"], site.form("/next")["DialBridged"]) == ("completed", "false")


def test_a_ring_lasts_its_timeout_and_the_carriers_buffer() -> None:
    for buffer, seconds in ((5.0, 25.0), (0.0, 20.0)):
        with world_of(screened(), CarrierQuirks(dial_timeout_buffer=buffer)) as world:
            call = world.call(LINE)
            call.rings("amy").ignored()
            assert world.clock.elapsed == seconds
            call.has_ended()


@pytest.mark.parametrize("status", ["canceled", "no-answer"])
def test_a_caller_who_hangs_up_silences_the_phone_and_the_action_still_hears_of_it(status: str) -> None:
    site = screened()
    with world_of(site, CarrierQuirks(caller_gone_dial_status=status)) as world:
        call = world.call(LINE)
        ring = call.rings("amy")
        call.waits(5).hangs_up()
        ring.stops_ringing()
        call.has_ended("caller").does_not_hear("And now?")
        assert ring.outcome == "canceled"
    told = site.form("/next")
    assert (told["CallStatus"], told["DialCallStatus"], told["DialBridged"]) == ("completed", status, "false")
    assert [hit.path for hit in site.hits] == ["/voice", "/next", "/ended"]


def test_a_caller_who_hangs_up_during_screening_ends_it() -> None:
    site = screened()
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy").picks_up().hears("Press 1")
        call.hangs_up().has_ended()
        assert not ring.leg.live
    assert (site.form("/next")["DialCallStatus"], site.form("/next")["DialBridged"]) == ("completed", "false")


def test_a_phone_picked_up_just_after_the_caller_left_is_screened_and_connects_nobody() -> None:
    site = screened()
    with world_of(site, CarrierQuirks(cancel_seconds=2)) as world:
        call = world.call(LINE)
        ring = call.rings("amy")
        call.hangs_up()
        ring.picks_up(after=1).presses("1").was("declined")
        call.has_ended()
    assert [hit.path for hit in site.hits] == ["/voice", "/next", "/ended", "/screen", "/accept"]


def test_a_caller_who_hangs_up_while_talking_ends_the_volunteers_leg() -> None:
    site = screened()
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy").picks_up().presses("1")
        call.talks_for(30).hangs_up().has_ended("caller")
        assert ring.outcome == "connected"
    assert (site.form("/next")["DialBridged"], site.form("/next")["DialCallDuration"]) == ("true", "30")


def test_some_carriers_ask_no_action_once_the_caller_is_gone() -> None:
    site = screened()
    with world_of(site, CarrierQuirks(action_after_caller_gone=False)) as world:
        call = world.call(LINE)
        call.rings("amy")
        call.hangs_up().has_ended()
    assert not site.forms("/next")


def test_without_an_action_the_next_verb_follows() -> None:
    with world_of(Site(voice=dial(AMY) + "<Say>Nobody</Say>")) as world:
        call = world.call(LINE)
        call.rings("amy").ignored()
        call.hears("Nobody").has_ended()


def test_without_screening_the_pick_up_connects_even_a_voicemail() -> None:
    with world_of(Site(voice=dial(AMY, dial='action="/next"'))) as world:
        call = world.call(LINE)
        ring = call.rings("amy").voicemail_answers()
        assert ring.outcome == "connected"
        call.has_ended()


def test_screening_without_a_hang_up_at_its_end_connects_the_silent() -> None:
    """The trap that a trailing Hangup is for."""
    site = Site(voice=TO_AMY, screen='<Gather action="/accept"><Say>Press 1</Say></Gather>', accept=accept)
    with world_of(site) as world:
        call = world.call(LINE)
        call.rings("amy").picks_up().stays_silent()
        call.talks_with("amy").hangs_up().has_ended()


def test_a_redirect_in_screening_is_a_mistake() -> None:
    world = world_of(Site(voice=TO_AMY, screen="<Redirect>/accept</Redirect><Hangup/>", accept=accept))
    world.tolerate("12200")
    call = world.call(LINE)
    call.rings("amy").picks_up().was("declined")
    call.has_ended()
    assert "<Redirect>" in world.violations[0].what


def test_screening_that_cannot_be_had_hangs_up_or_connects_as_the_carrier_pleases() -> None:
    site = Site(voice=TO_AMY, screen=lambda hit: 1 / 0)
    for failure, outcome in (("hang up", "declined"), ("connect", "connected")):
        world = world_of(site, CarrierQuirks(screening_failure=failure))
        world.tolerate("11217")
        call = world.call(LINE)
        ring = call.rings("amy").picks_up()
        world.advance(1)
        if call.leg.live:
            call.hangs_up()
        ring.was(outcome)
        assert "ZeroDivisionError" in world.violations[0].what


def test_answer_on_bridge_keeps_the_caller_ringing_until_someone_accepts() -> None:
    voice = TO_AMY.replace("<Dial", '<Dial answerOnBridge="true"')
    site = Site(voice=voice, screen=SCREENING, accept=accept, next="<Hangup/>")
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy").picks_up(after=5)
        assert call.leg.status == "ringing"
        ring.presses("1")
        call.talks_for(10)
        assert call.leg.status == "in-progress"
        ring.hangs_up()
        call.has_ended()
    assert site.form("/ended")["CallDuration"] == "10"


@pytest.mark.parametrize(
    ("on_bridge", "quirk", "heard"),
    [
        ("false", "if answerOnBridge", False),
        ("true", "if answerOnBridge", True),
        ("false", "always", True),
    ],
)
def test_what_the_caller_hears_during_screening_is_ringing_or_nothing(on_bridge: str, quirk: str, heard: bool) -> None:
    site = Site(voice=TO_AMY.replace("<Dial", f'<Dial answerOnBridge="{on_bridge}"'), screen=SCREENING, accept=accept)
    with world_of(site, CarrierQuirks(ringback_during_screening=quirk)) as world:
        call = world.call(LINE)
        ring = call.rings("amy")
        assert call.hears_ringing
        ring.picks_up()
        assert call.hears_ringing == heard
        ring.presses("1")
        call.talks_with("amy")
        assert not call.hears_ringing
        call.hangs_up().has_ended()


def test_the_longest_conversation_ends_and_the_call_goes_on() -> None:
    with world_of(Site(voice=dial(AMY, dial='timeLimit="60" action="/next"'), next="<Say>Time is up</Say>")) as world:
        call = world.call(LINE)
        call.rings("amy").picks_up()
        call.talks_for(59).hears("Time is up").has_ended()


def test_star_hangs_the_other_up_where_that_is_asked_for() -> None:
    site = Site(voice=dial(AMY, dial='hangupOnStar="true" action="/next"'), next="<Say>And now?</Say>")
    with world_of(site) as world:
        call = world.call(LINE)
        call.rings("amy").picks_up()
        call.talks_for(5).presses("*", at_once=True).hears("And now?").has_ended()
    assert site.form("/next")["DialBridged"] == "true"


def test_star_before_anyone_answers_cancels_the_ring() -> None:
    site = Site(voice=dial(AMY, dial='hangupOnStar="true" action="/next"'))
    with world_of(site) as world:
        call = world.call(LINE)
        ring = call.rings("amy")
        call.presses("*", at_once=True)
        ring.was("canceled")
        call.has_ended()
    assert site.form("/next")["DialCallStatus"] == "canceled"


def test_numbers_in_sequence_ring_one_after_the_other() -> None:
    site = Site(voice=dial(AMY, BEN, dial='sequential="true" timeout="10" action="/next"'))
    with world_of(site) as world:
        call = world.call(LINE)
        call.rings("amy").ignored()
        call.rings("ben").picks_up()
        call.talks_with("ben").hangs_up().has_ended()
        assert [(rung.name, rung.at) for rung in call.rung] == [("amy", 0), ("ben", 15)]


def together(world: World) -> tuple[Call, Ring, Ring]:
    call = world.call(LINE)
    return call, call.rings("amy"), call.rings("ben")


def test_numbers_together_ring_at_once_and_the_first_pick_up_silences_the_rest() -> None:
    with world_of(Site(voice=dial(AMY, BEN, dial='action="/next"'))) as world:
        call, amy, ben = together(world)
        ben.picks_up(after=3)
        assert amy.outcome == "canceled"
        call.talks_with("ben").hangs_up().has_ended()


def test_with_screening_a_voicemail_silences_the_rest_and_then_nobody_rings() -> None:
    site = Site(voice=dial(AMY, BEN, dial='action="/next"', number='url="/screen"'), screen=SCREENING, accept=accept)
    with world_of(site) as world:
        call, amy, ben = together(world)
        amy.picks_up()
        world.advance(1.9)
        assert ben.outcome == "ringing"
        world.advance(0.2)
        assert ben.outcome == "canceled"
        amy.was("declined")
        call.has_ended()
    assert (site.form("/next")["DialCallStatus"], site.form("/next")["DialBridged"]) == ("completed", "false")


def test_two_who_pick_up_together_get_one_caller() -> None:
    site = Site(voice=dial(AMY, BEN, number='url="/screen"'), screen=SCREENING, accept=accept)
    with world_of(site) as world:
        call, amy, ben = together(world)
        amy.leg.pick_up()
        ben.leg.pick_up()
        amy.presses("1")
        call.talks_with("amy")
        ben.was("declined")
        call.hangs_up().has_ended()


def test_a_phone_in_use_is_busy_to_the_next_caller() -> None:
    with world_of(screened()) as world:
        first = world.call(LINE)
        first.rings("amy").picks_up().presses("1")
        second = world.call(LINE, "+14105550998")
        second.rings("amy").was("busy")
        second.hears("And now?").has_ended()
        first.talks_for(5).hangs_up().has_ended()
