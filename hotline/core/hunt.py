"""The hunt: whose phone rings next. After "The hunt" in the rules of a rota.

Serves ringing one phone after another, and, since it gives candidates in order, ringing several at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hotline.core.flow import Hotline
from hotline.core.position import HuntPosition
from hotline.core.rota import OnCall, Order


@dataclass(frozen=True, slots=True)
class Turn:
    """One ring's volunteer, and in which round, or as backup."""

    volunteer: str
    round: int
    backup: bool


@dataclass(frozen=True, slots=True)
class RingName:
    """One ring of one call: the call's random token, and the ring's number in it."""

    token: str
    number: int


@dataclass(frozen=True, slots=True)
class LiveView:
    """What live state says, as far as one hunt needs it.

    `last`: the volunteer last rung for this hotline. `busy`: being rung or talking. `resting`: just off a call.
    `already`: whom this very ring was given to, when the webhook arrives a second time.
    `known` is False when live state cannot be had; the rest is empty then.
    """

    known: bool = True
    last: str | None = None
    busy: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()
    already: Turn | None = None


NOTHING_KNOWN = LiveView(known=False)


@dataclass(frozen=True, slots=True)
class RingNext:
    """Ring these, best first; where one cannot be had, the next."""

    candidates: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class AllBusy:
    """Everyone on call is being rung or talking: wait for one."""


@dataclass(frozen=True, slots=True)
class NobodyLeft:
    """Everyone was tried, and the backup too."""


Choice = RingNext | AllBusy | NobodyLeft


def choose(
    hotline: Hotline, hunt: HuntPosition, who: OnCall, live: LiveView, language: str, spread: str, now: int
) -> Choice:
    """Who is rung next, given who is on call at this instant.

    `language` is the caller's, `spread` a text that differs from call to call, `now` epoch seconds.
    """
    rota = hotline.rota
    if live.already is not None and live.already.volunteer in rota.volunteers:
        return RingNext((live.already,))
    if who.on_call and not hunt.backup and now - hunt.since < rota.ringing.max_wait:
        free = [one for one in who.on_call if one not in live.busy]
        if not free:
            return AllBusy()
        untried = [one for one in free if one not in hunt.tried]
        this_round = hunt.round if untried else hunt.round + 1
        if this_round <= rota.ringing.rounds:
            wanted = untried or free
            ordered = in_order(hotline, who.on_call, live, language, spread)
            return RingNext(tuple(Turn(one, this_round, False) for one in ordered if one in wanted))
    tried = hunt.tried if hunt.backup else ()
    backup = [one for one in who.backup if one not in tried and one not in live.busy]
    return RingNext(tuple(Turn(one, hunt.round, True) for one in backup)) if backup else NobodyLeft()


def ringing(hunt: HuntPosition, turn: Turn, now: int) -> HuntPosition:
    """The hunt while this turn's phone rings."""
    same_list = (turn.round, turn.backup) == (hunt.round, hunt.backup)
    tried = (*hunt.tried, turn.volunteer) if same_list else (turn.volunteer,)
    return replace(
        hunt, round=turn.round, backup=turn.backup, tried=tried, ringing=turn.volunteer, ringing_since=now
    )


def in_order(hotline: Hotline, on_call: Sequence[str], live: LiveView, language: str, spread: str) -> list[str]:
    """The on-call list in the order it is rung for this caller: the resting last, then by language, then by turn."""
    if hotline.rota.ringing.order is Order.LISTED:
        turns = list(on_call)
    elif live.known:
        turns = after(on_call, live.last, hotline.schedule.places)
    else:
        turns = _from(on_call, max(on_call, key=lambda one: hashlib.sha256(f"{spread}/{one}".encode()).digest()))
    return sorted(turns, key=lambda one: (one in live.resting, not _speaks(hotline, one, language)))


def after(on_call: Sequence[str], last: str | None, places: Mapping[str, int]) -> list[str]:
    """The list as a round robin goes on after the volunteer `last` rung.

    One who is in the list no longer is followed by whoever comes next in `places`, the order of the rota's
    `volunteers`; after one who left the rota altogether, the list begins at its top.
    """
    if last is None:
        return list(on_call)
    if last in on_call:
        start = on_call.index(last) + 1
        return [*on_call[start:], *on_call[:start]]
    if last not in places:
        return list(on_call)
    return _from(on_call, min(on_call, key=lambda one: (places[one] - places[last]) % len(places)))


def _from(on_call: Sequence[str], first: str) -> list[str]:
    start = on_call.index(first)
    return [*on_call[start:], *on_call[:start]]


def _speaks(hotline: Hotline, volunteer: str, language: str) -> bool:
    return language in (hotline.rota.volunteers[volunteer].languages or (hotline.flow.first_language,))
