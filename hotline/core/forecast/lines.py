"""Hotlines to forecast: as their files have them, or with something changed."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field, replace

from hotline.core.calls import spoken
from hotline.core.calls.flow import Continue, FixedDial, Flow, Goodbye, Hotline, Hunt, Menu
from hotline.core.calls.longest_wait import CHARACTERS_A_SECOND, MOST_STEPS, seconds_of_words
from hotline.core.forecast.handsets import HANDSETS, Handset
from hotline.core.forecast.run import Assumed
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.rota import Ringing, Rota


@dataclass(frozen=True, slots=True)
class AssumedHotline:
    """A hotline to forecast, and what is assumed of it."""

    hotline: Hotline
    assumed: Assumed = field(default_factory=Assumed)


def line_of(hotline: Hotline, handset: Handset | None = None) -> AssumedHotline:
    """Return the line that a silent caller to a hotline finds, or one who presses the keys for another rota.

    `handset` takes the place of those that the rota names.

    The seconds before the first ring are estimated from the length of the words.
    """
    flow = hotline.flow
    people = None if hotline.whole is None else hotline.rota.id
    silent = _first_hunt(hotline)
    first, hunt = silent if _rings(silent[1], people) else _soonest_hunt(hotline, people)
    early = flow.ring_early if hunt is silent[1] else None
    return AssumedHotline(
        hotline,
        Assumed(
            handset or HANDSETS[hotline.rota.handsets],
            first,
            _between(flow, hunt),
            float(early.after) if early else None,
            early.hours if early else None,
            own={} if handset else own_handsets(hotline.rota),
        ),
    )


def own_handsets(rota: Rota) -> dict[str, Handset]:
    """Return the handsets of the volunteers whose entry names one, by id."""
    return {id: HANDSETS[each.handset] for id, each in rota.volunteers.items() if each.handset}


def rings_somebody(hotline: Hotline) -> bool:
    """Return whether a caller who presses nothing comes to a `ring` step, or whether one rings a view's rota."""
    people = None if hotline.whole is None else hotline.rota.id
    silent = _first_hunt(hotline)[1]
    if people is None and (silent is None or silent.people is None):
        return silent is not None
    return _soonest_hunt(hotline, people)[1] is not None


def with_rules(line: AssumedHotline, rules: Ringing) -> AssumedHotline:
    """Return a line with other rules for ringing."""
    return with_rota(line, replace(line.hotline.rota, ringing=rules))


def with_rota(line: AssumedHotline, rota: Rota) -> AssumedHotline:
    """Return a line with another rota."""
    schedule = Schedule(rota)
    schedule.opening = line.hotline.schedule.opening
    return replace(line, hotline=replace(line.hotline, rota=rota, schedule=schedule))


def _first_hunt(hotline: Hotline) -> tuple[float, Hunt | None]:
    """Return after how many seconds a silent caller comes to a `ring` step, and what it does; None: to none."""
    flow = hotline.flow
    name, visits, spent = flow.start, dict[str, int](), 0.0
    for _ in range(MOST_STEPS):
        step = flow.steps[name]
        visits[name] = visits.get(name, 0) + 1
        if step.at_most is not None and step.instead is not None and visits[name] >= step.at_most:
            name = step.instead
            continue
        spent += seconds_of_words(hotline, step)
        match step.action:
            case Hunt():
                return spent, step.action
            case Menu(wait=wait, no_key=no_key):
                spent, name = spent + wait, no_key
            case Continue(to=to):
                name = to
            case FixedDial() | Goodbye():
                break
    return spent, None


def _rings(hunt: Hunt | None, people: str | None) -> bool:
    return hunt is not None and hunt.people == people


def _soonest_hunt(hotline: Hotline, people: str | None) -> tuple[float, Hunt | None]:
    """Return after how many seconds a caller can come to a `ring` step of a rota, who hears each step's words out."""
    flow = hotline.flow
    pending, seen = [(0.0, flow.start)], set[str]()
    while pending:
        spent, name = heapq.heappop(pending)
        if name in seen:
            continue
        seen.add(name)
        step = flow.steps[name]
        spent += seconds_of_words(hotline, step)
        match step.action:
            case Hunt() if step.action.people == people:
                return spent, step.action
            case Hunt(not_answered=not_answered):
                heapq.heappush(pending, (spent, not_answered))
            case Menu(keys=keys, wait=wait, no_key=no_key):
                for target in keys.values():
                    heapq.heappush(pending, (spent, target.step))
                heapq.heappush(pending, (spent + wait, no_key))
            case Continue(to=to):
                heapq.heappush(pending, (spent, to))
            case FixedDial() | Goodbye():
                pass
    return 0.0, None


def _between(flow: Flow, hunt: Hunt | None) -> float:
    """Return for how many seconds a caller hears words before the next phone rings."""
    usual = spoken.BETWEEN.get(flow.first_language, "")
    words = hunt.between.get(flow.first_language, usual) if hunt else usual
    return len(words) / CHARACTERS_A_SECOND
