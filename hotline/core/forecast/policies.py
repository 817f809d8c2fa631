"""Policies: ways of ringing, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from hotline.core.calls.flow import Flow, Hotline, Hunt, Language, Step
from hotline.core.forecast.chance import Chance, Evenly
from hotline.core.forecast.handsets import Handset
from hotline.core.forecast.run import Assumed, Run
from hotline.core.forecast.waits import Waits, waits_of
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Pattern, Ringing, Rota, Shift, Volunteer
from hotline.core.times.wall_clock import epoch_seconds

_APART = 3 * 3600.0
"""Seconds between the calls of a table, so that none finds anybody talking or resting."""
_BEGIN = float(epoch_seconds(datetime(2026, 1, 5, tzinfo=UTC)))
DEPTHS = range(1, 7)


@dataclass(frozen=True, slots=True)
class Policy:
    """A way of ringing: `at_once` phones start together, and one more each `stagger` seconds (0: never)."""

    name: str
    at_once: int
    stagger: int = 0

    def on(self, rules: Ringing) -> Ringing:
        """Return the rules with this way of ringing in place of theirs."""
        return replace(rules, at_once=self.at_once, stagger=self.stagger)


POLICIES = (
    Policy("one at a time", 1),
    Policy("one more each 8 s", 1, 8),
    Policy("one more each 4 s", 1, 4),
    Policy("two, then each 4 s", 2, 4),
    Policy("keep two ringing", 2),
    Policy("keep three ringing", 3),
    Policy("four together", 4),
    Policy("six together", 6),
)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A policy in the plain table: waits from the start of the hunt, and phones rung a call."""

    policy: Policy
    depth: int
    waits: Waits
    rings_a_call: float


def plain(policy: Policy, depth: int, handset: Handset, calls: int, chance: Chance) -> PolicyRow:
    """Try a policy on a plain line: `depth` people always on call, no backup, one call after another from the hunt on.

    Rings last 20 s, and nobody is talking or resting when a call comes in.
    """
    hotline = plain_hotline(depth, policy.on(Ringing(rest_after_call=0)))
    run = Run(hotline, Assumed(handset, talk=Evenly(60, 60)), chance)
    outcomes = list(run.outcomes(_BEGIN + _APART * number for number in range(calls)))
    return PolicyRow(policy, depth, waits_of(outcomes), sum(outcome.rings for outcome in outcomes) / max(1, calls))


def plain_hotline(depth: int, rules: Ringing) -> Hotline:
    """Return a hotline with so many people always on call, and nothing else in it."""
    names = tuple(f"phone {number}" for number in range(1, depth + 1))
    shifts = (Shift("Always", Pattern(frozenset(range(7)), 0, 1440), names),)
    volunteers = {name: Volunteer(name, name, "") for name in names}
    return with_plain_flow(Schedule(Rota("plain", UTC, "UTC", volunteers, shifts, ringing=rules)))


def with_plain_flow(schedule: Schedule) -> Hotline:
    """Return a hotline that rings by this schedule at once, in the first language of most of its volunteers."""
    rota = schedule.rota
    first = [volunteer.languages[0] for volunteer in rota.volunteers.values() if volunteer.languages]
    language = max(first, key=first.count, default="en")
    steps: Mapping[str, Step] = {"ring": Step("ring", {}, Hunt({}, None, "ring"))}
    flow = Flow(rota.id, rota.id, ("",), rota.id, {language: Language(language, language)}, "ring", steps)
    return Hotline(flow, rota, schedule)
