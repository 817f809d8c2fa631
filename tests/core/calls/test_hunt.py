"""Whose phone rings next."""

from __future__ import annotations

from collections.abc import Set

from hypothesis import given
from hypothesis import strategies as st

from hotline.core.calls.flow import Hotline
from hotline.core.calls.hunt import (
    AllBusy,
    Candidate,
    Candidates,
    NobodyLeft,
    Turn,
    choose,
    first_candidates,
    next_candidates,
    ringing,
    start_after,
    start_anywhere,
    starts_after,
)
from hotline.core.calls.position import HuntPosition
from hotline.core.rota.rota import OnCall, Order, Ringing
from tests.lines import NOON, hotline

BEGAN = 1_000
NOBODY: frozenset[str] = frozenset()


def next_turn(
    hotline: Hotline,
    hunt: HuntPosition | None = None,
    *,
    last: str | None = None,
    busy: Set[str] = NOBODY,
    resting: Set[str] = NOBODY,
    language: str = "en",
    now: int = BEGAN,
    who: OnCall | None = None,
) -> Turn | AllBusy | NobodyLeft:
    """Whose turn it is, as the service goes about it."""
    hunt = hunt or HuntPosition(BEGAN)
    who = who or hotline.schedule.at(NOON)
    candidates = first_candidates(hotline, hunt, who, language, now)
    while True:
        turn = choose(candidates, {1: start_after(candidates, last, hotline.schedule.places)}, busy, resting)
        if turn is not None:
            return turn
        following = next_candidates(hotline, hunt, who, language, candidates, busy)
        if not isinstance(following, Candidates):
            return following
        candidates = following


def rung(hotline: Hotline, hunt: HuntPosition | None = None, *, last: str | None = None, **more: object) -> list[str]:
    """Everyone in the order they would be rung in one round, or as the backup, if nobody answered."""
    hunt, names = hunt or HuntPosition(BEGAN), []
    turn = next_turn(hotline, hunt, last=last, **more)  # type: ignore[arg-type]
    assert isinstance(turn, Turn), turn
    list_rung = (turn.round, turn.backup)
    while isinstance(turn, Turn) and (turn.round, turn.backup) == list_rung:
        names.append(turn.volunteer)
        hunt = ringing(hunt, turn, BEGAN)
        last = last if turn.backup else turn.volunteer
        turn = next_turn(hotline, hunt, last=last, **more)  # type: ignore[arg-type]
    return names


def test_the_round_robin_goes_on_after_the_volunteer_last_rung() -> None:
    assert rung(hotline(), last="amy") == ["ben", "cho", "amy"]
    assert rung(hotline(), last="cho") == ["amy", "ben", "cho"]


def test_the_first_call_ever_begins_at_the_top() -> None:
    assert rung(hotline()) == ["amy", "ben", "cho"]


def test_after_someone_not_on_call_now_it_goes_on_after_their_place_among_the_volunteers() -> None:
    line = hotline(on_call=("cho", "amy", "eli"), volunteers=("amy", "ben", "cho", "dee", "eli"))
    assert rung(line, last="ben") == ["cho", "amy", "eli"]
    assert rung(line, last="dee") == ["eli", "cho", "amy"]


def test_after_someone_who_left_the_rota_it_begins_at_the_top() -> None:
    assert rung(hotline(), last="zoe") == ["amy", "ben", "cho"]


def test_a_listed_order_always_begins_at_the_top() -> None:
    line = hotline(ringing=Ringing(order=Order.LISTED))
    assert rung(line, last="amy") == ["amy", "ben", "cho"]


def test_those_who_speak_the_callers_language_come_first_each_group_in_turn() -> None:
    line = hotline(on_call=("amy", "ben", "cho", "eli"), languages={"ben": ("en", "es"), "eli": ("es",)})
    assert rung(line, last="ben", language="es") == ["eli", "ben", "cho", "amy"]
    assert rung(line, last="ben", language="en") == ["cho", "amy", "ben", "eli"]


def test_the_resting_come_last_but_never_not_at_all() -> None:
    assert rung(hotline(), resting={"amy"}) == ["ben", "cho", "amy"]
    assert rung(hotline(on_call=("amy",)), resting={"amy"}) == ["amy"]


def test_nobody_is_rung_who_is_being_rung_or_talking_or_was_tried_this_round() -> None:
    assert rung(hotline(), busy={"amy"}) == ["ben", "cho"]
    assert rung(hotline(), HuntPosition(BEGAN, tried=("ben",)), busy={"amy"}) == ["cho"]


