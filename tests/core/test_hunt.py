"""Whose phone rings next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.flow import Hotline
from hotline.core.hunt import NOTHING_KNOWN, AllBusy, LiveView, NobodyLeft, RingNext, Turn, after, choose, ringing
from hotline.core.position import HuntPosition
from hotline.core.rota import OnCall, Order, Ringing
from tests.lines import NOON, hotline

BEGAN = 1_000


def rung(line: Hotline, live: LiveView, hunt: HuntPosition | None = None, **caller: object) -> list[str]:
    choice = choice_of(line, live, hunt, **caller)
    assert isinstance(choice, RingNext), choice
    return [turn.volunteer for turn in choice.candidates]


def choice_of(
    line: Hotline,
    live: LiveView,
    hunt: HuntPosition | None = None,
    language: str = "en",
    spread: str = "CA1",
    now: int = BEGAN,
    who: OnCall | None = None,
) -> object:
    return choose(line, hunt or HuntPosition(BEGAN), who or line.schedule.at(NOON), live, language, spread, now)


def busy(*volunteers: str) -> LiveView:
    return LiveView(busy=frozenset(volunteers))


def test_the_round_robin_goes_on_after_the_volunteer_last_rung() -> None:
    assert rung(hotline(), LiveView(last="amy")) == ["ben", "cho", "amy"]
    assert rung(hotline(), LiveView(last="cho")) == ["amy", "ben", "cho"]


def test_the_first_call_ever_begins_at_the_top() -> None:
    assert rung(hotline(), LiveView()) == ["amy", "ben", "cho"]


def test_after_someone_not_on_call_now_it_goes_on_after_their_place_among_the_volunteers() -> None:
    line = hotline(on_call=("cho", "amy", "eli"), volunteers=("amy", "ben", "cho", "dee", "eli"))
    assert rung(line, LiveView(last="ben")) == ["cho", "amy", "eli"]
    assert rung(line, LiveView(last="dee")) == ["eli", "cho", "amy"]


def test_after_someone_who_left_the_rota_it_begins_at_the_top() -> None:
    assert rung(hotline(), LiveView(last="zoe")) == ["amy", "ben", "cho"]


def test_a_listed_order_always_begins_at_the_top() -> None:
    line = hotline(ringing=Ringing(order=Order.LISTED))
    assert rung(line, LiveView(last="amy")) == ["amy", "ben", "cho"]


def test_those_who_speak_the_callers_language_come_first_each_group_in_turn() -> None:
    line = hotline(on_call=("amy", "ben", "cho", "eli"), languages={"ben": ("en", "es"), "eli": ("es",)})
    assert rung(line, LiveView(last="ben"), language="es") == ["eli", "ben", "cho", "amy"]
    assert rung(line, LiveView(last="ben"), language="en") == ["cho", "amy", "ben", "eli"]


def test_the_resting_come_last_but_never_not_at_all() -> None:
    assert rung(hotline(), LiveView(resting=frozenset({"amy"}))) == ["ben", "cho", "amy"]
    assert rung(hotline(on_call=("amy",)), LiveView(resting=frozenset({"amy"}))) == ["amy"]


def test_nobody_is_rung_who_is_being_rung_or_talking_or_was_tried_this_round() -> None:
    assert rung(hotline(), busy("amy")) == ["ben", "cho"]
    assert rung(hotline(), busy("amy"), HuntPosition(BEGAN, tried=("ben",))) == ["cho"]


def test_a_busy_volunteer_missed_in_one_round_is_rung_in_the_next() -> None:
    hunt = HuntPosition(BEGAN, tried=("ben", "cho"))
    choice = choice_of(hotline(), busy("amy"), hunt)
    assert isinstance(choice, RingNext)
    assert choice.candidates == (Turn("ben", 2, False), Turn("cho", 2, False))


def test_after_the_last_round_the_backup_is_rung_in_listed_order_once() -> None:
    line = hotline(on_call=("amy",), backup=("zed", "chaplain"))
    last_round = HuntPosition(BEGAN, round=2, tried=("amy",))
    assert rung(line, LiveView(), last_round) == ["zed", "chaplain"]
    at_backup = ringing(last_round, Turn("zed", 2, True), BEGAN)
    assert rung(line, LiveView(), at_backup) == ["chaplain"]
    assert isinstance(choice_of(line, LiveView(), ringing(at_backup, Turn("chaplain", 2, True), BEGAN)), NobodyLeft)


def test_the_backup_is_rung_even_if_already_tried_on_call() -> None:
    line = hotline(on_call=("amy",), backup=("amy",))
    assert rung(line, LiveView(), HuntPosition(BEGAN, round=2, tried=("amy",))) == ["amy"]


def test_if_everyone_is_talking_the_caller_waits_until_max_wait_and_then_gets_the_backup() -> None:
    line, everyone = hotline(), busy("amy", "ben", "cho")
    assert isinstance(choice_of(line, everyone, now=BEGAN + 239), AllBusy)
    assert choice_of(line, everyone, now=BEGAN + 240) == RingNext((Turn("chaplain", 1, True),))


def test_nobody_on_call_goes_straight_to_the_backup_and_without_one_to_the_end() -> None:
    assert rung(hotline(on_call=()), LiveView()) == ["chaplain"]
    assert isinstance(choice_of(hotline(on_call=(), backup=()), LiveView()), NobodyLeft)


def test_a_handover_in_mid_hunt_rings_the_new_volunteers_and_skips_nobody() -> None:
    tried = HuntPosition(BEGAN, tried=("amy",))
    line = hotline(on_call=("amy", "ben"), volunteers=("amy", "ben", "dee", "eli"))
    assert [
        turn.volunteer
        for turn in choice_of(line, LiveView(last="amy"), tried, who=OnCall(("dee", "eli"), ())).candidates  # type: ignore[attr-defined]
    ] == ["dee", "eli"]


def test_the_same_ring_asked_for_twice_gets_the_same_volunteer() -> None:
    given = Turn("ben", 1, False)
    live = LiveView(last="ben", busy=frozenset({"ben"}), already=given)
    assert choice_of(hotline(), live) == RingNext((given,))


def test_without_live_state_calls_are_spread_and_each_goes_round_everyone() -> None:
    line = hotline()
    orders = {tuple(rung(line, NOTHING_KNOWN, spread=f"CA{n}")) for n in range(50)}
    assert {order[0] for order in orders} == {"amy", "ben", "cho"}
    assert all(sorted(order) == ["amy", "ben", "cho"] for order in orders)
    assert rung(line, NOTHING_KNOWN, spread="CA7") == rung(line, NOTHING_KNOWN, spread="CA7")


ids = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1)


@given(ids, st.sampled_from("abcdefgh") | st.none())
def test_whoever_was_rung_last_everyone_gets_a_turn(on_call: list[str], last: str | None) -> None:
    places = {name: place for place, name in enumerate("abcdefgh")}
    assert sorted(after(on_call, last, places)) == sorted(on_call)
    if last in on_call:
        assert after(on_call, last, places)[-1] == last


@given(st.lists(st.sampled_from(["amy", "ben", "cho", "dee"]), unique=True, min_size=1), st.integers(1, 4))
def test_a_hunt_nobody_answers_rings_everyone_once_a_round_and_then_the_backup(names: list[str], rounds: int) -> None:
    line = hotline(on_call=names, ringing=Ringing(rounds=rounds))
    hunt, rings, last = HuntPosition(BEGAN), [], None
    while isinstance(choice := choice_of(line, LiveView(last=last), hunt), RingNext):
        turn = choice.candidates[0]
        hunt = ringing(hunt, turn, BEGAN)
        last = last if turn.backup else turn.volunteer
        rings.append(turn.volunteer)
    assert isinstance(choice, NobodyLeft)
    assert rings[-1] == "chaplain"
    for n in range(rounds):
        assert sorted(rings[n * len(names) : (n + 1) * len(names)]) == sorted(names)
    assert len(rings) == rounds * len(names) + 1
