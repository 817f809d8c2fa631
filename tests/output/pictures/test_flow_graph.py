"""A call flow drawn: every step once and apart from the others, every way on an arrow, whatever is wrong marked."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from hotline.core.calls.flow import Flow
from hotline.files.checks.flow import read_flow
from hotline.files.yaml.document import Document
from hotline.files.yaml.reading import read
from hotline.output.pictures.flow_graph import WIDTH, Graph, flow_graph, ways_on
from hotline.output.pictures.flow_places import nearest
from hotline.output.pictures.flow_svg import FlowWords, flow_svg
from tests.files.good import FLOW

WORDS = FlowWords(
    title="The call flow of RISE",
    description="Steps from top to bottom",
    kinds={"menu": "listens", "ring": "rings", "dial": "dials", "hang_up": "hangs up", "then": "goes on"},
    rings="rings {rota}",
    no_key="silence",
    wrong_key="wrong key",
    answered="answered",
    not_answered="not answered",
    instead="visit {visit}",
    at_most="at most {visits} times",
    first="first",
    unreached="nothing leads here",
    dead_end="dead end",
    goes_round="silence loops",
)
WRONG = """\
name: Wrong
numbers: ["+1 410 555 0100"]
steps:
  welcome: {say: {en: Press 1.}, menu: {"1": reach, "2": loop}, no_key: welcome}
  loop: {say: {en: Round.}, then: loop2}
  loop2: {say: {en: And round.}, then: loop}
  lost: {say: {en: Nobody comes here.}, then: reach}
  reach: {ring: on_call, not_answered: bye}
  bye: {say: {en: Bye.}, hang_up: true}
"""
SPREAD = """\
name: Spread
numbers: ["+1 410 555 0100"]
steps:
  welcome: {say: {en: Press 1.}, menu: {"1": a, "2": b, "3": c}, no_key: b, wrong_key: b}
  a: {say: {en: Bye.}, hang_up: true}
  b: {say: {en: Bye.}, hang_up: true}
  c: {say: {en: Bye.}, hang_up: true}
