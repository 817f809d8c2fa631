"""What happens next in a call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.core.calls.flow import Continue, Goodbye, Hotline, Hunt, Menu, OtherRota, Step, Target
from hotline.core.calls.hunt import Turn
from hotline.core.calls.position import Position
from hotline.core.calls.reply import Accept, Connect, Listen, Pause, Redirect, RingVolunteer, Say, Screen
from hotline.core.calls.reply import HangUp as End
from hotline.core.calls.transitions import (
    MOST_PROMPTS,
    Seeking,
    Turned,
    begin,
    dial_ended,
    give_up,
    press,
    ring,
    ring_ended,
    screen,
    screened,
    silence,
    wait,
)
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Ringing
from tests.lines import NUMBER, STEPS, hotline, phone_of

NOW = 1_000


def listening(following: object) -> tuple[list[str], Position]:
    """What is said, and where the call stands while it listens."""
    assert isinstance(following, Turned), following
    (listen,) = following.reply
    assert isinstance(listen, Listen)
    return [word.text for word in listen.words if isinstance(word, Say)], listen.position


def offered(
    hotline: Hotline, following: object, volunteer: str = "amy", now: int = NOW
) -> tuple[list[str], RingVolunteer]:
    """What is said before a volunteer's phone rings, and that ring."""
    assert isinstance(following, Seeking), following
    *said, last = ring(hotline, following, Turn(volunteer, following.hunt.round, False), now)
    assert isinstance(last, RingVolunteer)
    return [say.text for say in said if isinstance(say, Say)], last


def start(hotline: Hotline) -> Position:
    return listening(begin(hotline, "token", NOW))[1]


def test_a_call_begins_with_the_first_step_in_the_first_language() -> None:
    said, position = listening(begin(hotline(), "token", NOW))
    assert said == ["Welcome."]
    assert (position.step, position.language, position.token) == ("welcome", "en", "token")


def test_a_key_leads_on_and_a_step_without_a_question_is_spoken_with_the_next() -> None:
    line = hotline()
    said, position = listening(press(line, start(line), "2", NOW))
    assert said == ["About.", "Welcome."]
    assert position.step == "welcome"


def test_a_key_may_change_the_language_and_it_stays_changed() -> None:
    line = hotline()
    said, position = listening(press(line, start(line), "9", NOW))
    assert said == ["Bienvenido."]
    assert offered(line, press(line, position, "1", NOW))[0] == ["Buscando."]


def test_silence_and_a_wrong_key_lead_where_the_flow_says() -> None:
    line = hotline()
    assert offered(line, silence(line, start(line), NOW))[0] == ["Finding someone."]
    assert listening(press(line, start(line), "7", NOW))[0] == ["Welcome."]


def test_a_ring_shows_the_hotlines_number_and_never_the_callers() -> None:
    line = hotline()
    rung = offered(line, silence(line, start(line), NOW))[1]
    assert (rung.phone, rung.caller_id, rung.ring_for) == (phone_of(0), NUMBER, 20)


def test_a_ring_nobody_answers_is_followed_by_the_next_at_once_with_the_words_between() -> None:
    line = hotline()
    first = offered(line, silence(line, start(line), NOW))[1]
    said, second = offered(line, ring_ended(line, first.position, False, NOW + 20), "ben")
    assert (said, second.phone) == (["Still trying."], phone_of(1))
    assert second.position.rings == 2


def test_when_everyone_was_tried_the_flow_goes_on_without_saying_we_still_try() -> None:
    line = hotline(on_call=("amy",), backup=(), ringing=Ringing(rounds=1))
    rung = offered(line, silence(line, start(line), NOW))[1]
    ended = ring_ended(line, rung.position, False, NOW)
    assert isinstance(ended, Seeking)
    assert listening(give_up(line, ended, NOW))[0] == ["Nobody is free."]


