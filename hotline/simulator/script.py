"""Calls made from start to end automatically."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.simulator.line.behaviour import Behaviour
from hotline.simulator.record import CallRecord, record
from hotline.simulator.world import World


def run_call(
    world: World,
    to: str,
    *,
    keys: Sequence[str] = (),
    caller: str = "+14105550999",
    hang_up_after: float | None = None,
    talk_for: float | None = 60.0,
    within: float = 14_400.0,
) -> CallRecord:
    """Call `to`, press one of `keys` at each prompt ("-": none), and return the record.

    The caller hangs up after `hang_up_after` seconds if nobody was connected by then, and after talking for `talk_for`
    seconds. Phones follow their behaviour. The caller ends a call that is not over after `within` seconds. Violations
    are in the record, and raised only by the world (World.check, World.close).
    """
    how = Behaviour("caller", keys=tuple(keys), hangs_up_after=hang_up_after, talks_for=talk_for)
    call = world.call(to, caller, behaviour=how)
    world.clock.run_until(lambda: call.is_over, within)
    if not call.is_over:
        call.leg.hang_up()
        world.clock.run_until(lambda: call.is_over, 60.0)
    return record(call)