"""


def flow_of(text: str) -> Flow:
    document = read("call_flows/line.yaml", text.encode())
    assert isinstance(document, Document)
    flow = read_flow("line", document).flow
    assert flow is not None
    return flow


def large_text(steps: int, seed: int) -> str:
    """A flow of so many steps, joined at random."""
    chance = random.Random(seed)
    lines = []
    for number in range(steps - 1):
        ways = [chance.randrange(steps) for _ in range(3)]
        menu = f'menu: {{"1": s{number + 1}, "2": s{ways[0]}, "3": s{ways[1]}}}, no_key: s{ways[2]}'
        rings = f"ring: on_call, not_answered: s{number + 1}"
        lines.append(f"  s{number}: {{say: {{en: Words {number}.}}, {rings if number % 5 == 4 else menu}}}")
    lines.append(f"  s{steps - 1}: {{say: {{en: Bye.}}, hang_up: true}}")
    return 'name: Large\nnumbers: ["+1 410 555 0100"]\nsteps:\n' + "\n".join(lines) + "\n"


def large(steps: int, seed: int) -> Flow:
    return flow_of(large_text(steps, seed))


def overlapping(graph: Graph) -> list[tuple[str, str]]:
    return [
        (one.step.name, other.step.name)
        for one, other in combinations(graph.boxes.values(), 2)
        if one.left < other.left + WIDTH
        and other.left < one.left + WIDTH
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    ]


def test_a_key_for_callers_who_wait_is_an_arrow_of_its_own() -> None:
    flow = flow_of(
        'name: Line\nnumbers: ["+1 410 555 0100"]\nsteps:\n'
        '  reach: {ring: on_call, not_answered: bye, while_waiting: {menu: {"2": help, "3": bye}}}\n'
        '  help: {dial: "988"}\n  bye: {say: {en: Bye.}, hang_up: true}\n'
    )
    graph = flow_graph(flow, "en")
    ways = {(arrow.source, arrow.target): {way.key or way.by for way in arrow.ways} for arrow in graph.arrows}
    assert ways == {("reach", "bye"): {"not_answered", "3"}, ("reach", "help"): {"2"}}
    assert not any(box.wrong for box in graph.boxes.values())


@pytest.mark.parametrize("steps", [2, 7, 60, 120])
def test_no_step_stands_on_another_and_no_way_is_missing(steps: int) -> None:
    flow = large(steps, seed=steps)
    graph = flow_graph(flow, "en")
    assert overlapping(graph) == []
    drawn = [(one.source, one.target, way) for one in graph.arrows for way in one.ways]
    wanted = [(name, target, way) for name, step in flow.steps.items() for target, way in ways_on(step)]
    assert sorted(drawn, key=str) == sorted(wanted, key=str)
    assert all(
        0 <= box.left <= graph.width - WIDTH and box.top + box.height <= graph.height for box in graph.boxes.values()
    )


@pytest.mark.parametrize("steps", [7, 60])
def test_it_grows_downwards_as_people_read_and_no_arrow_cuts_through_a_step(steps: int) -> None:
    graph = flow_graph(large(steps, seed=steps), "en")
    boxes = list(graph.boxes.values())
    assert max(Counter(box.top for box in boxes).values()) <= 4
    for arrow in graph.arrows:
        for (x, top), (below, bottom) in pairwise(arrow.points):
            straight = x == below and arrow.source != arrow.target
            cut = [one for one in boxes if one.left < x < one.left + WIDTH and one.top < bottom and top < one.top + 9]
            assert not straight or not cut or top > bottom, (arrow.source, arrow.target)


def test_a_menu_stands_above_the_middle_of_what_it_leads_to() -> None:
    graph = flow_graph(flow_of(SPREAD), "en")
    lefts = {name: box.left for name, box in graph.boxes.items()}
    assert lefts["welcome"] == pytest.approx(sum(lefts[name] for name in "abc") / 3, abs=2)
    first, second, third = sorted(lefts[name] for name in "abc")
    assert second - first == pytest.approx(third - second, abs=2)


def test_places_are_as_near_as_may_be_to_those_wanted_and_so_far_apart() -> None:
    assert nearest([(0, 1), (10, 1), (30, 1)], [10, 10]) == [0, 10, 30]
    assert nearest([(0, 1), (0, 1)], [10]) == [-5, 5]
    assert nearest([(0, 3), (0, 1)], [10]) == [-2.5, 7.5]
    assert nearest([(20, 1), (0, 1), (100, 1)], [10, 10]) == [5, 15, 100]


def test_a_step_stands_below_those_that_lead_to_it_but_for_what_leads_back() -> None:
    graph = flow_graph(flow_of(FLOW), "en")
    tops = {name: box.top for name, box in graph.boxes.items()}
    assert tops["welcome"] < tops["reach"] < tops["goodbye"]
    for arrow in graph.arrows:
        assert arrow.back == (tops[arrow.source] >= tops[arrow.target])


def test_the_same_flow_is_drawn_the_same_each_time() -> None:
    flow = large(30, seed=1)
    assert flow_svg(flow_graph(flow, "en"), WORDS) == flow_svg(flow_graph(flow, "en"), WORDS)


def test_whatever_is_wrong_is_marked_where_it_is() -> None:
    boxes = flow_graph(flow_of(WRONG), "en").boxes
    assert {name for name, box in boxes.items() if box.dead_end} == {"loop", "loop2"}
    assert {name for name, box in boxes.items() if box.unreached} == {"lost"}
    assert {name for name, box in boxes.items() if box.goes_round} == {"welcome"}
    drawn = flow_svg(flow_graph(flow_of(WRONG), "en"), WORDS)
    assert drawn.count(">dead end<") == 2
    assert drawn.count('class="flow-step') == 6
    assert drawn.count(" wrong") >= 4


def test_arrows_say_which_key_and_what_else_leads_there() -> None:
    flow = flow_of(
        FLOW.replace('menu: {"1": reach}', 'menu: {"1": reach, "#": reach}\n    at_most: 3\n    then: goodbye')
    )
    drawn = flow_svg(flow_graph(flow, "en"), WORDS)
    for label in ("1", "#", "silence", "wrong key", "not answered", "visit 3"):
        assert f">{label}</text>" in drawn
    assert "at most 3 times" in drawn


def test_the_drawing_is_well_formed_and_carries_no_markup_of_the_file() -> None:
    hostile = FLOW.replace("To be connected press 1.", "'<script>alert(1)</script> & \"more\"'")
    drawn = flow_svg(flow_graph(flow_of(hostile), "en"), WORDS)
    root = ElementTree.fromstring(drawn)
    assert root.tag == "svg"
    assert "<script" not in drawn
    assert 'style="' not in drawn


def test_it_has_a_title_and_each_step_leads_to_its_place_in_the_list() -> None:
    root = ElementTree.fromstring(flow_svg(flow_graph(flow_of(FLOW), "en"), WORDS))
    assert root.findtext("title") == "The call flow of RISE"
    assert [link.get("href") for link in root.iter("a")] == ["#step-welcome", "#step-reach", "#step-goodbye"]


def test_zoom_changes_the_size_and_nothing_else() -> None:
    graph = flow_graph(flow_of(FLOW), "en")
    small, usual = flow_svg(graph, WORDS, 0.5), flow_svg(graph, WORDS)
    assert f'width="{graph.width * 0.5:.0f}"' in small
    assert small.partition(">")[2] == usual.partition(">")[2]


def test_a_language_without_words_shows_the_first_ones() -> None:
    assert flow_graph(flow_of(FLOW), "fr").boxes["welcome"].lines == ("To be connected press 1.",)