def test_after_a_conversation_comes_the_step_for_it() -> None:
    line = hotline()
    rung = offered(line, silence(line, start(line), NOW))[1]
    following = ring_ended(line, rung.position, True, NOW)
    assert isinstance(following, Turned)
    assert [type(verb) for verb in following.reply] == [Say, End]


def test_while_everyone_talks_the_caller_hears_words_and_waits_and_then_is_rung_without_more_words() -> None:
    line = hotline()
    seeking = silence(line, start(line), NOW)
    assert isinstance(seeking, Seeking)
    *said, pause, back = wait(line, seeking)
    assert [say.text for say in said if isinstance(say, Say)] == ["Finding someone.", "Still trying."]
    assert isinstance(pause, Pause)
    assert isinstance(back, Redirect)
    assert offered(line, silence(line, back.position, NOW + 10))[0] == []


def test_the_third_visit_goes_elsewhere_instead_of_asking_again() -> None:
    line = hotline(on_call=(), backup=())
    following, visits = silence(line, start(line), NOW), 0
    while True:
        assert isinstance(following, Seeking)
        turned = give_up(line, following, NOW)
        assert isinstance(turned, Turned)
        reply = turned.reply
        if not isinstance(reply[-1], Listen):
            break
        visits += 1
        following = silence(line, reply[-1].position, NOW)
    assert visits == 2
    *_, lifeline, connect = reply
    assert isinstance(lifeline, Say)
    assert lifeline.text == "Lifeline."
    assert isinstance(connect, Connect)
    assert (connect.number, connect.caller_id) == ("988", NUMBER)
    assert dial_ended(line, connect.position, NOW).reply[0].text == "Goodbye."  # type: ignore[union-attr]


def test_a_flow_that_leads_straight_back_to_ringing_pauses_and_does_not_spin() -> None:
    steps = {**STEPS, "reach": Step("reach", {}, Hunt({}, None, "reach"))}
    line = hotline(on_call=(), backup=(), steps=steps)
    seeking = silence(line, start(line), NOW)
    assert isinstance(seeking, Seeking)
    again = give_up(line, seeking, NOW)
    assert isinstance(again, Seeking)
    assert [type(verb) for verb in wait(line, again)][-2:] == [Pause, Redirect]


@pytest.mark.parametrize("step", ["gone", "welcome", "bye"])
def test_a_step_taken_out_of_the_file_in_mid_call_never_leaves_the_caller_without_an_answer(step: str) -> None:
    line = hotline()
    position = Position("token", step, "en", rings=1)
    for following in (
        press(line, position, "1", NOW),
        silence(line, position, NOW),
        ring_ended(line, position, False, NOW),
        ring_ended(line, position, True, NOW),
        dial_ended(line, position, NOW),
    ):
        assert isinstance(following, Seeking) or following.reply


def test_steps_that_go_round_for_ever_still_answer() -> None:
    steps = {"welcome": Step("welcome", {"en": "A."}, Continue("b")), "b": Step("b", {"en": "B."}, Continue("welcome"))}
    following = begin(hotline(steps=steps), "token", NOW)
    assert isinstance(following, Turned)
    assert isinstance(following.reply[-1], Redirect)


def test_screening_speaks_twice_and_hangs_up_on_silence_so_that_a_voicemail_never_connects() -> None:
    line = hotline()
    rung = offered(line, silence(line, start(line), NOW))[1]
    prompt, end = screen(line, rung.position, "amy")
    assert isinstance(prompt, Screen)
    assert isinstance(end, End)
    assert [word.text for word in prompt.words if isinstance(word, Say)] == ["Line call. Press 1 to take it."] * 2
    assert screened(line, rung.position, "amy", "") == (End(),)


def test_only_the_accept_key_connects() -> None:
    line = hotline()
    position = offered(line, silence(line, start(line), NOW))[1].position
    assert screened(line, position, "amy", "1") == (Accept(),)
    assert screened(line, position, "amy", "2") == (End(),)
    for key in "34567890*#":
        assert isinstance(screened(line, position, "amy", key)[0], Screen)


