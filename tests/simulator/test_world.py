"""A world: many calls at once, and what is checked at its end."""

import pytest

from hotline.simulator import CallFailed, RealTime, SimulatorError, Violations
from tests.simulator.site import AMY, LINE, Hit, Site, dial, world_of

OTHER = "+14105550998"


def test_two_calls_go_on_at_once_each_in_its_own_time() -> None:
    def voice(hit: Hit) -> str:
        return f"<Say>Hello {hit.form['From'][-3:]}</Say><Pause length='10'/><Say>Bye {hit.form['From'][-3:]}</Say>"

    site = Site(voice=voice)
    with world_of(site) as world:
        first = world.call(LINE)
        first.waits(5)
        second = world.call(LINE, OTHER)
        second.hears("Hello 998")
        first.hears("Bye 999")
        second.hears("Bye 998").does_not_hear("999").has_ended()
        first.has_ended()
        spoken = [event.text for event in world.carrier.events if event.kind == "hears"]
    assert spoken == ["Hello 999", "Hello 998", "Bye 999", "Bye 998"]


def test_a_hundred_calls_keep_apart() -> None:
    site = Site(voice="<Gather numDigits='1' action='/key'><Say>Key?</Say></Gather>", key="<Pause/><Hangup/>")
    with world_of(site) as world:
        calls = []
        for number in range(100):
            calls.append(world.call(LINE, f"+1410556{number:04d}"))
            world.advance(0.01)
        for call in reversed(calls):
            call.presses("1")
        for call in calls:
            call.has_ended("hung up")
    assert len(site.forms("/key")) == len({form["CallSid"] for form in site.forms("/key")}) == 100


def test_a_call_left_going_on_fails_the_world() -> None:
    world = world_of(Site(voice="<Pause length='600'/>"))
    world.call(LINE)
    with pytest.raises(CallFailed, match="never ended"):
        world.close()


def test_a_ring_nobody_expected_fails_the_world() -> None:
    world = world_of(Site(voice=dial(AMY)))
    world.call(LINE).has_ended()
    with pytest.raises(CallFailed, match="amy's phone rang"):
        world.close()


def test_a_ring_of_a_phone_that_knows_what_to_do_is_no_surprise() -> None:
    with world_of(Site(voice=dial(AMY))) as world:
        world.phone(AMY, name="amy", behaviour="no-answer")
        world.call(LINE).has_ended()


def test_the_wrong_phone_ringing_fails_the_step() -> None:
    call = world_of(Site(voice=dial(AMY))).call(LINE)
    with pytest.raises(CallFailed, match="amy's phone rang, not ben's"):
        call.rings("ben")


def test_a_phone_that_rings_in_a_quiet_time_fails_the_step() -> None:
    call = world_of(Site(voice="<Pause length='5'/>" + dial(AMY))).call(LINE)
    call.rings_nobody_for(4)
    with pytest.raises(CallFailed, match="amy's phone rang"):
        call.rings_nobody_for(4)


def test_a_world_that_is_not_strict_complains_only_when_it_is_closed() -> None:
    world = world_of(Site(voice="<Speak/>"), strict=False)
    world.call(LINE).has_ended()
    with pytest.raises(Violations):
        world.close()


def test_a_failing_test_is_not_hidden_by_the_worlds_own_complaints() -> None:
    def failing_test() -> None:
        with world_of(Site(voice="<Pause length='600'/>")) as world:
            world.call(LINE)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_test()


def test_a_number_the_world_does_not_have_cannot_be_called() -> None:
    with pytest.raises(SimulatorError, match="is not a number of this world"):
        world_of(Site()).call("+14105550155")


def test_numbers_may_be_written_as_people_write_them() -> None:
    with world_of(Site(voice=dial("+1 (410) 555-0144") + "<Hangup/>")) as world:
        world.phone("+1 410 555 0144", name="cho", behaviour="busy")
        call = world.call("+1 410 555 0100").has_ended("hung up")
        assert [rung.name for rung in call.rung] == ["cho"]


def test_a_step_that_hangs_up_twice_fails() -> None:
    call = world_of(Site(voice="<Pause length='5'/>")).call(LINE).hangs_up()
    with pytest.raises(CallFailed, match="the call was over"):
        call.hangs_up()


def test_a_caller_may_hang_up_before_anything_is_said() -> None:
    site = Site(voice="<Say>Hello</Say>")
    with world_of(site) as world:
        world.call(LINE).hangs_up().has_ended("caller")


def test_the_server_can_read_the_worlds_time() -> None:
    site = Site()
    world = world_of(site)
    site.pages["/voice"] = lambda hit: f"<Say>It is {world.now():%H:%M:%S}</Say>"
    world.advance(3600)
    world.call(LINE).hears("It is 09:00:00").has_ended()
    world.close()


def test_the_same_call_can_be_made_in_real_time() -> None:
    with world_of(Site(voice="<Pause length='10'/><Say>Hello</Say>"), pace=RealTime(0.005)) as world:
        world.call(LINE).hears("Hello").has_ended()


def test_everything_that_happens_can_be_watched() -> None:
    with world_of(Site(voice="<Say>Hello</Say>")) as world:
        seen: list[str] = []
        world.watch(lambda event: seen.append(f"{event.who} {event.kind}"))
        world.call(LINE).has_ended()
    assert seen == ["caller dials", "carrier asks", "caller hears", "caller is hung up on", "carrier asks"]