def test_a_busy_volunteer_missed_in_one_round_is_rung_in_the_next() -> None:
    hunt = HuntPosition(BEGAN, tried=("ben", "cho"))
    assert next_turn(hotline(), hunt, busy={"amy"}) == Turn("ben", 2, False)
    assert rung(hotline(), ringing(hunt, Turn("ben", 2, False), BEGAN), last="ben") == ["cho", "amy"]


def test_after_the_last_round_the_backup_is_rung_in_listed_order_once() -> None:
    line = hotline(on_call=("amy",), backup=("zed", "chaplain"))
    last_round = HuntPosition(BEGAN, round=2, tried=("amy",))
    assert rung(line, last_round) == ["zed", "chaplain"]
    rung_out = HuntPosition(BEGAN, round=2, tried=("amy",), backup_tried=("zed", "chaplain"))
    assert isinstance(next_turn(line, rung_out), NobodyLeft)


def test_the_backup_is_rung_even_if_already_tried_on_call() -> None:
    line = hotline(on_call=("amy",), backup=("amy",))
    assert next_turn(line, HuntPosition(BEGAN, round=2, tried=("amy",))) == Turn("amy", 2, True)


def test_a_busy_backup_is_passed_over() -> None:
    line = hotline(on_call=(), backup=("zed", "chaplain"))
    assert rung(line, busy={"zed"}) == ["chaplain"]
    assert isinstance(next_turn(line, busy={"zed", "chaplain"}), NobodyLeft)


def test_if_everyone_is_talking_the_caller_waits_until_max_wait_and_then_gets_the_backup() -> None:
    line, everyone = hotline(ringing=Ringing(backup_after=3600)), {"amy", "ben", "cho"}
    assert isinstance(next_turn(line, busy=everyone, now=BEGAN + 239), AllBusy)
    assert next_turn(line, busy=everyone, now=BEGAN + 240) == Turn("chaplain", 1, True)


class TestTheBackupComesEarlier:
    """Once the caller has waited for `backup_after`, which is 40 s if the rota does not say."""

    def test_between_two_rings(self) -> None:
        tried = HuntPosition(BEGAN, tried=("amy",))
        assert next_turn(hotline(), tried, last="amy", now=BEGAN + 39) == Turn("ben", 1, False)
        assert next_turn(hotline(), tried, last="amy", now=BEGAN + 40) == Turn("chaplain", 1, True)

    def test_and_then_the_round_goes_on_where_it_was(self) -> None:
        line, hunt = hotline(), HuntPosition(BEGAN, tried=("amy",))
        hunt = ringing(hunt, Turn("chaplain", 1, True), BEGAN + 40)
        assert rung(line, hunt, last="amy", now=BEGAN + 60) == ["ben", "cho"]

    def test_once_in_a_hunt(self) -> None:
        line = hotline(on_call=("amy",), backup=("zed", "chaplain"), ringing=Ringing(rounds=1, backup_after=0))
        assert rung(line) == ["zed", "chaplain"]
        hunt = HuntPosition(BEGAN, backup_tried=("zed", "chaplain"))
        assert next_turn(line, hunt) == Turn("amy", 1, False)
        assert isinstance(next_turn(line, ringing(hunt, Turn("amy", 1, False), BEGAN), last="amy"), NobodyLeft)

    def test_a_backup_who_talks_keeps_nobody_else_from_being_rung_and_is_rung_when_free(self) -> None:
        line = hotline(ringing=Ringing(rounds=1, backup_after=0))
        assert next_turn(line, busy={"chaplain"}) == Turn("amy", 1, False)
        everybody = HuntPosition(BEGAN, tried=("amy", "ben", "cho"))
        assert isinstance(next_turn(line, everybody, busy={"chaplain"}), NobodyLeft)
        assert next_turn(line, everybody) == Turn("chaplain", 1, True)


def test_max_wait_also_ends_the_rounds_of_a_long_list() -> None:
    assert next_turn(hotline(), HuntPosition(BEGAN, tried=("amy",)), now=BEGAN + 240) == Turn("chaplain", 1, True)


def test_nobody_on_call_goes_straight_to_the_backup_and_without_one_to_the_end() -> None:
    assert rung(hotline(on_call=())) == ["chaplain"]
    assert isinstance(next_turn(hotline(on_call=(), backup=())), NobodyLeft)


