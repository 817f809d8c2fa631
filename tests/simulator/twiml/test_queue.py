"""Queues: a caller waits in one, and exactly one of those who dial it takes the caller out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.simulator import Behaviour, CallFailed, CarrierQuirks, Violations, World, record
from tests.simulator.site import AMY, BEN, LINE, Site, world_of

ENQUEUE = '<Enqueue action="/after" waitUrl="/wait">one</Enqueue>'
WAIT = "<Say>Please hold.</Say><Pause length='9'/>"
TAKE = '<Dial action="/done" timeout="20"><Queue>one</Queue></Dial>'


def queue_site(**pages: object) -> Site:
    """A caller who waits, and volunteers who are asked for a key before they take the caller."""
    return Site(
        **{
            "voice": ENQUEUE,
            "wait": WAIT,
            "after": "<Say>Thank you for calling.</Say>",
            "screen": '<Gather action="/take" numDigits="1"><Say>Press 1.</Say></Gather>',
            "take": TAKE,
            "done": "<Say>Thank you, volunteer.</Say>",
            **pages,
        }  # type: ignore[arg-type]
    )


def ring(world: World, to: str = AMY, url: str = "/take") -> str:
    return world.place(to, LINE, url=url, status_callback="/status").sid


def test_a_caller_waits_until_a_volunteer_takes_the_call() -> None:
    site = queue_site()
    with world_of(site) as world:
        call = world.call(LINE).hears("Please hold").waits(4)
        ring(world)
        amy = call.rings("amy").picks_up(after=3)
        call.talks_with("amy").talks_for(60)
        amy.hangs_up()
        call.hears("Thank you for calling").has_ended("finished")
    told = site.form("/after")
    assert (told["QueueResult"], told["QueueTime"]) == ("bridged", "7")
    assert told["CallStatus"] == "in-progress"
    assert told["QueueSid"].startswith("QU")
    done = site.form("/done")
    assert (done["DialCallStatus"], done["DialBridged"], done["DialCallDuration"]) == ("completed", "true", "60")
    assert (done["DialCallSid"], done["CallSid"], done["CallStatus"]) == (call.sid, amy.leg.sid, "completed")
    made = record(call)
    assert made.connected_to == ["amy"]
    assert [(each.phone, each.at, each.answered, each.talked) for each in made.rings] == [("amy", 4.0, 7.0, 60.0)]
    assert "connected with amy" in call.transcript()


def test_when_the_caller_hangs_up_the_volunteers_call_goes_on() -> None:
    site = queue_site()
    with world_of(site) as world:
        call = world.call(LINE).hears("Please hold")
        ring(world)
        amy = call.rings("amy").picks_up()
        call.talks_with("amy").talks_for(30).hangs_up()
        amy.hears("Thank you, volunteer")
        call.has_ended("caller")
    told = site.form("/after")
    assert (told["QueueResult"], told["CallStatus"]) == ("bridged", "completed")
    done = site.form("/done")
    assert (done["DialCallStatus"], done["DialCallDuration"], done["CallStatus"]) == ("completed", "30", "in-progress")


def test_the_waiting_document_is_asked_for_again_each_time_it_runs_out() -> None:
    site = queue_site()
    with world_of(site) as world:
        first = world.call(LINE).waits(5)
        second = world.call(LINE, "+14105550998").waits(12)
        first.hangs_up().has_ended("caller")
        second.waits(10).hangs_up().has_ended("caller")
    mine = [form for form in site.forms("/wait") if form["CallSid"] == second.sid]
    assert [form["QueuePosition"] for form in mine] == ["2", "2", "1"]
    assert [form["CurrentQueueSize"] for form in mine] == ["2", "2", "1"]
    assert [form["QueueTime"] for form in mine] == ["0", "10", "20"]
    assert [form["AvgQueueTime"] for form in mine] == ["2", "12", "20"]
    assert {form["CallStatus"] for form in mine} == {"in-progress"}
    assert [form["QueueResult"] for form in site.forms("/after")] == ["hangup", "hangup"]


@pytest.mark.parametrize(("where", "asked"), [("last redirect", ["/more"] * 3), ("waitUrl", ["/more", "/wait"] * 2)])
def test_a_redirect_in_a_waiting_document_is_followed(where: str, asked: list[str]) -> None:
    site = queue_site(wait="<Redirect>/more</Redirect>", more="<Pause length='10'/>")
    with world_of(site, CarrierQuirks(waiting_goes_on_at=where)) as world:  # type: ignore[arg-type]
        world.call(LINE).waits(25).hangs_up().has_ended()
    paths = [hit.path for hit in site.hits if hit.path in ("/wait", "/more")]
    assert paths[1 : len(asked) + 1] == asked
    assert all("QueuePosition" in form for form in site.forms("/more"))


def test_keys_work_while_waiting_and_leave_goes_on_after_the_queue() -> None:
    menu = '<Gather action="/key" numDigits="1" timeout="5"><Say>Press 9 to stop waiting.</Say></Gather>'
    site = queue_site(wait=menu, key=lambda hit: "<Leave/>" if hit.form["Digits"] == "9" else "<Say>No.</Say>")
    with world_of(site) as world:
        call = world.call(LINE).hears("Press 9").presses("1").hears("No.").hears("Press 9").presses("9")
        call.hears("Thank you for calling").has_ended("finished")
    assert site.form("/after")["QueueResult"] == "leave"
    assert world.carrier.queues["one"].members == []


def test_without_an_action_the_call_goes_on_with_the_next_verb() -> None:
    site = queue_site(voice="<Enqueue waitUrl='/wait'>one</Enqueue><Say>Next.</Say>", wait="<Leave/>")
    with world_of(site) as world:
        world.call(LINE).hears("Next.").has_ended("finished")


def test_a_hangup_while_waiting_ends_the_call() -> None:
    site = queue_site(wait="<Say>Closed.</Say><Hangup/>")
    with world_of(site) as world:
        world.call(LINE).hears("Closed.").has_ended("hung up")
    assert (site.form("/after")["QueueResult"], site.form("/after")["CallStatus"]) == ("hangup", "completed")


def test_a_waiting_document_that_fails_ends_the_wait_with_an_error() -> None:
    world = world_of(queue_site(wait="<Dial>+14105550111</Dial><Leave/>"))
    with pytest.raises(Violations, match="not allowed here"):
        world.call(LINE).has_ended()
    site = queue_site(wait=lambda hit: 1 / 0)
    world = world_of(site)
    world.tolerate("11217")
    world.call(LINE).hears("Thank you for calling").has_ended()
    assert site.form("/after")["QueueResult"] == "error"


def test_a_waiting_document_that_takes_no_time_goes_in_circles() -> None:
    world = world_of(queue_site(wait=""))
    with pytest.raises(Violations, match="took no time"):
        world.call(LINE).has_ended()


def test_without_a_waiting_document_there_is_music_and_with_an_empty_one_silence() -> None:
    for attribute, heard in (("", ["[sound] the carrier's hold music"]), ("waitUrl=''", [])):
        with world_of(queue_site(voice=f"<Enqueue {attribute}>one</Enqueue>")) as world:
            call = world.call(LINE).waits(100).hangs_up().has_ended()
        assert [each.text for each in call.leg.heard] == heard


def test_a_queue_that_was_never_made_cannot_be_dialled() -> None:
    site = queue_site()
    with world_of(site) as world:
        ring(world)
        world.rings("amy").picks_up().hears("Thank you, volunteer")
        world.run_until(lambda: world.placed[0].is_over)
    assert site.form("/done")["DialCallStatus"] == "error"


def test_who_dials_an_empty_queue_waits_for_the_next_caller() -> None:
    site = queue_site()
    with world_of(site) as world:
        world.call(LINE).waits(1).hangs_up().has_ended()
        ring(world)
        amy = world.rings("amy").picks_up()
        world.advance(19)
        call = world.call(LINE).talks_with("amy").talks_for(5)
        amy.hangs_up()
        call.has_ended()
        ring(world)
        world.rings("amy").picks_up().hears("Thank you, volunteer", within=20)
        world.run_until(lambda: world.placed[1].is_over)
    assert [form["DialCallStatus"] for form in site.forms("/done")] == ["completed", "no-answer"]
    assert "DialCallDuration" not in site.forms("/done")[1]
    assert site.forms("/after")[1]["QueueTime"] == "0"


def test_one_of_two_who_accept_at_once_takes_the_caller() -> None:
    site = queue_site()
    with world_of(site) as world:
        call = world.call(LINE).hears("Please hold")
        ring(world, AMY)
        ring(world, BEN)
        amy, ben = call.rings("amy"), call.rings("ben")
        amy.leg.pick_up()
        ben.leg.pick_up()
        call.talks_with("amy").talks_for(25)
        ben.hears("Thank you, volunteer")
        call.hangs_up().has_ended()
    assert sorted(form["DialCallStatus"] for form in site.forms("/done")) == ["completed", "no-answer"]


def test_callers_are_taken_in_the_order_they_came() -> None:
    with world_of(queue_site()) as world:
        first, second = world.call(LINE), world.call(LINE, "+14105550998")
        world.advance(1)
        ring(world, AMY)
        ring(world, BEN)
        first.rings("amy").picks_up(after=1)
        second.rings("ben").picks_up(after=1)
        first.talks_with("amy").hangs_up().has_ended()
        second.talks_with("ben").hangs_up().has_ended()


def test_the_queued_caller_may_hear_something_first() -> None:
    take = TAKE.replace("<Queue>", '<Queue url="/announce">')
    site = queue_site(take=take, announce="<Say>You are being connected.</Say>")
    with world_of(site) as world:
        call = world.call(LINE).hears("Please hold")
        sid = ring(world)
        call.rings("amy").picks_up()
        assert call.talking_with is None
        call.hears("You are being connected").talks_with("amy").hangs_up().has_ended()
    told = site.form("/announce")
    assert (told["CallSid"], told["DequeingCallSid"]) == (call.sid, sid)


def test_a_caller_who_hangs_up_while_being_told_leaves_the_next_one_to_the_volunteer() -> None:
    site = queue_site(take=TAKE.replace("<Queue>", '<Queue url="/announce">'), announce="<Say>Connecting.</Say>")
    with world_of(site) as world:
        call, other = world.call(LINE), world.call(LINE, "+14105550998")
        world.advance(1)
        ring(world)
        call.rings("amy").picks_up()
        call.hears("Connecting").hangs_up().has_ended("caller")
        other.talks_with("amy").hangs_up().has_ended()
    assert [form["QueueResult"] for form in site.forms("/after")] == ["hangup", "bridged"]


def test_the_longest_conversation_and_the_star_key_end_it_for_the_volunteer() -> None:
    for attributes in ('timeLimit="30"', 'hangupOnStar="true"'):
        site = queue_site(take=TAKE.replace("timeout", attributes + " timeout"))
        with world_of(site) as world:
            call = world.call(LINE).hears("Please hold")
            ring(world)
            amy = call.rings("amy").picks_up()
            call.talks_with("amy").talks_for(29)
            if "Star" in attributes:
                amy.presses("*", at_once=True)
            amy.hears("Thank you, volunteer")
            call.hears("Thank you for calling").has_ended()


def test_a_queue_and_a_number_do_not_go_together() -> None:
    both = "<Dial><Queue>one</Queue><Number>+14105550112</Number></Dial>"
    world = world_of(Site(voice=both))
    with pytest.raises(Violations, match="13215"):
        world.call(LINE).has_ended()


def test_a_conversation_that_never_ends_fails_the_world() -> None:
    world = world_of(queue_site())
    call = world.call(LINE).hears("Please hold")
    ring(world)
    call.rings("amy").picks_up()
    call.talks_with("amy")
    with pytest.raises(CallFailed, match="never ended"):
        world.close()


times = st.sampled_from([0.0, 1.0, 2.0, 5.0, 20.0, 45.0])


@settings(max_examples=60)
@given(
    st.lists(st.tuples(times, times, times), min_size=1, max_size=3),
    st.lists(st.tuples(times, times, times, st.sampled_from([None, "end", "redirect"])), min_size=1, max_size=2),
    st.sampled_from(["", ' url="/announce"']),
    st.builds(
        CarrierQuirks,
        callback_order=st.sampled_from(["natural", "ended first", "shuffled"]),
        webhook_seconds=st.sampled_from([0.0, 0.4]),
        setup_seconds=st.sampled_from([0.0, 1.0]),
        calls_per_second=st.sampled_from([0.0, 1.0]),
    ),
)
def test_whatever_happens_each_leg_ends_and_each_action_is_told_of_once(
    callers: list[tuple[float, float, float]],
    volunteers: list[tuple[float, float, float, str | None]],
    announced: str,
    quirks: CarrierQuirks,
) -> None:
    take = TAKE.replace("<Queue>", f"<Queue{announced}>")
    site = queue_site(take=take, announce="<Say>You are being connected now.</Say>", moved="<Pause length='3'/>")
    with world_of(site, quirks) as world:
        for place, (at, lasts, moved) in enumerate(callers):
            patience = Behaviour("caller", hangs_up_after=lasts, talks_for=lasts)

            def call(number: str = f"+1410555099{place}", how: Behaviour = patience, moved: float = moved) -> None:
                sid = world.call(LINE, number, behaviour=how).sid
                world.clock.after(moved, lambda: _perhaps(world, sid, "redirect"))

            world.clock.after(at, call)
        for phone, (at, after, lasts, act) in zip((AMY, BEN), volunteers, strict=False):
            world.phone(phone, name=phone, behaviour=Behaviour("v", picks_up_after=after, talks_for=lasts))

            def place_call(phone: str = phone, lasts: float = lasts, act: str | None = act) -> None:
                sid = ring(world, phone)
                world.clock.after(lasts, lambda: _perhaps(world, sid, act))

            world.clock.after(at, place_call)
        world.advance(200)
        assert all(not leg.live for leg in world.carrier.legs)
        assert all(not queue.members and not queue.dialers for queue in world.carrier.queues.values())
    ended = [form["CallSid"] for form in [*site.forms("/ended"), *site.forms("/status")]]
    assert sorted(ended) == sorted(leg.sid for leg in world.carrier.legs)
    after = [form["CallSid"] for form in site.forms("/after")]
    assert sorted(after) == sorted(event.leg for event in world.carrier.events if event.kind == "waits in queue")
    done = [form["CallSid"] for form in site.forms("/done")]
    assert len(done) == len(set(done))
    assert set(done) <= {form["CallSid"] for form in site.forms("/take")}
    bridged = [form for form in site.forms("/done") if form["DialBridged"] == "true"]
    assert len({form["DialCallSid"] for form in bridged}) == len(bridged), "no caller is taken twice"


def _perhaps(world: World, sid: str, act: str | None) -> None:
    leg = next(leg for leg in world.carrier.legs if leg.sid == sid)
    if not leg.live or leg.leaving or leg.answered is None:
        return
    if act == "end":
        world.end_call(sid)
    elif act == "redirect":
        world.redirect_call(sid, "/moved")
