"""Spells: how long each volunteer is on call, and when, from the stretches of a schedule."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from hotline.core.rota.rota import OnCall, Stretch
from hotline.core.times.spans import Span

Key = TypeVar("Key", bound=Hashable)


def spells(stretches: Iterable[Stretch]) -> dict[str, list[Span]]:
    """Return each volunteer's unbroken times on call, in order, in UTC. Those who are never on call are left out."""
    return _times_of(stretches, lambda who: who.on_call)


def spells_in_tiers(stretches: Iterable[Stretch]) -> dict[tuple[int, str], list[Span]]:
    """Return each volunteer's unbroken times on call in one tier, by tier and volunteer, in order, in UTC."""
    return _times_of(stretches, lambda who: who.in_tiers())


def backup_spells(stretches: Iterable[Stretch]) -> dict[str, list[Span]]:
    """Return each volunteer's unbroken times as a backup, in order, in UTC."""
    return _times_of(stretches, lambda who: who.backup)


def seconds_on_call(stretches: Iterable[Stretch]) -> dict[str, int]:
    """Return each volunteer's seconds on call. Volunteers who are never on call are left out."""
    total: dict[str, int] = {}
    for stretch in stretches:
        lasts = Span(stretch.start, stretch.end).seconds
        for who in stretch.who.on_call:
            total[who] = total.get(who, 0) + lasts
    return total


def _times_of(stretches: Iterable[Stretch], people: Callable[[OnCall], tuple[Key, ...]]) -> dict[Key, list[Span]]:
    found: dict[Key, list[Span]] = {}
    for stretch in stretches:
        for who in people(stretch.who):
            times = found.setdefault(who, [])
            if times and times[-1].end == stretch.start:
                times[-1] = Span(times[-1].start, stretch.end)
            else:
                times.append(Span(stretch.start, stretch.end))
    return found
