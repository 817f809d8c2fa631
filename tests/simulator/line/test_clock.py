"""Simulated time goes by in order, as fast as it is told to."""

import time
from datetime import UTC, datetime

import pytest

from hotline.simulator.line.clock import Clock, RealTime
from hotline.simulator.line.tasks import Steps, Task, receive
from tests.simulator.site import START


def test_things_happen_in_order_of_time_and_then_in_the_order_they_were_planned() -> None:
    clock, seen = Clock(START), []
    for name, after in (("b", 2.0), ("a", 1.0), ("c", 2.0)):
        clock.after(after, lambda name=name: seen.append((name, clock.elapsed)))
    clock.advance_to(5)
    assert seen == [("a", 1.0), ("b", 2.0), ("c", 2.0)]
    assert clock.now() == datetime(2026, 3, 1, 8, 0, 5, tzinfo=UTC)


def test_what_was_cancelled_does_not_happen() -> None:
    clock = Clock(START)
    clock.after(1, lambda: pytest.fail("it was cancelled")).cancel()
    clock.advance_to(5)


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Clock(datetime(2026, 3, 1))  # noqa: DTZ001


def test_an_hour_of_simulated_time_takes_no_time() -> None:
    began = time.monotonic()
    Clock(START).advance_to(3600)
    assert time.monotonic() - began < 0.1


def test_real_time_can_be_scaled() -> None:
    clock = Clock(START, RealTime(scale=0.01))
    began = time.monotonic()
    clock.advance_to(0)
    clock.after(10, lambda: None)
    clock.advance_to(20)
    assert 0.19 < time.monotonic() - began < 1.0


def test_a_task_gets_messages_it_waits_for_and_none_it_does_not() -> None:
    clock, got = Clock(START), []

    def steps() -> Steps[None]:
        got.append((yield from receive(clock, 10, str)))
        got.append((yield from receive(clock, 10, str)))

    task = Task(clock, steps())
    clock.after(1, lambda: task.post(7))
    clock.after(2, lambda: task.post("seven"))
    clock.advance_to(60)
    assert got == ["seven", None]
    assert task.done