def test_a_wrong_key_asks_again_a_few_times_and_then_declines() -> None:
    line = hotline()
    position, prompts = offered(line, silence(line, start(line), NOW))[1].position, 0
    reply = screen(line, position, "amy")
    while isinstance(reply[0], Screen):
        prompts += 1
        reply = screened(line, reply[0].position, "amy", "5")
    assert (prompts, reply) == (MOST_PROMPTS, (End(),))


@pytest.mark.parametrize(("accept", "passes"), [("1", "2"), ("2", "1"), ("5", "2")])
def test_the_pass_key_is_2_or_1_where_2_accepts(accept: str, passes: str) -> None:
    line = hotline(ringing=Ringing(accept_key=accept))
    position = offered(line, silence(line, start(line), NOW))[1].position
    assert screened(line, position, "amy", accept) == (Accept(),)
    assert screened(line, position, "amy", passes) == (End(),)


def test_a_volunteer_is_screened_in_their_own_best_language() -> None:
    line = hotline(languages={"amy": ("es", "en")}, ringing=Ringing(say={"en": "Take it?", "es": "¿La toma?"}))
    position = offered(line, silence(line, start(line), NOW))[1].position
    prompt = screen(line, position, "amy")[0]
    assert isinstance(prompt, Screen)
    assert isinstance(prompt.words[0], Say)
    assert prompt.words[0].text == "Llamada en inglés. ¿La toma?", "the caller's language, as Amy speaks both"


def test_a_menu_key_may_be_a_star_or_a_hash() -> None:
    steps = {
        "welcome": Step(
            "welcome", {"en": "?"}, Menu({"#": Target("bye"), "*": Target("welcome")}, 4, "welcome", "welcome")
        ),
        "bye": Step("bye", {"en": "Bye."}, Goodbye()),
    }
    line = hotline(steps=steps)
    assert isinstance(press(line, start(line), "#", NOW), Turned)
    assert listening(press(line, start(line), "*", NOW))[1].step == "welcome"


class TestOtherPeople:
    """Steps that ring another rota."""

    @staticmethod
    def two(longest: int = 60) -> Hotline:
        steps = {
            **STEPS,
            "group": Step("group", {"en": "A leader."}, Hunt({}, None, "reach", people="leaders")),
        }
        own = hotline(steps=steps)
        rota = hotline(("lea",), (), volunteers=("x", "y", "z"), ringing=Ringing(max_wait=longest, ring_for=12)).rota
        return replace(own, others={"leaders": OtherRota(replace(rota, id="leaders"), Schedule(rota))})

    def test_each_step_waits_as_long_as_its_own_people_are_rung(self) -> None:
        line = self.two(longest=60)
        for waited, step in ((59, "group"), (61, "reach")):
            position = Position("token", "group", "en", waits_since=NOW)
            following = press(line, position, "", NOW + waited)
            assert isinstance(following, Seeking)
            assert following.position.step == step

    def test_it_rings_by_the_rules_of_those_rung_from_any_view(self) -> None:
        line = self.two()
        seeking = press(line, Position("token", "group", "en"), "", NOW)
        assert isinstance(seeking, Seeking)
        for view in line.everyone():
            *_, rung = ring(view, seeking, Turn("lea", 1, False), NOW)
            assert isinstance(rung, RingVolunteer)
            assert rung.ring_for == 12

    def test_without_that_rota_the_step_goes_on_to_not_answered(self) -> None:
        line = replace(self.two(), others={})
        following = press(line, Position("token", "group", "en"), "", NOW)
        assert isinstance(following, Seeking)
        assert (following.position.step, following.said) == ("reach", following.said[-1:])

    def test_giving_up_on_some_leads_straight_to_the_others(self) -> None:
        line = self.two()
        seeking = press(line, Position("token", "group", "en"), "", NOW)
        assert isinstance(seeking, Seeking)
        following = give_up(line.at("group"), seeking, NOW)
        assert isinstance(following, Seeking)
        assert [one.text for one in following.said] == ["A leader.", "Finding someone."]
