"""Calls made from start to end automatically."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hotline.simulator.line.behaviour import Behaviour
from hotline.simulator.record import CallRecord, record
from hotline.simulator.world import World

CALLER = Behaviour("caller", talks_for=60.0)
"""A caller who presses nothing, and talks for a minute."""


def run_call(
    world: World,
    to: str,
    *,
    keys: Sequence[str] = (),
    caller: str = "+14105550999",
    behaviour: Behaviour = CALLER,
    within: float = 14_400.0,
) -> CallRecord:
    """Call `to`, press one of `keys` at each prompt ("-": none), and return the record.

    The caller hangs up and talks as their `behaviour` says; other phones follow theirs. The caller ends a call that is
    not over after `within` seconds. Violations are in the record, and raised only by the world (World.check,
    World.close).
    """
    call = world.call(to, caller, behaviour=replace(behaviour, keys=tuple(keys)))
    world.clock.run_until(lambda: call.is_over, within)
    if not call.is_over:
        call.leg.hang_up()
        world.clock.run_until(lambda: call.is_over, 60.0)
    return record(call)