def test_a_handover_in_mid_hunt_rings_the_new_volunteers_and_skips_nobody() -> None:
    line = hotline(on_call=("amy", "ben"), volunteers=("amy", "ben", "dee", "eli"))
    tried = HuntPosition(BEGAN, tried=("amy",))
    assert rung(line, tried, last="amy", who=OnCall(("dee", "eli"), ())) == ["dee", "eli"]


def test_without_live_state_calls_are_spread_and_each_goes_on_from_its_own_start() -> None:
    candidates = first_candidates(hotline(), HuntPosition(BEGAN), OnCall(("amy", "ben", "cho"), ()), "en", BEGAN)
    starts = [start_anywhere(candidates, f"CA{n}") for n in range(60)]
    assert {starts.count(candidate) > 8 for candidate in (0, 1, 2)} == {True}
    assert starts == [start_anywhere(candidates, f"CA{n}") for n in range(60)]


members = st.lists(
    st.builds(Candidate, volunteer=st.sampled_from("abcdefgh"), rank=st.integers(0, 1), tried=st.booleans()),
    unique_by=lambda candidate: candidate.volunteer,
    min_size=1,
)
PLACES = {name: place for place, name in enumerate("abcdefghij")}


@given(members, st.sampled_from("abcdefghijk") | st.none(), st.booleans())
def test_a_round_robin_always_has_a_seat_to_start_at(taken: list[Candidate], last: str | None, in_turn: bool) -> None:
    candidates = Candidates(tuple(taken), 1, False, in_turn)
    start = start_after(candidates, last, PLACES)
    assert 0 <= start < len(taken)
    names = [candidate.volunteer for candidate in taken]
    if in_turn and last in names:
        assert names[start - 1] == last


@given(st.lists(st.sampled_from(["amy", "ben", "cho", "dee"]), unique=True, min_size=1), st.integers(1, 4))
def test_a_hunt_nobody_answers_rings_everyone_once_a_round_and_then_the_backup(names: list[str], rounds: int) -> None:
    line = hotline(on_call=names, ringing=Ringing(rounds=rounds))
    hunt, rings, last = HuntPosition(BEGAN), [], None
    while isinstance(turn := next_turn(line, hunt, last=last), Turn):
        hunt = ringing(hunt, turn, BEGAN)
        last = last if turn.backup else turn.volunteer
        rings.append(turn.volunteer)
    assert isinstance(turn, NobodyLeft)
    assert rings[-1] == "chaplain"
    for n in range(rounds):
        assert sorted(rings[n * len(names) : (n + 1) * len(names)]) == sorted(names)
    assert len(rings) == rounds * len(names) + 1


def test_a_hunt_rings_all_of_a_tier_before_the_next_in_each_round_and_then_the_backup() -> None:
    names = ["amy", "ben", "cho", "dee"]
    line = hotline(on_call=names, ringing=Ringing(rounds=2))
    who = OnCall(("cho", "dee", "amy", "ben"), ("chaplain",), (1, 1, 2, 2))
    hunt, rings, last = HuntPosition(BEGAN), [], {1: "cho", 2: "ben"}
    tiers = dict(zip(who.on_call, who.tiers, strict=True))
    candidates: Candidates | AllBusy | NobodyLeft = first_candidates(line, hunt, who, "en", BEGAN)
    while isinstance(candidates, Candidates):
        turn = choose(candidates, starts_after(candidates, last, line.schedule.places), frozenset(), frozenset())
        if turn is None:
            candidates = next_candidates(line, hunt, who, "en", candidates, frozenset())
            continue
        hunt = ringing(hunt, turn, BEGAN)
        rings.append(turn.volunteer)
        if not turn.backup:
            last[tiers[turn.volunteer]] = turn.volunteer
        candidates = first_candidates(line, hunt, who, "en", BEGAN)
    assert rings == ["dee", "cho", "amy", "ben", "dee", "cho", "amy", "ben", "chaplain"]


def test_those_of_a_higher_tier_come_after_a_resting_one_and_one_of_another_language() -> None:
    candidates = Candidates((Candidate("amy", rank=1), Candidate("ben", tier=2)), 1, backup=False, in_turn=True)
    turn = choose(candidates, {}, frozenset(), frozenset({"amy"}))
    assert turn is not None
    assert turn.volunteer == "amy"
    turn = choose(candidates, {}, frozenset({"amy"}), frozenset())
    assert turn is not None
    assert turn.volunteer == "ben", "a busy one is passed over"
