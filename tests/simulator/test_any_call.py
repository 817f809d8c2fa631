"""Whatever people do, and however the carrier behaves: every leg ends, and the server is told of it once."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.simulator import Behaviour, CarrierQuirks
from tests.simulator.site import AMY, BEN, LINE, SCREENING, Site, accept, dial, world_of

seconds = st.one_of(st.none(), st.floats(0, 60))
behaviours = st.builds(
    Behaviour,
    name=st.just("someone"),
    picks_up_after=seconds,
    refuses=st.sampled_from(["", "", "", "busy", "failed"]),
    keys=st.lists(st.sampled_from(["1", "2", "5", "-", "*", "12#"]), max_size=3).map(tuple),
    hangs_up_after=seconds,
    talks_for=seconds,
)
quirk_sets = st.builds(
    CarrierQuirks,
    setup_seconds=st.sampled_from([0.0, 2.0]),
    cancel_seconds=st.sampled_from([0.0, 1.5]),
    caller_gone_dial_status=st.sampled_from(["canceled", "no-answer"]),
    callback_order=st.sampled_from(["natural", "ended first", "shuffled"]),
    callback_delay=st.sampled_from([0.0, 10.0]),
    webhook_seconds=st.sampled_from([0.0, 0.4]),
)
ways_to_dial = st.sampled_from(["", 'sequential="true"', 'answerOnBridge="true"', 'hangupOnStar="true"'])


@settings(max_examples=75)
@given(
    behaviours.map(lambda each: each if each.hangs_up_after or each.talks_for else Behaviour("caller")),
    st.lists(behaviours, min_size=2, max_size=2),
    quirk_sets,
    ways_to_dial,
    st.booleans(),
)
def test_every_leg_ends_and_every_dial_and_call_is_told_of_once(
    caller: Behaviour, people: list[Behaviour], quirks: CarrierQuirks, way: str, screened: bool
) -> None:
    number = 'statusCallback="/progress"' + (' url="/screen"' if screened else "")
    site = Site(
        voice='<Gather action="/key" numDigits="1"><Say>Press 1.</Say></Gather><Redirect>/key</Redirect>',
        key=dial(AMY, BEN, dial=f'timeout="20" timeLimit="600" action="/next" {way}', number=number),
        screen=SCREENING,
        accept=accept,
        next="<Say>Goodbye</Say><Hangup/>",
    )
    with world_of(site, quirks) as world:
        for phone, behaviour in zip((AMY, BEN), people, strict=True):
            world.phone(phone, name=phone, behaviour=behaviour)
        calls = [world.call(LINE, behaviour=caller), world.call(LINE, "+14105550998", behaviour=caller)]
        world.run_to_end()
        assert all(call.is_over for call in calls)
        assert all(not leg.live for leg in world.carrier.legs)
    told = Counter((hit.path, hit.form["CallSid"]) for hit in site.hits if hit.path in ("/ended", "/next", "/progress"))
    assert set(told.values()) == {1}
    assert {sid for path, sid in told if path == "/ended"} == {call.sid for call in calls}
    dialled = {leg.parent.sid for leg in world.carrier.legs if leg.parent is not None}
    assert {sid for path, sid in told if path == "/next"} == dialled
    for form in site.forms("/next"):
        leg = next(leg for leg in world.carrier.legs if leg.sid == form["DialCallSid"])
        assert (form["DialBridged"] == "true") == (leg.bridged is not None)
