"""`ring: ROTA`: a step of a call flow that rings the people of another rota file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotline.files import load_texts
from hotline.files.loading.gaps import check_coverage
from hotline.files.loading.load import Loaded
from hotline.files.loading.longest_waits import check_waits
from tests.files.good import FLOW, ROTA, texts
from tests.files.other_rotas import LEADERS, OTHERS_FLOW, with_leaders

MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


def told(loaded: Loaded) -> list[tuple[str, str]]:
    return [(one.code, f"{one.message} {one.help}") for one in loaded.findings if one.severity != "note"]


def test_a_step_rings_another_rota_with_its_own_rules_and_zone() -> None:
    loaded = load_texts(with_leaders())
    assert told(loaded) == []
    hotline = loaded.hotlines["rise"]
    leaders = hotline.at("group")
    assert (leaders.rota.id, leaders.rota.zone_name, leaders.flow) == ("leaders", "Europe/London", hotline.flow)
    assert leaders.at("reach") is hotline
    assert leaders.at(None) is hotline
    assert leaders.at("group").rota is leaders.rota
    assert [one.ring_id for one in hotline.everyone()] == ["rise", "rise/leaders"]
    assert not any(one.code == "unused-rota" for one in loaded.findings)


@pytest.mark.parametrize("own", ["on_call", "rise"])
def test_on_call_and_the_own_rota_by_its_name_are_the_same(own: str) -> None:
    loaded = load_texts(texts(FLOW.replace("ring: on_call", f"ring: {own}")))
    assert (told(loaded), loaded.hotlines["rise"].flow.people()) == ([], ())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("leader", "There is no rota file rota/leader.yaml. Did you mean `leaders`?"),
        ("on-call", "There is no rota file rota/on-call.yaml. Did you mean `on_call`?"),
        (
            "physicians",
            "There is no rota file rota/physicians.yaml. Write that file, or ring one of these instead: on_call,"
            " leaders, rise.",
        ),
        (
            '"+1 410 555 0123"',
            "`+1 410 555 0123` cannot be rung. Write ring: on_call, or the name of another rota. For one fixed number"
            " use `dial`.",
        ),
    ],
)
def test_a_rota_that_is_not_there_is_an_error_with_the_way_out(written: str, said: str) -> None:
    loaded = load_texts(with_leaders(OTHERS_FLOW.replace("ring: leaders", f"ring: {written}")))
    assert said in [words for _, words in told(loaded)]


@pytest.mark.parametrize("leaders", [None, LEADERS.replace("[lea]}", "[nobody]}")])
def test_a_hotline_answers_without_a_rota_that_cannot_be_used(leaders: str | None) -> None:
    loaded = load_texts(with_leaders(leaders=leaders))
    assert told(loaded)
    hotline = loaded.hotlines["rise"]
    assert not hotline.can_ring("group")
    assert hotline.at("group") is hotline
    assert hotline.can_ring("reach")


def test_a_rota_may_be_rung_by_two_flows_and_twice_in_one() -> None:
    night = OTHERS_FLOW.replace("RISE", "Night").replace("0100", "0177").replace("steps:", "rota: leaders\nsteps:")
    twice = OTHERS_FLOW.replace("not_answered: goodbye}", "not_answered: again}").replace(
        "  goodbye:", "  again: {ring: leaders, not_answered: goodbye}\n  goodbye:"
    )
    loaded = load_texts({**with_leaders(twice), "call_flows/night.yaml": night.encode()})
    assert told(loaded) == []
    day, other = loaded.hotlines["rise"], loaded.hotlines["night"]
    assert day.at("group").schedule is day.at("again").schedule is other.schedule
    assert other.people == () if hasattr(other, "people") else other.flow.people() == ()


def test_gaps_and_nobody_at_all_are_looked_for_in_every_rota() -> None:
    loaded = load_texts(with_leaders())
    assert {(one.code, one.file) for one in check_coverage(loaded, MONDAY) if one.severity != "note"} == {
        ("gap", "rota/leaders.yaml")
    }
    bare = load_texts(with_leaders(leaders=LEADERS.replace("backup: [lea]\n", "")))
    assert ("nobody-at-all", "rota/leaders.yaml") in {(one.code, one.file) for one in check_coverage(bare, MONDAY)}


def test_the_longest_wait_is_said_of_each_rota() -> None:
    loaded = load_texts(with_leaders(leaders=LEADERS + "ringing: {max_wait: 5m}\n"))
    peers, leaders = check_waits(loaded)
    assert "presses nothing" in str(peers.message)
    assert str(leaders.message).startswith("A caller at step `group`, whom nobody answers,")
    assert leaders.severity == "note"


def test_hours_of_a_line_bound_the_gaps_of_the_rotas_it_rings() -> None:
    flow = OTHERS_FLOW.replace("steps:", "open: [{days: mon, hours: 14:00-15:00}]\nclosed: goodbye\nsteps:")
    loaded = load_texts(with_leaders(flow))  # 19:00 to 20:00 in London
    assert [one for one in check_coverage(loaded, MONDAY) if one.code == "gap"] == []


def test_languages_and_numbers_are_checked_in_every_rota() -> None:
    leaders = LEADERS.replace('0121"}', '0100", languages: [de]}')
    codes = {one.code for one in load_texts(with_leaders(leaders=leaders)).findings}
    assert {"phone-is-hotline", "language-not-needed"} <= codes


def test_the_same_volunteer_in_two_rotas_is_fine() -> None:
    leaders = LEADERS.replace("0121", "0111").replace("Lea Marsh", "Amy Okafor")
    assert told(load_texts(with_leaders(leaders=leaders))) == []
    assert "amy" in ROTA
