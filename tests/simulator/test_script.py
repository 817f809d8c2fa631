"""Calls that run by themselves."""

import json

import pytest

from hotline.simulator import CallRecord, World, accepting, named, run_call
from hotline.simulator.line.behaviour import Behaviour
from tests.simulator.site import AMY, BEN, LINE, SCREENING, Hit, Site, accept, dial, world_of


def hunting_site() -> Site:
    def after(hit: Hit) -> str:
        if hit.form["DialBridged"] == "true":
            return "<Say>Goodbye</Say><Hangup/>"
        return dial(BEN, dial='timeout="20" action="/after_ben"', number='url="/screen"')

    return Site(
        voice='<Gather action="/key" numDigits="1" timeout="4"><Say>Press 1.</Say></Gather><Redirect>/key</Redirect>',
        key="<Say>Finding someone</Say>" + dial(AMY, dial='timeout="20" action="/after_amy"', number='url="/screen"'),
        screen=SCREENING,
        accept=accept,
        after_amy=after,
        after_ben="<Say>Sorry</Say><Hangup/>",
    )


def hunt(amy: str, ben: str = "no-answer", **options: object) -> tuple[CallRecord, World]:
    world = world_of(hunting_site())
    world.phone(AMY, name="amy", behaviour=amy)
    world.phone(BEN, name="ben", behaviour=ben)
    return run_call(world, LINE, **options), world


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        ("accept", "connected"),
        ("accept after 12", "connected"),
        ("accept, talk 30", "connected"),
        ("pass", "declined"),
        ("no-answer", "no-answer"),
        ("busy", "busy"),
        ("failed", "failed"),
        ("voicemail", "declined"),
        ("silent", "declined"),
        ("wrong-key", "declined"),
        ("hang-up", "hung up"),
    ],
)
def test_a_phone_does_as_its_behaviour_says(behaviour: str, outcome: str) -> None:
    record, world = hunt(behaviour, keys=["1"])
    assert (record.rings[0].phone, record.rings[0].outcome) == ("amy", outcome)
    assert record.connected_to == (["amy"] if outcome == "connected" else [])
    assert not record.violations
    world.close()


def test_a_wrong_key_may_be_followed_by_the_right_one() -> None:
    site = Site(
        voice=dial(AMY, number='url="/screen"'),
        screen=SCREENING,
        accept=lambda hit: "" if hit.form["Digits"] == "1" else SCREENING,
    )
    with world_of(site) as world:
        world.phone(AMY, name="amy", behaviour="wrong-key")
        record = run_call(world, LINE)
    assert record.connected_to == ["amy"]
    assert [(each.who, each.text) for each in record.timeline if each.what == "presses"] == [("amy", "5"), ("amy", "1")]


def test_the_record_tells_the_whole_call() -> None:
    record, world = hunt("voicemail", "accept after 6, talk 90", keys=["1"], behaviour=Behaviour("caller"))
    assert [heard.text for heard in record.heard] == ["Press 1.", "Finding someone", "Sorry"]
    assert [key.key for key in record.keys] == ["1"]
    assert [(ring.phone, ring.outcome, ring.talked) for ring in record.rings] == [
        ("amy", "declined", 0.0),
        ("ben", "connected", 90.0),
    ]
    assert record.connected_to == ["ben"]
    assert record.ended_by == "hung up"
    assert record.began == "2026-03-01T08:00:00+00:00"
    assert record.heard[0].language == "en-US"
    world.close()


def test_the_record_is_plain_json() -> None:
    record, _ = hunt("accept", keys=["1"])
    assert json.loads(record.to_json()) == record.to_dict()


def test_a_dash_stays_silent_at_one_prompt() -> None:
    voice = '<Gather action="/key" numDigits="1"><Say>Key?</Say></Gather><Redirect>/voice</Redirect>'
    site = Site(voice=voice, key="<Hangup/>")
    with world_of(site) as world:
        record = run_call(world, LINE, keys=["-", "3"])
    assert [heard.text for heard in record.heard] == ["Key?", "Key?"]
    assert site.form("/key")["Digits"] == "3"


def test_several_keys_at_one_prompt_are_pressed_in_turn() -> None:
    site = Site(voice='<Gather action="/key"><Say>Code?</Say></Gather>', key="<Hangup/>")
    with world_of(site) as world:
        run_call(world, LINE, keys=["1234#"])
    assert site.form("/key")["Digits"] == "1234"


def test_the_caller_hangs_up_when_tired_of_waiting() -> None:
    record, world = hunt("no-answer", behaviour=Behaviour("caller", hangs_up_after=10))
    assert (record.ended_by, record.duration) == ("caller", 10.0)
    assert record.rings[0].outcome == "canceled"
    world.close()


def test_the_caller_hangs_up_after_talking() -> None:
    record, world = hunt("accept", keys=["1"], behaviour=Behaviour("caller", talks_for=45))
    assert (record.ended_by, record.rings[0].talked) == ("caller", 45.0)
    world.close()


def test_a_call_that_never_ends_is_hung_up() -> None:
    with world_of(Site(voice="<Pause length='60'/><Redirect>/voice</Redirect>")) as world:
        record = run_call(world, LINE, within=300)
    assert (record.ended_by, record.duration) == ("caller", 300.0)


def test_violations_are_in_the_record() -> None:
    world = world_of(Site(voice="<Speak/>"))
    assert run_call(world, LINE).violations == [
        "12200: <Speak> in <Response>, line 1: there is no such verb [https://hotline.example/voice]"
    ]


def test_a_behaviour_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no behaviour 'sleep'; there are no-answer, accept, pass"):
        named("sleep")


def test_keys_for_accepting_and_passing_can_be_others() -> None:
    assert named("accept", ("5", "6")).keys == ("5",)
    assert named("pass", ("5", "6")).keys == ("6",)
    assert accepting(after=2, key="9", talks_for=5).keys == ("9",)
