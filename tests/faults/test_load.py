"""A short `make load`: calls are whole, and are counted."""

from __future__ import annotations

from benchmarks.most_calls import USUAL, best, in_turns, lines_up, told, with_python, with_wrk


def test_more_and_more_whole_calls_are_placed_and_counted() -> None:
    with lines_up([USUAL]) as lines:
        found = in_turns(lines, 2.0, lambda _, __: None, at_once=(1, 4))
        steps = found[USUAL]
        assert [step.at_once for step in steps] in ([1], [1, 4]), "it ends where answers are slow"
        assert best(steps).calls > 0
        assert sum(step.bad for step in steps) == 0
        assert told(found)[USUAL.name]["÷ the first, median"] == 1


def test_both_clients_play_whole_calls() -> None:
    with lines_up([USUAL]) as lines:
        for send in (with_python, with_wrk):
            step = send(lines[USUAL], USUAL, 1, 3)
            assert step.calls > 0
            assert step.bad == 0
